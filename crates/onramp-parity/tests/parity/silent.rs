//! Schemas that are equal, in the two spellings.

use crate::machine::{Machine, found};

#[track_caller]
fn silent(machine: &Machine, sqlite: &str, postgresql: &str) {
    assert_eq!(found(machine, sqlite, postgresql), [""; 0], "{sqlite}\n{postgresql}");
}

#[test]
fn types_have_the_names_of_the_dialect() {
    let Some(machine) = Machine::start() else { return };
    let columns = [
        ("CHAR(32)", "uuid"),
        ("BLOB", "uuid"),
        ("JSON", "jsonb"),
        ("JSON", "json"),
        ("DATETIME", "timestamptz"),
        ("DATETIME", "timestamp"),
        ("TIMESTAMP", "timestamp(3)"),
        ("TIMESTAMP WITH TIME ZONE", "timestamptz"),
        ("DATE", "date"),
        ("TIME", "time"),
        ("BOOLEAN", "boolean"),
        ("NUMERIC(10, 2)", "numeric(10,2)"),
        ("DECIMAL(12,0)", "numeric(12)"),
        ("NUMERIC", "numeric"),
        ("SMALLINT", "smallint"),
        ("INTEGER", "integer"),
        ("INTEGER", "bigint"),
        ("BIGINT", "bigint"),
        ("FLOAT", "double precision"),
        ("REAL", "real"),
        ("VARCHAR(200)", "varchar(200)"),
        ("VARCHAR", "varchar"),
        ("VARCHAR", "text"),
        ("TEXT", "text"),
        ("CHAR(2)", "char(2)"),
        ("BLOB", "bytea"),
        ("DATETIME", "interval"),
        ("CHAR(39)", "inet"),
    ];
    let table = |place: fn(&(&'static str, &'static str)) -> &'static str| {
        let columns = columns.iter().enumerate().map(|(number, pair)| format!("c{number} {}", place(pair)));
        format!("CREATE TABLE t ({})", columns.collect::<Vec<_>>().join(", "))
    };
    silent(&machine, &table(|pair| pair.0), &table(|pair| pair.1));
}

#[test]
fn checks_of_sqlite_say_what_types_say_elsewhere() {
    let Some(machine) = Machine::start() else { return };
    silent(
        &machine,
        "CREATE TABLE t (
            a INTEGER NOT NULL CHECK (a IN (0, 1)), b BOOLEAN, c TEXT CHECK (json_valid(c)),
            d TEXT CHECK (length(d) <= 20), e TEXT COLLATE NOCASE, f VARCHAR(9), g TEXT, h VARCHAR(4),
            CONSTRAINT is_truth CHECK (b IN (0, 1)), CONSTRAINT kinds CHECK (h IN ('one', 'more')))",
        "CREATE EXTENSION IF NOT EXISTS citext; CREATE TYPE kind AS ENUM ('one', 'more');
         CREATE DOMAIN short AS varchar(20);
         CREATE TABLE t (a boolean NOT NULL, b boolean, c jsonb, d short, e citext, f kind, g kind, h kind)",
    );
    silent(
        &machine,
        "CREATE TABLE t (id TEXT PRIMARY KEY, a TEXT NOT NULL, b INTEGER NOT NULL, c TEXT, d INTEGER, e TEXT, f REAL) STRICT",
        "CREATE TABLE t (id uuid PRIMARY KEY, a timestamptz NOT NULL, b boolean NOT NULL, c jsonb, d bigint,
            e varchar(40), f double precision)",
    );
}

#[test]
fn defaults_have_two_spellings() {
    let Some(machine) = Machine::start() else { return };
    silent(
        &machine,
        "CREATE TABLE t (a DATETIME DEFAULT CURRENT_TIMESTAMP, b DATETIME DEFAULT (datetime('now')),
            c VARCHAR(9) DEFAULT 'x', d BOOLEAN DEFAULT 1, e BOOLEAN DEFAULT '0', f JSON DEFAULT '{}',
            g INTEGER DEFAULT '1', h NUMERIC(4, 2) DEFAULT '0.50', i CHAR(32) DEFAULT (lower(hex(randomblob(16)))),
            j VARCHAR(9) DEFAULT NULL, k INTEGER DEFAULT -1, l DATE DEFAULT CURRENT_DATE, m TEXT DEFAULT 'it''s',
            n DATETIME DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')), o VARCHAR(9) DEFAULT 'a\\b')",
        "CREATE TABLE t (a timestamptz DEFAULT now(), b timestamp DEFAULT (now() AT TIME ZONE 'utc'),
            c varchar(9) DEFAULT 'x', d boolean DEFAULT true, e boolean DEFAULT false, f jsonb DEFAULT '{}',
            g integer DEFAULT 1, h numeric(4, 2) DEFAULT 0.5, i uuid DEFAULT gen_random_uuid(),
            j varchar(9), k integer DEFAULT -1, l date DEFAULT CURRENT_DATE, m text DEFAULT 'it''s',
            n timestamptz DEFAULT CURRENT_TIMESTAMP, o varchar(9) DEFAULT 'a\\b')",
    );
}

#[test]
fn checks_predicates_and_keys_have_two_spellings() {
    let Some(machine) = Machine::start() else { return };
    silent(
        &machine,
        "CREATE TABLE t (
            id INTEGER PRIMARY KEY, name VARCHAR(9) NOT NULL, level INTEGER, cost NUMERIC(4, 2), is_on BOOLEAN,
            kind VARCHAR(9), data JSON, made DATETIME,
            total NUMERIC(8, 2) GENERATED ALWAYS AS (cost * level) VIRTUAL,
            CHECK (level BETWEEN 0 AND 50), CHECK (kind IN ('a', 'b')), CHECK (name <> '' AND length(name) > 1),
            CHECK (NOT is_on OR level > 1), CHECK (cost > level), CHECK (kind LIKE 'a%' OR kind IS NULL),
            CHECK ((level IS NULL) = (cost IS NULL)), CHECK (coalesce(level, 0) + 1 < 60), CHECK (kind NOT IN ('c')),
            CHECK (CASE WHEN is_on THEN level > 0 ELSE 1 = 1 END), CHECK (upper(kind) || name <> 'AB'));
        CREATE INDEX on_ones ON t (name) WHERE is_on = 1;
        CREATE INDEX off_ones ON t (name DESC) WHERE NOT is_on AND level IS NOT NULL;
        CREATE UNIQUE INDEX names ON t (lower(name), coalesce(kind, ''));
        CREATE UNIQUE INDEX some ON t (name, level);",
        "CREATE TABLE t (
            id serial PRIMARY KEY, name varchar(9) NOT NULL, level integer, cost numeric(4, 2), is_on boolean,
            kind varchar(9), data jsonb, made timestamptz,
            total numeric(8, 2) GENERATED ALWAYS AS (cost * level) STORED,
            CHECK (level BETWEEN 0 AND 50), CHECK (kind IN ('b', 'a')), CHECK (length(name) > 1 AND name <> ''),
            CHECK (NOT is_on OR level > 1), CHECK (cost > level), CHECK (kind LIKE 'a%' OR kind IS NULL),
            CHECK ((level IS NULL) = (cost IS NULL)), CHECK (coalesce(level, 0) + 1 < 60), CHECK (kind <> 'c'),
            CHECK (CASE WHEN is_on THEN level > 0 ELSE 1 = 1 END), CHECK (upper(kind) || name <> 'AB'),
            CONSTRAINT some_others UNIQUE (name, level));
        CREATE INDEX on_ones ON t (name) WHERE is_on;
        CREATE INDEX off_ones ON t (name DESC NULLS LAST) WHERE is_on = false AND level IS NOT NULL;
        CREATE UNIQUE INDEX names ON t (lower(name), coalesce(kind, ''));",
    );
}

#[test]
fn names_and_places_are_those_of_the_dialect() {
    let Some(machine) = Machine::start() else { return };
    // Schemas, the case of names, the order of columns and constraints, names that are made up.
    silent(
        &machine,
        "CREATE TABLE Owner (ID INTEGER PRIMARY KEY, \"key\" TEXT UNIQUE);
         CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT, owner_id INTEGER REFERENCES Owner ON DELETE SET NULL);
         CREATE INDEX ix_thing_key ON thing (name);",
        "CREATE SCHEMA app; CREATE TABLE app.owner (key text, id bigserial PRIMARY KEY, CONSTRAINT keys UNIQUE (key));
         CREATE TABLE app.thing (owner_id bigint, name text, id bigserial PRIMARY KEY,
             CONSTRAINT to_owner FOREIGN KEY (owner_id) REFERENCES app.owner (id) ON DELETE SET NULL);
         CREATE INDEX ix_thing_key ON app.thing (name);",
    );
    silent(
        &machine,
        "CREATE TABLE event (id INTEGER NOT NULL, day DATE NOT NULL, PRIMARY KEY (id, day))",
        "CREATE TABLE event (id integer NOT NULL, day date NOT NULL, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
         CREATE TABLE event_2026 PARTITION OF event FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
         COMMENT ON TABLE event IS 'what happened'; CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    );
}
