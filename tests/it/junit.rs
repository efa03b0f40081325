//! The merged JUnit report.

use onramp_tests::TestEnv;

use crate::workspace;

const MERGED: &str = ".onramp/reports/junit.xml";

/// A suite that copies `NAME.xml` to where its report belongs, and then ends as `NAME.sh` does.
fn suite(name: &str, more: &str) -> String {
    format!(
        "[test.{name}]\nshell = true\nrun = \"mkdir -p out; cp {name}.xml out/{name}.xml; sh {name}.sh\"\n\
         junit = \"out/{name}.xml\"\n{more}\n"
    )
}

fn report(name: &str, case: &str) -> String {
    format!(
        "<testsuites><testsuite name=\"{name}\"><testcase name=\"c\" time=\"0.5\">{case}</testcase></testsuite></testsuites>"
    )
}

/// The line about everything.
#[track_caller]
fn totals(env: &TestEnv) -> String {
    let merged = env.read(MERGED);
    let line = merged.lines().nth(1).unwrap_or_default();
    assert!(line.starts_with("<testsuites name=\"onramp test\" tests="), "{merged}");
    let (counts, _) =
        line.trim_start_matches("<testsuites name=\"onramp test\" ").split_once(" time=").expect("a time");
    counts.replace('"', "")
}

#[test]
fn suites_with_a_report_without_one_and_with_none_to_write() {
    let env = workspace(&format!(
        "{}{}[test.plain]\nrun = \"true\"\n[test.broken]\nshell = true\nrun = \"echo the last word; exit 3\"\n\
         junit = \"out/broken.xml\"\n[test.after]\nrun = \"true\"\nneeds = [\"test:broken\"]\n",
        suite("good", ""),
        suite("bad", "")
    ))
    .file("good.xml", &report("one", ""))
    .file("good.sh", "true")
    .file("bad.xml", &report("two", "<failure message=\"no\"/>"))
    .file("bad.sh", "exit 1");
    env.onramp(["test", "--keep-going", "--junit", "ci/all.xml"]).exits(1);
    assert_eq!(totals(&env), "tests=5 failures=2 errors=1 skipped=0");
    let merged = env.read(MERGED);
    assert_eq!(merged, env.read("ci/all.xml"));
    for line in [
        "<testsuite name=\"test:good / one\" tests=\"1\" failures=\"0\"",
        "<testsuite name=\"test:bad / two\" tests=\"1\" failures=\"1\"",
        "<testsuite name=\"test:plain\" tests=\"1\" failures=\"0\"",
        "<testsuite name=\"test:broken\" tests=\"1\" failures=\"1\"",
        "<testsuite name=\"test:after\" tests=\"1\" failures=\"0\" errors=\"1\"",
        "did not run, because test:broken did not succeed",
        "exited with 3",
        "the last word\nfull output: ",
    ] {
        assert!(merged.contains(line), "`{line}` is not in {merged}");
    }
}

#[test]
fn a_report_of_an_earlier_run_is_not_taken_for_this_one() {
    let env = workspace(&suite("s", "")).file("s.xml", &report("old", "")).file("s.sh", "true");
    env.onramp(["test"]).exits(0);
    assert!(env.read(MERGED).contains("test:s / old"));
    // The suite breaks before it gets to writing one.
    env.write("onramp.toml", &env.read("onramp.toml").replace("mkdir -p out;", "exit 1;"));
    env.onramp(["test"]).exits(1);
    assert!(!env.read(MERGED).contains("old"), "{}", env.read(MERGED));
    assert_eq!(totals(&env), "tests=1 failures=1 errors=0 skipped=0");
    assert!(!env.has("out/s.xml"));
}

#[test]
fn what_never_ran_does_not_bring_an_old_report_back() {
    let env =
        workspace(&format!("[build.b]\nrun = \"test -e ready\"\n{}", suite("s", "needs = [\"build:b\"]")))
            .file("s.xml", &report("old", ""))
            .file("s.sh", "true")
            .file("ready", "");
    env.onramp(["test"]).exits(0);
    std::fs::remove_file(env.root().join("ready")).unwrap();
    env.onramp(["test"]).exits(1);
    assert_eq!(totals(&env), "tests=1 failures=0 errors=1 skipped=0");
    assert!(!env.read(MERGED).contains("old"));
}

#[test]
fn a_suite_from_the_cache_keeps_its_report() {
    let env = workspace(&suite("s", "inputs = [\"s.xml\", \"s.sh\"]"))
        .file("s.xml", &report("kept", ""))
        .file("s.sh", "true");
    env.onramp(["test"]).exits(0);
    env.onramp(["test"]).exits(0).says("up to date");
    assert!(env.read(MERGED).contains("test:s / kept"));
    // It is an output: without it the result is not there.
    std::fs::remove_file(env.root().join("out/s.xml")).unwrap();
    env.onramp(["test"]).exits(0).never_says("test:s: up to date");
    assert!(env.read(MERGED).contains("test:s / kept"));
}

#[test]
fn a_failure_that_the_report_does_not_show_is_a_test_case() {
    let env = workspace(&suite("s", ""))
        .file("s.xml", &report("fine", ""))
        .file("s.sh", "echo coverage is low; exit 2");
    env.onramp(["test"]).exits(1);
    assert_eq!(totals(&env), "tests=2 failures=1 errors=0 skipped=0");
    assert!(env.read(MERGED).contains("coverage is low"));
}

#[test]
fn a_broken_report_is_told_and_takes_no_other_with_it() {
    let env = workspace(&format!("{}{}", suite("a", ""), suite("b", "")))
        .file("a.xml", "<testsuites><testsuite name=\"half\"><testcase name=\"c\">")
        .file("a.sh", "true")
        .file("b.xml", &report("whole", ""))
        .file("b.sh", "true");
    env.onramp(["test"]).exits(0).says(
        "warning: test:a: JUnit report [ROOT]/out/a.xml cannot be read: the file ends within <testcase>",
    );
    assert_eq!(totals(&env), "tests=2 failures=0 errors=1 skipped=0");
    assert!(env.read(MERGED).contains("test:b / whole"));
}

#[test]
fn globs_take_all_reports_and_leave_what_is_none() {
    let env = workspace(
        "[test.s]\nshell = true\ndir = \"sub\"\nrun = \"mkdir -p r/x; cp ../a.xml r/x/TEST-a.xml; cp ../a.xml r/TEST-b.xml\"\njunit = \"r/**/*.xml\"\n",
    )
    .file("a.xml", &report("a", ""))
    .file("sub/r/pom.xml", "<project/>")
    .file("sub/r/x/TEST-old.xml", &report("old", ""))
    .file("sub/r/x/half.xml", "<testsuites><testsuite");
    env.onramp(["test"]).exits(0).says("its root is <project> and not <testsuites> or <testsuite>");
    assert_eq!(totals(&env), "tests=3 failures=0 errors=1 skipped=0");
    assert_eq!(env.read("sub/r/pom.xml"), "<project/>");
    assert!(!env.has("sub/r/x/TEST-old.xml") && !env.has("sub/r/x/half.xml"));
}

#[test]
fn a_declared_report_that_is_missing_is_told() {
    let env = workspace("[test.s]\nrun = \"true\"\njunit = \"out.xml\"\n");
    env.onramp(["test"]).exits(0).says("test:s succeeded without writing the JUnit report that it declares");
    assert_eq!(totals(&env), "tests=1 failures=0 errors=0 skipped=0");
}

#[test]
fn a_run_without_suites_has_a_report_too_and_a_dry_run_has_none() {
    let env = workspace("");
    env.onramp(["test", "--junit", "all.xml"]).exits(0);
    assert!(env.read("all.xml").contains("tests=\"0\""));
    let env = workspace("[test.s]\nrun = \"true\"\n");
    env.onramp(["test", "--junit", "all.xml", "--dry-run"]).exits(0);
    assert!(!env.has("all.xml") && !env.has(MERGED));
    env.onramp(["test", "--junit", "onramp.toml/all.xml"]).exits(4).says("could not be written to");
}

#[test]
fn members_are_named_by_their_path() {
    let env = workspace("[project]\nmembers = [\"part\"]\n")
        .file("part/onramp.toml", &format!("[project]\nname = \"part\"\n\n{}", suite("s", "")))
        .file("part/s.xml", &report("m", ""))
        .file("part/s.sh", "true");
    env.onramp(["test"]).exits(0);
    assert!(env.read(MERGED).contains("part/test:s / m"), "{}", env.read(MERGED));
}

#[test]
fn the_report_of_node_itself() {
    let env = workspace(
        "[test.node]\nshell = true\nrun = \"node --test --test-reporter=junit t.test.mjs > junit.xml\"\njunit = \"junit.xml\"\n",
    )
    .file(
        "t.test.mjs",
        "import test from 'node:test';\nimport assert from 'node:assert';\ntest('top', () => {});\n\
         test('bad', () => assert.equal(1, 2, '\\x1b[31mred\\x1b[0m & <x>'));\n\
         test('outer', async (t) => { await t.test('inner', () => {}); });\ntest.skip('later', () => {});\n",
    );
    if env.command("", ["sh", "-c", "command -v node"]).code != 0 {
        return onramp_tests::skip("there is no node");
    }
    env.onramp(["test"]).exits(1);
    assert_eq!(totals(&env), "tests=4 failures=1 errors=0 skipped=1");
    let merged = env.read(MERGED);
    assert!(merged.contains("message=\"red &amp; &lt;x&gt;\"") && !merged.contains('\u{1b}'), "{merged}");
}
