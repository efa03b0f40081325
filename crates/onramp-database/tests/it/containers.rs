use onramp_core::{Dialect, FailureKind};
use onramp_database::{Databases, DatabasesSpec, Listen, ServerSpec, Source};

use super::{Worktree, execute, rows};

/// The image of the tests.
const IMAGE: &str = "onramp-test/postgres:15";

/// Servers in containers; `None`, and said so, where there is no engine.
fn spec(worktree: &Worktree) -> Option<DatabasesSpec> {
    #[expect(clippy::disallowed_methods, reason = "a test decides by its own environment")]
    let host = std::env::var_os("DOCKER_HOST");
    let Some(host) = host else {
        onramp_testing::skip("DOCKER_HOST is not set");
        return None;
    };
    let mut spec = worktree.spec();
    spec.environment.set("DOCKER_HOST", host);
    spec.server = ServerSpec {
        source: Source::Container,
        image: IMAGE.to_owned(),
        listen: Listen::Loopback,
        ..ServerSpec::default()
    };
    Some(spec)
}

fn open(worktree: &Worktree, spec: &DatabasesSpec) -> Result<Databases, onramp_core::Failure> {
    Databases::open(&worktree.launcher, Dialect::Postgresql, spec, &|_| {})
}

#[test]
fn databases_in_a_container_are_like_others() {
    let worktree = Worktree::new();
    let Some(spec) = spec(&worktree) else { return };
    let databases = open(&worktree, &spec).unwrap();
    let flow = "CREATE TABLE flow (id INTEGER); INSERT INTO flow VALUES (1)";
    let template = databases.build_template("head", &mut |database| execute(database, flow)).unwrap();
    let copy = databases.copy(&template).unwrap();
    assert_eq!(rows(&copy, "flow"), 1);
    assert!(copy.expand("{host}:{port}").starts_with("127.0.0.1:"));
    drop((copy, template, databases));
    assert_eq!(worktree.leases(), 0);
}

#[test]
fn a_full_memory_is_told() {
    let worktree = Worktree::new();
    let Some(mut spec) = spec(&worktree) else { return };
    spec.server.memory = Some(20 << 20);
    let failure = open(&worktree, &spec).err().unwrap();
    assert_eq!(failure.kind, FailureKind::Environment);
    assert!(failure.message.contains("no space is left for its data"), "{failure} {:#?}", failure.tail);
    spec.server.memory = Some(100 << 20);
    let databases = open(&worktree, &spec).unwrap();
    let database = databases.create().unwrap();
    let fill = "CREATE TABLE large AS SELECT md5(i::text) AS text FROM generate_series(1, 3000000) AS i";
    let failure = execute(&database, fill).unwrap_err();
    assert!(failure.message.contains("no space is left"), "{failure}");
    assert!(failure.hint.is_some());
}

#[test]
fn an_image_that_ends_at_its_start_is_told_with_its_last_lines() {
    let worktree = Worktree::new();
    let Some(mut spec) = spec(&worktree) else { return };
    // Less than the server's first page.
    spec.server.memory = Some(4096);
    let failure = open(&worktree, &spec).err().unwrap();
    assert_eq!(failure.kind, FailureKind::Environment);
    assert!(!failure.tail.is_empty(), "{failure}");
    assert_eq!(worktree.leases(), 0);
}

#[test]
fn an_absent_image_is_an_error_where_it_was_asked_for_and_a_notice_where_not() {
    let worktree = Worktree::new();
    let Some(mut spec) = spec(&worktree) else { return };
    spec.server.image = "onramp-test/absent:1".to_owned();
    let failure = open(&worktree, &spec).err().unwrap();
    assert_eq!(failure.kind, FailureKind::Environment);
    assert!(failure.message.contains("onramp-test/absent:1"), "{failure}");
    if onramp_testing::server_programs().is_none() {
        return;
    }
    spec.server.source = Source::Auto;
    let steps = std::sync::Mutex::new(Vec::new());
    let step = |step: &str| steps.lock().unwrap().push(step.to_owned());
    drop(Databases::open(&worktree.launcher, Dialect::Postgresql, &spec, &step).unwrap());
    let steps = steps.into_inner().unwrap();
    assert!(steps.iter().any(|step| step.starts_with("use no container: ")), "{steps:?}");
    assert!(steps.iter().any(|step| step.starts_with("use PostgreSQL ")), "{steps:?}");
}

#[test]
fn a_url_with_a_socket_in_it_gets_no_container() {
    let worktree = Worktree::new();
    let Some(mut spec) = spec(&worktree) else { return };
    spec.server.listen = Listen::Socket;
    assert!(open(&worktree, &spec).err().unwrap().message.contains("{socket}"));
}
