//! A table of SQLite that is rebuilt, with the rows that refer to it.

use onramp_core::Dialect;
use onramp_database::Client;
use onramp_database::rows::{Losses, Snapshot, seed};

use crate::flowline;
use onramp_testing::Scratch;

const COPY: &str = "
    CREATE TABLE _new (id CHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL UNIQUE, description TEXT,
        tags JSON NOT NULL, created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL, owner TEXT);
    INSERT INTO _new SELECT *, NULL FROM flow; DROP TABLE flow; ALTER TABLE _new RENAME TO flow;";

fn rebuilt(statements: &str) -> Losses {
    let mut scratch = Scratch::sqlite(flowline(Dialect::Sqlite));
    scratch.client.execute("PRAGMA foreign_keys = ON").unwrap();
    seed(&mut scratch.client, &["alembic_version"]).unwrap();
    let before = Snapshot::read(&mut scratch.client, &[]).unwrap();
    scratch.client.execute(statements).unwrap();
    let Client::Sqlite(connection) = &scratch.client else { unreachable!() };
    assert!(connection.is_autocommit());
    before.losses(&Snapshot::read(&mut scratch.client, &[]).unwrap())
}

#[test]
fn within_a_transaction_it_takes_the_children_with_it() {
    // The pragma does nothing any more once a transaction is under way.
    for before in ["BEGIN;", "BEGIN; PRAGMA foreign_keys = OFF;", "BEGIN; PRAGMA defer_foreign_keys = ON;"] {
        let losses = rebuilt(&format!("{before} {COPY} COMMIT"));
        assert!(!losses.is_harmless());
        let lost: Vec<&str> = losses.tables.iter().map(|losses| losses.table.as_str()).collect();
        assert_eq!(
            lost,
            ["artifact", "deployment", "flow_run", "flow_run_state", "log_line", "schedule", "task_run"]
        );
        assert!(losses.lines().contains(&"flow_run: 3 of 3 rows gone".to_owned()), "{losses}");
    }
}

#[test]
fn with_the_pragma_before_the_transaction_nothing_is_lost() {
    let losses =
        rebuilt(&format!("PRAGMA foreign_keys = OFF; BEGIN; {COPY} COMMIT; PRAGMA foreign_keys = ON"));
    assert!(losses.is_empty(), "{losses}");
}
