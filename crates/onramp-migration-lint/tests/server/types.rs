//! Which changes of a column's type write the table anew: every pair of these types, asked of the server.

use onramp_migration_lint::{type_change_narrows, type_change_rewrites};

use onramp_testing::Scratch;

/// Types with a value that fits all of a family.
const FAMILIES: [(&str, &[&str]); 9] = [
    (
        "'1'",
        &[
            "text",
            "character varying(20)",
            "character varying(40)",
            "character varying",
            "character(20)",
            "character(40)",
        ],
    ),
    ("1", &["smallint", "integer", "bigint"]),
    (
        "1",
        &[
            "numeric",
            "numeric(10,2)",
            "numeric(12,2)",
            "numeric(12,3)",
            "numeric(8)",
            "numeric(9)",
            "integer",
            "real",
        ],
    ),
    (
        "now()",
        &[
            "timestamp without time zone",
            "timestamp(3) without time zone",
            "timestamp(4) without time zone",
            "timestamp with time zone",
            "timestamp(3) with time zone",
            "date",
        ],
    ),
    ("'1 day'::interval", &["interval", "interval(3)", "interval(4)"]),
    ("'12:00'", &["time without time zone", "time(3) without time zone", "time(4) without time zone"]),
    ("B'1'::bit varying", &["bit varying(8)", "bit varying(16)", "bit varying"]),
    ("'10.0.0.1'", &["cidr", "inet"]),
    ("'{1}'", &["character varying(20)[]", "character varying(40)[]", "text[]"]),
];

#[test]
fn the_server_agrees_about_every_pair() {
    let Some(mut scratch) = Scratch::postgresql("") else { return };
    let client = &mut scratch.client;
    // With UTC a moment with a time zone has the bytes of one without.
    client.execute("SET timezone = 'Europe/Berlin'").unwrap();
    let mut wrong = Vec::new();
    for (value, types) in FAMILIES {
        for before in types {
            for after in types {
                client
                    .execute(&format!(
                        "DROP TABLE IF EXISTS t; CREATE TABLE t (x {before}); INSERT INTO t SELECT {value}"
                    ))
                    .unwrap();
                let mut node = || {
                    let query = "SELECT relfilenode::text FROM pg_class WHERE relname = 't'";
                    client.texts(query).unwrap().pop().unwrap()
                };
                let old = node();
                client
                    .execute(&format!("ALTER TABLE t ALTER COLUMN x TYPE {after} USING x::{after}"))
                    .unwrap();
                let mut node = || {
                    let query = "SELECT relfilenode::text FROM pg_class WHERE relname = 't'";
                    client.texts(query).unwrap().pop().unwrap()
                };
                let is_rewritten = node() != old;
                if is_rewritten != type_change_rewrites(before, after) {
                    wrong.push(format!("{before} to {after}: {is_rewritten}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Values that the narrower type refuses or changes.
#[test]
fn narrower_types_refuse_or_change_values() {
    let Some(mut scratch) = Scratch::postgresql("") else { return };
    let client = &mut scratch.client;
    for (before, after, value) in [
        ("character varying(20)", "character varying(5)", "'123456'"),
        ("text", "character varying(5)", "'123456'"),
        ("text", "integer", "'x'"),
        ("bigint", "integer", "5000000000"),
        ("numeric(10,2)", "numeric(8,2)", "12345678.12"),
        ("numeric(10,2)", "numeric(10,1)", "1.25"),
        ("numeric(10,2)", "numeric(10,4)", "12345678.12"),
        ("timestamp without time zone", "date", "'2020-01-01 12:00'"),
        ("timestamp(6) without time zone", "timestamp(3) without time zone", "'2020-01-01 12:00:00.123456'"),
        ("double precision", "real", "0.1234567890123"),
        ("bigint", "double precision", "9007199254740993"),
        ("bigint", "real", "16777217"),
        ("integer", "real", "16777217"),
        ("integer", "numeric(3,0)", "1000"),
        ("integer", "numeric(10,1)", "2000000000"),
        ("bigint", "numeric(18,0)", "9000000000000000000"),
        ("smallint", "numeric(4,0)", "32767"),
        ("numeric", "double precision", "0.12345678901234567890"),
        ("numeric(16,0)", "double precision", "9007199254740993"),
        ("numeric(10,0)", "integer", "9999999999"),
        ("numeric(9,1)", "integer", "1.5"),
        ("numeric", "bigint", "1.5"),
        ("numeric(10,2)", "real", "12345678.12"),
        ("double precision", "numeric", "0.12345678901234568"),
        ("real", "numeric", "0.12345679"),
        ("timestamp without time zone", "time without time zone", "'2020-01-01 12:00'"),
        ("inet", "cidr", "'10.0.0.1/8'"),
        ("text", "\"char\"", "'ab'"),
    ] {
        assert!(type_change_narrows(before, after), "{before} to {after}");
        let reset =
            format!("DROP TABLE IF EXISTS t; CREATE TABLE t (x {before}); INSERT INTO t VALUES ({value})");
        client.execute(&reset).unwrap();
        let old = client.texts("SELECT x::text FROM t").unwrap();
        let altered = client.execute(&format!("ALTER TABLE t ALTER COLUMN x TYPE {after} USING x::{after}"));
        let is_changed = altered.is_ok() && client.texts("SELECT x::text FROM t").unwrap() != old;
        // An explicit cast cuts a text; without one the server refuses it.
        assert!(altered.is_err() || is_changed, "{before} to {after}");
    }
}

/// The largest values of types that the wider one takes as they are.
#[test]
fn wider_types_keep_values() {
    let Some(mut scratch) = Scratch::postgresql("") else { return };
    let client = &mut scratch.client;
    for (before, after, value) in [
        ("integer", "double precision", "-2147483648"),
        ("integer", "double precision", "2147483647"),
        ("smallint", "real", "32767"),
        ("smallint", "numeric(5,0)", "-32768"),
        ("integer", "numeric(10,0)", "-2147483648"),
        ("integer", "numeric(12,2)", "2147483647"),
        ("bigint", "numeric(19,0)", "-9223372036854775808"),
        ("bigint", "numeric", "9223372036854775807"),
        ("numeric(15,2)", "double precision", "9999999999999.99"),
        ("numeric(6,2)", "real", "9999.99"),
        ("numeric(9,0)", "integer", "999999999"),
        ("numeric(18,0)", "bigint", "999999999999999999"),
    ] {
        assert!(!type_change_narrows(before, after), "{before} to {after}");
        client
            .execute(&format!(
                "DROP TABLE IF EXISTS t; CREATE TABLE t (x {before}); INSERT INTO t VALUES ({value});
                 ALTER TABLE t ALTER COLUMN x TYPE {after}"
            ))
            .unwrap();
        let is_same = client.texts(&format!("SELECT (x::numeric = {value})::text FROM t")).unwrap();
        assert_eq!(is_same, ["true"], "{before} to {after}");
    }
}
