//! How real processes end.

use std::thread;

use super::*;
use crate::test_tools::{launcher, lives, pid_in, sh, wait_until};
use crate::{Discard, ProcessError};

/// `setsid` is a program of Linux; elsewhere a session's members are all that can be found.
#[cfg(target_os = "linux")]
#[test]
fn cancelling_ends_a_deaf_child_and_one_in_a_session_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let (deaf, own) = (folder.path().join("deaf"), folder.path().join("own"));
    let script = format!(
        "sh -c 'trap \"\" TERM; echo $$ > {}; while :; do sleep 1; done' & \
         setsid sh -c 'echo $$ > {}; sleep 1000' & wait",
        deaf.display(),
        own.display()
    );
    let launcher = launcher();
    let cancel = launcher.cancel().clone();
    let (deaf, own) = thread::scope(|scope| {
        let run = scope.spawn(|| launcher.run(&sh(&script), Arc::new(Discard)));
        let pids = (pid_in(&deaf), pid_in(&own));
        assert!(lives(pids.0) && lives(pids.1));
        cancel.escalate();
        assert!(matches!(run.join().unwrap(), Err(ProcessError::Cancelled)));
        pids
    });
    assert!(!lives(deaf), "the child that ignores TERM still runs");
    assert!(!lives(own), "the child in its own session still runs");
}

#[test]
fn a_second_request_does_not_wait_for_the_grace_period() {
    let launcher = launcher().grace(Duration::from_secs(600));
    let folder = tempfile::tempdir().unwrap();
    let ready = folder.path().join("ready");
    let script = format!("trap '' TERM; echo $$ > {}; while :; do sleep 1; done", ready.display());
    thread::scope(|scope| {
        let run = scope.spawn(|| launcher.run(&sh(&script), Arc::new(Discard)));
        pid_in(&ready);
        launcher.cancel().escalate();
        launcher.cancel().escalate();
        assert!(matches!(run.join().unwrap(), Err(ProcessError::Cancelled)));
    });
}

#[test]
fn what_a_process_leaves_behind_in_its_session_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let left = folder.path().join("left");
    launcher().run(&sh(&format!("sleep 1000 & echo $! > {}", left.display())), Arc::new(Discard)).unwrap();
    assert!(!lives(pid_in(&left)));
}

#[test]
fn a_process_over_its_time_is_ended() {
    let mut spec = sh("sleep 1000");
    spec.timeout = Some(Duration::from_millis(50));
    let error = launcher().run(&spec, Arc::new(Discard)).unwrap_err();
    assert!(matches!(error, ProcessError::TimedOut { .. }), "{error}");
}

#[test]
fn a_dropped_process_is_gone() {
    let running = launcher().start(&sh("sleep 1000"), Arc::new(Discard)).unwrap();
    let pid = running.pid();
    assert!(lives(pid));
    drop(running);
    assert!(!lives(pid));
}

#[test]
fn a_request_while_leftovers_are_ended_counts() {
    let folder = tempfile::tempdir().unwrap();
    let (leader, deaf) = (folder.path().join("leader"), folder.path().join("deaf"));
    let script = format!(
        "sh -c 'trap \"\" TERM; echo $$ > {deaf}; while :; do sleep 1; done' & \
         while [ ! -s {deaf} ]; do sleep 0.01; done; echo $$ > {leader}",
        deaf = deaf.display(),
        leader = leader.display()
    );
    let launcher = launcher().grace(Duration::from_secs(60));
    thread::scope(|scope| {
        let run = scope.spawn(|| launcher.run(&sh(&script), Arc::new(Discard)));
        let (leader, deaf) = (pid_in(&leader), pid_in(&deaf));
        wait_until(|| !lives(leader));
        launcher.cancel().escalate();
        thread::sleep(Duration::from_millis(100));
        assert!(lives(deaf));
        launcher.cancel().escalate();
        wait_until(|| !lives(deaf));
        assert!(matches!(run.join().unwrap(), Err(ProcessError::Cancelled)));
    });
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_process_starts_when_it_is_asked_to_end_is_asked_too() {
    let folder = tempfile::tempdir().unwrap();
    let (ready, stray) = (folder.path().join("ready"), folder.path().join("stray"));
    let script = format!(
        "trap 'sleep 1000 & echo $! > {}; exit' TERM; echo $$ > {}; while :; do sleep 0.01; done",
        stray.display(),
        ready.display()
    );
    let launcher = launcher().grace(Duration::from_secs(600));
    let begin = Instant::now();
    thread::scope(|scope| {
        let run = scope.spawn(|| launcher.run(&sh(&script), Arc::new(Discard)));
        pid_in(&ready);
        launcher.cancel().escalate();
        assert!(matches!(run.join().unwrap(), Err(ProcessError::Cancelled)));
    });
    assert!(!lives(pid_in(&stray)));
    assert!(begin.elapsed() < Duration::from_secs(300), "nobody has waited for the end of the grace period");
}

#[test]
fn what_a_process_starts_to_put_things_in_order_is_left_in_peace() {
    let folder = tempfile::tempdir().unwrap();
    let (ready, order) = (folder.path().join("ready"), folder.path().join("order"));
    let script = format!(
        "trap 'sh -c \"sleep 0.3; echo 1 > {}\"; exit' TERM; echo $$ > {}; while :; do sleep 0.01; done",
        order.display(),
        ready.display()
    );
    let launcher = launcher().grace(Duration::from_secs(60));
    thread::scope(|scope| {
        let run = scope.spawn(|| launcher.run(&sh(&script), Arc::new(Discard)));
        pid_in(&ready);
        launcher.cancel().escalate();
        assert!(matches!(run.join().unwrap(), Err(ProcessError::Cancelled)));
    });
    assert!(order.exists());
}

#[test]
fn a_released_process_lives_on_whatever_becomes_of_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let launcher = launcher().with_leases(folder.path().join("leases"));
    // In the place of the shell: what is killed at the end shall leave nothing.
    let spec = sh("exec sleep 1000");
    let stays = launcher.clone().without_leases().start(&spec, Arc::new(Discard)).unwrap();
    let pid = stays.pid();
    stays.release();
    launcher.cancel().escalate();
    // Not one that could be over before anybody asks whether the run goes on.
    assert!(matches!(launcher.run(&spec, Arc::new(Discard)), Err(ProcessError::Cancelled)));
    assert!(lives(pid));
    crate::reap_leftovers(&folder.path().join("leases"));
    assert!(lives(pid));
    platform::signal(pid, Signal::KILL);
    crate::test_tools::wait_until(|| !lives(pid));
}
