//! What is said of a run before it, against what it does.

use onramp_tests::TestEnv;

use crate::workspace;

/// `cached` needs `always`, which declares no inputs.
fn half_cached() -> TestEnv {
    workspace(
        "[setup.always]\nrun = \"touch marker\"\n\n\
         [setup.cached]\nrun = \"true\"\ninputs = [\"in\"]\nneeds = [\"setup:always\"]\n",
    )
    .file("in", "")
}

#[test]
fn what_needs_an_uncached_task_is_foreseen_as_it_runs() {
    let env = half_cached();
    env.onramp(["setup", "--plan"]).exits(0).says("run        setup:cached");
    env.onramp(["setup"]).exits(0).says("2 passed");
    for arguments in [["setup", "--plan"], ["setup", "--dry-run"]] {
        env.onramp(arguments).exits(0).says("run        setup:always").says("up to date setup:cached");
    }
    env.onramp(["setup"]).exits(0).says("setup:always: passed").says("setup:cached: up to date");
    env.write("in", "changed");
    env.onramp(["setup", "--plan"]).exits(0).says("run        setup:cached");
}

#[test]
fn a_check_says_of_an_uncached_task_that_it_always_runs() {
    let env = half_cached();
    env.onramp(["setup"]).exits(0);
    env.onramp(["setup", "--check"])
        .exits(1)
        .says("1 task to run: setup:always (it declares no inputs, so it always runs)")
        .never_says("setup:cached");
}

#[test]
fn a_forced_dry_run_says_that_everything_runs() {
    let env = workspace("[build.b]\nrun = \"true\"\ninputs = [\"in\"]\n").file("in", "");
    env.onramp(["build"]).exits(0);
    env.onramp(["build", "--dry-run"]).exits(0).says("up to date build:b");
    env.onramp(["build", "--dry-run", "--force"]).exits(0).says("run        build:b");
    env.onramp(["build", "--dry-run", "--force", "--format", "json"]).exits(0).says("\"would-run\":true");
}

#[test]
fn commands_are_shown_as_they_run() {
    let env = workspace(
        "[task.say]\nrun = \"echo {args} {dir}\"\n\n[task.shell]\nshell = true\nrun = \"echo {args} ${{HOME}}\"\n",
    );
    let commands =
        [("say", "echo 'two words' '[ROOT]'"), ("shell", r"sh -c 'echo '\''two words'\'' ${HOME}'")];
    for (task, command) in commands {
        let arguments = ["run", task, "--", "two words"];
        env.onramp(arguments).exits(0).says(&format!("task:{task} > {command}\n"));
        let dry = [&["--dry-run"][..], &arguments].concat();
        env.onramp(dry).exits(0).says(&format!("run        task:{task}\n             {command}\n"));
    }
}

#[test]
fn a_secret_among_the_arguments_is_masked_whatever_quotes_it_needs() {
    let secret = "hunter's 22";
    let env = workspace(
        "[env]\nsecrets = [\"TOKEN\"]\n\n[task.say]\nrun = \"test {args}\"\n\n\
         [task.shell]\nshell = true\nrun = \"test {args}; false\"\n",
    )
    .variable("TOKEN", secret);
    for (task, command) in [("say", "test ***"), ("shell", r"sh -c 'test '\''***'\''; false'")] {
        let arguments = ["run", task, "--", secret];
        let dry = [&["--dry-run"][..], &arguments].concat();
        env.onramp(dry).exits(0).says(&format!("             {command}\n")).never_says("22");
        let run = env.onramp(arguments).says(&format!("task:{task} > {command}\n"));
        run.never_says("hunter").never_says("s 22");
    }
}
