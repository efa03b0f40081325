//! Histories on real servers. Where there are no server programs, what needs them says so and passes, except in CI.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod extensions;
mod roles;

use std::fs;
use std::path::{Path, PathBuf};

use onramp_core::{Cancel, Dialect, Failure, FailureKind, Secrets};
use onramp_database::catalog::{Kind, ObjectId};
use onramp_database::{Databases, DatabasesSpec, Keep, Place, ServerSpec, Source};
use onramp_exec::{Environment, Launcher};
use onramp_histories::{Chain, Histories};
use onramp_replay::{Replay, Replayed, replay};

/// A folder with histories, and databases to replay them on.
struct Site {
    folder: tempfile::TempDir,
    databases: Databases,
}

impl Site {
    /// `None` where there is no server for the dialect.
    fn new(dialect: Dialect, files: &[(&str, &str)]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join("histories").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let server = ServerSpec { source: Source::Local, ..ServerSpec::default() };
        match open(folder.path(), dialect, server, onramp_testing::environment()) {
            Ok(databases) => Some(Self { folder, databases }),
            Err(failure) => {
                onramp_testing::skip(&failure.to_string());
                None
            }
        }
    }

    /// The same files, on a PostgreSQL server that somebody has given.
    fn on_server(&self, url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("histories/pg")).unwrap();
        for file in fs::read_dir(self.folder.path().join("histories/pg")).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), folder.path().join("histories/pg").join(file.file_name())).unwrap();
        }
        let server = ServerSpec { source: Source::Url, url_env: "GIVEN".to_owned(), ..ServerSpec::default() };
        let mut environment = onramp_testing::environment();
        environment.set("GIVEN", url);
        let databases = open(folder.path(), Dialect::Postgresql, server, environment).unwrap();
        Self { folder, databases }
    }

    /// The one history of the folder.
    fn chain(&self) -> Chain {
        let histories = Histories::below(&[self.folder.path().join("histories")]);
        let [chain] = &histories.chains[..] else { panic!("{histories:#?}") };
        chain.clone()
    }

    fn replay(&self) -> Replayed {
        let chain = self.chain();
        let cancel = Cancel::new();
        replay(&Replay { chain: &chain, databases: &self.databases, step: &|_| {}, cancel: &cancel }).unwrap()
    }
}

fn open(
    root: &Path,
    dialect: Dialect,
    server: ServerSpec,
    environment: Environment,
) -> Result<Databases, Failure> {
    let root = root.to_path_buf();
    let spec = DatabasesSpec {
        place: Place { state: root.join(".onramp"), workspace: root, temporary: PathBuf::from("/tmp") },
        environment,
        server,
        keep: Keep::default(),
        log: None,
    };
    Databases::open(&Launcher::new(Cancel::new(), Secrets::new()), dialect, &spec, &|_| {})
}

/// What was found: file, line, code and message.
fn told(site: &Site, replayed: &Replayed) -> Vec<String> {
    let below = site.folder.path().join("histories");
    let line = |finding: &onramp_histories::Finding| {
        let file = finding.file.strip_prefix(&below).unwrap().display();
        let line = finding.line.map_or(String::new(), |line| format!(":{line}"));
        format!("{file}{line} {}: {}", finding.code.name(), finding.message)
    };
    replayed.findings.iter().map(line).collect()
}

#[track_caller]
fn finds(site: &Site, replayed: &Replayed, expected: &[&[&str]]) {
    let found = told(site, replayed);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, words) in found.iter().zip(expected) {
        assert!(words.iter().all(|word| found.contains(word)), "{found} has not {words:?}");
    }
}

#[test]
fn a_table_of_the_application_counts_whatever_its_name() {
    let files = [
        ("0001_users.up.sql", "CREATE TABLE users (id INTEGER);"),
        ("0001_users.down.sql", "DROP TABLE users;"),
        (
            "0002_birds.up.sql",
            "CREATE TABLE birds (id INTEGER);\nCREATE TABLE IF NOT EXISTS migrations (bird TEXT, begins DATE);",
        ),
        ("0002_birds.down.sql", "DROP TABLE birds;"),
        (
            "0003_tool.up.sql",
            "CREATE TABLE tool (id INTEGER);\nCREATE TABLE IF NOT EXISTS schema_migrations (version TEXT);",
        ),
        ("0003_tool.down.sql", "DROP TABLE tool;"),
    ];
    let Some(site) = Site::new(Dialect::Sqlite, &files) else { return };
    let replayed = site.replay();
    finds(&site, &replayed, &[&["0002_birds.down.sql", "leaves another schema", "migrations"]]);
}

#[test]
fn each_entry_goes_up_and_back_and_up_again() {
    for dialect in Dialect::ALL {
        let folder = dialect.name();
        let path = |name: &str| format!("{folder}/{name}");
        let files = [
            (path("0001_users.up.sql"), "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"),
            (path("0001_users.down.sql"), "DROP TABLE users;"),
            (
                path("0002_age.up.sql"),
                "ALTER TABLE users ADD COLUMN age INTEGER;\nCREATE INDEX i ON users (age);",
            ),
            (path("0002_age.down.sql"), "DROP INDEX i;\nALTER TABLE users DROP COLUMN age;"),
            // Of an index that stays behind nobody hears otherwise.
            (path("0003_tags.up.sql"), "CREATE TABLE tags (id INTEGER);\nCREATE INDEX j ON users (name);"),
            (path("0003_tags.down.sql"), "DROP TABLE tags;"),
            (path("0004_gone.up.sql"), "CREATE TABLE gone (id INTEGER);"),
            (path("0004_gone.down.sql"), "-- back\nDROP TABLE gone;\nDROP TABLE never_there;"),
            (path("0005_last.up.sql"), "ALTER TABLE gone ADD COLUMN name TEXT;"),
        ];
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let Some(site) = Site::new(dialect, &files) else { continue };
        let replayed = site.replay();
        assert_eq!((replayed.applied, replayed.reverted), (5, 2), "{replayed:#?}");
        finds(
            &site,
            &replayed,
            &[
                &[&path("0003_tags.down.sql"), "down-elsewhere", "index users.j"],
                &[&path("0004_gone.down.sql:3"), "down-fails", "never_there"],
            ],
        );
        // A way back that has failed halfway has hidden nothing of what comes behind it.
        let catalog = replayed.catalog.unwrap();
        assert!(catalog.objects.contains_key(&ObjectId::new(Kind::Column, ["gone", "name"])));
    }
}

#[test]
fn a_history_ends_at_the_first_entry_that_fails() {
    let files = [
        ("sqlite/1_a.sql", "-- +goose Up\nCREATE TABLE a (id INTEGER);\n-- +goose Down\nDROP TABLE a;\n"),
        (
            "sqlite/2_b.sql",
            "-- two\n-- +goose Up\n-- +goose StatementBegin\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n  SELECT 1;\nEND;\n-- +goose StatementEnd\nDROP TABLE missing;\n-- +goose Down\n",
        ),
        ("sqlite/3_c.sql", "-- +goose Up\nCREATE TABLE c (id INTEGER);\n"),
    ];
    let site = Site::new(Dialect::Sqlite, &files).unwrap();
    let replayed = site.replay();
    assert_eq!((replayed.applied, replayed.reverted, replayed.catalog.is_none()), (1, 1, true));
    finds(&site, &replayed, &[&["sqlite/2_b.sql:8", "up-fails", "missing"]]);
}

#[test]
fn what_no_server_could_run_is_no_fault() {
    let Some(site) = Site::new(
        Dialect::Postgresql,
        &[
            ("postgres/V1__a.sql", "CREATE TABLE a (id bigint);"),
            ("postgres/V2__b.sql", "CREATE TABLE ${schema}.b (id bigint);"),
        ],
    ) else {
        return;
    };
    finds(&site, &site.replay(), &[&["postgres/V2__b.sql:1", "not-replayed", "placeholders"]]);
    let Some(site) = Site::new(
        Dialect::Postgresql,
        &[
            ("postgres/V1__a.sql", "CREATE TABLE a (id bigint);"),
            ("postgres/V2__b.sql", "SELECT 1;\nCOPY a TO PROGRAM 'cat';"),
            ("postgres/V3__c.sql", "SELECT 1;"),
        ],
    ) else {
        return;
    };
    finds(&site, &site.replay(), &[&["postgres/V2__b.sql:2", "not-replayed", "rights"]]);
}

#[test]
fn indexes_are_built_concurrently_where_the_tool_says_so() {
    let create = "CREATE TABLE a (id bigint, b text);";
    let files = [
        ("pg/1_a.sql", format!("-- migrate:up\n{create}\n-- migrate:down\nDROP TABLE a;")),
        (
            "pg/2_b.sql",
            "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON a (b);\nCREATE INDEX CONCURRENTLY j ON a (id);\n\
             -- migrate:down transaction:false\nDROP INDEX CONCURRENTLY i;\nDROP INDEX CONCURRENTLY j;"
                .to_owned(),
        ),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let Some(site) = Site::new(Dialect::Postgresql, &files) else { return };
    let replayed = site.replay();
    assert_eq!((replayed.applied, replayed.reverted), (2, 2), "{replayed:#?}");
}

#[test]
fn the_whole_schema_in_a_file_says_the_same() {
    let files = |snapshot: &'static str| {
        [
            ("sqlite/0.1/00__a.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY);"),
            ("sqlite/0.2/00__b.sql", "ALTER TABLE a ADD COLUMN b TEXT NOT NULL DEFAULT '';"),
            ("sqlite/LATEST.sql", snapshot),
        ]
    };
    let same = "CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT NOT NULL DEFAULT '');\nCREATE TABLE schema_version (v INTEGER);";
    let site = Site::new(Dialect::Sqlite, &files(same)).unwrap();
    assert_eq!(site.chain().snapshots.len(), 1);
    finds(&site, &site.replay(), &[]);
    let other = "CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT);";
    let site = Site::new(Dialect::Sqlite, &files(other)).unwrap();
    finds(&site, &site.replay(), &[&["sqlite/LATEST.sql ", "snapshot-differs", "column a.b"]]);
    let wrong = "CREATE TABLE a (id INTEGER);\nCREATE TABEL b (id);";
    let site = Site::new(Dialect::Sqlite, &files(wrong)).unwrap();
    finds(&site, &site.replay(), &[&["sqlite/LATEST.sql:2", "up-fails", "TABEL"]]);
}

#[test]
fn it_ends_when_it_is_told_to() {
    let endless = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c;";
    let files = [
        ("sqlite/1_a.up.sql", "CREATE TABLE a (id INTEGER);"),
        ("sqlite/1_a.down.sql", "DROP TABLE a;"),
        ("sqlite/2_b.up.sql", "CREATE TABLE b (id INTEGER);"),
        ("sqlite/2_b.down.sql", endless),
    ];
    let site = Site::new(Dialect::Sqlite, &files).unwrap();
    let (chain, cancel) = (site.chain(), Cancel::new());
    let told = std::cell::RefCell::new(Vec::new());
    let step = |step: &str| {
        told.borrow_mut().push(step.to_owned());
        if step.starts_with("2 of 2") {
            let cancel = cancel.clone();
            std::thread::spawn(move || {
                std::thread::sleep(std::time::Duration::from_millis(100));
                cancel.escalate()
            });
        }
    };
    let failure = replay(&Replay { chain: &chain, databases: &site.databases, step: &step, cancel: &cancel });
    assert_eq!(failure.unwrap_err().kind, FailureKind::Interrupted);
    assert_eq!(*told.borrow(), ["1 of 2: 1", "2 of 2: 2"]);
}

#[test]
fn an_entry_is_not_blamed_for_the_ways_back_before_it() {
    let files = [
        ("sqlite/1_a.up.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);"),
        ("sqlite/1_a.down.sql", "DROP TABLE a;"),
        ("sqlite/2_b.up.sql", "INSERT INTO a (name) VALUES ('first');"),
        ("sqlite/2_b.down.sql", "DELETE FROM a;"),
        ("sqlite/3_c.up.sql", "CREATE TABLE c (id INTEGER CHECK (id = 1));\nINSERT INTO c SELECT id FROM a;"),
        ("sqlite/3_c.down.sql", "DROP TABLE c;"),
        ("sqlite/4_d.up.sql", "CREATE TABLE d (id INTEGER);"),
        ("sqlite/4_d.down.sql", "DROP TABLE d;"),
    ];
    let site = Site::new(Dialect::Sqlite, &files).unwrap();
    let replayed = site.replay();
    assert_eq!((replayed.applied, replayed.reverted), (4, 4), "{replayed:#?}");
    finds(&site, &replayed, &[&["sqlite/2_b.down.sql", "down-elsewhere", "3 fails after it", "CHECK"]]);
    // What fails straight, too, is wrong itself.
    let mut wrong = files;
    wrong[4].1 = "CREATE TABLE c (id INTEGER);\nDROP TABLE missing;";
    let site = Site::new(Dialect::Sqlite, &wrong).unwrap();
    finds(&site, &site.replay(), &[&["sqlite/3_c.up.sql:2", "up-fails", "missing"]]);
}

#[test]
fn a_new_database_begins_with_the_newest_baseline() {
    let files = [
        ("sqlite/V1__a.sql", "CREATE TABLE a (id INTEGER);"),
        ("sqlite/B1__a.sql", "CREATE TABLE older (id INTEGER);"),
        ("sqlite/V2__b.sql", "CREATE TABLE b (id INTEGER);"),
        ("sqlite/B2__all.sql", "CREATE TABLE a (id INTEGER);\nCREATE TABLE b (id INTEGER);"),
        ("sqlite/V3__c.sql", "CREATE TABLE c (id INTEGER);"),
        ("sqlite/R__v.sql", "CREATE VIEW v AS SELECT * FROM c;"),
    ];
    let site = Site::new(Dialect::Sqlite, &files).unwrap();
    let replayed = site.replay();
    finds(&site, &replayed, &[]);
    assert_eq!(replayed.applied, 3);
    let catalog = replayed.catalog.unwrap();
    let tables: Vec<&str> = ["a", "b", "c", "older"]
        .into_iter()
        .filter(|name| catalog.objects.contains_key(&ObjectId::new(Kind::Table, [*name])))
        .collect();
    assert_eq!(tables, ["a", "b", "c"]);
}

#[test]
fn flyway_looks_at_the_statements() {
    let files = [
        ("pg/V1__a.sql", "CREATE TABLE a (id bigint, b text);"),
        (
            "pg/V2__b.sql",
            "CREATE INDEX CONCURRENTLY i ON a (b);\nCREATE UNIQUE INDEX CONCURRENTLY j ON a (id);",
        ),
    ];
    let Some(site) = Site::new(Dialect::Postgresql, &files) else { return };
    let replayed = site.replay();
    finds(&site, &replayed, &[]);
    assert_eq!(replayed.applied, 2);
}

#[test]
fn a_snapshot_is_read_within_limits() {
    let files = [
        ("sqlite/0.1/00__a.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY);"),
        ("sqlite/0.2/00__b.sql", "ALTER TABLE a ADD COLUMN b TEXT;"),
        ("sqlite/LATEST.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT);"),
    ];
    let site = Site::new(Dialect::Sqlite, &files).unwrap();
    let file = fs::File::options().write(true).open(&site.chain().snapshots[0]).unwrap();
    file.set_len(8 << 20).unwrap();
    finds(&site, &site.replay(), &[&["sqlite/LATEST.sql", "not-replayed", "too long"]]);
}

#[test]
fn a_transaction_without_an_end_is_told() {
    for dialect in Dialect::ALL {
        let folder = dialect.name();
        let path = format!("{folder}/1_a.up.sql");
        let Some(site) = Site::new(dialect, &[(path.as_str(), "BEGIN;\nCREATE TABLE a (id INTEGER);\n")])
        else {
            continue;
        };
        finds(&site, &site.replay(), &[&[&format!("{path}:2"), "up-fails", "leaves a transaction open"]]);
    }
}
