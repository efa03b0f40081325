use super::{Watching, count, declared_reader, reader};
use crate::{named, workspace};

#[test]
fn a_changed_configuration_is_read_again() {
    let env = declared_reader();
    let mut watching = Watching::start(&env, &["test", "--watch"]);
    let more = "\n[test.more]\nshell = true\nrun = \"echo more: $(cat other)\"\ninputs = [\"other\"]\n";
    env.write("other", "1");
    env.write("onramp.toml", &(env.read("onramp.toml") + more));
    watching.says("more: 1");
    env.write("other", "2");
    watching.says("more: 2");
    let run = watching.interrupt();
    run.says("--- onramp.toml changed").says("--- other changed");
}

#[test]
fn an_overlay_that_appears_is_laid_over() {
    let env = declared_reader();
    let mut watching = Watching::start(&env, &["test", "--watch"]);
    env.write("onramp.local.toml", "[test.t]\nrun = \"echo overlaid\"\n");
    watching.says("| overlaid");
    watching.interrupt();
}

#[test]
fn an_error_in_the_configuration_is_shown_and_waited_out() {
    let env = declared_reader();
    let good = env.read("onramp.toml");
    let mut watching = Watching::start(&env, &["test", "--watch"]);
    env.write("onramp.toml", &good.replace("shell", "shel"));
    watching.says("unknown key `shel`");
    env.write("src/a", "two");
    watching.waits();
    env.write("onramp.toml", &good);
    watching.says("saw: two");
    let run = watching.interrupt();
    assert_eq!(count(&run, "| saw: "), 2, "nothing runs by a configuration that is gone\n{}", run.stderr);
}

#[test]
fn a_task_that_is_gone_is_told_and_waited_for() {
    let env = declared_reader();
    let good = env.read("onramp.toml");
    let mut watching = Watching::start(&env, &["test", "t", "--watch"]);
    env.write("onramp.toml", &named("[test.other]\nrun = \"true\"\n"));
    watching.says("there is no task `test:t`");
    env.write("onramp.toml", &good.replace("saw: ", "seen: "));
    watching.says("seen: one");
    watching.interrupt();
}

#[test]
fn another_file_may_be_the_configuration() {
    let env = workspace("")
        .file("sub/other.toml", &named("[test.t]\nrun = \"cat a\"\ninputs = [\"a\"]\n"))
        .file("sub/a", "");
    let mut watching = Watching::start(&env, &["--config", "sub/other.toml", "test", "--watch"]);
    env.write("sub/other.toml", &named("[test.t]\nrun = \"echo changed\"\ninputs = [\"a\"]\n"));
    watching.says("| changed");
    watching.interrupt();
}

#[test]
fn what_cannot_begin_is_an_error_at_once() {
    let env = reader();
    env.onramp(["test", "absent", "--watch"]).exits(2).says("there is no task `test:absent`");
    env.onramp(["test", "--watch", "--dry-run"]).exits(2);
    env.onramp(["build", "--watch"]).exits(0).says("nothing to do");
    env.write("onramp.toml", "[project]\nnme = \"x\"\n");
    env.onramp(["test", "--watch"]).exits(3);
}
