use std::os::unix::fs::PermissionsExt;

use onramp_tests::TestEnv;

use crate::workspace;

const SECRET: &str = "correct-horse-battery";

/// Prints the secret in every way a command can, and fails.
fn leaky() -> TestEnv {
    workspace("[env]\nsecrets = [\"TOKEN\"]\n\n[test.t]\nrun = \"sh leak.sh {args}\"\nargs = [\"plain\"]\n")
        .file(
            "leak.sh",
            "echo out: $TOKEN\necho \"in a word: x${TOKEN}y\" >&2\nprintf 'bar\\r%s\\n' \"$TOKEN\"\nexit 1\n",
        )
        .variable("TOKEN", SECRET)
}

#[test]
fn a_secret_is_masked_in_every_format_and_in_the_log() {
    for format in ["plain", "json", "github", "human"] {
        let env = leaky();
        let run = env.onramp(["test", "-v", "--format", format]).exits(1);
        run.says("out: ***").says("x***y").never_says(SECRET);
        let log = env.read(".onramp/logs/test-t.log");
        assert!(log.contains("out: ***\n") && !log.contains(SECRET), "{log}");
    }
}

#[test]
fn a_secret_in_an_argument_is_masked_in_commands_and_failures() {
    let env = leaky();
    for format in ["plain", "json", "github"] {
        let run = env.onramp(["test", "t", "--format", format, "--", SECRET]).exits(1);
        run.says("sh leak.sh ***").never_says(SECRET);
    }
}

#[test]
fn a_secret_stays_masked_when_its_command_is_quoted_for_a_shell() {
    let secret = "it's a \"secret\"";
    let env = leaky().variable("TOKEN", secret);
    let run = env.onramp(["test", "t", "--", secret]).exits(1);
    assert!(!run.stderr.contains("s a \"secret\""), "{}", run.stderr);
    let run = env.onramp(["test", "t", "--format", "json", "--", secret]).exits(1);
    assert!(!run.stdout.contains("s a \\\"secret"), "{}", run.stdout);
}

#[test]
fn a_secret_of_the_configuration_is_masked_in_listings_and_plans() {
    let env = workspace(&format!(
        "[env]\nsecrets = [\"TOKEN\"]\nvars = {{ TOKEN = \"{SECRET}\" }}\n\n[task.login]\nrun = \"login {SECRET}\"\n"
    ));
    env.onramp(["tasks"]).exits(0).says("login ***").never_says(SECRET);
    env.onramp(["run", "login", "--dry-run"]).exits(0).says("login ***").never_says(SECRET);
}

#[test]
fn a_secret_is_masked_in_what_a_task_in_rust_prints_and_reads() {
    let env = workspace("[env]\nsecrets = [\"GREETING\"]\n").variable("GREETING", SECRET);
    env.onramp(["greet", SECRET]).exits(0).says("***: ***").never_says(SECRET);
}

#[test]
fn a_log_belongs_to_its_owner_alone() {
    let env = leaky();
    env.onramp(["test"]).exits(1);
    let mode = env.root().join(".onramp/logs/test-t.log").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn no_file_of_the_state_holds_a_secret() {
    let env = workspace(
        "[env]\nsecrets = [\"TOKEN\"]\n\n[test.t]\nrun = \"sh -c 'echo $TOKEN'\"\ninputs = [\"in\"]\n",
    )
    .file("in", "")
    .variable("TOKEN", SECRET);
    env.onramp(["test"]).exits(0);
    env.command("", ["grep", "-r", SECRET, ".onramp"]).exits(1);
}
