//! Development databases, and the servers that outlive a command.

mod development;
mod doctor;
mod engine;
mod given;
mod killed_starts;
mod secrets;
mod sources;
mod warm;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use onramp_tests::TestEnv;

/// The image of the tests.
const IMAGE: &str = "onramp-test/postgres:15";

/// What a project without Alembic would have: a program that makes one table.
const UPGRADE: &str = "#!/bin/sh
set -e
case \"$SHOP_URL\" in
sqlite*) exec python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute(\"create table if not exists flow (id integer)\")' \"${SHOP_URL#sqlite:///}\" ;;
*) exec psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --command='create table if not exists flow (id integer)' \"$SHOP_URL\" ;;
esac
";

/// Where the server of a test comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    Local,
    Container,
}

/// A workspace with both dialects, and a way to have a server; `None`, and said so, where there is none.
fn shop(from: From) -> Option<TestEnv> {
    let source = match from {
        From::Local => "local",
        From::Container => "container",
    };
    let configuration = format!(
        "[database]\nengine = \"alembic\"\nurl-env = \"SHOP_URL\"\n\
         alembic = {{ upgrade = \"./upgrade\", downgrade = \"true\", revision = \"true\" }}\n\
         [database.dialects.sqlite]\nversions = \"versions\"\nurl = \"sqlite:///{{path}}\"\n\
         [database.dialects.postgresql]\nversions = \"versions/pg\"\n\
         url = \"postgresql://{{user}}:{{password}}@{{host}}:{{port}}/{{database}}\"\n\
         server = {{ source = \"{source}\", image = \"{IMAGE}\" }}\n"
    );
    let env = crate::workspace(&configuration).script("upgrade", UPGRADE).file("versions/pg/.keep", "");
    match from {
        From::Local if !has_programs() => {
            onramp_tests::skip("there are no programs of a PostgreSQL server");
            None
        }
        From::Local => Some(env),
        From::Container => Some(env.variable("DOCKER_HOST", &onramp_tests::docker_host()?)),
    }
}

fn has_programs() -> bool {
    let folders = ["/usr/lib/postgresql", "/usr/local/bin/initdb"];
    folders.iter().any(|folder| std::path::Path::new(folder).exists())
}

/// The names in a folder of the workspace, sorted.
fn entries(env: &TestEnv, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(env.root().join(folder)).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The value of a line in the record of the only server.
fn recorded(env: &TestEnv, name: &str) -> String {
    let records = entries(env, ".onramp/servers").into_iter().filter(|name| name.ends_with(".server"));
    let [record] = records.collect::<Vec<_>>().try_into().expect("one server");
    let text = env.read(&format!(".onramp/servers/{record}"));
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
        .expect("a line of the record")
        .to_owned()
}

/// The process that keeps the only server.
fn keeper(env: &TestEnv) -> u32 {
    let keeper = recorded(env, "keeper");
    keeper.split(' ').next().and_then(|pid| pid.parse().ok()).expect("a process id")
}

/// Whether a process lives.
fn lives(pid: u32) -> bool {
    onramp_exec::process(pid).is_some()
}

/// Sends a signal to a process.
fn signal(env: &TestEnv, name: &str, pid: u32) {
    env.command("", ["kill", &format!("-{name}"), &pid.to_string()]).exits(0);
}

/// Waits until something holds that must come about.
#[track_caller]
fn wait_until(holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < deadline, "it never came about");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Expects that nothing is left of servers: no file, no folder, no process.
#[track_caller]
fn assert_nothing_left(env: &TestEnv, folder: &str) {
    assert_eq!(entries(env, ".onramp/servers"), [""; 0]);
    assert_eq!(entries(env, ".onramp/leases"), [""; 0]);
    assert!(!PathBuf::from(folder).exists());
    assert_eq!(processes(env), [""; 0]);
}

/// The command lines of keepers and servers that know of the workspace: it stands in their environment.
fn processes(env: &TestEnv) -> Vec<String> {
    let marker = env.outside().to_string_lossy().into_owned();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let read = |name: &str| {
            let bytes = std::fs::read(entry.path().join(name)).unwrap_or_default();
            String::from_utf8_lossy(&bytes).replace('\0', " ")
        };
        let words = read("cmdline");
        // A Python that waits for the next migration of this dialect is none.
        let is_one =
            words.contains("keep-server") || words.contains("postgres") && !words.contains("alembic");
        if is_one && read("environ").contains(&marker) {
            found.push(words);
        }
    }
    found
}

/// The containers of the workspace, running or not.
fn containers(env: &TestEnv) -> Vec<String> {
    let filter = format!("label=dev.onramp.workspace={}", env.root().display());
    let listing = env.command("", ["docker", "ps", "--all", "--quiet", "--filter", &filter]).exits(0).stdout;
    listing.lines().map(str::to_owned).collect()
}

/// Throws away what a test has made.
fn clear(env: &TestEnv) {
    env.onramp(["db", "down", "--throw-away", "--answer", "yes"]).exits(0);
}
