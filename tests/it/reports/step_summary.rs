use std::fs;

use super::STORY;
use crate::workspace;

#[test]
fn a_summary_is_appended_with_failures_in_a_fence_that_holds() {
    let env = workspace(STORY).file("summary.md", "before\n");
    let file = env.root().join("summary.md");
    let env = env.variable("GITHUB_STEP_SUMMARY", &file.to_string_lossy());
    env.onramp(["test", "-j1", "--format", "github"]).exits(1);
    let text = env.read("summary.md");
    let text =
        text.strip_prefix("before\n### `test`: 2 passed, 1 failed, 1 skipped in ").expect("the heading");
    assert!(text.contains("\n| ❌ failed | `test:bad` | "), "{text}");
    assert!(text.contains("\n| ⏭️ skipped | `test:after` |  |\n"), "{text}");
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| ")).collect();
    assert_eq!(rows.len(), 5, "a heading and four tasks:\n{text}");
    assert!(
        rows[1].contains("failed") && rows[2].contains("skipped"),
        "what went wrong comes first:\n{text}"
    );
    let (_, failure) = text.split_once("\n#### ❌ `test:bad`\n\n````text\n").expect("the failure");
    assert!(failure.ends_with("\n```\nno good\n````\n"), "{failure}");
    // A second command in the same step adds to it.
    env.onramp(["test", "good", "--format", "github"]).exits(0);
    assert_eq!(env.read("summary.md").matches("### `test`").count(), 2);
}

#[test]
fn a_file_without_room_is_left_alone_and_other_formats_write_none() {
    let env = workspace(STORY);
    let file = env.root().join("summary.md");
    let env = env.variable("GITHUB_STEP_SUMMARY", &file.to_string_lossy());
    env.onramp(["test", "--format", "plain"]).exits(1);
    assert!(!env.has("summary.md"));
    env.write("summary.md", &"x".repeat(1024 * 1024 - 10));
    env.onramp(["test", "--format", "github"]).exits(1);
    assert_eq!(fs::metadata(&file).unwrap().len(), 1024 * 1024 - 10);
}

#[test]
fn a_summary_that_cannot_be_written_fails_nothing() {
    let env = workspace("[test.t]\nrun = \"true\"\n").variable("GITHUB_STEP_SUMMARY", "/nowhere/summary.md");
    let run = env.onramp(["test", "--format", "github"]).exits(0);
    assert_eq!(
        run.stderr.matches("::warning::the summary could not be appended").count(),
        1,
        "{}",
        run.stderr
    );
}
