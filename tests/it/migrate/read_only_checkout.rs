//! Checkouts that cannot be written: mounted read-only, or somebody else's.

use std::fs;
use std::path::{Path, PathBuf};

use onramp_tests::{Run, TestEnv, skip};

use super::flowline;
use crate::workspace;

/// Runs commands one after the other where the workspace is mounted read-only; `None` where that cannot be done.
fn mounted(env: &TestEnv, commands: &[&str], variables: &str) -> Option<Vec<Run>> {
    let mount = "mount --bind . . && mount -o remount,ro,bind .";
    if env.command("", ["unshare", "-m", "sh", "-c", mount]).code != 0 {
        skip("a folder cannot be mounted read-only here");
        return None;
    }
    let program = env.program().display().to_string();
    let run = |command: &&str| {
        let script = format!("{mount} && cd \"$PWD\" && exec env {variables} \"$0\" {command}");
        env.command("", ["unshare", "-m", "sh", "-c", &script, &program])
    };
    Some(commands.iter().map(run).collect())
}

/// The only folder in which state is kept elsewhere.
fn elsewhere(states: &Path) -> PathBuf {
    let mut folders = fs::read_dir(states.join("onramp")).expect("a folder for all workspaces");
    let folder = folders.next().expect("one workspace").expect("an entry").path();
    assert!(folders.next().is_none());
    folder.join(".onramp")
}

#[track_caller]
fn says(run: &Run, text: &str) {
    assert!(run.stderr.contains(text), "{text}: {}", run.stderr);
}

#[test]
fn verbs_that_only_read_work_where_it_is_mounted_read_only() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    let before = env.snapshot();
    let verbs = [
        "migrate check --dialect sqlite",
        "migrate lint --dialect sqlite --all",
        "migrate ledger",
        "db erd --dialect sqlite",
        "tasks",
        "doctor",
        "db status",
    ];
    let Some(runs) = mounted(env, &verbs, "") else { return };
    for (verb, run) in verbs.iter().zip(&runs) {
        // Findings are none of this test's business.
        assert!(run.code <= 1, "{verb}: {} {}", run.stdout, run.stderr);
    }
    let states = env.outside().join("home/.local/state");
    let state = elsewhere(&states);
    says(&runs[0], "[ROOT] cannot be written, so what is kept of it lies in ");
    assert!(state.join("databases/facts").is_dir() && state.join("logs/migrate-sqlite.log").is_file());
    assert_eq!(env.snapshot(), before);
    assert!(!env.has(".onramp"));
    // What was kept is found again.
    let Some(runs) = mounted(env, &["run --dry-run task:none", "cache status"], "") else { return };
    says(&runs[0], "there is no task");
    assert!(runs[1].stdout.contains(".local/state/onramp/"), "{}", runs[1].stdout);

    // And where nothing can be written at all, the next step is told.
    let nowhere = ["migrate check --dialect sqlite", "migrate ledger", "tasks"];
    let Some(runs) = mounted(env, &nowhere, "XDG_STATE_HOME=/proc/nowhere") else { return };
    assert_eq!(runs.iter().map(|run| run.code).collect::<Vec<_>>(), [4, 0, 0]);
    says(&runs[0], "[ROOT] cannot be written, nor /proc/nowhere/onramp/");
    says(&runs[0], "hint: XDG_STATE_HOME=FOLDER");
    says(&runs[1], "so nothing is kept of this run");
    let Some(runs) = mounted(env, &nowhere[..1], "-u HOME") else { return };
    assert_eq!(runs[0].code, 4);
    says(&runs[0], "hint: XDG_STATE_HOME=FOLDER");
}

#[test]
fn results_of_somebody_elses_checkout_are_kept_with_the_user() {
    let env = workspace("[task.t]\nrun = \"cat in\"\ninputs = [\"in\"]\n").file("in", "text\n");
    let states = env.outside().join("states");
    fs::create_dir(&states).expect("a new folder");
    let bits = format!(
        "chmod 755 '{0}' && chmod -R a+rX,a-w . && chmod 777 '{1}'",
        env.outside().display(),
        states.display()
    );
    env.command("", ["sh", "-c", &bits]).exits(0);
    let program = env.program().display().to_string();
    let as_user = |words: &str| {
        let words = format!("XDG_STATE_HOME='{}' exec '{program}' {words}", states.display());
        let other = "exec setpriv --reuid=65534 --regid=65534 --clear-groups sh -c \"$0\"";
        let is_root = env.command("", ["sh", "-c", "test $(id -u) = 0"]).code == 0;
        match is_root {
            true => env.command("", ["sh", "-c", other, &words]),
            false => env.command("", ["sh", "-c", &words]),
        }
    };
    if as_user("version").code != 0 {
        return skip("another user cannot run the program here");
    }
    as_user("run t").exits(0).says("[ROOT] cannot be written, so what is kept of it lies in ");
    as_user("run t").exits(0).says("task:t: up to date");
    assert!(elsewhere(&states).join("last").is_dir() && !env.has(".onramp"));
    as_user("why t").exits(0).never_says("could not");
    // A folder that somebody else may write to is not believed.
    let open = states.join("onramp");
    env.command("", ["chmod", "-R", "a+rwx", &open.display().to_string()]).exits(0);
    as_user("run t").exits(0).says("so nothing is kept of this run: it is somebody else's");
    env.command("", ["chmod", "-R", "u+w", "."]).exits(0);
}
