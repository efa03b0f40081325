//! Problems in tools' output, from the task's folder to the place that GitHub shows them at.

use expect_test::expect;
use onramp_tests::{Run, TestEnv};
use serde_json::Value;

use crate::workspace;

const RUFF: &str = "bad.py:1:8: F401 [*] `os` imported but unused\nFound 1 error.\n";

fn annotations(run: &Run) -> Vec<&str> {
    let is_one = |line: &&str| line.starts_with("::error ") || line.starts_with("::warning ");
    run.stderr.lines().filter(is_one).collect()
}

/// A repository whose workspace is the folder `app`, with a member in `app/server`.
fn repository() -> TestEnv {
    let env = workspace("[project]\nmembers = [\"app\"]\n")
        .file(
            "app/onramp.toml",
            "[project]\nname = \"app\"\nmembers = [\"server\"]\n\n\
             [lint.types]\ndir = \"ui\"\nshell = true\nrun = \"cat ../types; false\"\n",
        )
        .file(
            "app/types",
            "src/a.ts(1,7): error TS2322: no, 100%\nsrc/gone.ts(1,7): error TS1: there is no such file\n",
        )
        .file("app/ui/src/a.ts", "")
        .file(
            "app/server/onramp.toml",
            "[project]\nname = \"server\"\n\n[lint.ruff]\nshell = true\nrun = \"cat ruff; false\"\n",
        )
        .file("app/server/ruff", RUFF)
        .file("app/server/bad.py", "import os\n");
    env.command("", ["git", "init", "-q"]).exits(0);
    env
}

#[test]
fn paths_lead_from_the_root_of_the_repository() {
    let env = repository();
    let options = ["lint", "-j1", "--keep-going", "--format", "github"];
    let run = env.onramp_in("app", options).exits(1);
    expect![[r#"
        [
            "::error file=app/ui/src/a.ts,line=1,col=7,title=lint%3Atypes TS2322::no, 100%25",
            "::error file=app/server/bad.py,line=1,col=8,title=server/lint%3Aruff F401::`os` imported but unused",
        ]
    "#]]
    .assert_debug_eq(&annotations(&run));
    // The failures themselves are told too, as lines.
    let run = run.says("lint:types failed: ").says("server/lint:ruff failed: ");
    assert!(!run.stderr.contains("gone.ts,"), "{}", run.stderr);
    let run = env.onramp_in("app/server", options).exits(1);
    assert!(annotations(&run)[0].starts_with("::error file=app/server/bad.py,"), "{}", run.stderr);
    // Without a repository the outermost workspace is the root.
    std::fs::remove_dir_all(env.root().join(".git")).unwrap();
    let run = env.onramp_in("app", options).exits(1);
    assert!(annotations(&run)[0].starts_with("::error file=app/ui/src/a.ts,"), "{}", run.stderr);
}

#[test]
fn machines_are_told_before_the_task_ends() {
    let run = repository().onramp_in("app", ["lint", "types", "--format", "json"]).exits(1);
    let events: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let place = events.iter().position(|event| event["event"] == "task-problem").unwrap();
    expect![[r#"
        {
          "code": "TS2322",
          "column": 7,
          "event": "task-problem",
          "file": "app/ui/src/a.ts",
          "line": 1,
          "message": "no, 100%",
          "severity": "error",
          "task": "lint:types",
          "version": 1
        }"#]]
    .assert_eq(&format!("{:#}", events[place]));
    assert_eq!(events[place + 1]["event"], "task-finished");
    assert_eq!(events.iter().filter(|event| event["event"] == "task-problem").count(), 1);
}

#[test]
fn a_task_that_passes_has_warnings_at_most() {
    let env = workspace("[lint.l]\nrun = \"cat out\"\n").file("out", RUFF).file("bad.py", "");
    let run = env.onramp(["lint", "--format", "github"]).exits(0);
    assert_eq!(
        annotations(&run),
        ["::warning file=bad.py,line=1,col=8,title=lint%3Al F401::`os` imported but unused"]
    );
}

#[test]
fn what_two_tasks_find_is_told_once_and_both_outputs_are_read() {
    let script = "printf 'error: no\\n' >&2; printf 'out of place\\n'; printf ' --> a.rs:1:2\\n' >&2; exit 1";
    let env = workspace("[lint]\na = { run = \"sh say\" }\nb = { run = \"sh say\" }\n")
        .file("say", script)
        .file("a.rs", "");
    let run = env.onramp(["lint", "-j1", "--keep-going", "--format", "github"]).exits(1);
    let told = annotations(&run);
    assert!(told.contains(&"::error file=a.rs,line=1,col=2,title=lint%3Aa::no"), "{told:?}");
    assert_eq!(told.iter().filter(|line| line.contains("a.rs")).count(), 1, "{told:?}");
}

#[test]
fn ten_are_shown_and_the_others_are_counted() {
    let lines = |file: &str| -> String {
        (1..=30)
            .map(|line| format!("{file}:{line}:1: error: no {line}\n{file}:{line}:1: warning: hm\n"))
            .collect()
    };
    let env = workspace("[lint.a]\nshell = true\nrun = \"cat a; false\"\n[lint.b]\nshell = true\nrun = \"cat b; false\"\n[lint.c]\nrun = \"false\"\n")
        .file("a", &lines("a.c"))
        .file("b", &lines("b.c"))
        .file("a.c", "")
        .file("b.c", "");
    let run = env.onramp(["lint", "-j1", "--keep-going", "--format", "github"]).exits(1);
    let count = |start: &str| annotations(&run).iter().filter(|line| line.starts_with(start)).count();
    // What has no place comes first; the others take turns.
    assert_eq!((count("::error "), count("::warning ")), (10, 10), "{}", run.stderr);
    assert_eq!(
        (count("::error title=lint%3Ac"), count("::error file=a.c"), count("::error file=b.c")),
        (1, 5, 4)
    );
    run.says("51 more errors and 50 more warnings beyond what GitHub shows of a step; the log has all");
}

#[test]
fn people_are_not_told_twice() {
    let env =
        workspace("[lint.l]\nshell = true\nrun = \"cat out; false\"\n").file("out", RUFF).file("bad.py", "");
    let run = env.onramp(["lint", "--format", "plain"]).exits(1);
    // As output. The tail of the failure would say it again in the next line.
    assert_eq!(run.stderr.matches("F401").count(), 1, "{}", run.stderr);
}

#[test]
fn a_secret_in_a_problem_is_masked() {
    let env = workspace("[env]\nsecrets = [\"TOKEN\"]\nvars = { TOKEN = \"hunter22\" }\n\n[lint.l]\nshell = true\nrun = \"echo 'a.c:1:2: error: hunter22'; false\"\n")
        .file("a.c", "");
    let run = env.onramp(["lint", "--format", "github"]).exits(1);
    assert_eq!(annotations(&run), ["::error file=a.c,line=1,col=2,title=lint%3Al::***"]);
}
