//! Data stay where they were made, and the configuration may ask for another place then.

use super::{From, IMAGE, clear, entries, shop};
use onramp_tests::TestEnv;

/// A workspace that may take any source.
fn shop_of_all() -> Option<TestEnv> {
    let env = shop(From::Container)?;
    shop(From::Local).map(|_| env)
}

fn take(env: &TestEnv, source: &str) {
    let from = ["local", "container", "url", "auto"];
    let mut configuration = env.read("onramp.toml");
    for name in from {
        configuration =
            configuration.replace(&format!("source = \"{name}\""), &format!("source = \"{source}\""));
    }
    env.write("onramp.toml", &configuration);
}

fn psql(env: &TestEnv, statement: &str) -> String {
    let url = env.onramp(["db", "url", "postgresql"]).exits(0).stdout.trim().to_owned();
    env.command("", ["psql", "-X", "-At", &url, "--command", statement]).exits(0).stdout
}

fn volumes(env: &TestEnv) -> Vec<String> {
    let word = env.read(".onramp/databases/worktree");
    let listing = env.command("", ["docker", "volume", "ls", "--quiet"]).exits(0).stdout;
    listing.lines().filter(|name| name.contains(&word)).map(str::to_owned).collect()
}

/// The folder of the cluster of local programs, from the file that says where it is.
fn folder(env: &TestEnv) -> std::path::PathBuf {
    let home = env.read(".onramp/databases/postgresql/home");
    home.lines().find_map(|line| line.strip_prefix("data ")).expect("the data's place").into()
}

#[test]
fn a_server_of_another_source_is_never_taken_for_the_one_that_is_asked_for() {
    let Some(env) = shop_of_all() else { return };
    take(&env, "local");
    env.onramp(["db", "up", "postgresql"])
        .exits(0)
        .says("this worktree's own")
        .says("runs until `onramp db down`");
    psql(&env, "insert into flow values (1)");
    take(&env, "container");
    for verb in ["up", "url", "shell"] {
        let run = env.onramp(["db", verb, "postgresql"]).exits(1);
        run.says("the configuration asks for `container`").says("hint: onramp db down");
    }
    env.onramp(["db", "status"]).exits(0).says("the configuration asks for `container`; onramp db down");
    env.onramp(["db", "down"]).exits(0);
    let up = env.onramp(["db", "up", "postgresql"]).exits(0).says(IMAGE);
    up.says("another development database").says("of the source `local`").says("db down --throw-away");
    assert_eq!(psql(&env, "select count(*) from flow"), "0\n");
    env.onramp(["db", "status"]).exits(0).says("not used: `onramp db down --throw-away`");
    // What the other one holds is not thrown away with it.
    env.onramp(["db", "reset", "postgresql", "--answer", "yes"]).exits(0);
    env.onramp(["db", "down"]).exits(0);
    env.onramp(["db", "reset", "postgresql", "--answer", "yes"]).exits(0);
    env.onramp(["db", "down"]).exits(0);
    take(&env, "local");
    env.onramp(["db", "up", "postgresql"]).exits(0).says("of the source `container`");
    assert_eq!(psql(&env, "select count(*) from flow"), "1\n");
    // Nobody asks for another one, so it stays where it is.
    env.onramp(["db", "down"]).exits(0);
    take(&env, "auto");
    env.onramp(["db", "up", "postgresql"]).exits(0);
    assert_eq!(psql(&env, "select count(*) from flow"), "1\n");
    let words = ["db", "down", "--throw-away"];
    let dry = env.onramp(words.into_iter().chain(["--dry-run"])).exits(0);
    let gone = env.onramp(words.into_iter().chain(["--answer", "yes"])).exits(0);
    for run in [dry, gone] {
        run.says("stopped  postgresql-development")
            .says("thrown away  the volume `onramp-data-")
            .says(&format!("thrown away  {}", folder(&env).display()));
    }
    assert_eq!(volumes(&env), [""; 0]);
    assert!(!folder(&env).exists());
}

#[test]
fn a_volume_is_found_whatever_the_configuration_and_the_environment_say_afterwards() {
    let Some(env) = shop_of_all() else { return };
    env.onramp(["db", "up", "postgresql"]).exits(0);
    env.onramp(["db", "down"]).exits(0);
    assert_eq!(volumes(&env).len(), 1);
    take(&env, "local");
    env.onramp(["db", "status"]).exits(0).says("home        container  the volume `onramp-data-");
    // Elsewhere there is no engine.
    let engine = onramp_tests::docker_host().expect("there is one");
    let env = env.variable("DOCKER_HOST", "unix:///nowhere/docker.sock");
    env.onramp(["db", "up", "postgresql"]).exits(0).says("of the source `container`");
    clear(&env);
    let env = env.variable("DOCKER_HOST", &engine);
    assert_eq!(volumes(&env), [""; 0]);
    let status = env.onramp(["db", "status", "--format", "json"]).exits(0);
    let status: serde_json::Value = serde_json::from_str(&status.stdout).expect("JSON");
    assert_eq!(status["homes"], serde_json::json!([]));
}

#[test]
fn a_database_on_a_given_server_is_remembered_when_the_server_is_not_given_any_more() {
    let (Some(owner), Some(env)) = (shop(From::Local), shop(From::Local)) else { return };
    owner.onramp(["db", "up", "postgresql"]).exits(0);
    let given = owner.onramp(["db", "url", "postgresql"]).exits(0).stdout.trim().to_owned();
    let databases = || psql(&owner, "select datname from pg_database where datname like 'onramp_dev_%'");
    take(&env, "auto");
    env.onramp(["db", "up", "postgresql"]).exits(0);
    let env = env.variable("ONRAMP_POSTGRESQL_URL", &given);
    let refused = env.onramp(["db", "up", "postgresql"]).exits(1);
    refused.says("ONRAMP_POSTGRESQL_URL names another one").says("hint: onramp db down");
    env.onramp(["db", "down"]).exits(0);
    let up = env.onramp(["db", "up", "postgresql"]).exits(0);
    up.says("is yours, by ONRAMP_POSTGRESQL_URL").says("Onramp never stops it").says("of the source `local`");
    env.onramp(["db", "status"]).exits(0).says("yours by ONRAMP_POSTGRESQL_URL; Onramp never stops it");
    assert_eq!(databases().lines().count(), 1);
    let without = env.variable("ONRAMP_POSTGRESQL_URL", "");
    without.onramp(["db", "status"]).exits(0).says("home        url  the database `onramp_dev_");
    let down = without.onramp(["db", "down", "--throw-away", "--answer", "yes"]).exits(0);
    down.says("stays; `ONRAMP_POSTGRESQL_URL=URL onramp db down --throw-away` removes it");
    assert!(!folder(&without).exists());
    assert_eq!(databases().lines().count(), 1);
    // Even where the configuration asks for something else by now.
    take(&without, "local");
    let env = without.variable("ONRAMP_POSTGRESQL_URL", &given);
    clear(&env);
    assert_eq!(databases(), "");
    assert_eq!(entries(&env, ".onramp/servers"), [""; 0]);
    clear(&owner);
}
