#![cfg(target_os = "linux")]

use super::*;
use std::path::PathBuf;
use std::sync::Arc;

use crate::platform::Mark;
use crate::test_tools::{launcher, lives, pid_in, sh, wait_until};
use crate::{Discard, ProcessId, Running};

/// Leases that a test has written, as if by a dead Onramp.
struct Leases {
    folder: tempfile::TempDir,
}

impl Leases {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn directory(&self) -> PathBuf {
        self.folder.path().join("leases")
    }

    /// Writes a lease of a process that has had our number before us.
    fn write(&self, leaders: &[Mark], change: impl FnOnce(&mut Lease)) {
        let mut lease = Lease::own();
        lease.owner = ProcessId { pid: std::process::id(), started: "1".to_owned() };
        lease.leaders = leaders.to_vec();
        change(&mut lease);
        self.write_text(&lease.to_text());
    }

    fn write_text(&self, text: &str) {
        let number = self.count();
        fs::create_dir_all(self.directory()).unwrap();
        fs::write(self.directory().join(format!("run-7000000-{number}.processes")), text).unwrap();
    }

    fn reap(&self) -> usize {
        reap_leftovers(&self.directory())
    }

    fn count(&self) -> usize {
        fs::read_dir(self.directory()).map_or(0, Iterator::count)
    }

    fn start(&self, script: &str) -> (Running, Mark) {
        let running = launcher().start(&sh(script), Arc::new(Discard)).unwrap();
        let mark = platform::mark(running.pid()).unwrap();
        (running, mark)
    }

    /// A session whose leader has ended; returns it with its member.
    fn start_and_leave(&self) -> (Running, Mark, u32) {
        let file = self.folder.path().join(format!("member-{}", self.count()));
        let (running, leader) = self.start(&format!("sleep 1000 & echo $! > {}; sleep 0.1", file.display()));
        let member = pid_in(&file);
        wait_until(|| platform::mark(leader.pid).is_none());
        (running, leader, member)
    }
}

#[test]
fn what_a_dead_owner_left_is_ended_with_its_session() {
    let leases = Leases::new();
    let file = leases.folder.path().join("child");
    let script = format!(
        "trap '' TERM; sh -c 'kill -STOP $$' & echo $! > {}; while :; do sleep 1; done",
        file.display()
    );
    let (mut running, leader) = leases.start(&script);
    let child = pid_in(&file);
    leases.write(&[Mark { pid: 1, started: 77 }, leader], |_| ());
    assert_eq!(leases.reap(), 1);
    assert!(!lives(leader.pid) && !lives(child));
    assert_eq!(leases.count(), 0);
    wait_until(|| platform::mark(leader.pid).is_none());
    assert!(!running.is_running());
}

#[test]
fn the_members_of_a_session_are_ended_without_their_leader() {
    let leases = Leases::new();
    let (_running, leader, member) = leases.start_and_leave();
    leases.write(&[leader], |_| ());
    assert_eq!(leases.reap(), 1);
    assert!(!lives(member));
}

#[test]
fn a_session_whose_number_may_have_come_round_is_left_alone() {
    for numbers in [Some(Numbers { used: 0, available: 300 }), None] {
        let leases = Leases::new();
        let (mut running, leader, member) = leases.start_and_leave();
        leases.write(&[leader], |lease| lease.numbers = numbers);
        assert_eq!((leases.reap(), leases.count()), (1, 0));
        assert!(lives(member));
        running.stop(crate::StopSignal::Kill, Duration::ZERO);
    }
}

#[test]
fn live_owners_and_other_namespaces_keep_their_processes() {
    let leases = Leases::new();
    let (_running, leader) = leases.start("sleep 1000");
    leases.write(&[leader], |lease| lease.owner = crate::own_process());
    leases.write(&[leader], |lease| lease.realm.namespace = "pid:[1]".to_owned());
    assert_eq!((leases.reap(), leases.count()), (0, 2));
    assert!(lives(leader.pid));
}

#[test]
fn a_reused_number_and_an_earlier_boot_end_nothing() {
    let leases = Leases::new();
    let (_running, leader) = leases.start("sleep 1000");
    leases.write(&[Mark { started: leader.started + 1, ..leader }], |_| ());
    leases.write(&[leader], |lease| lease.realm.boot = "another".to_owned());
    assert_eq!((leases.reap(), leases.count()), (2, 0));
    assert!(lives(leader.pid));
}

#[test]
fn a_lease_that_cannot_be_read_now_stays() {
    let leases = Leases::new();
    fs::create_dir(leases.directory()).unwrap();
    let name = "run-7000000-0.processes";
    std::os::unix::fs::symlink(name, leases.directory().join(name)).unwrap();
    assert_eq!((leases.reap(), leases.count()), (0, 1));
}

#[test]
fn broken_leases_go_and_other_files_stay() {
    let leases = Leases::new();
    leases.write_text("{");
    leases.write_text("");
    let own = format!("run-{}-0.processes", std::process::id());
    for name in ["a.lease", "run-1.txt", own.as_str()] {
        fs::write(leases.directory().join(name), "").unwrap();
    }
    assert_eq!((leases.reap(), leases.count()), (2, 3));
    assert_eq!(reap_leftovers(&leases.folder.path().join("missing")), 0);
}
