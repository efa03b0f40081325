//! What tools are asked, and what their answers mean.

use std::os::unix::fs::symlink;

use onramp_exec::Signal;

use super::{machine, prints};

#[test]
fn a_probe_that_fails_tells_no_version() {
    let env = machine("[tools]\nx = { version = \">=1\" }\n")
        .script("machine/x", "#!/bin/sh\necho 'x 1.2.3'\necho 'cannot load libx.so.5' >&2\nexit 3\n");
    env.onramp(["doctor"])
        .exits(4)
        .says("missing  x  its version is unknown: `x --version` exited with 3: cannot load libx.so.5");
}

#[test]
fn a_probe_without_a_version_asks_whether_all_is_well() {
    let env = machine("[tools]\nx = { probe = \"x info\" }\nmute = { probe = \"mute\", gate = \"warn\" }\n")
        .script("machine/x", "#!/bin/sh\n[ -e well ] || { echo 'no daemon'; exit 1; }\n")
        .script("machine/mute", "#!/bin/sh\nexit 7\n");
    env.onramp(["doctor"])
        .exits(4)
        .says("missing  x     `x info` exited with 1: no daemon")
        .says("warning  mute  `mute` exited with 7\n");
    env.write("well", "");
    env.onramp(["doctor"]).exits(0).says("ok       x     [ROOT]/machine/x");
}

#[test]
fn whether_all_is_well_is_asked_each_time() {
    let env = machine("[tools]\nx = { probe = \"x info\" }\n\n[setup.s]\nrun = \"touch done\"\n")
        .script("machine/x", "#!/bin/sh\n[ -e well ]\n")
        .file("well", "");
    env.onramp(["setup"]).exits(0);
    std::fs::remove_file(env.root().join("well")).unwrap();
    env.onramp(["setup"]).exits(4);
}

#[test]
fn a_shim_is_asked_each_time() {
    for (program, link) in [("rustup", "machine/x"), ("shims/y", "machine/x")] {
        let env = machine("[tools]\nx = { version = \">=1\" }\n\n[setup.s]\nrun = \"touch done\"\n")
            .script(&format!("machine/{program}"), &prints("x 1.0"));
        symlink(program, env.root().join(link)).unwrap();
        env.onramp(["setup"]).exits(0);
        let asked = |env: &onramp_tests::TestEnv| {
            env.read("asked").lines().count() + env.read("machine/asked").lines().count()
        };
        assert_eq!(asked(&env), 1);
        env.onramp(["setup"]).exits(0);
        assert_eq!(asked(&env), 2, "{program}");
    }
}

#[test]
fn an_interrupted_probe_finds_nothing() {
    let env = machine("[tools]\nslow = { probe = \"slow\" }\ngood = {}\n")
        .script("machine/good", &prints("good 1.0"))
        .script("machine/slow", "#!/bin/sh\ntouch \"${0%/*}/../asking\"\nsleep 300\n");
    let mut started = env.start(["doctor"]);
    started.wait_until(|| env.has("asking"));
    started.signal(Signal::INT);
    started.finish().exits(130).never_says("slow");
}
