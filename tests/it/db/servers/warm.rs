use onramp_exec::Signal;
use onramp_tests::Flowline;

use super::{
    From, IMAGE, assert_nothing_left, containers, entries, keeper, lives, recorded, signal, wait_until,
};

/// The example product with a server that outlives its command; `None`, and said so, where that cannot be.
fn flowline(from: From, keep_warm: &str) -> Option<Flowline> {
    let mut flowline = onramp_tests::flowline(env!("CARGO_BIN_EXE_onramp-under-test"))?;
    let mut env = flowline.env.variable("ONRAMP_KEEP_WARM", keep_warm);
    let source = match from {
        From::Local => "source = \"local\"".to_owned(),
        From::Container => {
            env = env.variable("DOCKER_HOST", &onramp_tests::docker_host()?);
            format!("image = \"{IMAGE}\"")
        }
    };
    let configuration = env.read("onramp.toml").replace("image = \"postgres:16\"", &source);
    env.write("onramp.toml", &configuration);
    flowline.env = env;
    Some(flowline)
}

const MIGRATE: [&str; 5] = ["migrate", "--dialect", "postgresql", "-m", "x"];

#[test]
fn the_second_command_finds_the_server_of_the_first() {
    for from in [From::Local, From::Container] {
        let Some(flowline) = flowline(from, "10m") else { continue };
        let env = &flowline.env;
        env.onramp(MIGRATE).exits(0).says("start server");
        let (pid, folder) = (keeper(env), recorded(env, "socket"));
        env.onramp(MIGRATE).exits(0).never_says("start server");
        assert_eq!(keeper(env), pid);
        env.onramp(["db", "status"]).exits(0).says("stops in 9 min").says("1 template");
        env.onramp(["db", "down"]).exits(0).says("stopped  postgresql-");
        assert!(!lives(pid));
        assert_nothing_left(env, &folder);
        if from == From::Container {
            assert_eq!(containers(env), [""; 0]);
        }
    }
}

#[test]
fn a_server_that_nobody_uses_stops_by_itself() {
    for from in [From::Local, From::Container] {
        let Some(flowline) = flowline(from, "1ms") else { continue };
        let env = &flowline.env;
        env.onramp(MIGRATE).exits(0);
        wait_until(|| {
            entries(env, ".onramp/servers").is_empty() && entries(env, ".onramp/leases").is_empty()
        });
        if from == From::Container {
            assert_eq!(containers(env), [""; 0]);
        }
    }
}

#[test]
fn a_keeper_that_is_asked_to_end_puts_everything_in_order() {
    let Some(flowline) = flowline(From::Local, "10m") else { return };
    let env = &flowline.env;
    env.onramp(MIGRATE).exits(0);
    let (pid, folder) = (keeper(env), recorded(env, "socket"));
    signal(env, "TERM", pid);
    wait_until(|| !lives(pid));
    assert_nothing_left(env, &folder);
}

#[test]
fn what_a_killed_keeper_has_left_goes_with_the_next_command_of_any_kind() {
    for from in [From::Local, From::Container] {
        let Some(flowline) = flowline(from, "10m") else { continue };
        let env = &flowline.env;
        env.onramp(MIGRATE).exits(0);
        let (pid, folder) = (keeper(env), recorded(env, "socket"));
        signal(env, "KILL", pid);
        wait_until(|| !lives(pid));
        env.onramp(["tasks"]).exits(0);
        assert_nothing_left(env, &folder);
        if from == From::Container {
            assert_eq!(containers(env), [""; 0]);
        }
    }
}

#[test]
fn a_command_that_is_interrupted_or_killed_while_its_server_starts_leaves_none() {
    for from in [From::Local, From::Container] {
        for (how, code) in [(Signal::INT, 130), (Signal::KILL, 137)] {
            let Some(flowline) = flowline(from, "10m") else { continue };
            let env = &flowline.env;
            let mut run = env.start(MIGRATE);
            run.wait_for("start server");
            run.signal(how);
            run.finish().exits(code);
            // A keeper whose starter was killed sees to it by itself, a moment later.
            wait_until(|| {
                env.onramp(["tasks"]).exits(0);
                entries(env, ".onramp/servers").is_empty() && entries(env, ".onramp/leases").is_empty()
            });
            if from == From::Container {
                assert_eq!(containers(env), [""; 0]);
            }
        }
    }
}

#[test]
fn a_server_in_use_is_stopped_by_force_alone() {
    let Some(flowline) = flowline(From::Local, "10m") else { return };
    let env = &flowline.env;
    env.onramp(MIGRATE).exits(0);
    let mut run = env.start(["migrate", "--dialect", "postgresql", "-m", "y"]);
    // It has begun to use the server by then, and holds no lock that another command waits for.
    run.wait_for("migrate:postgresql > load models");
    run.signal(Signal::STOP);
    env.onramp(["db", "down"]).exits(1).says("in use   postgresql-").says("db down --force");
    env.onramp(["db", "down", "--force"]).exits(0).says("stopped  postgresql-");
    run.signal(Signal::CONT);
    run.finish();
    env.onramp(["db", "down"]).exits(0);
}

#[test]
fn without_an_image_local_programs_are_taken_and_that_is_said() {
    let Some(flowline) = flowline(From::Container, "0s") else { return };
    let env = &flowline.env;
    let configuration = env.read("onramp.toml").replace(IMAGE, "onramp-test/absent:1");
    env.write("onramp.toml", &configuration);
    let run = env.onramp(MIGRATE).exits(0);
    run.says("use no container: ").says("onramp-test/absent:1").says("use PostgreSQL ");
    env.onramp(["doctor"]).says("which has to be pulled");
}

#[test]
fn the_variable_outweighs_the_file_and_the_file_what_is_usual() {
    let Some(flowline) = flowline(From::Local, "") else { return };
    let configuration = flowline.env.read("onramp.toml");
    let with = |line: &str| {
        let text = configuration.replace("engine = \"alembic\"", &format!("engine = \"alembic\"\n{line}"));
        flowline.env.write("onramp.toml", &text);
    };
    let catalog = ["db", "catalog", "--dialect", "postgresql"];
    // How long the server lives on after a command; `None` where there is none any more.
    let rest = |env: &onramp_tests::TestEnv| {
        env.onramp(catalog).exits(0);
        let status = env.onramp(["db", "status", "--format", "json"]).exits(0);
        let status: serde_json::Value = serde_json::from_str(&status.stdout).expect("JSON");
        env.onramp(["db", "down"]).exits(0);
        status["servers"][0]["rest"].as_u64().map(|milliseconds| milliseconds.div_ceil(60_000))
    };
    assert_eq!(rest(&flowline.env), Some(10));
    with("keep-warm = \"1h30m\"");
    assert_eq!(rest(&flowline.env), Some(90));
    with("keep-warm = \"0s\"");
    assert_eq!(rest(&flowline.env), None);
    let env = flowline.env.variable("ONRAMP_KEEP_WARM", "20m");
    assert_eq!(rest(&env), Some(20));
    let env = env.variable("CI", "1");
    assert_eq!(rest(&env), Some(20), "what is asked for counts in CI, too");
    let env = env.variable("ONRAMP_KEEP_WARM", "");
    env.write("onramp.toml", &configuration);
    assert_eq!(rest(&env), None, "nobody else comes in CI");
    let mut env = env;
    for wrong in ["soon", "10", "1d", "-1s"] {
        env = env.variable("ONRAMP_KEEP_WARM", wrong);
        let run = env.onramp(catalog).exits(2);
        run.says(&format!("ONRAMP_KEEP_WARM={wrong} is not a length of time")).says("hint: 10m, or 0s");
    }
}
