//! A container engine that stops in the middle.

use onramp_tests::Line;

use super::{IMAGE, assert_nothing_left, containers, entries, wait_until};

#[test]
fn what_an_engine_kept_that_stopped_in_the_middle_goes_when_it_is_back() {
    let Some(mut flowline) = onramp_tests::flowline(env!("CARGO_BIN_EXE_onramp-under-test")) else { return };
    let Some(engine) = onramp_tests::docker_host() else { return };
    for step in ["start server", "apply head"] {
        let socket = flowline.env.outside().join("engine.sock");
        let line = Line::new(&socket, &engine);
        flowline.env = flowline.env.variable("DOCKER_HOST", &format!("unix://{}", socket.display()));
        let env = &flowline.env;
        env.write("onramp.toml", &env.read("onramp.toml").replace("postgres:16", IMAGE));
        let mut run = env.start(["migrate", "--dialect", "postgresql", "-m", "x"]);
        run.wait_for(&format!("migrate:postgresql > {step}"));
        if step == "start server" {
            // Somewhere between the question for a container and the first answer of the server in it.
            run.wait_until(|| !entries(env, ".onramp/leases").is_empty());
        }
        line.cut();
        let run = run.finish();
        assert!([0, 4].contains(&run.code), "{run:?}");
        let line = Line::new(&socket, &engine);
        // What the engine was still making when it stopped may come a moment later, and so long is it remembered.
        let is_over = || entries(env, ".onramp/leases").is_empty() && containers(env).is_empty();
        wait_until(|| {
            let codes = [&["tasks"][..], &["db", "down"]].map(|words| env.onramp(words.iter().copied()).code);
            codes == [0, 0] && is_over()
        });
        assert_nothing_left(env, "/nowhere");
        line.cut();
    }
}
