use std::fs;
use std::os::unix::fs::PermissionsExt;

use onramp_exec::Signal;
use onramp_tests::TestEnv;
use serde_json::{Value, json};

use super::STORY;
use crate::workspace;

fn last(env: &TestEnv) -> Value {
    serde_json::from_str(&env.read(".onramp/runs/last.json")).expect("the last report is JSON")
}

/// The reports that are kept under their date.
fn dated(env: &TestEnv) -> Vec<String> {
    let entries = fs::read_dir(env.root().join(".onramp/runs")).expect("the folder of the reports");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.ok()?.file_name().into_string().ok();
    let names = entries.filter_map(name);
    let mut names: Vec<String> =
        names.filter(|name| name.starts_with(|c: char| c.is_ascii_digit())).collect();
    names.sort();
    names
}

fn task<'a>(report: &'a Value, name: &str) -> &'a Value {
    let tasks = report["tasks"].as_array().expect("a report has tasks");
    tasks.iter().find(|task| task["task"] == name).expect("the task is reported")
}

#[test]
fn a_failed_run_is_reported_with_what_became_of_each_task() {
    let env = workspace(STORY);
    env.onramp(["test", "-j2"]).exits(1);
    let report = last(&env);
    assert_eq!(report["version"], 1);
    assert_eq!(
        [&report["verb"], &report["jobs"], &report["exit-code"]],
        [&json!("test"), &json!(2), &json!(1)]
    );
    assert!(report["started"].as_u64().unwrap() > 1_600_000_000_000, "{report}");
    assert!(report["milliseconds"].as_f64().unwrap() > 0.0, "{report}");
    assert_eq!(report["tasks"].as_array().unwrap().len(), 4);
    let tools = task(&report, "setup:tools");
    assert_eq!(
        [&tools["outcome"], &tools["cached"], &tools["needs"]],
        [&json!("passed"), &json!(true), &json!([])]
    );
    let good = task(&report, "test:good");
    assert_eq!([&good["cached"], &good["needs"]], [&json!(false), &json!(["setup:tools"])]);
    // A task starts after the end of what it needs, on a worker that exists.
    let end = |task: &Value| task["started"].as_f64().unwrap() + task["milliseconds"].as_f64().unwrap();
    assert!(good["started"].as_f64().unwrap() >= end(tools) - 0.01, "{report}");
    assert!(good["worker"].as_u64().unwrap() < 2, "{report}");
    let bad = task(&report, "test:bad");
    assert_eq!(bad["failure"]["kind"], "task");
    assert_eq!(bad["failure"]["tail"], json!(["```", "no good"]));
    let after = task(&report, "test:after");
    assert_eq!([&after["outcome"], &after["because"]], [&json!("skipped"), &json!("test:bad")]);
    assert_eq!(after["worker"], Value::Null);
    // The dated report is the same, and for nobody else to read.
    let [name] = dated(&env).try_into().unwrap();
    assert!(name.ends_with("-test.json"), "{name}");
    assert_eq!(env.read(&format!(".onramp/runs/{name}")), env.read(".onramp/runs/last.json"));
    let mode = fs::metadata(env.root().join(".onramp/runs/last.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
}

#[test]
fn a_run_with_nothing_to_do_is_reported_and_a_dry_one_is_not() {
    let env = workspace(STORY);
    env.onramp(["test", "good", "--dry-run"]).exits(0);
    assert!(!env.has(".onramp/runs"));
    env.onramp(["run", "setup:tools"]).exits(0);
    env.onramp(["run", "setup:tools"]).exits(0);
    let report = last(&env);
    assert_eq!(report["exit-code"], 0);
    assert_eq!(task(&report, "setup:tools")["outcome"], "up-to-date");
    assert_eq!(dated(&env).len(), 2);
}

#[test]
fn an_interrupted_run_is_reported() {
    let env =
        workspace("[test.slow]\nshell = true\nrun = \"echo here; sleep 60\"\n[test.later]\nrun = \"true\"\n");
    let mut run = env.start(["test", "-j1"]);
    run.wait_for("here");
    run.signal(Signal::INT);
    run.finish().exits(130);
    let report = last(&env);
    assert_eq!(report["exit-code"], 130);
    assert_eq!(task(&report, "test:slow")["outcome"], "interrupted");
    assert_eq!(task(&report, "test:later")["outcome"], "not-started");
}

#[test]
fn twenty_reports_are_kept() {
    let env = workspace("[test.t]\nrun = \"true\"\n");
    for moment in 1..=25 {
        env.write(&format!(".onramp/runs/{moment}-test.json"), "{}");
    }
    env.write(".onramp/runs/mine.txt", "kept");
    env.onramp(["test"]).exits(0);
    let names = dated(&env);
    assert_eq!(names.len(), 20, "{names:?}");
    assert!(
        !names.contains(&"6-test.json".to_owned()) && names.contains(&"7-test.json".to_owned()),
        "{names:?}"
    );
    assert!(env.has(".onramp/runs/mine.txt") && env.has(".onramp/runs/last.json"));
}

#[test]
fn a_report_that_cannot_be_kept_fails_nothing() {
    // A file where the folder should be: that stops even the superuser, whom no mode would.
    let env = workspace("[test.t]\nrun = \"true\"\n").file(".onramp/runs", "in the way");
    let run = env.onramp(["test", "--timings"]).exits(0);
    assert_eq!(run.stderr.matches("warning: ").count(), 1, "{}", run.stderr);
    run.says("could not be kept");
}

#[test]
fn a_secret_stays_out_of_the_report() {
    let env = workspace(
        "[env]\nsecrets = [\"TOKEN\"]\n[test.t]\nshell = true\nrun = \"echo the token is $TOKEN; exit 1\"\n",
    )
    .variable("TOKEN", "tasks-s3cret");
    env.onramp(["test", "--timings"]).exits(1);
    for file in ["last.json", "timings.html"] {
        let text = env.read(&format!(".onramp/runs/{file}"));
        assert!(text.contains("the token is ***") && !text.contains("s3cret"), "{file}");
    }
}
