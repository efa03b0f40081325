//! Schemas by chance, of tables that can have rows: all of them must get some.

use std::fmt::Write as _;

use onramp_core::Dialect;
use onramp_database::rows::seed;

use onramp_testing::{BOTH, Scratch};

/// Numbers that look random: Marsaglia's xorshift.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }
}

/// A column of a type, with a check that can be met.
fn column(chance: &mut Chance, name: &str) -> String {
    let low = chance.below(2000);
    let high = low + 1 + chance.below(20);
    let (kind, checks) = match chance.below(6) {
        0 => (
            "INTEGER",
            vec![
                format!("{name} BETWEEN {low} AND {high}"),
                format!("{name} IN ({low}, {high})"),
                format!("{name} < -{low}"),
            ],
        ),
        1 => (
            "TEXT",
            vec![
                format!("{name} IN ('k{low}', 'k{high}')"),
                format!("length({name}) > {}", low % 50),
                format!("{name} LIKE 'p{low}_%'"),
            ],
        ),
        2 => (
            "VARCHAR(12)",
            vec![format!("length({name}) = {}", 1 + low % 12), format!("{name} <> '{name}-1'")],
        ),
        3 => {
            ("NUMERIC(8, 2)", vec![format!("{name} > {low} AND {name} <= {high}.5"), format!("{name} >= 0")])
        }
        4 => (
            "DATE",
            vec![
                format!("{name} >= '20{}-01-01'", 10 + low % 80),
                format!("{name} < '19{}-12-31'", 10 + low % 80),
            ],
        ),
        _ => ("TIMESTAMP", vec![format!("{name} > '2025-0{}-01 10:00:00'", 1 + low % 9)]),
    };
    let null = if chance.one_in(2) { "" } else { " NOT NULL" };
    let check = if chance.one_in(2) {
        format!(" CHECK ({})", checks[chance.below(checks.len())])
    } else {
        String::new()
    };
    format!("{name} {kind}{null}{check}")
}

fn table(chance: &mut Chance, number: usize) -> String {
    let mut parts = vec!["id INTEGER PRIMARY KEY".to_owned()];
    let mut conditions = Vec::new();
    let columns = 1 + chance.below(6);
    parts.extend((0..columns).map(|column_number| column(chance, &format!("c{column_number}"))));
    if chance.one_in(3) {
        parts.push("low INTEGER NOT NULL, high INTEGER NOT NULL".to_owned());
        conditions.push("CHECK (low < high)".to_owned());
    }
    if chance.one_in(3) {
        parts.push("a TEXT, b TEXT".to_owned());
        conditions.push("CHECK ((a IS NULL) <> (b IS NULL))".to_owned());
    }
    for reference in 0..chance.below(4) {
        // To an earlier table, or to the table itself where it may be NULL.
        let parent = chance.below(number + 1);
        let null = if parent == number || chance.one_in(2) { "" } else { " NOT NULL" };
        let unique = if chance.one_in(4) { " UNIQUE" } else { "" };
        parts.push(format!("r{reference} INTEGER{null}{unique} REFERENCES t{parent} ON DELETE CASCADE"));
    }
    if chance.one_in(2) {
        conditions.push(format!("UNIQUE (c0, c{})", chance.below(columns)).replace("(c0, c0)", "(c0)"));
    }
    parts.extend(conditions);
    format!("CREATE TABLE t{number} ({});", parts.join(", "))
}

#[test]
fn all_tables_that_can_have_rows_get_some() {
    for dialect in BOTH {
        let Some(mut scratch) = Scratch::new(dialect) else { continue };
        for start in 1..=60_u64 {
            let mut chance = Chance(start.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let mut schema = String::new();
            let tables = 2 + chance.below(8);
            for number in 0..tables {
                let _ = writeln!(schema, "{}", table(&mut chance, number));
            }
            match dialect {
                Dialect::Sqlite => scratch = Scratch::new(dialect).unwrap(),
                Dialect::Postgresql => {
                    let fresh = "DROP SCHEMA IF EXISTS r CASCADE; CREATE SCHEMA r; SET search_path = r";
                    scratch.client.execute(fresh).unwrap();
                }
            }
            scratch.client.execute(&schema).unwrap();
            let seeding = seed(&mut scratch.client, &[]).unwrap();
            assert_eq!(seeding.bare, [], "{dialect:?} {start}:\n{schema}");
            assert_eq!(seeding.tables.len(), tables);
        }
    }
}
