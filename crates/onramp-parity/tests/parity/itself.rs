//! Whatever a schema is, it is equal to itself, and what is put into one side alone is found.

use std::fmt::Write as _;

use onramp_database::catalog::Catalog;
use onramp_parity::{Rules, compare};

use crate::machine::{Machine, lines, sqlite};

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// Statements that make a schema in both dialects, and mean the same in both.
fn schema(numbers: &mut Numbers) -> [String; 2] {
    let types = [
        ["CHAR(32)", "uuid"],
        ["INTEGER", "bigint"],
        ["VARCHAR(40)", "varchar(40)"],
        ["TEXT", "text"],
        ["DATETIME", "timestamptz"],
        ["BOOLEAN", "boolean"],
        ["NUMERIC(8, 3)", "numeric(8,3)"],
        ["JSON", "jsonb"],
        ["BLOB", "bytea"],
        ["FLOAT", "double precision"],
    ];
    let [mut sqlite, mut postgresql] = [String::new(), String::new()];
    for table in 0..=numbers.below(4) {
        let [mut left, mut right] = [vec![], vec![]];
        left.push("id INTEGER PRIMARY KEY".to_owned());
        right.push("id bigserial PRIMARY KEY".to_owned());
        let count = 2 + numbers.below(6);
        for column in 0..count {
            let [one, other] = types[numbers.below(types.len())];
            let (null, default) = (
                numbers.one_of(&["", " NOT NULL"]),
                match one {
                    "INTEGER" | "NUMERIC(8, 3)" => {
                        numbers.one_of(&["", " DEFAULT 7", " DEFAULT -1", " DEFAULT 0"])
                    }
                    "TEXT" | "VARCHAR(40)" => {
                        numbers.one_of(&["", " DEFAULT 'x y'", " DEFAULT ''", " DEFAULT 'it''s'"])
                    }
                    "DATETIME" => numbers.one_of(&["", " DEFAULT CURRENT_TIMESTAMP"]),
                    "JSON" => numbers.one_of(&["", " DEFAULT '{\"a\": [1, null]}'", " DEFAULT '[]'"]),
                    "BOOLEAN" => numbers.one_of(&["", " DEFAULT TRUE", " DEFAULT FALSE"]),
                    _ => "",
                },
            );
            left.push(format!("\"c {column}\" {one}{default}{null}"));
            right.push(format!("\"c {column}\" {other}{default}{null}"));
        }
        left.push("n INTEGER".to_owned());
        right.push("n bigint".to_owned());
        for _ in 0..numbers.below(3) {
            let condition = match numbers.below(5) {
                0 => format!("n > {}", numbers.below(50)),
                1 => format!("n BETWEEN -3 AND {}", numbers.below(50)),
                2 => "n IS NOT NULL OR id <> 5".to_owned(),
                3 => format!("n IN (2, 3, {})", 4 + numbers.below(50)),
                _ => "NOT (n = 3 AND id < 4)".to_owned(),
            };
            for parts in [&mut left, &mut right] {
                parts.push(format!("CHECK ({condition})"));
            }
        }
        if numbers.below(2) == 0 {
            for parts in [&mut left, &mut right] {
                parts.push("UNIQUE (n, id)".to_owned());
            }
        }
        if table > 0 {
            let action = numbers.one_of(&["", " ON DELETE CASCADE", " ON DELETE SET NULL ON UPDATE CASCADE"]);
            let key = format!("FOREIGN KEY (n) REFERENCES t{} (id){action}", numbers.below(table));
            for parts in [&mut left, &mut right] {
                parts.push(key.clone());
            }
        }
        let mut indexes = String::new();
        for index in 0..numbers.below(3) {
            let unique = numbers.one_of(&["", "UNIQUE "]);
            let keys = numbers.one_of(&["n", "n DESC, id", "id, n", "coalesce(n, 0)"]);
            let predicate = numbers.one_of(&["", " WHERE n IS NOT NULL", " WHERE n > 3 AND id < 9"]);
            writeln!(indexes, "CREATE {unique}INDEX t{table}_i{index} ON t{table} ({keys}){predicate};")
                .unwrap();
        }
        writeln!(sqlite, "CREATE TABLE t{table} ({});\n{indexes}", left.join(", ")).unwrap();
        writeln!(postgresql, "CREATE TABLE t{table} ({});\n{indexes}", right.join(", ")).unwrap();
    }
    [sqlite, postgresql]
}

#[track_caller]
fn silent(left: &Catalog, right: &Catalog, statements: &str) {
    let report = compare(left, right, &Rules::default());
    assert!(report.is_clean() && report.renamed.is_empty(), "{:?}\n{statements}", lines(&report));
}

#[test]
fn a_schema_is_equal_to_itself_and_to_its_twin() {
    let machine = Machine::start();
    let mut numbers = Numbers(0x5eed_1234_5678_9abc);
    for _ in 0..60 {
        let [left_statements, right_statements] = schema(&mut numbers);
        let left = sqlite(&left_statements);
        silent(&left, &left, &left_statements);
        let Some(machine) = &machine else { continue };
        let right = machine.postgresql(&right_statements);
        silent(&right, &right, &right_statements);
        let report = compare(&left, &right, &Rules::default());
        assert!(report.is_clean(), "{:?}\n{left_statements}\n{right_statements}", lines(&report));
        // What is missing on one side is found from both, and nothing else is.
        let with_more =
            machine.postgresql(&format!("{right_statements} CREATE INDEX one_more ON t0 (n, n, id);"));
        for (left, right) in [(&left, &with_more), (&with_more, &left)] {
            let report = compare(left, right, &Rules::default());
            let found = lines(&report);
            assert!(
                matches!(found.as_slice(), [line] if line.starts_with("index t0.one_more only")),
                "{found:?}"
            );
        }
    }
}

#[test]
fn the_nastiest_schemas_are_equal_to_themselves() {
    let fixture = |name: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../onramp-database/tests/fixtures");
        std::fs::read_to_string(path.join(name)).unwrap()
    };
    let left = sqlite(&fixture("nasty.sqlite.sql"));
    silent(&left, &left, "nasty.sqlite.sql");
    let Some(machine) = Machine::start() else { return };
    let right = machine.postgresql(&fixture("nasty.postgresql.sql"));
    silent(&right, &right, "nasty.postgresql.sql");
    // The two have little in common, but there is an answer.
    assert!(!compare(&left, &right, &Rules::default()).findings.is_empty());
}
