use expect_test::expect;

use super::STORY;
use crate::workspace;

#[test]
fn every_line_names_its_task_and_failures_come_last() {
    let run = workspace(STORY).onramp(["test", "-j1"]).exits(1);
    assert_eq!(run.stdout, "");
    expect![[r#"
        test:good > echo fine
        test:good | fine
        test:good: passed in [TIME]
        test:bad > sh -c 'echo no good; exit 3'
        test:bad | no good
        test:bad: failed after [TIME]
        test:after: skipped, because test:bad did not succeed

        test:bad failed: `sh -c 'echo no good; exit 3'` exited with 3 in [ROOT]
            full output: [ROOT]/.onramp/logs/test-bad.log

        test: 1 passed, 1 failed, 1 skipped in [TIME]
    "#]]
    .assert_eq(&run.story());
}

#[test]
fn output_is_repeated_when_that_of_another_task_came_since() {
    let other = format!("{STORY}\n[test.other]\nrun = \"echo other\"\nneeds = [\"test:good\"]\n");
    let run = workspace(&other).onramp(["test", "-j1", "--keep-going"]).exits(1);
    run.says("exited with 3 in [ROOT]\n    no good\n    full output: ");
}

#[test]
fn quiet_says_failures_and_nothing_else() {
    let run = workspace(STORY).onramp(["test", "-j1", "--quiet"]).exits(1);
    expect![[r#"

        test:bad failed: `sh -c 'echo no good; exit 3'` exited with 3 in [ROOT]
            no good
            full output: [ROOT]/.onramp/logs/test-bad.log
    "#]]
    .assert_eq(&run.story());
    let run = workspace(STORY).onramp(["test", "good", "-q"]).exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}

#[test]
fn quiet_and_verbose_exclude_one_another() {
    workspace(STORY).onramp(["test", "-q", "-v"]).exits(2);
}

#[test]
fn there_is_no_escape_in_plain_output() {
    let run = workspace(STORY).onramp(["test", "--color", "auto"]).exits(1);
    assert!(!run.stderr.contains('\u{1b}'), "{:?}", run.stderr);
}
