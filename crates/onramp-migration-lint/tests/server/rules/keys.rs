//! Primary keys that go, or become others, and what is unique.

use onramp_core::Dialect;

use super::Case;

const SERVER: &str = "
    CREATE TABLE p (id integer, tenant integer NOT NULL, code text, at timestamptz, CONSTRAINT who_knows PRIMARY KEY (id));
    CREATE TABLE c (id integer PRIMARY KEY, p_id integer CONSTRAINT c_p REFERENCES p (id));
    CREATE TABLE pair (a integer, b integer, n integer, PRIMARY KEY (a, b));
    CREATE TABLE parts (id integer PRIMARY KEY) PARTITION BY RANGE (id);
    CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (10);
    CREATE UNIQUE INDEX p_tenant ON p (tenant, id);
    CREATE UNIQUE INDEX p_code ON p (code) WHERE at IS NULL;
    CREATE COLLATION anyhow (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    CREATE TABLE word (a text, b text COLLATE anyhow, n integer);
    CREATE UNIQUE INDEX word_a ON word (a);
    CREATE UNIQUE INDEX word_b ON word (b);
    CREATE UNIQUE INDEX word_n ON word (n);
    INSERT INTO word VALUES ('a', 'b', 1), ('b', 'c', 2);
    INSERT INTO p VALUES (1, 1, 'a', NULL), (2, 2, 'b', NULL);
    INSERT INTO pair VALUES (1, 1, 1), (1, 2, 2);
    INSERT INTO parts VALUES (1);
";

const FILE: &str = "
    CREATE TABLE p (id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL, code TEXT);
    CREATE TABLE pair (a INTEGER, b INTEGER, n INTEGER, PRIMARY KEY (a, b));
    CREATE TABLE word (a TEXT UNIQUE, b TEXT COLLATE NOCASE UNIQUE);
    INSERT INTO word VALUES ('a', 'b'), ('b', 'c');
    INSERT INTO p VALUES (1, 1, 'a'), (2, 1, 'b');
    INSERT INTO pair VALUES (1, 1, 1), (1, 2, 2);
";

const fn server(statements: &'static [&'static str], codes: &'static [&'static str]) -> Case {
    Case { dialect: Dialect::Postgresql, scene: SERVER, statements, codes }
}

const fn file(statements: &'static [&'static str], codes: &'static [&'static str]) -> Case {
    Case { dialect: Dialect::Sqlite, scene: FILE, statements, codes }
}

pub(super) const CASES: &[Case] = &[
    server(&["ALTER TABLE pair DROP CONSTRAINT pair_pkey"], &["drop-primary-key"]),
    server(&["DO $$ BEGIN ALTER TABLE pair DROP CONSTRAINT pair_pkey; END $$"], &["drop-primary-key"]),
    server(&["ALTER TABLE p DROP CONSTRAINT who_knows CASCADE"], &["drop-foreign-key", "drop-primary-key"]),
    server(
        &["ALTER TABLE pair RENAME TO couple", "ALTER TABLE couple DROP CONSTRAINT pair_pkey"],
        &["rename-table", "drop-primary-key"],
    ),
    server(&["ALTER TABLE parts DROP CONSTRAINT parts_pkey"], &["drop-primary-key"]),
    // One of its columns takes the whole key with it.
    server(&["ALTER TABLE pair DROP COLUMN b"], &["drop-column", "drop-primary-key"]),
    server(
        &["ALTER TABLE pair DROP COLUMN a, DROP COLUMN b"],
        &["drop-column", "drop-column", "drop-primary-key"],
    ),
    server(&["ALTER TABLE c DROP COLUMN id"], &["drop-column", "drop-primary-key"]),
    server(
        &["ALTER TABLE p DROP COLUMN id CASCADE"],
        &["drop-foreign-key", "drop-column", "drop-primary-key"],
    ),
    // Another one comes with a column of its own.
    server(
        &[
            "ALTER TABLE c DROP COLUMN id",
            "ALTER TABLE c ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        ],
        &["drop-column", "column-rewrites-table", "primary-key-without-index"],
    ),
    // What refers to a table loses its keys with it, unless they were dropped by name.
    server(&["DROP TABLE p CASCADE"], &["drop-foreign-key", "drop-table"]),
    server(&["DROP TABLE p, c"], &["drop-table", "drop-table"]),
    server(&["ALTER TABLE c DROP CONSTRAINT c_p", "DROP TABLE p"], &["drop-table"]),
    server(&["ALTER TABLE c DROP COLUMN p_id", "DROP TABLE p"], &["drop-column", "drop-table"]),
    server(
        &["ALTER TABLE pair DROP CONSTRAINT pair_pkey", "ALTER TABLE pair ADD PRIMARY KEY (a, b, n)"],
        &["replace-primary-key", "primary-key-without-index"],
    ),
    server(
        &[
            "ALTER TABLE p DROP CONSTRAINT who_knows CASCADE",
            "ALTER TABLE p ADD CONSTRAINT p_key PRIMARY KEY USING INDEX p_tenant",
            "CREATE UNIQUE INDEX CONCURRENTLY p_id ON p (id)",
        ],
        &["drop-foreign-key"],
    ),
    // The same key by another name, or in another order, is the same.
    server(&["ALTER TABLE p RENAME CONSTRAINT who_knows TO p_pkey"], &[]),
    server(&["ALTER TABLE pair RENAME COLUMN a TO x"], &["rename-column"]),
    server(
        &[
            "CREATE UNIQUE INDEX CONCURRENTLY pair_new ON pair (b, a)",
            "ALTER TABLE pair DROP CONSTRAINT pair_pkey, ADD CONSTRAINT pair_pkey PRIMARY KEY USING INDEX pair_new",
        ],
        &[],
    ),
    // The column that takes over is another one.
    server(
        &[
            "ALTER TABLE pair ADD COLUMN a2 bigint",
            "UPDATE pair SET a2 = a WHERE n > 0",
            "ALTER TABLE pair DROP CONSTRAINT pair_pkey",
            "ALTER TABLE pair ADD PRIMARY KEY (a2, b)",
        ],
        &["replace-primary-key", "primary-key-without-index"],
    ),
    server(&["CREATE TABLE fresh (id int PRIMARY KEY)", "ALTER TABLE fresh DROP CONSTRAINT fresh_pkey"], &[]),
    server(&["DROP TABLE pair"], &["drop-table"]),
    // What tells fewer columns apart is no news for more of them.
    server(&["CREATE UNIQUE INDEX CONCURRENTLY i ON p (id, code)"], &[]),
    server(&["CREATE UNIQUE INDEX CONCURRENTLY i ON p (tenant)"], &["unique-on-existing-rows"]),
    server(&["CREATE UNIQUE INDEX CONCURRENTLY i ON p (code)"], &["unique-on-existing-rows"]),
    server(&["CREATE UNIQUE INDEX CONCURRENTLY i ON p (code) WHERE at IS NULL"], &[]),
    server(
        &["CREATE UNIQUE INDEX CONCURRENTLY i ON p (code) WHERE tenant = 1"],
        &["unique-on-existing-rows"],
    ),
    // What is the same, and whether NULL is, may be another matter now; where NULL stands in the order is none.
    server(&["CREATE UNIQUE INDEX CONCURRENTLY i ON word (a COLLATE anyhow)"], &["unique-on-existing-rows"]),
    server(&["CREATE UNIQUE INDEX CONCURRENTLY i ON word (b COLLATE \"C\")"], &[]),
    server(&["CREATE UNIQUE INDEX CONCURRENTLY i ON word (a text_pattern_ops DESC NULLS LAST)"], &[]),
    server(&["CREATE UNIQUE INDEX CONCURRENTLY i ON word (b)"], &[]),
    server(
        &["CREATE UNIQUE INDEX CONCURRENTLY i ON word (n) NULLS NOT DISTINCT"],
        &["unique-on-existing-rows"],
    ),
    server(&["CREATE UNIQUE INDEX CONCURRENTLY i ON p (id) NULLS NOT DISTINCT"], &[]),
    file(&["CREATE UNIQUE INDEX i ON word (a COLLATE NOCASE)"], &["unique-on-existing-rows"]),
    file(&["CREATE UNIQUE INDEX i ON word (b COLLATE BINARY)"], &[]),
    file(&["CREATE UNIQUE INDEX i ON word (b)"], &[]),
    // SQLite makes the table anew.
    file(
        &[
            "CREATE TABLE word2 (a TEXT COLLATE NOCASE UNIQUE, b TEXT COLLATE NOCASE UNIQUE)",
            "INSERT INTO word2 SELECT * FROM word",
            "DROP TABLE word",
            "ALTER TABLE word2 RENAME TO word",
        ],
        &["unique-on-existing-rows"],
    ),
    file(
        &[
            "CREATE TABLE pair2 (a INTEGER, b INTEGER, n INTEGER)",
            "INSERT INTO pair2 (a, b, n) SELECT a, b, n FROM pair",
            "DROP TABLE pair",
            "ALTER TABLE pair2 RENAME TO pair",
        ],
        &["drop-primary-key"],
    ),
    file(
        &["CREATE TABLE p2 AS SELECT * FROM p", "DROP TABLE p", "ALTER TABLE p2 RENAME TO p"],
        &["drop-primary-key"],
    ),
    file(
        &[
            "CREATE TABLE p2 (id INTEGER NOT NULL, tenant INTEGER NOT NULL, code TEXT, PRIMARY KEY (tenant, id))",
            "INSERT INTO p2 SELECT * FROM p",
            "DROP TABLE p",
            "ALTER TABLE p2 RENAME TO p",
        ],
        &["replace-primary-key"],
    ),
    file(
        &[
            "CREATE TABLE p2 (id INTEGER NOT NULL UNIQUE, tenant INTEGER NOT NULL, code TEXT, PRIMARY KEY (tenant, id))",
            "INSERT INTO p2 SELECT * FROM p",
            "DROP TABLE p",
            "ALTER TABLE p2 RENAME TO p",
        ],
        &[],
    ),
    file(
        &[
            "CREATE TABLE p2 (code TEXT, ID INTEGER PRIMARY KEY, tenant INTEGER NOT NULL)",
            "INSERT INTO p2 (code, ID, tenant) SELECT code, id, tenant FROM p",
            "DROP TABLE p",
            "ALTER TABLE p2 RENAME TO p",
        ],
        &[],
    ),
    file(
        &[
            "CREATE TABLE pair2 (n INTEGER)",
            "INSERT INTO pair2 (n) SELECT n FROM pair",
            "DROP TABLE pair",
            "ALTER TABLE pair2 RENAME TO pair",
        ],
        &["drop-column", "drop-column", "drop-primary-key"],
    ),
    file(&["ALTER TABLE p RENAME COLUMN id TO number"], &["rename-column"]),
];
