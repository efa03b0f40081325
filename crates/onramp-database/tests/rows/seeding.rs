//! What seeding does where it cannot do everything.

use onramp_core::Dialect;
use onramp_database::Client;
use onramp_database::rows::{Seeding, seed, seed_empty};

use onramp_testing::{BOTH, Scratch};

fn seeded(dialect: Dialect, schema: &str) -> Option<Seeding> {
    let mut scratch = Scratch::new(dialect)?;
    scratch.client.execute(schema).unwrap();
    Some(seed(&mut scratch.client, &[]).unwrap())
}

#[test]
fn what_cannot_be_is_told_with_the_reason() {
    let schema = "
        CREATE TABLE impossible (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, CONSTRAINT never CHECK (n > 5 AND n < 3));
        CREATE TABLE child (id INTEGER PRIMARY KEY, of INTEGER NOT NULL REFERENCES impossible);
        CREATE TABLE free (id INTEGER PRIMARY KEY, of INTEGER REFERENCES impossible);";
    for dialect in BOTH {
        let Some(seeding) = seeded(dialect, schema) else { continue };
        let bare: Vec<&str> = seeding.bare.iter().map(|bare| bare.name.as_str()).collect();
        assert_eq!(bare, ["child", "impossible"]);
        assert_eq!(seeding.bare[0].reason, "it must refer to `impossible`, which has no row for it");
        assert!(seeding.bare[1].reason.contains("never"), "{}", seeding.bare[1].reason);
        assert_eq!(seeding.tables[0].empty_columns, ["of"]);
    }
}

#[test]
fn a_trigger_that_refuses_everything_is_told() {
    let Some(seeding) = seeded(
        Dialect::Postgresql,
        "CREATE TABLE closed (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''closed''; END';
        CREATE TRIGGER refuse BEFORE INSERT ON closed FOR EACH ROW EXECUTE FUNCTION refuse();
        CREATE TABLE silent (id INTEGER PRIMARY KEY);
        CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER skip BEFORE INSERT ON silent FOR EACH ROW EXECUTE FUNCTION skip();
        CREATE TABLE empty (id INTEGER NOT NULL) PARTITION BY RANGE (id);",
    ) else {
        return;
    };
    let bare: Vec<(&str, &str)> =
        seeding.bare.iter().map(|bare| (bare.name.as_str(), bare.reason.as_str())).collect();
    assert!(bare[0].0 == "closed" && bare[0].1.starts_with("closed"), "{bare:?}");
    assert_eq!(bare[1..], [("empty", "no partition of it has rows"), ("silent", "no row was kept")]);
}

#[test]
fn a_circle_that_cannot_be_closed_leaves_the_others_alone() {
    let schema = "
        CREATE TABLE a (id INTEGER PRIMARY KEY CHECK (id < 0 AND id > 0), b INTEGER NOT NULL);
        CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES a);
        CREATE TABLE c (id INTEGER PRIMARY KEY);";
    let closing = [schema.replace("b INTEGER NOT NULL)", "b INTEGER NOT NULL REFERENCES b)"), {
        format!("{schema} ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;")
    }];
    for (dialect, schema) in BOTH.into_iter().zip(closing) {
        let Some(seeding) = seeded(dialect, &schema) else { continue };
        assert_eq!(seeding.bare.iter().map(|bare| bare.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((seeding.tables[0].name.as_str(), seeding.tables[0].rows), ("c", 3));
    }
}

#[test]
fn what_is_left_out_is_not_touched() {
    for dialect in BOTH {
        let Some(mut scratch) = Scratch::new(dialect) else { continue };
        scratch.client.execute("CREATE TABLE a (id INTEGER); CREATE TABLE alembic_version (v TEXT)").unwrap();
        let seeding = seed(&mut scratch.client, &["alembic_version"]).unwrap();
        assert_eq!((seeding.tables.len(), seeding.tables[0].name.as_str()), (1, "a"));
    }
}

#[test]
fn the_enforcement_of_foreign_keys_is_left_as_it_was() {
    for setting in [0, 1] {
        let mut scratch = Scratch::sqlite("");
        scratch
            .client
            .execute(&format!("PRAGMA foreign_keys = {setting}; CREATE TABLE a (id INTEGER)"))
            .unwrap();
        seed(&mut scratch.client, &[]).unwrap();
        let Client::Sqlite(connection) = &scratch.client else { unreachable!() };
        let now: i64 = connection.query_row("PRAGMA foreign_keys", [], |row| row.get(0)).unwrap();
        assert_eq!(now, setting);
        assert!(connection.is_autocommit());
    }
}

#[test]
fn a_row_that_comes_later_finds_its_number() {
    let Some(mut scratch) = Scratch::new(Dialect::Postgresql) else { return };
    let tables =
        "CREATE TABLE a (id serial PRIMARY KEY); CREATE TABLE b (id integer GENERATED ALWAYS AS IDENTITY,
        PRIMARY KEY (id));";
    scratch.client.execute(tables).unwrap();
    seed(&mut scratch.client, &[]).unwrap();
    scratch.client.execute("INSERT INTO a DEFAULT VALUES; INSERT INTO b DEFAULT VALUES").unwrap();
}

#[test]
fn what_has_rows_can_be_left_alone_and_is_referred_to() {
    for dialect in BOTH {
        let Some(mut scratch) = Scratch::new(dialect) else { continue };
        let old = "CREATE TABLE a (id INTEGER PRIMARY KEY); INSERT INTO a VALUES (70)";
        scratch.client.execute(old).unwrap();
        let new = "CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES a (id))";
        scratch.client.execute(new).unwrap();
        for rows in [3, 0] {
            let seeding = seed_empty(&mut scratch.client, &[]).unwrap();
            let told: Vec<_> = seeding.tables.iter().map(|table| (table.name.as_str(), table.rows)).collect();
            assert_eq!(told, [("a", 0), ("b", rows)]);
        }
        let referred = scratch.client.texts("SELECT DISTINCT CAST(a AS TEXT) FROM b").unwrap();
        assert_eq!(referred, ["70"]);
    }
}

#[test]
fn keys_lie_where_a_migration_puts_no_rows_of_its_own() {
    let schema = "
        CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER);
        CREATE TABLE b (id SMALLINT, a INTEGER NOT NULL REFERENCES a (id), PRIMARY KEY (id, a));
        CREATE TABLE low (id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 100));";
    let counted = [
        "",
        "CREATE TABLE c (id serial PRIMARY KEY); CREATE TABLE d (id bigint GENERATED ALWAYS AS IDENTITY,
        PRIMARY KEY (id)); CREATE TABLE few (id serial PRIMARY KEY CHECK (id < 100));",
    ];
    for (dialect, counted) in [Dialect::Sqlite, Dialect::Postgresql].into_iter().zip(counted) {
        let Some(mut scratch) = Scratch::new(dialect) else { continue };
        scratch.client.execute(&format!("{schema}{counted}")).unwrap();
        let seeding = seed(&mut scratch.client, &[]).unwrap();
        assert!(seeding.bare.is_empty() && seeding.tables.iter().all(|table| table.rows == 3), "{seeding:?}");
        scratch
            .client
            .execute("INSERT INTO a VALUES (1, 1), (1000, 2); INSERT INTO b VALUES (1, 1), (2, 1)")
            .unwrap();
        let low = scratch.client.texts("SELECT CAST(max(id) AS TEXT) FROM low").unwrap();
        assert_eq!(low, ["3"]);
        if dialect == Dialect::Postgresql {
            let own = "INSERT INTO c VALUES (7); INSERT INTO c DEFAULT VALUES; INSERT INTO d DEFAULT VALUES;
                INSERT INTO few DEFAULT VALUES";
            scratch.client.execute(own).unwrap();
            assert_eq!(scratch.client.texts("SELECT min(id)::text FROM d").unwrap(), ["1"]);
        }
    }
}

#[test]
fn what_else_is_unique_lies_there_too() {
    let schema = "
        CREATE TABLE a (id INTEGER PRIMARY KEY, place INTEGER UNIQUE, code SMALLINT, rate NUMERIC(3, 0), n INTEGER);
        CREATE UNIQUE INDEX a_code ON a (code);
        CREATE UNIQUE INDEX a_rate ON a (rate) WHERE n > 0;
        CREATE TABLE pair (a INTEGER NOT NULL REFERENCES a (id), place INTEGER NOT NULL, UNIQUE (a, place));
        CREATE TABLE low (id INTEGER PRIMARY KEY, level INTEGER UNIQUE CHECK (level BETWEEN 1 AND 9));
        CREATE TABLE tied (id INTEGER PRIMARY KEY, low INTEGER UNIQUE, high INTEGER, CHECK (low < high));";
    let own = "INSERT INTO a (id, place, code, rate, n) VALUES (1, 1, 1, 1, 1), (2, 2, 2, 2, 2), (3, 404, 8080, 100, 3);
        INSERT INTO pair VALUES (1, 1), (1, 2);";
    // A later revision may make them smaller, or bound them by what fits into two bytes.
    let narrower =
        "ALTER TABLE a ALTER place TYPE smallint; ALTER TABLE a ADD CHECK (place BETWEEN 0 AND 32767);";
    for dialect in BOTH {
        let Some(mut scratch) = Scratch::with(dialect, schema) else { continue };
        let seeding = seed(&mut scratch.client, &[]).unwrap();
        assert!(seeding.bare.is_empty() && seeding.tables.iter().all(|table| table.rows == 3), "{seeding:?}");
        // What is not unique is small as ever.
        let small = "SELECT CAST(min(n) AS TEXT) FROM a";
        assert_eq!(scratch.client.texts(small).unwrap(), ["1"]);
        scratch.client.execute(own).unwrap();
        if dialect == Dialect::Postgresql {
            scratch.client.execute(narrower).unwrap();
        }
    }
}
