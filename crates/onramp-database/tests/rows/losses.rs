//! What became of rows.

use onramp_core::Dialect;
use onramp_database::rows::{Losses, Missing, Snapshot};

use onramp_testing::{BOTH, Scratch};

/// The losses between two states of a database, each made by statements.
fn between(dialect: Dialect, before: &str, after: &str) -> Option<Losses> {
    let mut scratch = Scratch::new(dialect)?;
    scratch.client.execute(before).unwrap();
    let earlier = Snapshot::read(&mut scratch.client, &[]).unwrap();
    scratch.client.execute(after).unwrap();
    let later = Snapshot::read(&mut scratch.client, &[]).unwrap();
    Some(earlier.losses(&later))
}

#[track_caller]
fn check(before: &str, after: &str, lines: &[&str]) {
    for dialect in BOTH {
        let Some(losses) = between(dialect, before, after) else { continue };
        assert_eq!(losses.lines(), lines, "{dialect:?}");
    }
}

const RUNS: &str = "CREATE TABLE run (id INTEGER PRIMARY KEY, name TEXT, n INTEGER, gone TEXT);
    INSERT INTO run VALUES (1, 'a', 1, 'x'), (2, 'b', NULL, NULL), (3, 'c', 3, 'z');";

#[test]
fn rows_by_their_key() {
    check(RUNS, "", &[]);
    check(RUNS, "DELETE FROM run WHERE id > 1", &["run: 2 of 3 rows gone"]);
    check(RUNS, "INSERT INTO run (id) VALUES (4)", &["run: 1 row added"]);
    check(RUNS, "UPDATE run SET n = 5 WHERE id <> 3", &["run.n: 2 values changed, `1` -> `5`"]);
    check(RUNS, "UPDATE run SET name = NULL WHERE id = 2", &["run.name: 1 value changed, `b` -> NULL"]);
    check(RUNS, "UPDATE run SET name = '' WHERE n IS NULL", &["run.name: 1 value changed, `b` -> ``"]);
}

#[test]
fn columns_and_tables_that_are_gone() {
    check(RUNS, "ALTER TABLE run DROP COLUMN gone", &["run.gone: column gone, 2 values"]);
    check(RUNS, "DROP TABLE run", &["run: table gone, 3 rows"]);
    check(RUNS, "ALTER TABLE run ADD COLUMN more TEXT; CREATE TABLE other (a TEXT)", &[]);
    let losses = between(Dialect::Sqlite, "CREATE TABLE a (b TEXT, c TEXT)", "ALTER TABLE a DROP c").unwrap();
    assert_eq!(losses.lines(), ["a.c: column gone, 0 values"]);
    assert!(losses.is_harmless() && !losses.is_empty());
}

#[test]
fn rows_without_a_key_are_a_multiset() {
    let before = "CREATE TABLE line (a TEXT, b INTEGER);
        INSERT INTO line VALUES ('a', 1), ('a', 1), ('b', NULL), ('b', NULL)";
    check(before, "UPDATE line SET b = 2 WHERE a = 'a'", &["line: 2 of 4 rows gone", "line: 2 rows added"]);
    check(before, "INSERT INTO line VALUES ('a', 1)", &["line: 1 row added"]);
    check(
        before,
        "ALTER TABLE line DROP COLUMN b; DELETE FROM line; INSERT INTO line VALUES ('b'), ('a'), ('b'), ('a')",
        &["line.b: column gone, 2 values"],
    );
}

#[test]
fn a_value_that_is_spelled_otherwise_is_told() {
    let Some(losses) = between(
        Dialect::Postgresql,
        "CREATE TABLE a (id integer PRIMARY KEY, n numeric, at timestamptz); INSERT INTO a VALUES (1, 1, '2024-01-01 00:00:00.5Z')",
        "ALTER TABLE a ALTER n TYPE numeric(5,1), ALTER at TYPE timestamptz(0)",
    ) else {
        return;
    };
    let lines = [
        "a.n: 1 value changed, `1` -> `1.0`",
        "a.at: 1 value changed, `2024-01-01 00:00:00.5+00` -> `2024-01-01 00:00:00+00`",
    ];
    assert_eq!(losses.lines().len(), 2);
    assert_eq!(losses.lines()[0], lines[0]);
    let before = "CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO a VALUES (1, 7)";
    let after = "CREATE TABLE b (id INTEGER PRIMARY KEY, n REAL); INSERT INTO b SELECT * FROM a; DROP TABLE a; ALTER TABLE b RENAME TO a";
    assert_eq!(
        between(Dialect::Sqlite, before, after).unwrap().lines(),
        ["a.n: 1 value changed, `7` -> `7.0`"]
    );
}

#[test]
fn the_place_of_a_row_among_partitions_does_not_matter() {
    let Some(losses) = between(
        Dialect::Postgresql,
        "CREATE TABLE e (id integer, PRIMARY KEY (id)) PARTITION BY RANGE (id);
        CREATE TABLE e_all PARTITION OF e DEFAULT; INSERT INTO e VALUES (1), (2)",
        "BEGIN; CREATE TABLE moved AS SELECT * FROM e; DELETE FROM e; CREATE TABLE e_1 PARTITION OF e FOR VALUES FROM (1) TO (2);
        INSERT INTO e SELECT * FROM moved; DROP TABLE moved; COMMIT",
    ) else {
        return;
    };
    assert!(losses.is_empty(), "{losses}");
}

#[test]
fn of_a_large_table_only_the_number_is_kept() {
    let many = "CREATE TABLE many (n INTEGER); CREATE TABLE few (n INTEGER); INSERT INTO few VALUES (1);
        INSERT INTO many WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 10001) SELECT n FROM c";
    for dialect in BOTH {
        let Some(mut scratch) = Scratch::new(dialect) else { continue };
        scratch.client.execute(many).unwrap();
        let earlier = Snapshot::read(&mut scratch.client, &[]).unwrap();
        assert_eq!(earlier.counted().collect::<Vec<_>>(), ["many"]);
        assert_eq!(earlier.tables["many"].count, 10_001);
        scratch.client.execute("DELETE FROM many WHERE n < 9").unwrap();
        let later = Snapshot::read(&mut scratch.client, &[]).unwrap();
        assert_eq!(earlier.losses(&later).lines(), ["many: 8 of 10001 rows gone"]);
    }
}

/// A schema with rows, a statement, and what is missing behind it: rows gone and added, and columns with the values that are
/// others and those that are gone.
const MISSING: [(&str, &str, &str); 9] = [
    ("DELETE FROM t WHERE id = 2", "INSERT INTO t VALUES (7, 'g', 7)", "rows -1+1"),
    ("UPDATE t SET id = id + 10", "", "id 3/0"),
    ("UPDATE t SET name = NULL WHERE id = 1", "", "name 1/1"),
    ("UPDATE t SET name = 'same'", "", "name 3/3"),
    ("UPDATE t SET name = name || '!'", "", "name 3/0"),
    ("UPDATE t SET n = 4 WHERE n IS NULL", "", ""),
    ("INSERT INTO t VALUES (9, 'a', 1)", "", ""),
    ("DELETE FROM bare WHERE n = 1", "INSERT INTO bare VALUES (5)", "n 1/0"),
    ("UPDATE bare SET n = NULL", "", "n 2/2"),
];

#[test]
fn what_is_missing_is_what_was_there() {
    let schema = "
        CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INTEGER);
        CREATE TABLE bare (n INTEGER);
        INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', NULL);
        INSERT INTO bare VALUES (1), (2);";
    for (dialect, (one, more, expected)) in
        BOTH.into_iter().flat_map(|dialect| MISSING.map(|case| (dialect, case)))
    {
        let Some(mut scratch) = Scratch::new(dialect) else { continue };
        scratch.client.execute(schema).unwrap();
        let before = Snapshot::read(&mut scratch.client, &[]).unwrap();
        scratch.client.execute(&format!("{one}; {more}")).unwrap();
        let missing = before.missing(&Snapshot::read(&mut scratch.client, &[]).unwrap());
        let mut told = Vec::new();
        for table in &missing.tables {
            if table.rows > 0 {
                told.push(format!("rows -{}+{}", table.rows, table.rows_added));
            }
            let columns = table.columns.iter();
            told.extend(
                columns.map(|column| format!("{} {}/{}", column.column, column.changed, column.gone)),
            );
        }
        assert_eq!(told.join(" "), expected, "{dialect}: {one}");
        assert_eq!(Missing::from_json(&missing.to_json()), Some(missing));
    }
}

/// The same under other names: a statement, and what is missing behind it if each table is what it is said to be.
const RENAMED: [(&str, &[&str]); 8] = [
    ("ALTER TABLE t RENAME TO u", &[]),
    ("ALTER TABLE t RENAME TO u; DELETE FROM u WHERE id = 1", &["t u -1"]),
    ("ALTER TABLE t RENAME name TO title; UPDATE t SET title = NULL", &["t t -0 name title 3/3"]),
    ("ALTER TABLE t RENAME id TO number; DELETE FROM t WHERE number = 1", &["t t -1"]),
    ("ALTER TABLE t RENAME TO u; CREATE TABLE t (id INTEGER PRIMARY KEY)", &[]),
    (
        "ALTER TABLE bare RENAME TO u; CREATE TABLE bare (n INTEGER); INSERT INTO bare SELECT n FROM u; UPDATE u SET n = NULL",
        &["bare u -0 n n 2/2"],
    ),
    (
        "ALTER TABLE bare ADD m INTEGER; UPDATE bare SET m = 7; ALTER TABLE bare DROP n; ALTER TABLE bare RENAME m TO n",
        &[],
    ),
    ("CREATE TABLE fresh (n INTEGER); INSERT INTO fresh SELECT 1", &[]),
];

#[test]
fn what_has_another_name_is_known_again() {
    let schema = "
        CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INTEGER);
        CREATE TABLE bare (n INTEGER);
        INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', NULL);
        INSERT INTO bare VALUES (1), (2);";
    for (statements, expected) in RENAMED {
        let Some(mut scratch) = Scratch::with(Dialect::Postgresql, schema) else { return };
        let before = Snapshot::read(&mut scratch.client, &[]).unwrap();
        scratch.client.execute(statements).unwrap();
        let missing = before.missing(&Snapshot::read(&mut scratch.client, &[]).unwrap());
        let certain = missing.tables.iter().filter(|table| table.is_certain);
        let told: Vec<String> = certain
            .filter_map(|table| {
                let mut text = format!("{} {} -{}", table.table, table.today, table.rows);
                let columns = table.columns.iter().filter(|column| column.is_certain);
                for one in columns.clone() {
                    text += &format!(" {} {} {}/{}", one.column, one.today, one.changed, one.gone);
                }
                (table.rows > 0 || columns.count() > 0).then_some(text)
            })
            .collect();
        assert_eq!(told, expected, "{statements}");
        assert_eq!(Missing::from_json(&missing.to_json()), Some(missing));
    }
}

/// Where the server knows nothing again, all is told that a table may have become, and no more.
#[test]
fn what_may_have_another_name_is_told_so() {
    let schema =
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b');
        CREATE TABLE other (id INTEGER, x TEXT); INSERT INTO other VALUES (1, 'c');";
    for (statements, expected) in [
        ("ALTER TABLE t RENAME TO u; DELETE FROM u WHERE id = 1", &["t u -1"][..]),
        (
            "ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME name TO title; UPDATE u SET title = NULL",
            &["t u -0 name title 2/2"],
        ),
        ("ALTER TABLE t RENAME name TO title; DELETE FROM t WHERE id = 1", &["t t -1"]),
        ("CREATE TABLE u (id INTEGER); DELETE FROM t WHERE id = 1", &["t t -1", "t u -2"]),
        ("CREATE TABLE u AS SELECT * FROM t", &[]),
    ] {
        let mut scratch = Scratch::with(Dialect::Sqlite, schema).unwrap();
        let before = Snapshot::read(&mut scratch.client, &[]).unwrap();
        scratch.client.execute(statements).unwrap();
        let missing = before.missing(&Snapshot::read(&mut scratch.client, &[]).unwrap());
        let told = missing.tables.iter().map(|table| {
            let columns = table.columns.iter().map(|one| {
                assert!(!one.is_certain && !table.is_certain);
                format!(" {} {} {}/{}", one.column, one.today, one.changed, one.gone)
            });
            format!("{} {} -{}{}", table.table, table.today, table.rows, columns.collect::<String>())
        });
        assert_eq!(told.collect::<Vec<_>>(), expected, "{statements}");
        assert_eq!(Missing::from_json(&missing.to_json()), Some(missing));
    }
}
