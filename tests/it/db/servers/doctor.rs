//! What the doctor says of servers.

use super::{From, IMAGE, containers, shop};
use onramp_tests::TestEnv;

/// A workspace whose server is told of by these keys.
fn patient(from: From, server: &str) -> Option<TestEnv> {
    let env = shop(from)?;
    let lines: Vec<String> = env
        .read("onramp.toml")
        .lines()
        .map(|line| match line.starts_with("server = ") {
            true => format!("server = {{ {server} }}\n"),
            false => format!("{line}\n"),
        })
        .collect();
    env.write("onramp.toml", &lines.concat());
    Some(env)
}

#[test]
fn a_url_that_cannot_be_used_is_told_as_what_every_command_would_fail_with() {
    let Some(env) = patient(From::Local, "source = \"auto\"") else { return };
    let doctor = env.onramp(["doctor"]).exits(0);
    doctor
        .says("ok       postgresql-server")
        .says("url, not taken: ONRAMP_POSTGRESQL_URL is not set")
        .says("local, taken");
    for (url, why, fix) in [
        ("postgresql://a:hidden-word@127.0.0.1:1/x", "connection refused", "unset ONRAMP_POSTGRESQL_URL"),
        ("postgresql://a:hidden-word@db.example.org/x", "is another machine", "fix: remote = true"),
        ("hidden-word", "this is no database URL", "fix: export ONRAMP_POSTGRESQL_URL=postgresql://"),
    ] {
        let env = patient(From::Local, "source = \"auto\"")
            .expect("as before")
            .variable("ONRAMP_POSTGRESQL_URL", url);
        let doctor = env.onramp(["doctor"]).exits(4);
        doctor
            .says("warning  postgresql-server")
            .says("url, taken and of no use: ONRAMP_POSTGRESQL_URL: ")
            .says(why)
            .says(fix)
            .says("local, not taken because `url` comes first: PostgreSQL ")
            .never_says("hidden-word");
        env.onramp(["db", "up", "postgresql"]).exits(4).says(why).never_says("hidden-word");
    }
}

#[test]
fn each_source_has_its_own_remedy() {
    let url = "source = \"url\"";
    let local = "source = \"local\", min-version = 99";
    let container = "source = \"container\"";
    let older = "source = \"container\", image = \"postgres:13\", min-version = 14";
    for (server, why, fix) in [
        (url, "ONRAMP_POSTGRESQL_URL is not set", "fix: export ONRAMP_POSTGRESQL_URL=postgresql://"),
        (local, "is older than the project's minimum 99", "postgresql-99"),
        (container, "no-engine (from DOCKER_HOST): no socket", "fix: unset DOCKER_HOST, or start the engine"),
    ] {
        let Some(env) = patient(From::Local, server) else { return };
        let doctor = env.onramp(["doctor"]).exits(4).says("warning  postgresql-server");
        let doctor = doctor.says(why).says(fix);
        assert!(!doctor.stdout.contains("postgresql-99") || server == local, "{}", doctor.stdout);
    }
    let Some(env) = patient(From::Container, older) else { return };
    env.onramp(["doctor"]).exits(4).says("`postgres:13` is older").says("fix: image = \"postgres:14\"");
}

#[test]
fn an_image_whose_server_is_too_old_leaves_nothing_that_a_newer_one_would_stumble_over() {
    let Some(env) = patient(From::Container, &format!("source = \"container\", image = \"{IMAGE}\"")) else {
        return;
    };
    // Nothing in its name tells which version is in it.
    let image = format!("onramp-test/nameless:{}", std::process::id());
    env.command("", ["docker", "tag", IMAGE, &image]).exits(0);
    let configuration = env.read("onramp.toml").replace(IMAGE, &image);
    env.write("onramp.toml", &configuration.replace("server = { ", "server = { min-version = 99, "));
    env.onramp(["doctor"]).exits(0).says("container, taken");
    let refused = env.onramp(["db", "up", "postgresql"]).exits(4);
    refused.says("is older than the project's minimum 99").says("hint: image = \"postgres:99\"");
    assert_eq!(containers(&env), [""; 0]);
    let volumes = env.command("", ["docker", "volume", "ls", "--quiet"]).exits(0).stdout;
    assert!(!volumes.contains(&env.read(".onramp/databases/worktree")), "{volumes}");
    env.write("onramp.toml", &configuration);
    env.onramp(["db", "up", "postgresql"]).exits(0);
    super::clear(&env);
    env.command("", ["docker", "rmi", &image]).exits(0);
}
