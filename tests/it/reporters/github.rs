use expect_test::expect;

use super::STORY;
use crate::workspace;

#[test]
fn tasks_are_groups_and_failures_are_annotations() {
    let run = workspace(STORY).onramp(["test", "-j1", "--format", "github"]).exits(1);
    expect![[r#"
        ::group::test:good
        > echo fine
        fine
        ::endgroup::
        test:good: passed in [TIME]
        ::group::test:bad
        > sh -c 'echo no good; exit 3'
        no good
        ::endgroup::
        test:bad: failed after [TIME]
        test:after: skipped, because test:bad did not succeed
        ::error title=test%3Abad::test:bad failed: `sh -c 'echo no good; exit 3'` exited with 3 in [ROOT]%0A    no good%0A    full output: [ROOT]/.onramp/logs/test-bad.log
        test: 1 passed, 1 failed, 1 skipped in [TIME]
    "#]].assert_eq(&run.story());
}

/// Two tasks that take turns: each waits for the other one's last line.
const TURNS: &str = r#"
[test.a]
shell = true
run = "for i in 1 2 3; do echo a $i; touch a$i; while [ ! -e b$i ]; do sleep 0.01; done; done"
timeout = "30s"

[test.b]
shell = true
run = "for i in 1 2 3; do while [ ! -e a$i ]; do sleep 0.01; done; echo b $i; touch b$i; done"
timeout = "30s"
"#;

#[test]
fn groups_of_parallel_tasks_do_not_interleave() {
    let run = workspace(TURNS).onramp(["test", "-j2", "--format", "github"]).exits(0);
    let (mut group, mut is_empty) = (None, true);
    let mut seen = Vec::new();
    for line in run.stderr.lines() {
        if let Some(name) = line.strip_prefix("::group::") {
            assert_eq!(group, None, "a group opens within another one:\n{}", run.stderr);
            (group, is_empty) = (name.split(' ').next(), true);
            continue;
        }
        if line == "::endgroup::" {
            assert!(group.take().is_some(), "nothing is open here:\n{}", run.stderr);
            assert!(!is_empty, "a group has no line:\n{}", run.stderr);
        } else if line.starts_with("a ") || line.starts_with("b ") {
            assert_eq!(group, Some(format!("test:{}", &line[..1]).as_str()), "{}", run.stderr);
            seen.push(line);
        }
        is_empty = false;
    }
    assert_eq!(group, None, "a group stays open:\n{}", run.stderr);
    seen.sort_unstable();
    assert_eq!(seen, ["a 1", "a 2", "a 3", "b 1", "b 2", "b 3"]);
}

/// One task that speaks, and others that end meanwhile: two that say nothing, one that says something.
const AROUND: &str = r#"
[test.speaker]
run = "sh speak.sh"

[test.a]
run = "sh other.sh a"

[test.b]
run = "sh other.sh b"
"#;

#[test]
fn a_group_is_opened_again_for_its_next_line_alone() {
    // The speaker goes on when it sees in the run's own output that the others have ended.
    let env = workspace(AROUND)
        .file(
            "speak.sh",
            "touch go; for task in a b; do until grep -q \"^test:$task: passed\" said; do sleep 0.01; done; done; \
             echo last; touch spoken\n",
        )
        .file("other.sh", "until [ -e go ]; do sleep 0.01; done; echo $1\n");
    let line = format!("'{}' test -j3 --format github 2> said", env.program().display());
    assert_eq!(env.command("", ["sh", "-c", &line]).code, 0, "{}", env.read("said"));
    let said = env.read("said");
    let continued = ["test:speaker", "test:a", "test:b"].map(|task| format!("::group::{task} (continued)\n"));
    let groups: usize = continued.iter().map(|group| said.matches(group.as_str()).count()).sum();
    assert!(groups <= 1, "{said}");
    assert!(!said.contains(" (continued)\n::endgroup::"), "{said}");
}

#[test]
fn a_task_without_a_line_has_no_group() {
    let env = workspace("[test.t]\nrun = \"true\"\ninputs = [\"in\"]\n").file("in", "");
    env.onramp(["test", "--format", "github"]).exits(0);
    let run = env.onramp(["test", "--format", "github"]).exits(0);
    assert_eq!(run.story(), "test:t: up to date\ntest: 1 up to date in [TIME]\n");
}

#[test]
fn every_task_says_how_it_ended() {
    let run = workspace(TURNS).onramp(["test", "-j2", "--format", "github"]).exits(0);
    for task in ["test:a", "test:b"] {
        let line = format!("{task}: passed in");
        assert_eq!(run.stderr.matches(&line).count(), 1, "`{line}` is not there once:\n{}", run.stderr);
    }
}

#[test]
fn lines_of_a_task_are_no_commands_to_the_runner() {
    let env = workspace("[test.t]\nrun = \"sh say.sh\"\n").file(
        "say.sh",
        "echo ::error::not mine\necho '  ::set-output name=x::y'\necho '##[error]old'\necho 'x ##[endgroup]'\nexit 1\n",
    );
    let run = env.onramp(["test", "--format", "github"]).exits(1);
    for line in run.stderr.lines() {
        let own = ["::group::test:t", "::endgroup::"].contains(&line)
            || line.starts_with("::error title=test%3At::");
        // The runner takes a line for a command that begins with `::`, and one that holds `##[` anywhere.
        assert!(own || !(line.trim_start().starts_with("::") || line.contains("##[")), "{line}");
    }
    run.says("not mine");
}

#[test]
fn a_failure_keeps_its_annotation_on_one_line() {
    let env = workspace("[test.t]\nshell = true\nrun = \"echo 100%; echo second; exit 1\"\n");
    let run = env.onramp(["test", "--format", "github"]).exits(1);
    let annotation = run.stderr.lines().find(|line| line.starts_with("::error ")).unwrap();
    assert!(annotation.contains("%0A    100%25%0A    second%0A"), "{annotation}");
}
