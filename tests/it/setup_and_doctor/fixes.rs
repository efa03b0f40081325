use onramp_tests::TestEnv;

use super::{machine, prints};

/// A tool that is missing, and a project's own way to install it.
fn lacking() -> TestEnv {
    machine(
        "[tools]\nthing = { version = \">=2\", why = \"the tests\", fix.command = \"sh install.sh\" }\n\n\
         [setup.use]\nrun = \"thing\"\n",
    )
    .file("install.sh", "cp thing machine/thing\nchmod +x machine/thing\n")
    .file("thing", &prints("thing 2.0"))
}

#[test]
fn without_a_terminal_nothing_is_installed_and_the_fix_is_printed() {
    let env = lacking();
    let before = env.snapshot();
    let run = env.onramp(["setup"]).exits(4);
    run.says("fix: sh install.sh").says("error: missing or too old: thing").says("hint: ");
    assert_eq!(env.snapshot(), before);
}

#[test]
fn no_and_quit_install_nothing() {
    for answer in ["no", "quit"] {
        let env = lacking();
        let before = env.snapshot();
        env.onramp(["setup", "--answer", answer]).exits(4);
        assert_eq!(env.snapshot(), before, "{answer}");
        env.onramp(["doctor", "--fix", "--answer", answer]).exits(4);
        assert_eq!(env.snapshot(), before, "{answer}");
    }
    lacking().variable("ONRAMP_ANSWER", "quit").onramp(["setup"]).exits(4).says("stopped before anything");
}

#[test]
fn yes_runs_the_fix_checks_again_and_goes_on() {
    let env = lacking();
    let run = env.onramp(["setup", "--answer", "yes"]).exits(0);
    run.says("fix:command-1: passed").says("2.0.0 at [ROOT]/machine/thing").says("setup:use: passed");
    let env = lacking();
    env.onramp(["doctor", "--fix", "--answer", "yes"]).exits(0).says("ok       thing  2.0.0 at");
    env.onramp(["doctor"]).exits(0);
}

#[test]
fn a_fix_that_does_not_help_is_found_out() {
    for (lie, told) in [
        ("true", "`thing` not found on PATH"),
        ("cp old machine/thing\nchmod +x machine/thing", "found 1.0.0"),
        ("exit 1", "`sh install.sh` exited with 1"),
    ] {
        let env = lacking().file("install.sh", lie).file("old", &prints("thing 1.0"));
        let run = env.onramp(["setup", "--answer", "yes"]).exits(4);
        run.says(told).says("error: missing or too old: thing").never_says("setup:use: passed");
        env.onramp(["doctor", "--fix", "--answer", "yes"]).exits(4);
    }
}

#[test]
fn a_fix_that_fails_but_helps_is_good_enough() {
    let env = lacking();
    env.write("install.sh", &(env.read("install.sh") + "exit 1\n"));
    env.onramp(["setup", "--answer", "yes"]).exits(0);
}

#[test]
fn a_dry_run_installs_nothing_whatever_the_answer() {
    let env = lacking();
    let before = env.snapshot();
    env.onramp(["setup", "--dry-run", "--answer", "yes"]);
    env.onramp(["doctor", "--fix", "--dry-run", "--answer", "yes"]);
    env.onramp(["setup", "--plan", "--answer", "yes"]);
    env.onramp(["setup", "--check", "--answer", "yes"]);
    assert_eq!(env.snapshot(), before);
    assert!(!env.has(".onramp"));
}

const PACKAGES: &str = r#"
[tools]
one = { fix.apt = "one one-dev", fix.brew = "formula-one" }
two = { fix.apt = "two one-dev", fix.brew = "formula-two" }
lib = { fix.pip = "libone", fix.npm = "lib-one" }
"#;

/// Writes its command line into `installed`. A stand-in, because a test must not change its machine.
const RECORDER: &str = "#!/bin/sh\necho \"${0##*/} $*\" >> \"${0%/*}/../installed\"\n";

#[test]
fn packages_of_one_source_are_installed_together() {
    let env = machine(PACKAGES)
        .script("machine/sudo", "#!/bin/sh\nexec \"$@\"\n")
        .script("machine/apt-get", RECORDER)
        .script("machine/npm", RECORDER);
    env.onramp(["setup", "--answer", "yes"]).exits(4);
    assert_eq!(
        env.read("installed"),
        "apt-get update\napt-get install -y --no-install-recommends one one-dev two\nnpm install --global lib-one\n"
    );
}

#[test]
fn a_source_that_the_machine_lacks_is_not_offered() {
    let env = machine(PACKAGES).script("machine/brew", RECORDER);
    let run = env.onramp(["doctor"]).exits(4);
    run.says("fix: brew install formula-one").says("no fix is known for this machine").never_says("apt-get");
    env.onramp(["doctor", "--fix", "--answer", "yes"]).exits(4);
    assert_eq!(env.read("installed"), "brew install formula-one formula-two\n");
}

#[test]
fn a_problem_without_a_remedy_asks_nothing() {
    let env = machine("[tools]\nthing = {}\n");
    let run = env.onramp(["setup", "--answer", "yes"]).exits(4);
    run.says("no fix is known for this machine").never_says("to be run:");
}

/// A tool that is missing, which holds nothing up, one that is there, and a step.
fn warning(more: &str) -> TestEnv {
    let tools = format!("[tools]\nthing = {{ gate = \"warn\"{more} }}\nsh = {{ probe = \"sh -c true\" }}\n");
    machine(&format!("{tools}\n[setup.a]\nrun = \"touch ready\"\n"))
}

#[test]
fn a_warning_does_not_hold_setup_up_and_is_said_once_at_its_end() {
    let env = warning("");
    let run = env.onramp(["setup"]).exits(0);
    assert!(env.has("ready"));
    let (before, end) = run.stderr.split_once("setup: 1 passed").unwrap();
    assert!(end.contains("\nwarning: thing  `thing` not found on PATH\n"), "{}", run.stderr);
    assert!(!before.contains("thing"), "{}", run.stderr);
}

#[test]
fn a_warning_that_came_with_a_question_is_not_repeated() {
    let run = warning(", fix.command = \"sh install.sh\"").onramp(["setup"]).exits(0);
    assert_eq!(run.stderr.matches("`thing` not found on PATH").count(), 1, "{}", run.stderr);
    let json = warning(", fix.command = \"sh install.sh\"").onramp(["setup", "--format", "json"]).exits(0);
    assert!(json.stdout.contains("\"message\":\"thing  `thing` not found on PATH"), "{}", json.stdout);
}

#[test]
fn a_quiet_setup_tells_of_what_holds_it_up_alone() {
    for more in ["", ", fix.command = \"sh install.sh\""] {
        let run = warning(more).onramp(["setup", "-q"]).exits(0);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    }
    let env = machine("[tools]\nthing = {}\nother = { gate = \"warn\" }\nsh = {}\n");
    env.onramp(["setup", "-q"]).exits(4).says("missing  thing").never_says("other").never_says("ok  ");
}
