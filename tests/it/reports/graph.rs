use std::fs;

use expect_test::expect;
use onramp_tests::{TestEnv, skip};
use serde_json::Value;

use super::timings::{is_one_file, numbers};
use crate::workspace;

/// A workspace with a member, and descriptions with everything that a language may stumble over.
fn monorepo() -> TestEnv {
    workspace(
        r#"[project]
members = ["ui"]

[setup.python]
run = "true"
inputs = ["lock"]
outputs = ["out/**"]

[test.unit]
description = "Says \"hé\" & <b>, `x` \\ #1; end"
run = "true"
needs = ["setup:python", "ui/build:bundle"]

[test.alone]
run = "true"
"#,
    )
    .file("ui/onramp.toml", "[project]\nname = \"ui\"\n\n[build.bundle]\nrun = \"true\"\n")
}

#[test]
fn a_task_is_drawn_with_all_it_needs() {
    let env = monorepo();
    expect![[r#"
        digraph tasks {
          rankdir=LR;
          node [shape=box, style=rounded, fontname="monospace"];
          "setup:python" [label="setup:python", tooltip="true"];
          "test:unit" [label="test:unit", tooltip="Says \"hé\" &amp; <b>, `x` \\ #1; end"];
          subgraph cluster_1 {
            label="ui";
            "ui/build:bundle" [label="build:bundle", tooltip="true"];
          }
          "setup:python" -> "test:unit";
          "ui/build:bundle" -> "test:unit";
        }
    "#]]
    .assert_eq(&env.onramp(["graph", "test:unit"]).exits(0).stdout);
    expect![[r#"
        flowchart LR
          t0["setup:python"]
          t2["test:unit"]
          subgraph m1["ui"]
            t1["build:bundle"]
          end
          t0 --> t2
          t1 --> t2
    "#]]
    .assert_eq(&env.onramp(["graph", "--as", "mermaid", "test:unit"]).exits(0).stdout);
    assert!(!env.has(".onramp"));
}

#[test]
fn graphviz_can_read_it() {
    let env = monorepo();
    let text = env.onramp(["graph"]).exits(0).stdout;
    assert!(text.contains("test:alone"), "{text}");
    if !fs::exists("/usr/bin/dot").unwrap() {
        return skip("there is no dot");
    }
    env.write("graph.dot", &text);
    let drawn = env.command("", ["dot", "-Tplain", "graph.dot"]).exits(0);
    assert_eq!(drawn.stderr, "");
    assert!(drawn.stdout.contains("edge \"setup:python\" \"test:unit\""), "{}", drawn.stdout);
}

#[test]
fn machines_get_each_task_after_its_needs() {
    let env = monorepo();
    let run = env.onramp(["graph", "--format", "json"]).exits(0);
    assert_eq!(run.stdout, env.onramp(["graph", "--as", "json"]).exits(0).stdout);
    let graph: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(graph["version"], 1);
    let tasks = graph["tasks"].as_array().unwrap();
    let place = |name: &str| tasks.iter().position(|task| task["task"] == name).unwrap();
    assert!(place("setup:python") < place("test:unit") && place("ui/build:bundle") < place("test:unit"));
    let python = &tasks[place("setup:python")];
    assert_eq!(python["inputs"], serde_json::json!(["lock"]));
    assert_eq!(python["outputs"], serde_json::json!(["out/**"]));
    assert_eq!(tasks[place("ui/build:bundle")]["member"], "ui");
    assert_eq!(tasks[place("test:alone")]["inputs"], Value::Null);
}

#[test]
fn a_page_has_a_box_for_each_task_and_a_line_for_each_need() {
    let env = monorepo();
    let page = env.onramp(["graph", "--as", "html"]).exits(0).stdout;
    is_one_file(&page);
    let numbers = numbers(&page);
    let tasks = numbers["tasks"].as_array().unwrap();
    assert_eq!(page.matches("<g class=\"node ").count(), tasks.len());
    assert_eq!(page.matches("<path class=\"edge\"").count(), 2);
    assert!(tasks.iter().any(|task| task["about"] == "Says \"hé\" & <b>, `x` \\ #1; end"), "{numbers}");
    assert!(!page.contains("hé\" & <b>, `x` \\ #1; end"), "the description left its quotes");
    let silent = env.onramp(["graph", "--as", "html", "-o", "graph.html"]).exits(0);
    assert_eq!((silent.stdout.as_str(), silent.stderr.as_str()), ("", ""));
    assert_eq!(env.read("graph.html"), page);
}

#[test]
fn mistakes_are_told() {
    let env = monorepo();
    env.onramp(["graph", "test:unti"]).exits(2).says("did you mean `test:unit`?");
    env.onramp(["graph", "-o", "nowhere/graph.dot"]).exits(4).says("could not be written");
    env.onramp(["graph", "--as", "png"]).exits(2);
}
