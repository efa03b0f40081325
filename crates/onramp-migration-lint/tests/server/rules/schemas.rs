//! Schemas that get another name.

use super::{Case, postgresql};

/// A schema with one of everything that has a name in it.
const FILLED_SCHEMA: &str = "
    CREATE SCHEMA old;
    CREATE TYPE old.state AS ENUM ('new', 'done');
    CREATE SEQUENCE old.numbers;
    CREATE TABLE old.flow (id serial PRIMARY KEY, name text UNIQUE, state old.state, states old.state[]);
    CREATE TABLE old.run (id integer PRIMARY KEY, flow_id integer REFERENCES old.flow (id));
    CREATE TABLE other (id integer PRIMARY KEY, flow_id integer REFERENCES old.flow (id));
    CREATE VIEW old.names AS SELECT name FROM old.flow;
    CREATE FUNCTION old.next(state old.state) RETURNS old.state LANGUAGE sql AS 'SELECT state';
    CREATE FUNCTION old.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
    CREATE TRIGGER touched BEFORE UPDATE ON old.flow FOR EACH ROW EXECUTE FUNCTION old.touch();
    INSERT INTO old.flow (name) VALUES ('a');
";

pub(super) const CASES: &[Case] = &[
    postgresql(&["ALTER SCHEMA old RENAME TO older"], &[]),
    postgresql(&["ALTER SCHEMA old RENAME TO older", "DROP SCHEMA older"], &["drop-schema"]),
    Case {
        scene: FILLED_SCHEMA,
        ..postgresql(&["ALTER SCHEMA old RENAME TO older"], &["rename-table", "rename-table"])
    },
    Case {
        scene: FILLED_SCHEMA,
        ..postgresql(
            &[
                "ALTER SCHEMA old RENAME TO older",
                "DROP VIEW older.names",
                "ALTER TABLE older.flow DROP COLUMN name",
            ],
            &["rename-table", "rename-table", "drop-object", "drop-column"],
        )
    },
    Case {
        scene: FILLED_SCHEMA,
        ..postgresql(
            &["ALTER SCHEMA public RENAME TO past", "ALTER SCHEMA old RENAME TO public"],
            &["rename-table", "rename-table", "rename-table"],
        )
    },
];
