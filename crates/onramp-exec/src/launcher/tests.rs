//! Real processes: what is promised here can only be seen on them.

use std::os::unix::fs::PermissionsExt;

use onramp_core::{Failure, FailureKind};

use super::*;
use crate::Discard;
use crate::test_tools::{environment, launcher, lives, sh};
use std::thread;

#[test]
fn the_environment_is_what_was_given_plus_the_working_directory() {
    let mut environment = environment();
    environment.set("PWD", "/where/onramp/was/started");
    let spec = ProcessSpec::new(["env"], "/usr", environment);
    assert_eq!(launcher().capture(&spec).unwrap().stdout, "PATH=/usr/bin:/bin\nPWD=/usr");
}

#[test]
fn a_program_of_the_given_path_is_called_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("greet");
    std::fs::write(&program, "#!/bin/sh\necho \"$0 $1\"\n").unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut environment = environment();
    environment.prepend_path([folder.path()]).unwrap();
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
fn a_log_that_cannot_be_opened_keeps_the_process_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let (started, log) = (folder.path().join("started"), folder.path().join("a.log"));
    std::os::unix::fs::symlink("/nowhere/at/all", &log).unwrap();
    let mut spec = sh(&format!("touch {}", started.display()));
    spec.log = Some(log.clone());
    let error = launcher().run(&spec, Arc::new(Discard)).unwrap_err();
    let begin =
        format!("log {} could not be opened: it is a link to /nowhere/at/all: No such file", log.display());
    assert!(error.to_string().starts_with(&begin), "{error}");
    assert_eq!(Failure::from(error).kind, FailureKind::Environment);
    thread::sleep(Duration::from_millis(100));
    assert!(!started.exists());
}

#[test]
fn a_log_is_made_for_those_that_print_and_done_without_where_it_cannot_be() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let run = |shell: &str, log: &str| {
        let log = folder.path().join(log);
        let spec = ProcessSpec { log: Some(log.clone()), ..sh(shell) };
        launcher().run(&spec, Arc::new(Discard)).unwrap();
        log.exists()
    };
    assert!(run("echo text", "logs/a.log"));
    assert!(!run("true", "logs/b.log"));
    assert!(!run("echo text", "file/c.log"));
}

#[test]
fn a_launcher_with_leases_notes_what_it_starts() {
    let folder = tempfile::tempdir().unwrap();
    let files = || std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let launcher = launcher().with_leases(folder.path().to_path_buf());
    assert_eq!(files().count(), 0);
    launcher.run(&sh("true"), Arc::new(Discard)).unwrap();
    let running = launcher.start(&sh("sleep 1000"), Arc::new(Discard)).unwrap();
    drop(launcher);
    let lease = crate::lease::Lease::read(&files().next().unwrap()).unwrap().unwrap();
    assert_eq!(lease.owner, crate::own_process());
    assert_eq!(lease.leaders.len(), 2);
    assert_eq!(lease.leaders.last().copied(), crate::platform::mark(running.pid()));
    assert!(lives(running.pid()));
    drop(running);
    assert_eq!(files().count(), 0);
}

#[test]
fn a_secret_across_the_pieces_of_a_long_line_is_masked_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let launcher = launcher();
    launcher.secrets().add("correct-horse");
    let mut spec = sh("printf %65530s; echo correct-horse");
    spec.log = Some(folder.path().join("a.log"));
    launcher.run(&spec, Arc::new(Discard)).unwrap();
    let log = std::fs::read_to_string(folder.path().join("a.log")).unwrap();
    assert_eq!(log.replace(['\n', ' '], ""), "***");
}

#[test]
fn an_xshell_command_brings_its_directory_and_variables() {
    let shell = xshell::Shell::new().unwrap();
    shell.change_dir("/usr");
    let command = xshell::cmd!(shell, "sh -c 'pwd; echo $A'").env("A", "1");
    let spec = ProcessSpec::from_xshell(command, &environment());
    assert_eq!(launcher().capture(&spec).unwrap().stdout, "/usr\n1");
}

#[cfg(target_os = "linux")]
#[test]
fn both_ways_to_start_a_process_give_it_the_same() {
    // Of the signals from 32 on, which the C library keeps for itself, nothing is said. No pipe behind `ls`: the shell
    // could still have its end open when it is looked at. And the shell itself reads what is blocked: while it starts a
    // program it blocks everything.
    let text = "pwd; test \"$(cut -d' ' -f6 /proc/$$/stat)\" = $$ && echo leads its session; ls /proc/$$/fd; \
                while read -r name value; do case $name in SigBlk:) echo $name $value;; \
                SigIgn:) echo $((0x$value & 0x7fffffff));; esac; done </proc/$$/status; cat";
    let look = |user| {
        let spec =
            ProcessSpec { user, stdin: Stdin::Bytes(b"read".to_vec()), directory: "/usr".into(), ..sh(text) };
        launcher().capture(&spec).unwrap().stdout
    };
    let lean = look(None);
    assert!(lean.starts_with("/usr\nleads its session\n"), "{lean}");
    assert!(lean.ends_with("read"), "{lean}");
    if rustix::process::getuid().is_root() {
        // Another user, though it be the same, is the business of the standard library.
        assert_eq!(lean, look(Some(crate::RunAs { uid: 0, gid: 0 })));
    }
}
