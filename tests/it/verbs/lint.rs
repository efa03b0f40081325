use onramp_tests::TestEnv;

use crate::workspace;

/// One linter that can mend what it finds, and one that cannot.
fn linted() -> TestEnv {
    workspace(
        r#"
[lint.bad-words]
shell = true
run = "! grep -H bad {files}"
fix = "sed -i.old s/bad/good/ {files}; rm *.old"
files = ["*.txt"]

[lint.looks]
run = "sh -c 'echo looked >> ran'"
"#,
    )
    .file("a.txt", "a bad word\n")
}

#[test]
fn a_finding_is_a_failure_and_nothing_changes() {
    let env = linted();
    env.onramp(["lint", "--keep-going"]).exits(1).says("a.txt:a bad word").says("1 passed, 1 failed");
    assert_eq!(env.read("a.txt"), "a bad word\n");
}

#[test]
fn the_hint_is_a_fix_where_the_linter_has_one() {
    let env = linted();
    env.onramp(["lint", "bad-words"]).exits(1).says("hint: onramp lint --fix bad-words\n");
    env.onramp(["lint", "--fix", "bad-words"]).exits(0);
    let env = workspace("[lint.types]\nrun = \"false\"\n");
    env.onramp(["lint"]).exits(1).never_says("hint:");
    env.onramp(["lint", "--fix"]).exits(1).never_says("hint:");
}

#[test]
fn fix_mends_what_can_be_mended_and_checks_the_rest() {
    let env = linted();
    env.onramp(["lint", "--fix"]).exits(0);
    assert_eq!((env.read("a.txt").as_str(), env.read("ran").as_str()), ("a good word\n", "looked\n"));
    env.onramp(["lint"]).exits(0);
}

#[test]
fn linters_are_chosen_by_name() {
    let env = linted();
    env.onramp(["lint", "looks"]).exits(0);
    assert_eq!(env.read("ran"), "looked\n");
}
