//! The password of a server is told by nothing: no output, log, report or file of the tree, and no command line of any
//! process, however much is said and whatever goes wrong. The project itself does its worst.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use onramp_tests::Run;

use super::kills::thoroughness;
use super::site::{Server, Site};

const ENV_PY: &str = "src/flowline/migrations/env.py";

/// What the project says whenever it is asked to do something: the password as it is and as a URL has it. For the test it
/// writes both into a file outside of the workspace.
const INDISCREET: &str = r#"
import os, sys, urllib.parse
_url = os.environ.get("FLOWLINE_DATABASE_URL", "")
_encoded = urllib.parse.urlsplit(_url).password
if _encoded:
    _password = urllib.parse.unquote(_encoded)
    with open("{outside}/seen", "a", encoding="utf-8") as _seen:
        print(_encoded, _password, sep="\n", file=_seen)
    for _stream in (sys.stdout, sys.stderr):
        print("connecting to", _url, "with", _password, f"password='{_password}'", file=_stream, flush=True)
    if os.path.exists("{outside}/fail"):
        raise RuntimeError(f"{_url} with {_password} is not to be reached")
"#;

/// A password that looks different in a URL.
const NASTY: [&str; 2] = ["p%ss w@rd/ä&x=y", "p%25ss%20w%40rd%2F%C3%A4%26x%3Dy"];

const FORMATS: [&str; 4] = ["human", "plain", "json", "github"];

/// A watch over the command lines of all processes of the machine.
struct Watch {
    is_over: Arc<AtomicBool>,
    watching: JoinHandle<BTreeSet<String>>,
}

impl Watch {
    fn begin() -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&is_over);
        let watching = thread::spawn(move || {
            let mut seen = BTreeSet::new();
            while !end.load(Ordering::Relaxed) {
                for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
                    let words = fs::read(process.path().join("cmdline")).unwrap_or_default();
                    seen.insert(String::from_utf8_lossy(&words).replace('\0', " "));
                }
                thread::sleep(Duration::from_millis(20));
            }
            seen
        });
        Self { is_over, watching }
    }

    fn end(self) -> BTreeSet<String> {
        self.is_over.store(true, Ordering::Relaxed);
        self.watching.join().expect("a watch that has ended")
    }
}

/// Whether the project gets to its database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Database {
    Reached,
    Refused,
}

struct Case {
    site: Site,
    before: Vec<(PathBuf, Vec<u8>)>,
}

impl Case {
    fn new(site: Site) -> Self {
        let script = INDISCREET.replace("{outside}", &site.env.outside().display().to_string());
        let text = site.env.read(ENV_PY);
        let place = text.find("\nimport ").expect("an import");
        site.env.write(ENV_PY, &format!("{}\n{script}{}", &text[..place], &text[place..]));
        let before = site.snapshot();
        Self { site, before }
    }

    /// Runs a migrate, and expects that nothing tells the passwords that it had to do with.
    fn check(&self, format: &str, database: Database) {
        let site = &self.site;
        let fail = site.env.outside().join("fail");
        match database {
            Database::Reached => drop(fs::remove_file(&fail)),
            Database::Refused => fs::write(&fail, "").expect("a file"),
        }
        let watch = Watch::begin();
        let arguments =
            ["-v", "--timings", "migrate", "--all-dialects", "-m", "add flow owner", "--format", format];
        let run = site.run(&arguments);
        let words = watch.end();
        let code = if database == Database::Reached { 0 } else { 1 };
        let run = run.exits(code);
        assert!(run.stdout.contains("***") || run.stderr.contains("***"), "{run:#?}");
        self.is_discreet(&run, &words);
        site.restore(&self.before);
    }

    #[track_caller]
    fn is_discreet(&self, run: &Run, words: &BTreeSet<String>) {
        let outside = self.site.env.outside();
        let seen = fs::read_to_string(outside.join("seen")).expect("the project had a password");
        let passwords: BTreeSet<&str> = seen.lines().collect();
        let find = |text: &str| passwords.iter().find(|password| text.contains(**password)).copied();
        assert!(passwords.iter().all(|password| password.len() >= 12), "{passwords:?}");
        assert_eq!(find(&run.stdout), None, "{}", run.stdout);
        assert_eq!(find(&run.stderr), None, "{}", run.stderr);
        for line in words {
            assert_eq!(find(line), None, "{line}");
        }
        let mut pending = vec![self.site.root()];
        while let Some(path) = pending.pop() {
            if path.is_dir() && !path.is_symlink() {
                pending.extend(fs::read_dir(&path).expect("a folder").flatten().map(|entry| entry.path()));
            } else if let Some(password) =
                find(&String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()))
            {
                // The record of a server that stays has it, for the next command.
                let is_record = path.extension().is_some_and(|extension| extension == "server");
                assert!(is_record, "{password} in {}", path.display());
                let mode = fs::metadata(&path).expect("a file").permissions().mode();
                assert_eq!(mode & 0o077, 0, "{}", path.display());
            }
        }
    }

    /// With the formats that are given, or with all of them where somebody has asked for that.
    fn check_with(&self, reached: Option<&'static str>, refused: &'static str) {
        let is_thorough = thoroughness().0 > 0;
        for format in if is_thorough { FORMATS.to_vec() } else { reached.into_iter().collect() } {
            self.check(format, Database::Reached);
        }
        for format in if is_thorough { FORMATS.to_vec() } else { vec![refused] } {
            self.check(format, Database::Refused);
        }
    }
}

#[test]
fn of_local_programs() {
    let Some(site) = Site::new(Server::Local) else { return };
    Case::new(site).check_with(Some("json"), "human");
}

#[test]
fn of_a_server_that_stays() {
    let Some(site) = Site::new(Server::Warm) else { return };
    Case::new(site).check_with(None, "github");
}

#[test]
fn of_a_container() {
    let Some(site) = Site::new(Server::WarmContainer) else { return };
    let case = Case::new(site);
    case.check_with(Some("human"), "json");
    // Whoever may ask the engine sees the environment of a container; nothing else of it has the password.
    let [container] = case.site.containers().try_into().expect("one container");
    let format = "{{json .Args}} {{json .Config.Labels}} {{json .Config.Cmd}} {{json .HostConfig}}";
    let inspected = case.site.docker(&["inspect", "--format", format, &container]);
    let logs = case.site.docker(&["logs", &container]);
    for run in [inspected, logs] {
        case.is_discreet(&run, &BTreeSet::new());
    }
}

#[test]
fn of_a_server_that_is_given() {
    let (Some(owner), Some(mut site)) = (Site::new(Server::Local), Site::new(Server::Local)) else { return };
    owner.run(&["db", "up", "postgresql"]).exits(0);
    let url = owner.run(&["db", "url", "postgresql"]).exits(0).stdout;
    let url = url.trim().replace("postgresql+asyncpg:", "postgresql:");
    let role = format!("CREATE ROLE given SUPERUSER LOGIN PASSWORD '{}'", NASTY[0]);
    owner.env.command("", ["psql", "-X", "--quiet", &url, "--command", &role]).exits(0);
    let (_, address) = url.split_once('@').expect("a user and a password");
    site.env.set_variable("ONRAMP_POSTGRESQL_URL", &format!("postgresql://given:{}@{address}", NASTY[1]));
    let configuration = site.env.read("onramp.toml").replace("source = \"local\"", "source = \"url\"");
    site.env.write("onramp.toml", &configuration);
    let case = Case::new(site);
    case.check_with(Some("github"), "plain");
    let seen = fs::read_to_string(case.site.env.outside().join("seen")).expect("a file");
    assert!(seen.lines().any(|line| line == NASTY[0]), "{seen}");
    owner.run(&["db", "down", "--throw-away", "--answer", "yes"]).exits(0);
}
