//! Orphans are a matter of the whole process, so the tests about them have one of their own and take turns.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use onramp_core::{Cancel, Secrets};
use onramp_exec::{Discard, Environment, Launcher, ProcessError, ProcessSpec, process};

static TURN: Mutex<()> = Mutex::new(());

fn launcher() -> Launcher {
    Launcher::new(Cancel::new(), Secrets::new()).grace(Duration::from_millis(200))
}

fn sh(script: &str) -> ProcessSpec {
    let environment = Environment::new([("PATH".into(), "/usr/bin:/bin".into())]);
    ProcessSpec::new(["sh", "-c", script], "/", environment)
}

fn wait_until(holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < deadline, "it never came about");
        thread::sleep(Duration::from_millis(5));
    }
}

fn pid_in(file: &Path) -> Option<u32> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

/// A process that has cut every tie and hears no TERM, with a child in a session of its own.
struct Orphan {
    folder: tempfile::TempDir,
}

impl Orphan {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What starts the orphan and returns once it is one. It ends by itself at a file `go`.
    fn script(&self) -> String {
        let parent = std::process::id();
        let script = "cd FOLDER; (setsid sh -c 'trap \"\" TERM; setsid sleep 1000 & echo $! > child; \
             while ! grep -q \"^PPid:.PARENT$\" /proc/$$/status; do sleep 0.01; done; echo $$ > pid; \
             while [ ! -e go ]; do sleep 0.01; done; kill -KILL $(cat child)' > /dev/null 2>&1 &); \
             while [ ! -s pid ]; do sleep 0.01; done; ";
        script
            .replace("FOLDER", &self.folder.path().display().to_string())
            .replace("PARENT", &parent.to_string())
    }

    fn pids(&self) -> Option<[u32; 2]> {
        Some([pid_in(&self.file("pid"))?, pid_in(&self.file("child"))?])
    }

    fn wait(&self) -> [u32; 2] {
        wait_until(|| self.pids().is_some());
        self.pids().expect("it was waited for")
    }
}

impl Drop for Orphan {
    fn drop(&mut self) {
        let _ = fs::write(self.file("go"), "");
        if let Some(pids) = self.pids() {
            wait_until(|| pids.iter().all(|pid| process(*pid).is_none()));
        }
    }
}

#[test]
fn what_has_cut_every_tie_ends_with_a_cancelled_process() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let orphan = Orphan::new();
    let launcher = launcher();
    thread::scope(|scope| {
        let run = scope.spawn(|| launcher.run(&sh(&(orphan.script() + "sleep 1000")), Arc::new(Discard)));
        let pids = orphan.wait();
        // A later success tells nothing about an earlier orphan.
        thread::sleep(Duration::from_millis(50));
        launcher.run(&sh("true"), Arc::new(Discard)).unwrap();
        launcher.cancel().escalate();
        assert!(matches!(run.join().unwrap(), Err(ProcessError::Cancelled)));
        assert_eq!(pids.map(process), [None, None]);
    });
}

#[test]
fn a_lone_process_over_its_time_takes_its_orphans_along() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let first = Orphan::new();
    launcher().run(&sh(&(first.script() + "exit 1")), Arc::new(Discard)).unwrap_err();
    // The start of a process is told in hundredths of a second.
    thread::sleep(Duration::from_millis(50));
    // On a machine with much to do there may be no orphan yet when the time is over.
    let pids = [2, 20, 60].into_iter().find_map(|seconds| {
        let second = Orphan::new();
        let mut spec = sh(&(second.script() + "sleep 1000"));
        spec.timeout = Some(Duration::from_secs(seconds));
        let error = launcher().run(&spec, Arc::new(Discard)).unwrap_err();
        assert!(matches!(error, ProcessError::TimedOut { .. }), "{error}");
        second.pids()
    });
    assert_eq!(pids.expect("an orphan").map(process), [None, None]);
    assert!(first.wait().map(process).iter().all(Option::is_some), "it is older than the process");
}

#[test]
fn a_daemon_of_a_success_survives_a_later_request_and_leaves_no_zombie() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let orphan = Orphan::new();
    let launcher = launcher();
    launcher.run(&sh(&orphan.script()), Arc::new(Discard)).unwrap();
    let pids = orphan.wait();
    launcher.cancel().escalate();
    let error = launcher.run(&sh("sleep 1000"), Arc::new(Discard)).unwrap_err();
    assert!(matches!(error, ProcessError::Cancelled), "{error}");
    assert!(pids.map(process).iter().all(Option::is_some));
    drop(orphan);
    self::launcher().run(&sh("true"), Arc::new(Discard)).unwrap();
    assert!(!fs::exists(format!("/proc/{}", pids[0])).unwrap());
}
