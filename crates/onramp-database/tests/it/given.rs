use onramp_core::{Cancel, Dialect, FailureKind};
use onramp_database::postgresql::{Connection, LocalServer, LocalSpec};
use onramp_database::script::Guest;
use onramp_database::{Client, Databases, DatabasesSpec, Listen, ServerSpec, Source, clear_given};
use std::sync::Mutex;

use super::{Worktree, execute, rows};

/// A server that belongs to somebody else, with a database of his that looks like one of ours.
fn server(worktree: &Worktree) -> Option<LocalServer> {
    let binaries = onramp_testing::server_programs()?;
    let spec = LocalSpec { listen: Listen::Loopback, place: worktree.place(), log: None };
    let server = LocalServer::start(&worktree.launcher, &binaries, &spec, &|_| {}).unwrap();
    let mut client = server.connection().client().unwrap();
    for statement in ["CREATE DATABASE shop", "CREATE DATABASE onramp_shop", "CREATE DATABASE onramp_marked"]
    {
        client.execute(statement).unwrap();
    }
    client
        .execute("COMMENT ON DATABASE onramp_marked IS 'onramp 1 worktree=other-1 purpose=scratch pid=1 started=1 boot= namespace='")
        .unwrap();
    Some(server)
}

fn spec(worktree: &Worktree, connection: &Connection) -> DatabasesSpec {
    let mut spec = worktree.spec();
    let url = connection.expand("postgresql+asyncpg://{user}:{password}@{host}:{port}/{database}");
    spec.environment.set("GIVEN_URL", url);
    spec.server = ServerSpec {
        source: Source::Auto,
        url_env: "GIVEN_URL".to_owned(),
        listen: Listen::Loopback,
        ..ServerSpec::default()
    };
    spec
}

fn databases_of(connection: &Connection) -> Vec<String> {
    let Client::Postgresql(mut client) = connection.client().unwrap() else { panic!() };
    let rows = client.query("SELECT datname::text FROM pg_database ORDER BY 1", &[]).unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[test]
fn on_a_given_server_only_what_was_made_here_is_touched() {
    let (owner, worktree) = (Worktree::new(), Worktree::new());
    let Some(server) = server(&owner) else { return };
    let before = databases_of(server.connection());
    let spec = spec(&worktree, server.connection());
    let databases = Databases::open(&worktree.launcher, Dialect::Postgresql, &spec, &|_| {}).unwrap();
    let flow = "CREATE TABLE flow (id INTEGER); INSERT INTO flow VALUES (1)";
    let template = databases.build_template("head", &mut |database| execute(database, flow)).unwrap();
    let copy = databases.copy(&template).unwrap();
    assert_eq!(rows(&copy, "flow"), 1);
    let during = databases_of(server.connection());
    assert_eq!(during.len(), before.len() + 2);
    assert!(before.iter().all(|name| during.contains(name)));
    drop((copy, template, databases));
    let after = databases_of(server.connection());
    let left: Vec<&String> = after.iter().filter(|name| !before.contains(name)).collect();
    assert!(matches!(left[..], [name] if name.starts_with("onramp_t_")), "{left:?}");
    assert_eq!(worktree.leases(), 0);
}

#[test]
fn what_was_made_and_not_marked_before_its_command_died_is_dropped_too() {
    let (owner, worktree) = (Worktree::new(), Worktree::new());
    let Some(server) = server(&owner) else { return };
    let spec = spec(&worktree, server.connection());
    let open = || Databases::open(&worktree.launcher, Dialect::Postgresql, &spec, &|_| {}).unwrap();
    let before = databases_of(server.connection());
    let databases = open();
    let database = databases.create().unwrap();
    let name = database.expand("{database}");
    // As if its owner had been another process, which was killed before the mark.
    let mut client = server.connection().client().unwrap();
    client.execute(&format!("COMMENT ON DATABASE \"{name}\" IS NULL")).unwrap();
    let leases = worktree.place().leases();
    let [lease] = worktree.entries("leases").try_into().unwrap();
    let text = std::fs::read_to_string(leases.join(&lease)).unwrap();
    let own = format!("owner {} ", std::process::id());
    std::fs::write(leases.join(&lease), text.replace(&own, "owner 999999999 ")).unwrap();
    drop(open());
    assert_eq!(databases_of(server.connection()), before);
    assert_eq!(worktree.entries("databases/left"), [""; 0]);
    drop(database);
}

#[test]
fn what_a_dead_command_left_on_a_given_server_is_dropped_by_the_next_one_of_its_worktree() {
    let (owner, worktree, other) = (Worktree::new(), Worktree::new(), Worktree::new());
    let Some(server) = server(&owner) else { return };
    let open = |worktree: &Worktree| {
        let spec = spec(worktree, server.connection());
        Databases::open(&worktree.launcher, Dialect::Postgresql, &spec, &|_| {}).unwrap()
    };
    let before = databases_of(server.connection());
    let databases = open(&worktree);
    let database = databases.create().unwrap();
    let name = database.expand("{database}");
    bury(server.connection(), &name);
    drop(open(&other));
    assert!(databases_of(server.connection()).contains(&name));
    drop(open(&worktree));
    assert_eq!(databases_of(server.connection()), before);
    drop(database);
}

/// Has a database look as if its owner had been another process, which is dead.
fn bury(connection: &Connection, name: &str) {
    let Client::Postgresql(mut client) = connection.client().unwrap() else { panic!() };
    let statement = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1";
    let mark: String = client.query_one(statement, &[&name]).unwrap().get(0);
    let own = format!("pid={} ", std::process::id());
    assert!(mark.contains(&own), "{mark}");
    let dead = mark.replace(&own, "pid=999999999 ");
    client.batch_execute(&format!("COMMENT ON DATABASE \"{name}\" IS '{dead}'")).unwrap();
}

#[test]
fn what_cannot_be_dropped_is_told_keeps_nobody_from_working_and_is_tried_again() {
    let (owner, worktree) = (Worktree::new(), Worktree::new());
    let Some(server) = server(&owner) else { return };
    let spec = spec(&worktree, server.connection());
    let steps = Mutex::new(Vec::new());
    let open = || {
        let step = |step: &str| steps.lock().unwrap().push(step.to_owned());
        Databases::open(&worktree.launcher, Dialect::Postgresql, &spec, &step).unwrap()
    };
    let before = databases_of(server.connection());
    let databases = open();
    let (first, second) = (databases.create().unwrap(), databases.create().unwrap());
    // The server does not drop a database that has one of these.
    execute(&first, "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false)").unwrap();
    let names = [&first, &second].map(|database| database.expand("{database}"));
    names.iter().for_each(|name| bury(server.connection(), name));
    steps.lock().unwrap().clear();
    drop(open());
    let told = steps.lock().unwrap().iter().find(|step| step.contains("stays for now")).cloned().unwrap();
    assert!(told.contains(&names[0]) && told.contains("subscription"), "{told}");
    let left = databases_of(server.connection());
    assert!(left.contains(&names[0]) && !left.contains(&names[1]));
    execute(&first, "ALTER SUBSCRIPTION s SET (slot_name = NONE); DROP SUBSCRIPTION s").unwrap();
    drop(open());
    assert_eq!(databases_of(server.connection()), before);
    drop((first, second, databases));
}

#[test]
fn templates_on_a_given_server_are_few_and_go_when_they_are_not_wanted_any_more() {
    let (owner, worktree) = (Worktree::new(), Worktree::new());
    let Some(server) = server(&owner) else { return };
    let spec = spec(&worktree, server.connection());
    let before = databases_of(server.connection());
    let databases = Databases::open(&worktree.launcher, Dialect::Postgresql, &spec, &|_| {}).unwrap();
    let mut flow = |database: &onramp_database::Database| execute(database, "CREATE TABLE flow (id INTEGER)");
    let count = || databases_of(server.connection()).len() - before.len();
    databases.build_template("0", &mut flow).unwrap();
    // Whatever became of the file that tells when it was used.
    let shelf = worktree.place().state.join("databases/templates/postgresql");
    std::fs::remove_dir_all(&shelf).unwrap();
    for key in 1..=3 {
        databases.build_template(&key.to_string(), &mut flow).unwrap();
        assert!(count() <= 2);
    }
    let is_there = |key: &str| databases.find_template(key).unwrap().is_some();
    assert_eq!(["0", "1", "2", "3"].map(is_there), [false, false, true, true]);
    let used = databases.find_template("3").unwrap().unwrap();
    assert_eq!(clear_given(&worktree.launcher, &spec).unwrap(), 1, "one is in use");
    assert_eq!(databases.copy(&used).map(|copy| rows(&copy, "flow")).unwrap(), 0);
    drop(used);
    assert_eq!(clear_given(&worktree.launcher, &spec).unwrap(), 1);
    assert_eq!(databases_of(server.connection()), before);
}

#[test]
fn on_a_server_that_gives_no_less_rights_no_script_of_a_stranger_is_run() {
    let (owner, worktree) = (Worktree::new(), Worktree::new());
    let Some(server) = server(&owner) else { return };
    let mut client = server.connection().client().unwrap();
    client.execute("CREATE ROLE plain LOGIN CREATEDB CREATEROLE PASSWORD 'plain'").unwrap();
    let plain =
        Connection { user: "plain".to_owned(), password: "plain".to_owned(), ..server.connection().clone() };
    let databases =
        Databases::open(&worktree.launcher, Dialect::Postgresql, &spec(&worktree, &plain), &|_| {}).unwrap();
    let database = databases.create().unwrap();
    let failure = Guest::of(&database, &Cancel::new()).err().unwrap();
    assert_eq!(failure.kind, FailureKind::Environment);
    assert!(failure.message.contains("no superuser"), "{failure}");
    assert!(failure.hint.is_some_and(|hint| hint.contains("unset GIVEN_URL")));
}
