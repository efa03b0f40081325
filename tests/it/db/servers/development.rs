use super::{From, assert_nothing_left, clear, containers, entries, keeper, lives, recorded, shop, signal};
use onramp_tests::TestEnv;

fn psql(env: &TestEnv, url: &str, statement: &str) -> onramp_tests::Run {
    env.command("", ["psql", "-X", "-At", "--set=ON_ERROR_STOP=1", url, "--command", statement])
}

fn url(env: &TestEnv, dialect: &str) -> String {
    env.onramp(["db", "url", dialect]).exits(0).stdout.trim().to_owned()
}

fn round_trip(from: From) {
    let Some(env) = shop(from) else { return };
    env.onramp(["db", "url", "postgresql"]).exits(1).says("is not up").says("onramp db up postgresql");
    let up = env.onramp(["db", "up"]).exits(0);
    assert!(up.stdout.contains("postgresql  postgresql://onramp:***@127.0.0.1:"), "{}", up.stdout);
    assert!(up.stdout.contains("sqlite      sqlite:///"), "{}", up.stdout);
    let first = url(&env, "postgresql");
    psql(&env, &first, "insert into flow values (1)").exits(0);
    env.onramp(["db", "status"]).exits(0).says("until `db down`").says("postgresql-development");
    let status = env.onramp(["db", "status", "--format", "json"]).exits(0);
    let status: serde_json::Value = serde_json::from_str(&status.stdout).expect("JSON");
    assert_eq!(status["servers"][0]["purpose"], "development");
    assert_eq!(status["databases"][0]["dialect"], "sqlite");
    let folder = recorded(&env, "socket");
    env.onramp(["db", "down"]).exits(0).says("stopped  postgresql-development");
    assert_nothing_left(&env, &folder);
    env.onramp(["db", "down"]).exits(0).says("no server runs");
    env.onramp(["db", "status"]).exits(0).says("not up: `onramp db up postgresql`");
    env.onramp(["db", "up", "postgresql"]).exits(0);
    assert_eq!(url(&env, "postgresql"), first, "password, port and all");
    assert_eq!(psql(&env, &first, "select count(*) from flow").exits(0).stdout, "1\n");
    env.onramp(["db", "reset", "postgresql"]).exits(2).says("onramp db reset postgresql --answer yes");
    assert_eq!(psql(&env, &first, "select count(*) from flow").exits(0).stdout, "1\n");
    env.onramp(["db", "reset", "postgresql", "--answer", "yes"]).exits(0);
    assert_eq!(psql(&env, &first, "select count(*) from flow").exits(0).stdout, "0\n");
    // Stopped, it is made anew from nothing.
    psql(&env, &first, "insert into flow values (1)").exits(0);
    env.onramp(["db", "down"]).exits(0);
    env.onramp(["db", "reset", "postgresql", "--answer", "yes"]).exits(0);
    assert_eq!(psql(&env, &first, "select count(*) from flow").exits(0).stdout, "0\n");
    clear(&env);
    if from == From::Container {
        assert_eq!(containers(&env), [""; 0]);
        let label = "label=dev.onramp.worktree";
        let volumes = env.command("", ["docker", "volume", "ls", "--quiet", "--filter", label]).stdout;
        let worktree = env.read(".onramp/databases/worktree");
        assert!(!volumes.contains(&worktree), "{volumes}");
    }
}

#[test]
fn a_database_of_local_programs_goes_there_and_back() {
    round_trip(From::Local);
}

#[test]
fn a_database_in_a_container_goes_there_and_back() {
    round_trip(From::Container);
}

#[test]
fn a_database_of_sqlite_goes_there_and_back() {
    let Some(env) = shop(From::Local) else { return };
    env.onramp(["db", "up", "sqlite"]).exits(0);
    let root = env.root().to_string_lossy().into_owned();
    let file = url(&env, "sqlite").strip_prefix("sqlite:///").unwrap().replace("[ROOT]", &root);
    let statement = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); print(c.execute(sys.argv[2]).fetchall()); c.commit()";
    let query = |text: &str| env.command("", ["python3", "-c", statement, &file, text]).exits(0).stdout;
    query("insert into flow values (1)");
    env.onramp(["db", "down"]).exits(0);
    env.onramp(["db", "up", "sqlite"]).exits(0);
    assert_eq!(query("select count(*) from flow"), "[(1,)]\n");
    env.onramp(["db", "reset", "sqlite", "--answer", "yes"]).exits(0);
    assert_eq!(query("select count(*) from flow"), "[(0,)]\n");
    let down = env.onramp(["db", "down", "--throw-away", "--answer", "yes"]).exits(0);
    down.says("thrown away  [ROOT]/.onramp/databases/development.db");
    assert!(!std::path::Path::new(&file).exists());
}

#[test]
fn the_shell_gets_its_password_by_the_environment() {
    let Some(env) = shop(From::Local) else { return };
    env.onramp(["db", "shell"]).exits(2).says("sqlite and postgresql: say which");
    env.onramp(["db", "shell", "postgresql"]).exits(1).says("onramp db up postgresql");
    env.onramp(["db", "up", "postgresql"]).exits(0);
    let password = recorded(&env, "password");
    let words = env.onramp(["db", "shell", "postgresql", "--dry-run"]).exits(0);
    assert!(words.stdout.contains("--dbname onramp_dev") && !words.stdout.contains(&password));
    // Its input is empty, so it comes and goes.
    env.onramp(["db", "shell", "postgresql"]).exits(0);
    clear(&env);
}

#[test]
fn what_is_piped_into_a_shell_ends_at_its_first_error() {
    for from in [From::Local, From::Container] {
        let Some(env) = shop(from) else { continue };
        env.onramp(["db", "up"]).exits(0);
        env.write("script.sql", "insert into flow values (1);\nnonsense;\ninsert into flow values (2);\n");
        env.write("count.sql", "select 'rows ' || count(*) from flow;\n");
        for (dialect, code) in [("postgresql", 3), ("sqlite", 1)] {
            let pipe = |file: &str| format!("{} db shell {dialect} < {file}", env.program().display());
            env.command("", ["sh", "-c", &pipe("script.sql")]).exits(code);
            env.command("", ["sh", "-c", &pipe("count.sql")]).exits(0).says("rows 1");
        }
        clear(&env);
    }
}

#[test]
fn a_server_that_somebody_talks_to_is_stopped_by_force_alone() {
    let Some(env) = shop(From::Local) else { return };
    env.onramp(["db", "up", "postgresql"]).exits(0);
    // It reads a pipe that stays open.
    let program = env.program().display().to_string();
    let pipe = format!("(echo 'select 40 + 2;'; exec sleep 600) | {program} db shell postgresql");
    let mut shell = env.start_command("", ["sh", "-c", &pipe]);
    shell.wait_for("42");
    env.onramp(["db", "status"]).exits(0).says("in use");
    env.onramp(["db", "down"]).exits(1).says("in use   postgresql-development").says("db down --force");
    let refused = env.onramp(["db", "down", "--throw-away", "--answer", "yes"]).exits(1);
    refused.says("in use   postgresql-development");
    psql(&env, &url(&env, "postgresql"), "select * from flow").exits(0);
    env.onramp(["db", "down", "--force"]).exits(0).says("stopped  postgresql-development");
    shell.signal(onramp_exec::Signal::TERM);
    shell.finish();
    clear(&env);
}

#[test]
fn a_killed_keeper_costs_no_row() {
    for from in [From::Local, From::Container] {
        let Some(env) = shop(from) else { continue };
        env.onramp(["db", "up", "postgresql"]).exits(0);
        let first = url(&env, "postgresql");
        psql(&env, &first, "insert into flow values (1)").exits(0);
        let (pid, folder) = (keeper(&env), recorded(&env, "socket"));
        signal(&env, "KILL", pid);
        super::wait_until(|| !lives(pid));
        env.onramp(["tasks"]).exits(0);
        assert_nothing_left(&env, &folder);
        if from == From::Container {
            assert_eq!(containers(&env), [""; 0]);
        }
        env.onramp(["db", "up", "postgresql"]).exits(0);
        assert_eq!(psql(&env, &first, "select count(*) from flow").exits(0).stdout, "1\n");
        clear(&env);
    }
}

#[test]
fn a_port_that_is_taken_is_told_where_it_was_asked_for_and_avoided_where_not() {
    for from in [From::Local, From::Container] {
        let Some(env) = shop(from) else { continue };
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let configuration = env.read("onramp.toml");
        env.write(
            "onramp.toml",
            &configuration.replace("server = { ", &format!("server = {{ port = {port}, ")),
        );
        env.onramp(["db", "up", "postgresql"]).exits(4).says(&format!("port {port} of 127.0.0.1 is taken"));
        assert_eq!(entries(&env, ".onramp/servers"), [""; 0]);
        drop(listener);
        env.onramp(["db", "up", "postgresql"]).exits(0);
        assert!(url(&env, "postgresql").contains(&format!(":{port}/")));
        env.onramp(["db", "down"]).exits(0);
        env.write("onramp.toml", &configuration);
        let _listener = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
        env.onramp(["db", "up", "postgresql"]).exits(0);
        assert!(!url(&env, "postgresql").contains(&format!(":{port}/")));
        clear(&env);
    }
}

#[test]
fn on_a_given_server_only_its_own_database_is_reset() {
    let (Some(owner), Some(env)) = (shop(From::Local), shop(From::Local)) else { return };
    owner.onramp(["db", "up", "postgresql"]).exits(0);
    let theirs = url(&owner, "postgresql");
    psql(&owner, &theirs, "insert into flow values (1)").exits(0);
    let configuration = env.read("onramp.toml").replace("source = \"local\"", "source = \"url\"");
    let env = env.variable("ONRAMP_POSTGRESQL_URL", &theirs);
    env.write("onramp.toml", &configuration);
    let up = env.onramp(["db", "up", "postgresql"]).exits(0);
    up.never_says(&recorded(&owner, "password"));
    let ours = url(&env, "postgresql");
    assert_ne!(ours, theirs);
    psql(&env, &ours, "insert into flow values (2)").exits(0);
    env.onramp(["db", "reset", "postgresql", "--answer", "yes"]).exits(0);
    assert_eq!(psql(&env, &ours, "select count(*) from flow").exits(0).stdout, "0\n");
    env.onramp(["db", "down"]).exits(0).says("no server runs");
    assert_eq!(psql(&env, &theirs, "select count(*) from flow").exits(0).stdout, "1\n");
    // A database of that name which somebody else has made is left alone.
    let name = ours.rsplit('/').next().unwrap();
    psql(&env, &theirs, &format!("comment on database {name} is 'mine'")).exits(0);
    env.onramp(["db", "reset", "postgresql", "--answer", "yes"])
        .exits(1)
        .says("was not made by this worktree");
    env.onramp(["db", "up", "postgresql"]).exits(1).says("was not made by this worktree");
    clear(&owner);
}

#[test]
fn another_machine_is_refused_unless_it_is_named_as_one() {
    let Some(env) = shop(From::Local) else { return };
    let configuration = env.read("onramp.toml").replace("source = \"local\"", "source = \"auto\"");
    let env = env.variable("ONRAMP_POSTGRESQL_URL", "postgresql://a:hidden-word@db.example.invalid/shop");
    env.write("onramp.toml", &configuration);
    let refused = env.onramp(["db", "up", "postgresql"]).exits(4);
    refused.says("another machine").says("remote = true").never_says("hidden-word");
    env.write("onramp.toml", &configuration.replace("server = { ", "server = { remote = true, "));
    env.onramp(["db", "up", "postgresql"]).exits(4).never_says("another machine").never_says("hidden-word");
}
