//! Servers that the user gives by a URL.

use super::{From, clear, recorded, shop};
use onramp_tests::TestEnv;

/// A workspace that takes the server of the URL, if it is given one.
fn shop_at(url: &str) -> Option<TestEnv> {
    let env = shop(From::Local)?.variable("ONRAMP_POSTGRESQL_URL", url);
    let configuration = env.read("onramp.toml").replace("source = \"local\"", "source = \"auto\"");
    env.write("onramp.toml", &configuration);
    Some(env)
}

#[test]
fn a_server_that_lets_nobody_in_is_told_with_its_cause_and_ends_every_verb_alike() {
    let Some(owner) = shop(From::Local) else { return };
    owner.onramp(["db", "up", "postgresql"]).exits(0);
    let url = owner.onramp(["db", "url", "postgresql"]).exits(0).stdout.trim().to_owned();
    let password = recorded(&owner, "password");
    let (server, _) = url.split_once("/onramp_dev").expect("its database");
    for (url, cause) in [
        ("postgresql://a:hidden-word@127.0.0.1:1/x".to_owned(), "connection refused"),
        (server.replace(&password, "hidden-word"), "password authentication failed"),
        (format!("{server}/nothing"), "database \"nothing\" does not exist"),
    ] {
        let Some(env) = shop_at(&url) else { return };
        for verb in [
            &["db", "up", "postgresql"][..],
            &["db", "url", "postgresql"],
            &["db", "shell", "postgresql"],
            &["db", "reset", "postgresql", "--answer", "yes"],
            &["db", "catalog", "--dialect", "postgresql"],
        ] {
            let run = env.onramp(verb).exits(4).says(cause).says("ONRAMP_POSTGRESQL_URL: ");
            run.says("unset ONRAMP_POSTGRESQL_URL").never_says("hidden-word").never_says(&password);
        }
        env.onramp(["db", "catalog", &url]).exits(4).says(cause).never_says("hidden-word");
    }
    let nowhere = "postgresql://a:hidden-word@localhost/x?host=/nowhere";
    owner.onramp(["db", "catalog", nowhere]).exits(4).says("no socket").never_says("hidden-word");
    let unknown = "postgresql://a:hidden-word@db.example.invalid/x";
    owner.onramp(["db", "catalog", unknown]).exits(4).says("failed to lookup").never_says("hidden-word");
    clear(&owner);
}

#[test]
fn what_is_kept_on_a_given_server_for_the_next_command_goes_with_db_down() {
    let Some(owner) = shop(From::Local) else { return };
    owner.onramp(["db", "up", "postgresql"]).exits(0);
    let url = owner.onramp(["db", "url", "postgresql"]).exits(0).stdout.trim().to_owned();
    let Some(flowline) = crate::migrate::flowline() else { return };
    let env = flowline.env.variable("ONRAMP_POSTGRESQL_URL", &url);
    env.onramp(["db", "catalog", "--dialect", "postgresql"]).exits(0);
    env.onramp(["db", "status"]).exits(0).says("postgresql  1 template, last used");
    env.onramp(["db", "down"]).exits(0).says("dropped  1 template on the server that is given");
    env.onramp(["db", "status"]).exits(0).never_says("1 template");
    env.onramp(["db", "down", "--format", "json"]).exits(0).says("\"templates-dropped\":0");
    clear(&owner);
    // Whoever cannot reach it is told, and may go on.
    env.onramp(["db", "down"]).exits(0).says("templates may stay").says("connection refused");
}
