//! Differences that are there, each alone in a schema that is equal otherwise.

mod columns;
mod indexes;
mod keys;
mod tables;
mod triggers;

use crate::machine::{Machine, found};

const SQLITE: &str = "
    CREATE TABLE pool (id CHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL UNIQUE);
    CREATE TABLE run (
        id CHAR(32) NOT NULL,
        pool_id CHAR(32) NOT NULL,
        name VARCHAR(200) NOT NULL,
        state VARCHAR(9) DEFAULT 'new' NOT NULL,
        priority INTEGER DEFAULT '1' NOT NULL,
        settings JSON DEFAULT '{}' NOT NULL,
        is_active BOOLEAN DEFAULT 1 NOT NULL,
        cost NUMERIC(10, 2),
        created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL,
        CONSTRAINT pk_run PRIMARY KEY (id),
        CONSTRAINT uq_run UNIQUE (pool_id, name),
        CONSTRAINT ck_run_priority CHECK (priority BETWEEN 1 AND 9),
        CONSTRAINT ck_run_state CHECK (state IN ('new', 'done')),
        CONSTRAINT fk_run_pool FOREIGN KEY (pool_id) REFERENCES pool (id) ON DELETE CASCADE
    );
    CREATE INDEX ix_run_due ON run (created_at DESC, name) WHERE state = 'new';
    CREATE UNIQUE INDEX ix_run_name ON run (lower(name));
    CREATE VIEW active_run AS SELECT id, name FROM run WHERE is_active;";

const POSTGRESQL: &str = "
    CREATE TYPE state AS ENUM ('new', 'done');
    CREATE TABLE pool (id uuid PRIMARY KEY, name varchar(200) NOT NULL UNIQUE);
    CREATE TABLE run (
        id uuid NOT NULL,
        pool_id uuid NOT NULL,
        name varchar(200) NOT NULL,
        state state DEFAULT 'new' NOT NULL,
        priority integer DEFAULT 1 NOT NULL,
        settings jsonb DEFAULT '{}' NOT NULL,
        is_active boolean DEFAULT true NOT NULL,
        cost numeric(10, 2),
        created_at timestamp with time zone DEFAULT now() NOT NULL,
        CONSTRAINT pk_run PRIMARY KEY (id),
        CONSTRAINT uq_run UNIQUE (pool_id, name),
        CONSTRAINT ck_run_priority CHECK (priority BETWEEN 1 AND 9),
        CONSTRAINT fk_run_pool FOREIGN KEY (pool_id) REFERENCES pool (id) ON DELETE CASCADE
    );
    CREATE INDEX ix_run_due ON run (created_at DESC, name) WHERE state = 'new';
    CREATE UNIQUE INDEX ix_run_name ON run (lower(name));
    CREATE VIEW active_run AS SELECT id, name FROM run WHERE is_active;";

/// Changes one side by replacing a text, which must be there, and looks for exactly this.
struct Case<'a> {
    machine: &'a Machine,
}

impl Case<'_> {
    #[track_caller]
    fn sqlite(&self, from: &str, to: &str, expected: &[&str]) {
        assert!(SQLITE.contains(from), "{from}");
        assert_eq!(found(self.machine, &SQLITE.replace(from, to), POSTGRESQL), expected, "{from} -> {to}");
    }

    #[track_caller]
    fn postgresql(&self, from: &str, to: &str, expected: &[&str]) {
        assert!(POSTGRESQL.contains(from), "{from}");
        assert_eq!(found(self.machine, SQLITE, &POSTGRESQL.replace(from, to)), expected, "{from} -> {to}");
    }

    /// Adds to the end of the one side, and then of the other.
    #[track_caller]
    fn both(&self, statement: &str, sqlite: &[&str], postgresql: &[&str]) {
        assert_eq!(found(self.machine, &format!("{SQLITE} {statement}"), POSTGRESQL), sqlite, "{statement}");
        assert_eq!(
            found(self.machine, SQLITE, &format!("{POSTGRESQL} {statement}")),
            postgresql,
            "{statement}"
        );
    }
}

#[test]
fn nothing_is_planted_yet() {
    let Some(machine) = Machine::start() else { return };
    assert_eq!(found(&machine, SQLITE, POSTGRESQL), [""; 0]);
}
