use expect_test::expect;
use serde_json::Value;

use super::STORY;
use crate::workspace;

fn events(stdout: &str) -> Vec<Value> {
    let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    stdout.lines().map(parse).collect()
}

/// An event without what is different each time.
fn brief(event: &Value) -> String {
    let mut words = vec![event["event"].as_str().unwrap_or("nothing").to_owned()];
    let text = ["task", "verb", "step", "stream", "line", "outcome", "because", "level", "message"];
    words.extend(text.iter().filter_map(|key| Some(format!("{key}={}", event.get(key)?.as_str()?))));
    words.join(" ")
}

#[test]
fn every_line_is_an_event_with_a_version_in_the_order_of_the_run() {
    let run = workspace(STORY).onramp(["test", "-j1", "--format", "json"]).exits(1);
    assert_eq!(run.stderr, "");
    let events = events(&run.stdout);
    assert!(events.iter().all(|event| event["version"] == 1));
    let lines: Vec<String> = events.iter().map(brief).collect();
    expect![[r#"
        run-started verb=test
        task-started task=test:good
        task-step task=test:good step=echo fine
        task-output task=test:good stream=stdout line=fine
        task-finished task=test:good outcome=passed
        task-started task=test:bad
        task-step task=test:bad step=sh -c 'echo no good; exit 3'
        task-output task=test:bad stream=stdout line=no good
        task-finished task=test:bad outcome=failed
        task-finished task=test:after outcome=skipped because=test:bad
        run-finished verb=test
    "#]]
    .assert_eq(&(lines.join("\n") + "\n"));
}

#[test]
fn the_last_event_sums_up_with_failure_tail_and_log() {
    let run = workspace(STORY).onramp(["test", "-j1", "--format", "json"]).exits(1);
    let mut last = events(&run.stdout).pop().unwrap();
    last["milliseconds"] = 0.into();
    for task in last["tasks"].as_array_mut().unwrap() {
        assert!(task["milliseconds"].is_u64());
        task["milliseconds"] = 0.into();
    }
    expect![[r#"
        {
          "event": "run-finished",
          "milliseconds": 0,
          "tasks": [
            {
              "milliseconds": 0,
              "outcome": "passed",
              "task": "test:good"
            },
            {
              "failure": {
                "hint": null,
                "kind": "task",
                "log": "[ROOT]/.onramp/logs/test-bad.log",
                "message": "`sh -c 'echo no good; exit 3'` exited with 3 in [ROOT]",
                "tail": [
                  "no good"
                ]
              },
              "milliseconds": 0,
              "outcome": "failed",
              "task": "test:bad"
            },
            {
              "because": "test:bad",
              "milliseconds": 0,
              "outcome": "skipped",
              "task": "test:after"
            }
          ],
          "verb": "test",
          "version": 1
        }
    "#]]
    .assert_eq(&format!("{last:#}\n"));
}

#[test]
fn an_error_before_any_task_is_an_event_too() {
    let run = workspace("[test.t]\nrun = \"true\"\n").onramp(["test", "nope", "--format", "json"]).exits(2);
    let event = events(&run.stdout).pop().unwrap();
    assert_eq!((&event["event"], &event["exit-code"]), (&"error".into(), &2.into()));
    assert!(event["message"].as_str().unwrap().contains("test:nope"));
}

#[test]
fn a_selection_of_nothing_is_a_note() {
    let run = workspace("").onramp(["build", "--format", "json"]).exits(0);
    let lines: Vec<String> = events(&run.stdout).iter().map(brief).collect();
    assert_eq!(lines, ["notice level=note message=nothing to do: no [build.NAME] in the configuration"]);
}

#[test]
fn listings_and_plans_are_one_object() {
    let env = workspace(STORY);
    let tasks = &events(&env.onramp(["tasks", "--format", "json"]).exits(0).stdout)[0];
    assert_eq!(tasks["version"], 1);
    let bad = tasks["tasks"].as_array().unwrap().iter().find(|task| task["task"] == "test:bad").unwrap();
    assert_eq!(bad["needs"], serde_json::json!(["test:good"]));
    let plan = &events(&env.onramp(["test", "--dry-run", "--format", "json"]).exits(0).stdout)[0];
    assert_eq!(plan["plan"].as_array().unwrap().len(), 3);
}

#[test]
fn control_characters_are_escaped() {
    let env = workspace("[test.t]\nrun = \"printf 'a\\\\tb\\\\033[31m\\\\\\\"c'\"\n");
    let run = env.onramp(["test", "--format", "json"]).exits(0);
    let output = events(&run.stdout).into_iter().find(|event| event["event"] == "task-output").unwrap();
    assert_eq!(output["line"], "a\tb\u{1b}[31m\"c");
    assert!(!run.stdout.contains('\u{1b}'));
}
