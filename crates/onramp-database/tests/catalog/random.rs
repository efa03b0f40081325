//! Random schemas and random changes of them. A catalog must tell two states of a database apart if and only if
//! another way to write them down does: `pg_dump -s`, or the statements that SQLite keeps.
//!
//! A family is one schema, the same schema made on another way, and some changes of it; every two of its states
//! are compared. `CATALOG_FAMILIES=2000 CATALOG_SEED=5 cargo test -p onramp-database --test catalog random` looks at
//! as many, counted from that seed.

mod dump;
mod grammar;
mod postgresql;
mod sqlite;
mod stored;

use onramp_database::catalog::{Catalog, Difference};

/// A state of a database, written down in two ways, and how it came about.
struct State {
    catalog: Catalog,
    reference: Vec<String>,
    story: String,
}

/// How many pairs were equal, and how many were not.
#[derive(Debug, Default)]
struct Verdicts {
    equal: usize,
    different: usize,
    /// What the two ways disagreed about.
    wrong: Vec<String>,
}

impl Verdicts {
    /// Compares every two states of a family.
    fn compare(&mut self, seed: u64, states: &[State]) {
        for (index, left) in states.iter().enumerate() {
            for right in &states[index + 1..] {
                let are_equal = left.catalog.objects == right.catalog.objects;
                if are_equal == (left.reference == right.reference) {
                    *(if are_equal { &mut self.equal } else { &mut self.different }) += 1;
                    continue;
                }
                let only = |one: &State, other: &State| {
                    let lines = one.reference.iter().filter(|text| !other.reference.contains(text));
                    lines.map(|text| format!("{text}\n")).collect::<String>()
                };
                self.wrong.push(format!(
                    "seed {seed}\n--- one\n{}\n--- other\n{}\n--- catalogs\n{}--- reference\n- {}+ {}",
                    left.story,
                    right.story,
                    Difference::between(&left.catalog, &right.catalog),
                    only(left, right),
                    only(right, left),
                ));
            }
        }
    }

    /// Fails where there was a disagreement, or nothing to agree about.
    #[track_caller]
    fn conclude(&self) {
        let Self { equal, different, wrong } = self;
        #[expect(clippy::print_stderr, reason = "how much was looked at is told to who asks")]
        {
            eprintln!("{equal} equal pairs, {different} different ones");
        }
        let first: Vec<&str> = wrong.iter().map(String::as_str).take(3).collect();
        assert!(
            wrong.is_empty(),
            "{} pairs are wrong, the first of them:\n{}",
            wrong.len(),
            first.join("\n")
        );
        assert!(*equal > 0 && *different > 0);
    }
}

/// The seeds of the families to look at.
fn seeds(usual: u64) -> std::ops::Range<u64> {
    #[expect(clippy::disallowed_methods, reason = "whoever runs this by hand may want more of it")]
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let first = number("CATALOG_SEED").unwrap_or(1);
    first..first + number("CATALOG_FAMILIES").unwrap_or(usual)
}
