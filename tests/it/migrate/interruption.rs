use std::time::{Duration, Instant};

use onramp_exec::Signal;
use onramp_tests::{Flowline, TestEnv};

use super::flowline_with_a_new_column;

/// Sends a signal when `dialect` has reached each of the steps, and expects that nothing is left: no file, no
/// process, no lease.
fn interrupt(dialect: &str, steps: &[&str], signal: Signal) {
    let Some(flowline) = flowline_with_a_new_column() else { return };
    let before = flowline.env.snapshot();
    for step in steps {
        let mut run = flowline.env.start(["migrate", "--dialect", dialect, "-m", "add flow owner"]);
        run.wait_for(&format!("migrate:{dialect} > {step}"));
        run.signal(signal);
        run.finish().exits(130);
        assert_eq!(flowline.env.snapshot(), before, "at `{step}`");
        assert_nothing_left(&flowline, step);
    }
}

#[track_caller]
fn assert_nothing_left(flowline: &Flowline, step: &str) {
    let env = &flowline.env;
    assert_eq!(processes_of(env), Vec::<String>::new(), "processes left at `{step}`");
    assert_eq!(entries(env, ".onramp/leases"), 0, "leases left at `{step}`");
    assert_eq!(entries(env, ".onramp/scratch"), 0, "scratch folders left at `{step}`");
}

fn entries(env: &TestEnv, folder: &str) -> usize {
    std::fs::read_dir(env.root().join(folder)).map_or(0, Iterator::count)
}

/// The command lines of all processes that know of the workspace: it stands in the environment of everything
/// that is started for it.
fn processes_of(env: &TestEnv) -> Vec<String> {
    let marker = env.outside().to_string_lossy().into_owned();
    let own = std::process::id().to_string();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let is_zombie = stat.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('Z'));
        let mentions = String::from_utf8_lossy(&environment).contains(&marker);
        if mentions && !is_zombie && entry.file_name() != own.as_str() {
            let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            found.push(String::from_utf8_lossy(&command).replace('\0', " "));
        }
    }
    found
}

#[test]
fn ctrl_c_at_each_step_on_sqlite() {
    let steps = ["copy history", "apply head", "generate", "format", "apply", "revert", "apply again"];
    interrupt("sqlite", &steps, Signal::INT);
}

#[test]
fn terminated_at_each_step_on_sqlite() {
    let steps = ["copy history", "apply head", "generate", "format", "apply", "revert", "apply again"];
    interrupt("sqlite", &steps, Signal::TERM);
}

#[test]
fn ctrl_c_at_each_step_on_postgresql() {
    let steps =
        ["create cluster", "start server", "apply head", "generate", "apply", "revert", "apply again"];
    interrupt("postgresql", &steps, Signal::INT);
}

#[test]
fn terminated_at_each_step_on_postgresql() {
    let steps =
        ["create cluster", "start server", "apply head", "generate", "apply", "revert", "apply again"];
    interrupt("postgresql", &steps, Signal::TERM);
}

#[test]
fn killed_while_a_server_runs_it_is_cleaned_up_by_the_next_command() {
    let Some(flowline) = flowline_with_a_new_column() else { return };
    let before = flowline.env.snapshot();
    for step in ["create cluster", "start server", "apply head", "generate", "revert"] {
        let mut run = flowline.env.start(["migrate", "--dialect", "postgresql", "-m", "add flow owner"]);
        run.wait_for(&format!("migrate:postgresql > {step}"));
        run.signal(Signal::KILL);
        run.finish().exits(137);
        assert_eq!(flowline.env.snapshot(), before, "at `{step}`");
        flowline.env.onramp(["migrate", "--dialect", "postgresql", "-m", "x", "--dry-run"]).exits(0);
        assert_eq!(entries(&flowline.env, ".onramp/leases"), 0, "leases left at `{step}`");
        // A process that was started in the very moment of the kill is not noted anywhere; it ends by itself,
        // because its server is gone.
        let deadline = Instant::now() + Duration::from_secs(20);
        while processes_of(&flowline.env).iter().any(|command| command.contains("postgres")) {
            assert!(Instant::now() < deadline, "left at `{step}`: {:?}", processes_of(&flowline.env));
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    flowline.env.onramp(["migrate", "--dialect", "postgresql", "-m", "add flow owner"]).exits(0);
}
