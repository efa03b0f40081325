//! Real processes: what is promised here can only be seen on them.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Instant;

use super::*;
use crate::{Discard, Environment, is_alive, platform};

fn environment() -> Environment {
    Environment::new([("PATH".into(), "/usr/bin:/bin".into())])
}

fn sh(script: &str) -> ProcessSpec {
    ProcessSpec::new(["sh", "-c", script], "/", environment())
}

fn launcher() -> Launcher {
    Launcher::new(Cancel::new(), Secrets::new()).grace(Duration::from_millis(200))
}

/// Reads the process id that a script wrote, waiting until it has.
fn pid_in(path: &Path) -> u32 {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Ok(pid) = std::fs::read_to_string(path).unwrap_or_default().trim().parse() {
            return pid;
        }
        assert!(Instant::now() < deadline, "the script wrote no process id");
        thread::sleep(Duration::from_millis(5));
    }
}

fn lives(pid: u32) -> bool {
    platform::process(pid).is_some_and(|process| is_alive(&process))
}

#[test]
fn the_environment_is_exactly_what_was_given() {
    let spec = ProcessSpec::new(["env"], "/", environment());
    assert_eq!(launcher().capture(&spec).unwrap().stdout, "PATH=/usr/bin:/bin");
}

#[test]
fn a_program_of_the_given_path_is_called_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("greet");
    std::fs::write(&program, "#!/bin/sh\necho \"$0 $1\"\n").unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut environment = environment();
    environment.prepend_path([folder.path()]);
    let spec = ProcessSpec::new(["greet", "you"], "/", environment);
    assert!(launcher().capture(&spec).unwrap().stdout.ends_with("greet you"));
}

#[test]
fn a_failure_tells_command_directory_status_and_last_lines() {
    let error = launcher().run(&sh("echo first; echo second >&2; exit 3"), Arc::new(Discard)).unwrap_err();
    let ProcessError::Failed(failure) = error else { panic!("{error}") };
    let mut tail = failure.tail.clone();
    tail.sort();
    assert_eq!(tail, ["first", "second"]);
    let message = ProcessError::Failed(failure).to_string();
    assert_eq!(message, "`sh -c 'echo first; echo second >&2; exit 3'` exited with 3 in /");
}

#[test]
fn secrets_are_masked_in_lines_log_and_message() {
    let folder = tempfile::tempdir().unwrap();
    let launcher = launcher();
    launcher.secrets().add("hunter22");
    let mut spec = sh("echo the password is hunter22; exit 1");
    spec.log = Some(folder.path().join("logs/a.log"));
    let error = launcher.run(&spec, Arc::new(Discard)).unwrap_err();
    let log = std::fs::read_to_string(folder.path().join("logs/a.log")).unwrap();
    assert_eq!(log, "the password is ***\n");
    assert!(!format!("{error:?}").contains("hunter22"), "{error:?}");
    let mode = std::fs::metadata(folder.path().join("logs/a.log")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_program_that_prints_more_than_a_pipe_holds_is_not_blocked_by_its_input() {
    let mut spec = sh("seq 1 100000; cat");
    spec.stdin = Stdin::Bytes(b"the end".to_vec());
    let captured = launcher().capture(&spec).unwrap();
    assert!(captured.stdout.ends_with("100000\nthe end"));
}

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
    let launcher = Launcher::new(Cancel::new(), Secrets::new()).grace(Duration::from_secs(600));
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
fn an_xshell_command_brings_its_directory_and_variables() {
    let shell = xshell::Shell::new().unwrap();
    shell.change_dir("/usr");
    let command = xshell::cmd!(shell, "sh -c 'pwd; echo $A'").env("A", "1");
    let spec = ProcessSpec::from_xshell(command, &environment());
    assert_eq!(launcher().capture(&spec).unwrap().stdout, "/usr\n1");
}
