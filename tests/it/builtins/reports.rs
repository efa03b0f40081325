use onramp_tests::{Run, TestEnv};
use serde_json::{Value, json};

use super::{WHITESPACE, write};
use crate::{named, workspace};

/// A repository whose workspace is the folder `app`.
fn repository() -> TestEnv {
    let env = workspace("[project]\nmembers = [\"app\"]\n")
        .file("app/onramp.toml", &named("[format.end]\nbuiltin = [\"end-of-file\"]\n"))
        .file("app/src/a.txt", "a")
        .file("app/src/b.txt", "\n\n");
    env.command("", ["git", "init", "-q"]).exits(0);
    env
}

fn events(run: &Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

#[test]
fn github_shows_each_finding_once_at_its_line() {
    let run = repository().onramp_in("app", ["fmt", "--check", "--format", "github"]).exits(1);
    let annotations: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with("::error ")).collect();
    assert_eq!(
        annotations,
        [
            "::error file=app/src/a.txt,line=1,col=2,title=format%3Aend end-of-file::no newline at the end of the file",
            "::error file=app/src/b.txt,line=1,col=1,title=format%3Aend end-of-file::nothing but empty lines",
        ]
    );
}

#[test]
fn json_has_a_problem_for_each_finding() {
    let run = repository().onramp_in("app", ["fmt", "--check", "--format", "json"]).exits(1);
    let events = events(&run);
    let problems: Vec<&Value> = events.iter().filter(|event| event["event"] == "task-problem").collect();
    assert_eq!(problems.len(), 2, "{problems:#?}");
    assert_eq!(
        *problems[0],
        json!({
            "version": 1,
            "event": "task-problem",
            "task": "format:end",
            "severity": "error",
            "file": "app/src/a.txt",
            "line": 1,
            "column": 2,
            "code": "end-of-file",
            "message": "no newline at the end of the file",
        })
    );
    let finished = events.iter().find(|event| event["event"] == "task-finished").unwrap();
    assert_eq!(finished["failure"]["message"], "2 problems in 2 files, of 3 files");
    assert_eq!(finished["failure"]["hint"], "onramp fmt end");
}

#[test]
fn the_log_has_all_that_was_found() {
    let env = workspace(WHITESPACE);
    let names: Vec<String> = (0..40).map(|number| format!("f{number:02}.txt")).collect();
    names.iter().for_each(|name| write(&env, &[(name, b"a")]));
    let run = env.onramp(["fmt", "--check", "-q"]).exits(1);
    run.says("f39.txt:1:2: no newline").says("full output: [ROOT]/.onramp/logs/").never_says("f05.txt:1:2");
    let log = env.read(".onramp/logs/format-whitespace.log");
    assert_eq!(log.lines().count(), 40, "{log}");
}

#[test]
fn listings_name_what_is_built_in() {
    let env = workspace(WHITESPACE);
    let names = "built in: trailing-whitespace, end-of-file, line-endings, byte-order-mark";
    env.onramp(["tasks"]).exits(0).says(names);
    env.onramp(["fmt", "--dry-run"]).exits(0).says(names);
    env.onramp(["run", "--audit", "format:whitespace"]).exits(2).says("`format:whitespace` is built in");
}
