//! How commands are told apart, and how long they may take.

use crate::{named, workspace};

#[test]
fn commands_that_look_the_same_are_told_apart() {
    let task = |run: &str| named(&format!("[test.t]\n{run}\ninputs = [\"in\"]\n"));
    let env = workspace("").file("in", "");
    let one_word = task(r#"run = ["sh -c 'echo {root}'"]"#);
    let two_words = task(r#"run = ["sh -c echo {root}"]"#);
    let shell = task("shell = true\nrun = [\"echo {root}\"]");
    for configuration in [&one_word, &shell, &two_words] {
        env.write("onramp.toml", configuration);
        env.onramp(["test"]).exits(0).says("test:t: passed");
        env.onramp(["test"]).exits(0).says("test:t: up to date");
    }
    for configuration in [&two_words, &one_word, &shell] {
        env.write("onramp.toml", configuration);
        env.onramp(["test"]).exits(0).says("test:t: up to date");
    }
}

#[test]
fn the_environment_of_all_commands_is_a_part_of_each() {
    let task = "[test.t]\nrun = \"true\"\ninputs = [\"in\"]\n";
    let env = workspace(task).file("in", "").file("tools/x", "").file("other/x", "");
    for change in ["unset = [\"A\"]", "unset = [\"B\"]", "path = [\"tools\"]", "path = [\"other\"]"] {
        env.write("onramp.toml", &named(&format!("[env]\n{change}\n\n{task}")));
        env.onramp(["test"]).exits(0).says("test:t: passed");
        env.onramp(["test"]).exits(0).says("test:t: up to date");
    }
}

#[test]
fn the_commands_of_a_task_share_its_time() {
    let env = workspace(
        "[test.t]\nrun = [\"sleep 0.6\", \"sleep 0.6\", \"touch third\"]\ntimeout = \"1s\"\n\n\
         [test.quick]\nrun = [\"true\", \"true\"]\ntimeout = \"30s\"\n",
    );
    env.onramp(["test", "t"]).exits(1).says("`sleep 0.6` in [ROOT] was still running after 1 s");
    assert!(!env.has("third"));
    env.onramp(["test", "quick"]).exits(0);
}
