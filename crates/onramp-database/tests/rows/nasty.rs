//! Schemas that make a row hard to guess.

use onramp_core::Dialect;
use onramp_database::Client;
use onramp_database::rows::{Seeding, Snapshot, seed};

use crate::flowline;
use onramp_testing::{BOTH, Scratch};

fn nasty(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => include_str!("../fixtures/nasty.sqlite.sql"),
        Dialect::Postgresql => include_str!("../fixtures/nasty.postgresql.sql"),
    }
}

/// The tables in which a column of the rows is NULL throughout.
fn with_empty_columns(seeding: &Seeding) -> Vec<String> {
    let tables = seeding.tables.iter().filter(|table| !table.empty_columns.is_empty());
    tables.map(|table| format!("{}: {}", table.name, table.empty_columns.join(", "))).collect()
}

fn rows(client: &mut Client, table: &str) -> Vec<Vec<Option<String>>> {
    Snapshot::read(client, &[]).unwrap().tables[table].rows.clone()
}

#[test]
fn every_table_of_the_example_gets_three_rows() {
    for dialect in BOTH {
        let Some(mut scratch) = Scratch::with(dialect, flowline(dialect)) else { continue };
        let seeding = seed(&mut scratch.client, &["alembic_version"]).unwrap();
        assert_eq!(seeding.bare, []);
        assert_eq!(with_empty_columns(&seeding), [""; 0]);
        let counts: Vec<usize> = seeding.tables.iter().map(|table| table.rows).collect();
        assert_eq!(counts, [3; 12], "{dialect:?}");
        let snapshot = Snapshot::read(&mut scratch.client, &["alembic_version"]).unwrap();
        assert!(snapshot.tables.values().all(|table| table.count == 3));
    }
}

#[test]
fn every_table_of_a_nasty_schema_gets_a_row() {
    for dialect in BOTH {
        let Some(mut scratch) = Scratch::with(dialect, nasty(dialect)) else { continue };
        let seeding = seed(&mut scratch.client, &[]).unwrap();
        assert_eq!(seeding.bare, [], "{dialect:?}");
        // Exactly one of three may be there, and there are two full rows; the other table has no parent at all.
        let empty = match dialect {
            Dialect::Sqlite => vec!["checked: b", "of_no_table: gone"],
            Dialect::Postgresql => vec!["checked: b"],
        };
        assert_eq!(with_empty_columns(&seeding), empty);
        let few: Vec<&str> =
            seeding.tables.iter().filter(|table| table.rows < 3).map(|table| table.name.as_str()).collect();
        let possible = ["of_few_values", "one_row_only", "put_off", "singleton"];
        assert!(few.iter().all(|name| possible.contains(name)), "{few:?}");
        assert_eq!(rows(&mut scratch.client, "has_rows").len(), 5);
        assert_eq!(rows(&mut scratch.client, "audit").len(), 6, "three of a trigger, three of our own");
    }
}

#[test]
fn the_same_schema_gets_the_same_rows() {
    for dialect in BOTH {
        let seeded = || {
            let mut scratch = Scratch::with(dialect, nasty(dialect))?;
            let before = Snapshot::read(&mut scratch.client, &[]).unwrap();
            seed(&mut scratch.client, &[]).unwrap();
            let after = Snapshot::read(&mut scratch.client, &[]).unwrap();
            assert!(before.losses(&after).is_harmless());
            Some(after)
        };
        let Some((first, second)) = seeded().zip(seeded()) else { continue };
        // Only a table that its own trigger writes to may have the time of the run in it; there is none here.
        assert_eq!(first.losses(&second).lines(), [""; 0]);
        assert_eq!(first, second);
    }
}

#[test]
fn a_database_with_rows_gets_more_or_keeps_its_own() {
    for dialect in BOTH {
        for schema in [flowline(dialect), nasty(dialect)] {
            let Some(mut scratch) = Scratch::with(dialect, schema) else { continue };
            seed(&mut scratch.client, &[]).unwrap();
            let first = Snapshot::read(&mut scratch.client, &[]).unwrap();
            let seeding = seed(&mut scratch.client, &[]).unwrap();
            assert_eq!(seeding.bare, [], "{dialect:?}");
            let second = Snapshot::read(&mut scratch.client, &[]).unwrap();
            assert!(first.losses(&second).tables.iter().all(|losses| losses.rows_lost == 0));
        }
    }
}

#[test]
fn references_lead_somewhere() {
    let mut scratch = Scratch::sqlite(nasty(Dialect::Sqlite));
    seed(&mut scratch.client, &[]).unwrap();
    let Client::Sqlite(connection) = &scratch.client else { unreachable!() };
    // Two foreign keys of the schema have nothing to lead to, which SQLite calls a mismatch of the whole check.
    for table in
        ["project_label", "by_code", "profile", "node", "rooted", "account", "hen", "egg", "keyed_circle"]
    {
        let query = "SELECT count(*) FROM pragma_foreign_key_check(?1)";
        let dangling: i64 = connection.query_row(query, [table], |row| row.get(0)).unwrap();
        assert_eq!(dangling, 0, "{table}");
        let filled = rows(&mut Client::Sqlite(copy(connection)), table);
        assert!(filled.iter().flatten().filter(|value| value.is_some()).count() > filled.len(), "{table}");
    }
}

fn copy(connection: &rusqlite::Connection) -> rusqlite::Connection {
    let mut copy = rusqlite::Connection::open_in_memory().unwrap();
    let backup = rusqlite::backup::Backup::new(connection, &mut copy).unwrap();
    backup.run_to_completion(100, std::time::Duration::ZERO, None).unwrap();
    drop(backup);
    copy
}

#[test]
fn the_catalogue_is_left_as_it_was() {
    // Foreign keys of a circle are made deferrable for a moment.
    let Some(mut scratch) = Scratch::with(Dialect::Postgresql, nasty(Dialect::Postgresql)) else { return };
    let picture = |client: &mut Client| {
        let Client::Postgresql(client) = client else { unreachable!() };
        let query =
            "SELECT string_agg(conname || condeferrable || condeferred || pg_get_constraintdef(oid), '\n'
            ORDER BY conname, oid) FROM pg_constraint";
        client.query_one(query, &[]).unwrap().get::<_, String>(0)
    };
    let before = picture(&mut scratch.client);
    seed(&mut scratch.client, &[]).unwrap();
    assert_eq!(picture(&mut scratch.client), before);
}
