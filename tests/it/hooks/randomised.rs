//! Random contents, staged, not staged and new, meet random formatters and random kills. Whatever comes of it, each file
//! has what it had, or what `git merge-file` makes of it and the fix.
//!
//! `ONRAMP_TEST_CASES` says how many cases there are, instead of as many as have room in the time, and
//! `ONRAMP_TEST_SEED` where they begin.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use onramp_exec::Signal;

use super::random::Random;
use super::site::Site;

/// How long it takes where nobody asks for more.
const TIME: Duration = Duration::from_secs(40);

/// The same in CI.
const TIME_IN_CI: Duration = Duration::from_secs(180);

const FILES: [&str; 4] = ["a.txt", "b.txt", "folder/c.txt", "folder/d.txt"];

/// What a formatter does to each line.
#[derive(Clone, Copy, Debug)]
enum Rule {
    Keep,
    Replace,
    Delete,
    Insert,
    Double,
}

/// What one file is.
#[derive(Clone, Debug, Default)]
struct File {
    staged: Option<String>,
    tree: Option<String>,
}

struct Case<'a> {
    site: &'a Site,
    rules: BTreeMap<char, Rule>,
    fails: bool,
    files: BTreeMap<&'static str, File>,
}

/// The letters that lines begin with.
const LETTERS: [char; 5] = ['p', 'q', 'r', 's', 't'];

fn line(random: &mut Random) -> String {
    format!("{} {}\n", random.one_of(&LETTERS), random.below(1000))
}

fn text(random: &mut Random) -> String {
    let lines = random.below(14);
    let mut text: String = (0..lines).map(|_| line(random)).collect();
    if random.once_in(5) {
        text.pop();
    }
    text
}

/// The text after some edits.
fn edited(random: &mut Random, text: &str) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    for _ in 0..=random.below(3) {
        let place = random.below(lines.len() + 1);
        match random.below(3) {
            0 => lines.insert(place, line(random)),
            1 if place < lines.len() => drop(lines.remove(place)),
            _ if place < lines.len() => lines[place] = line(random),
            _ => {}
        }
    }
    lines.concat()
}

impl<'a> Case<'a> {
    fn new(site: &'a Site, random: &mut Random) -> Self {
        let rule = |random: &mut Random| {
            random.one_of(&[Rule::Keep, Rule::Keep, Rule::Replace, Rule::Delete, Rule::Insert, Rule::Double])
        };
        let rules = LETTERS.iter().map(|letter| (*letter, rule(random))).collect();
        let mut files = BTreeMap::new();
        for path in FILES {
            let staged = (!random.once_in(5)).then(|| text(random));
            let tree = match (&staged, random.below(4)) {
                (Some(staged), 0) => Some(staged.clone()),
                (_, 1) if random.once_in(4) => None,
                (Some(staged), _) => Some(edited(random, staged)),
                (None, _) => Some(text(random)),
            };
            files.insert(path, File { staged, tree });
        }
        Self { site, rules, fails: random.once_in(8), files }
    }

    /// What the formatter makes of a text.
    fn fixed(&self, text: &str) -> String {
        let mut fixed = String::new();
        for line in text.lines() {
            match self.rules[&line.chars().next().expect("a letter")] {
                Rule::Keep => fixed += &format!("{line}\n"),
                Rule::Replace => fixed += &format!("{line} fixed\n"),
                Rule::Delete => {}
                Rule::Insert => fixed += &format!("{line}\n= {line}\n"),
                Rule::Double => fixed += &format!("= {line}\n= {line}\n"),
            }
        }
        fixed
    }

    fn formatter(&self) -> String {
        let mut program = String::new();
        for (letter, rule) in &self.rules {
            let action = match rule {
                Rule::Keep => "print",
                Rule::Replace => "print $0 \" fixed\"",
                Rule::Delete => "",
                Rule::Insert => "print; print \"= \" $0",
                Rule::Double => "print \"= \" $0; print \"= \" $0",
            };
            program += &format!("/^{letter}/ {{ {action} }}\n");
        }
        // A line of its own making stays.
        let end = if self.fails { "exit 1" } else { "exit 0" };
        format!(
            "for file; do awk '{program}' \"$file\" > \"$file.new\" && cat \"$file.new\" > \"$file\"; rm \"$file.new\"; done\n{end}"
        )
    }

    fn prepare(&self) {
        let site = self.site;
        site.tool("fixer", &self.formatter());
        let write = |path: &str, content: &Option<String>| match content {
            Some(content) => site.write(path, content),
            None => drop(fs::remove_file(site.path(path))),
        };
        self.files.iter().for_each(|(path, file)| write(path, &file.staged));
        site.git(&["add", "-A"]);
        self.files.iter().for_each(|(path, file)| write(path, &file.tree));
        site.write("new.txt", "p new, and nobody's business\n");
    }

    /// What is permitted in the work tree and in the index, and what comes when nobody kills anything; `None` where it
    /// does not go together.
    fn outcome(&self, file: &File) -> Option<File> {
        let Some(staged) = &file.staged else { return Some(file.clone()) };
        let fixed = self.fixed(staged);
        let tree = match &file.tree {
            Some(tree) if *staged != fixed => Some(self.merged(tree, staged, &fixed)?),
            tree => tree.clone(),
        };
        Some(File { staged: Some(fixed), tree })
    }

    fn merged(&self, ours: &str, before: &str, after: &str) -> Option<String> {
        if ours == before {
            return Some(after.to_owned());
        }
        if ours == after {
            return Some(ours.to_owned());
        }
        let folder = self.site.env.outside();
        for (name, content) in [("ours", ours), ("before", before), ("after", after)] {
            fs::write(folder.join(name), content).expect("a file in the temporary folder");
        }
        let words = ["git", "merge-file", "-q", "../ours", "../before", "../after"];
        let run = self.site.env.command("", words);
        (run.code == 0).then(|| fs::read_to_string(folder.join("ours")).expect("what git has merged"))
    }

    fn now(&self, path: &str) -> File {
        let has = self.site.git(&["ls-files", "--", path]);
        let tree = fs::read_to_string(self.site.path(path)).ok();
        File { staged: (!has.is_empty()).then(|| self.site.staged(path)), tree }
    }

    /// Makes the commit, and looks at everything.
    fn run(&self, random: &mut Random, when: &str) {
        self.prepare();
        let outcomes: BTreeMap<_, _> =
            self.files.iter().map(|(path, file)| (*path, self.outcome(file))).collect();
        let is_killed = random.once_in(3);
        let run = self.site.start_commit(&["--allow-empty"]);
        let code = if is_killed {
            std::thread::sleep(Duration::from_micros(random.next() % 40_000));
            let signal = random.one_of(&[Signal::INT, Signal::TERM, Signal::HUP, Signal::KILL]);
            let pids = match random.below(2) {
                0 => self.site.running("hooks run"),
                _ => self.site.running(""),
            };
            for pid in pids {
                let _ =
                    self.site.env.command("", ["kill", &format!("-{}", signal.as_raw()), &pid.to_string()]);
            }
            let code = run.finish().code;
            self.is_quiet();
            code
        } else {
            run.finish().code
        };
        for (path, file) in &self.files {
            let now = self.now(path);
            let outcome = outcomes[path].as_ref();
            let done = outcome.unwrap_or(file);
            assert!(
                [&file.tree, &done.tree].contains(&&now.tree),
                "{when}: {path} is {now:?} of {file:?}, not {done:?}"
            );
            assert!(
                [&file.staged, &done.staged].contains(&&now.staged),
                "{when}: {path} is {now:?} of {file:?}, not {done:?}"
            );
            if !is_killed && !self.fails {
                assert_eq!(
                    (&now.tree, &now.staged),
                    (&done.tree, &done.staged),
                    "{when}: {path} of {file:?}"
                );
            }
            if !is_killed && self.fails && self.has_work() {
                assert_eq!((&now.tree, &now.staged), (&file.tree, &file.staged), "{when}: {path}");
            }
        }
        if !is_killed {
            let goes = !self.has_work() || !self.fails && outcomes.values().all(Option::is_some);
            assert_eq!(code == 0, goes, "{when}: {outcomes:#?}");
        }
        assert_eq!(self.site.tree("new.txt"), "p new, and nobody's business\n", "{when}");
        self.go_on(when);
    }

    /// Whether the hook runs the formatter at all: whether anything that is staged differs from the newest commit.
    fn has_work(&self) -> bool {
        self.files.values().any(|file| file.staged.is_some())
    }

    #[track_caller]
    fn is_quiet(&self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !self.site.running("").is_empty() {
            assert!(Instant::now() < deadline, "{:?}", self.site.env.processes());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Leaves a commit in which no file is, so that everything is staged the next time.
    fn go_on(&self, when: &str) {
        let script = "rm -f .git/index.lock .git/HEAD.lock .git/refs/heads/main.lock && git rm -rqf --ignore-unmatch . && git reset -q && rm -rf a.txt b.txt folder new.txt && git checkout -q HEAD -- onramp.toml && git rm -rq --cached --ignore-unmatch a.txt b.txt folder && { git diff --cached --quiet || git commit -qm empty --no-verify; } && ls";
        let left = self.site.env.command("", ["sh", "-c", script]);
        assert_eq!((left.code, left.stdout.trim()), (0, "onramp.toml"), "{when}: {left:#?}");
    }
}

#[test]
fn cases() {
    let seed = onramp_tests::asked("ONRAMP_TEST_SEED").unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time");
        u64::from(now.subsec_nanos()) ^ now.as_secs()
    });
    let wanted = onramp_tests::asked("ONRAMP_TEST_CASES");
    let time = if onramp_tests::is_ci() { TIME_IN_CI } else { TIME };
    onramp_tests::say(&format!("ONRAMP_TEST_SEED={seed}"));
    let site = Site::with(super::site::FORMATTER);
    site.git(&["rm", "-q", "start.txt"]);
    site.git(&["commit", "-qm", "empty", "--no-verify"]);
    let start = Instant::now();
    let mut number = 0;
    while wanted.map_or_else(|| start.elapsed() < time, |wanted| number < wanted) {
        let mut random = Random(seed.wrapping_add(number));
        let when = format!("ONRAMP_TEST_SEED={} ONRAMP_TEST_CASES=1", seed.wrapping_add(number));
        let case = Case::new(&site, &mut random);
        case.run(&mut random, &when);
        if number % 64 == 0 {
            site.git(&["fsck", "--no-dangling", "--no-progress"]);
        }
        number += 1;
    }
    onramp_tests::say(&format!("{number} cases in {} s", start.elapsed().as_secs()));
    assert!(number > 0);
}
