//! One history of each family with faults in it, and one without.

mod alembic;
mod directions;
mod folders;
mod graph;
mod journal;
mod marks;
mod releases;
mod suffixes;
mod versions;

use expect_test::Expect;

use super::{files, findings, histories};

fn check(files_: &[(&str, &str)], expected_histories: Expect, expected_findings: Expect) {
    let env = files(files_);
    expected_histories.assert_eq(&histories(&env.onramp(["migrate", "audit", "."])));
    expected_findings.assert_eq(&findings(&env));
}

fn clean(files_: &[(&str, &str)], expected: Expect) {
    let env = files(files_);
    let run = env.onramp(["migrate", "audit", ".", "--strict"]).exits(0).says("no findings");
    expected.assert_eq(&histories(&run));
}

const A: &str = "CREATE TABLE a (id INTEGER);\n";
const BACK: &str = "DROP TABLE a;\n";
