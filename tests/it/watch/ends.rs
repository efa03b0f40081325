use onramp_exec::Signal;

use super::{Watching, reader};
use crate::workspace;

#[test]
fn a_signal_ends_a_watch_that_waits() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let watching = Watching::start(&reader(), &["test", "--watch"]);
        watching.started.signal(signal);
        // Nothing runs that would have to stop.
        watching.started.finish().exits(130).never_says("stopping");
    }
}

#[test]
fn a_signal_ends_a_run_and_the_watch_with_it() {
    let env = workspace("[test.t]\nrun = \"sh {root}/wait.sh\"\n")
        .file("wait.sh", "[ -e go ] || exit 0\necho ready\nwhile :; do sleep 0.02; done\n");
    let mut watching = Watching::start(&env, &["test", "--watch"]);
    env.write("go", "");
    watching.started.wait_for("ready");
    env.write("go", "a change that is seen by nobody any more");
    watching.interrupt().says("stopping; once more to kill").says("test:t: interrupted after");
    assert_eq!(env.processes(), [""; 0]);
}
