//! A commit that is stopped wherever its hook may be: what the user had lies where it was, or has the fix, and the next
//! commit goes through.
//!
//! With `ONRAMP_TEST_KILLS` set to a number, each point meets each signal that many times, at random moments of its step.

use std::time::{Duration, Instant};

use onramp_exec::Signal;
use onramp_tests::Started;

use super::random::Random;
use super::site::Site;

const CONFIGURATION: &str = "[format.a-first]\nrun = \"fixer {files}\"\ncheck = \"true\"\nfiles = [\"**/*.txt\"]\n\n\
     [format.b-second]\nrun = \"second {files}\"\ncheck = \"true\"\nfiles = [\"**/*.txt\"]\n\n\
     [lint.look]\nrun = \"looker {files}\"\nfiles = [\"**/*.txt\"]\n\n\
     [hooks]\npre-commit = [\"format\", \"lint\"]\n";

/// What is said at the beginning of each step, or before it.
const STEPS: [&str; 6] = [
    "copying",
    "format:a-first > fixer",
    "format:b-second > second",
    "format:b-second: passed",
    "staged the changes",
    "lint:look > looker",
];

const SIGNALS: [Signal; 4] = [Signal::INT, Signal::TERM, Signal::HUP, Signal::KILL];

/// Who gets the signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Program,
    /// With the git that has started it, as a terminal does.
    Group,
    /// Everything that runs for the site, as when the power fails.
    Everything,
}

const TARGETS: [Target; 3] = [Target::Program, Target::Group, Target::Everything];

const STAGED: [&str; 2] = ["unfixed NUMBER\n2\n3\n4\n5\n", "unfixed b NUMBER\n"];
const UNSTAGED: [&str; 2] = ["unfixed NUMBER\n2\n3\n4\nfive NUMBER\n", "unfixed b NUMBER\n"];

struct Matrix {
    site: Site,
    number: u32,
}

impl Matrix {
    fn new() -> Self {
        let mut site = Site::with(CONFIGURATION);
        site.env.set_variable("HOOK_OPTIONS", "-v");
        site.tool("second", "exec sed -i s/FIXED/TWICE/ -- \"$@\"");
        site.base(&[("a.txt", "1\n2\n3\n4\n5\n"), ("c.txt", "c\n")]);
        Self { site, number: 0 }
    }

    fn contents(&self, of: [&str; 2]) -> [String; 2] {
        of.map(|text| text.replace("NUMBER", &self.number.to_string()))
    }

    fn trees(&self) -> [String; 2] {
        ["a.txt", "b.txt"].map(|path| self.site.tree(path))
    }

    fn stop(&mut self, step: &str, signal: Signal, target: Target, delay: Duration) {
        self.number += 1;
        let when = format!("{signal:?} to {target:?} {delay:?} after `{step}`, number {}", self.number);
        let site = &self.site;
        let (staged, unstaged) = (self.contents(STAGED), self.contents(UNSTAGED));
        let fixed = |texts: &[String; 2]| texts.each_ref().map(|text| text.replace("unfixed", "TWICE"));
        if step == "copying" {
            // Only the first copy is told.
            std::fs::remove_dir_all(site.path(".onramp/shadow")).unwrap_or_default();
        }
        for (path, content) in ["a.txt", "b.txt"].iter().zip(&staged) {
            site.write(path, content);
        }
        site.git(&["add", "a.txt", "b.txt"]);
        site.write("a.txt", &unstaged[0]);
        site.write("c.txt", format!("unfixed c {}\n", self.number));
        site.write("new.txt", format!("unfixed new {}\n", self.number));
        let head = site.git(&["rev-parse", "HEAD"]);

        let mut run = site.start_commit(&[]);
        run.wait_for(step);
        std::thread::sleep(delay);
        self.signal(&run, signal, target);
        let run = run.finish();
        self.is_quiet(&when);
        self.is_whole(&when, &staged, &unstaged);
        // Whoever is asked to stop says so; a commit may have been made before the signal came.
        if site.git(&["rev-parse", "HEAD"]) == head {
            assert_ne!(run.code, 0, "{when}: {run:#?}");
            let mut next = site.commit(&[]);
            if next.stderr.contains(".lock") {
                // A lock for which the hook was about to be done: git does not start one that would look at it.
                site.env.onramp(["hooks", "run", "pre-commit"]);
                self.remove_locks_of_git(target, &when);
                next = site.commit(&[]);
            }
            assert_eq!(next.code, 0, "{when}: {next:#?}");
        }
        assert_eq!(["a.txt", "b.txt"].map(|path| site.head(path)), fixed(&staged), "{when}");
        assert_eq!(self.trees(), fixed(&unstaged), "{when}");
        assert_eq!(site.status(), " M a.txt\n M c.txt\n?? new.txt\n", "{when}");
        assert_eq!(site.git(&["rev-list", "--count", &format!("{}..HEAD", head.trim())]), "1\n", "{when}");
        self.remove_locks_of_git(target, &when);
        site.is_in_order();
    }

    /// Git leaves locks of its own where it is killed itself.
    fn remove_locks_of_git(&self, target: Target, when: &str) {
        let locks = self.site.env.command("", ["find", ".git", "-name", "*.lock", "-print", "-delete"]);
        let locks = locks.exits(0).stdout;
        assert!(target != Target::Program || locks.is_empty(), "{when}: {locks}");
        assert!(!self.site.path(".git").join("onramp-exchange").exists(), "{when}");
    }

    fn signal(&self, run: &Started, signal: Signal, target: Target) {
        let kill = |pids: &[String]| {
            // Whoever is gone by now needs no signal.
            let _ = self.site.env.command(
                "",
                [&["kill".to_owned(), format!("-{}", signal.as_raw()), "--".to_owned()], pids].concat(),
            );
        };
        match target {
            Target::Group => kill(&[format!("-{}", run.pid())]),
            Target::Program => {
                let programs = self.site.running("hooks run pre-commit");
                if !programs.is_empty() {
                    kill(&programs.iter().map(u32::to_string).collect::<Vec<_>>());
                }
            }
            Target::Everything => {
                // One that starts others may do so between the look and the signal.
                for _ in 0..3 {
                    let all: Vec<String> = self.site.running("").iter().map(u32::to_string).collect();
                    if !all.is_empty() {
                        kill(&all);
                    }
                }
            }
        }
    }

    /// Nothing runs any more.
    #[track_caller]
    fn is_quiet(&self, when: &str) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !self.site.running("").is_empty() {
            assert!(Instant::now() < deadline, "{when}: {:?}", self.site.env.processes());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Every byte that the user had is where it was, or has the fix.
    #[track_caller]
    fn is_whole(&self, when: &str, staged: &[String; 2], unstaged: &[String; 2]) {
        let fixed = |text: &String| text.replace("unfixed", "TWICE");
        for (place, path) in ["a.txt", "b.txt"].iter().enumerate() {
            let (tree, index) = (self.site.tree(path), self.site.staged(path));
            assert!(
                [unstaged[place].clone(), fixed(&unstaged[place])].contains(&tree),
                "{when}: {path} is {tree}"
            );
            assert!(
                [staged[place].clone(), fixed(&staged[place])].contains(&index),
                "{when}: {path} is staged as {index}"
            );
        }
        assert_eq!(self.site.tree("c.txt"), format!("unfixed c {}\n", self.number), "{when}");
        assert_eq!(self.site.tree("new.txt"), format!("unfixed new {}\n", self.number), "{when}");
        self.site.git(&["fsck", "--no-dangling", "--no-progress"]);
    }
}

#[test]
fn at_each_step() {
    let mut matrix = Matrix::new();
    let thorough = onramp_tests::asked("ONRAMP_TEST_KILLS");
    let mut random = Random(onramp_tests::asked("ONRAMP_TEST_SEED").unwrap_or(u64::from(std::process::id())));
    for step in STEPS {
        for target in TARGETS {
            for signal in SIGNALS {
                if target == Target::Everything && signal != Signal::KILL {
                    continue;
                }
                for _ in 0..thorough.unwrap_or(1) {
                    let delay = Duration::from_micros(random.next() % 12_000);
                    matrix.stop(step, signal, target, delay);
                }
            }
        }
    }
}

#[test]
fn between_the_lock_and_the_index() {
    let site = Site::new();
    site.stage("a.txt", "unfixed\n");
    // As one leaves them that was killed there, and whose number nobody has now.
    let prepared = site.path(".git/onramp-index-4194303");
    std::fs::copy(site.path(".git/index"), &prepared).unwrap();
    std::fs::hard_link(&prepared, site.path(".git/index.lock")).unwrap();
    std::fs::write(site.path(".git/onramp-index-4194303.lock"), "").unwrap();
    site.commit(&[]).exits(128);
    site.env.onramp(["hooks", "run", "pre-commit"]).exits(0);
    site.commit(&[]).exits(0);
    assert_eq!(site.head("a.txt"), "FIXED\n");
    site.is_in_order();
}

#[test]
fn while_a_file_changes_its_place() {
    let site = Site::new();
    site.base(&[("a.txt", "1\n")]);
    let digest = |text: &str| {
        std::fs::write(site.env.outside().join("text"), text).unwrap();
        let sum = site.env.command("", ["sha256sum", "../text"]).exits(0).stdout;
        sum.split(' ').next().unwrap().to_owned()
    };
    let place = site.path("a.txt").canonicalize().unwrap();
    let note = format!("{}\0{}{}", place.display(), digest("1\n"), digest("FIXED\n"));
    for (folder, there, says, then) in [
        (".onramp/shadow/exchange", "FIXED\n", "a.txt was put back", "typed in that moment\n"),
        (".git/onramp-exchange", "something newer\n", "what was in it then lies in", "something newer\n"),
    ] {
        site.write("a.txt", there);
        site.write(format!("{folder}/0/note"), &note);
        site.write(format!("{folder}/0/file"), "typed in that moment\n");
        site.stage("b.txt", format!("unfixed {there}"));
        site.commit(&[]).exits(0).says(says);
        assert_eq!(site.tree("a.txt"), then);
        if then != "typed in that moment\n" {
            assert_eq!(site.tree(format!("{folder}/rescued-0")), "typed in that moment\n");
        }
    }
}
