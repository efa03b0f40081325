use onramp_tests::TestEnv;

use crate::workspace;

fn env() -> TestEnv {
    workspace("[test.t]\nrun = \"echo hi\"\n")
}

/// Which format a run of the tests is written in.
#[track_caller]
fn format(env: &TestEnv, options: &[&str]) -> &'static str {
    let run = env.onramp(["test"].iter().chain(options)).exits(0);
    match (run.stdout.as_str(), run.stderr.as_str()) {
        (stdout, _) if stdout.starts_with('{') => "json",
        (_, stderr) if stderr.starts_with("::group::") => "github",
        (_, stderr) if stderr.contains("test:t | hi") => "plain",
        (_, stderr) if stderr.contains('✓') => "human",
        (stdout, stderr) => panic!("which format is this?\n{stdout}\n{stderr}"),
    }
}

#[test]
fn without_a_terminal_output_is_plain() {
    assert_eq!(format(&env(), &[]), "plain");
    assert_eq!(format(&env().variable("CI", "true"), &[]), "plain");
}

#[test]
fn the_runner_of_github_is_recognised() {
    let runner = || env().variable("CI", "true").variable("GITHUB_ACTIONS", "true");
    assert_eq!(format(&runner(), &[]), "github");
    assert_eq!(format(&env().variable("GITHUB_ACTIONS", "false"), &[]), "plain");
    assert_eq!(format(&runner().variable("ONRAMP_FORMAT", "json"), &[]), "json");
    assert_eq!(format(&runner().variable("ONRAMP_FORMAT", "json"), &["--format", "plain"]), "plain");
}

#[test]
fn what_is_asked_for_wins() {
    for wanted in ["human", "plain", "json", "github"] {
        assert_eq!(format(&env(), &["--format", wanted]), wanted);
        assert_eq!(format(&env().variable("ONRAMP_FORMAT", wanted), &[]), wanted);
    }
}

#[test]
fn an_unknown_format_is_a_usage_error_that_names_the_known_ones() {
    env().onramp(["test", "--format", "xml"]).exits(2).says("plain").says("github");
    let run = env().variable("ONRAMP_FORMAT", "xml").onramp(["test"]).exits(2);
    run.says("ONRAMP_FORMAT=xml is none of `human`, `plain`, `json`, `github`");
}
