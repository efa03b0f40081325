//! When PostgreSQL looks at all rows to set a column to NOT NULL, and when a check spares it that.

use onramp_database::catalog::Catalog;
use onramp_migration_lint::{Revision, Settings, Statement, Transaction, lint};

use onramp_testing::Scratch;

const SCENE: &str = "CREATE TABLE t (a integer, b integer, CONSTRAINT old CHECK (a IS NOT NULL)); INSERT INTO t VALUES (1, 1)";

const SCANS: &str = "SELECT seq_scan::text FROM pg_stat_xact_all_tables WHERE relname = 't'";

/// Asks the server at the statement that begins with `->` and the rules about the whole.
#[track_caller]
fn check(statements: &[&str], expected: Scan) {
    let Some(mut scratch) = Scratch::postgresql(SCENE) else { return };
    let client = &mut scratch.client;
    let before = Catalog::read(client, &[]).unwrap();
    let mut has_scanned = false;
    for statement in statements {
        let Some(asked) = statement.strip_prefix("-> ") else {
            client.execute(statement).unwrap();
            continue;
        };
        client.execute("BEGIN").unwrap();
        // The counts of transactions before it may still be there.
        let scans = client.texts(SCANS).unwrap();
        client.execute(asked).unwrap();
        has_scanned |= client.texts(SCANS).unwrap() != scans;
        client.execute("COMMIT").unwrap();
    }
    let after = Catalog::read(client, &[]).unwrap();
    let statements: Vec<Statement> = statements
        .iter()
        .map(|text| Statement {
            text: text.trim_start_matches("-> ").to_owned(),
            transaction: Transaction::Outside,
            foreign_keys: None,
            line: None,
        })
        .collect();
    let revision = Revision { before: &before, after: &after, statements: &statements };
    let report = lint(&revision, &Settings::default());
    let is_found = report.findings.iter().any(|finding| finding.rule.code == "set-not-null");
    assert_eq!((has_scanned, is_found), (expected == Scan::Yes, expected == Scan::Yes), "{statements:?}");
}

#[derive(PartialEq, Eq)]
enum Scan {
    Yes,
    No,
}

#[test]
fn a_valid_check_spares_the_scan() {
    let set = "-> ALTER TABLE t ALTER COLUMN b SET NOT NULL";
    let add = "ALTER TABLE t ADD CONSTRAINT c CHECK (b IS NOT NULL) NOT VALID";
    let validate = "ALTER TABLE t VALIDATE CONSTRAINT c";
    let drop = "ALTER TABLE t DROP CONSTRAINT c";
    check(&[set], Scan::Yes);
    check(&["-> ALTER TABLE t ALTER a SET NOT NULL", "ALTER TABLE t DROP CONSTRAINT old"], Scan::No);
    check(&[add, validate, set, drop], Scan::No);
    check(&[add, set], Scan::Yes);
    check(&[add, validate, drop, set], Scan::Yes);
    check(&[set, "ALTER TABLE t ADD CONSTRAINT c CHECK (b IS NOT NULL)"], Scan::Yes);
    check(&["ALTER TABLE t DROP CONSTRAINT old", "-> ALTER TABLE t ALTER a SET NOT NULL"], Scan::Yes);
    check(&["ALTER TABLE t ADD CHECK (b > 0 AND b IS NOT NULL)", set], Scan::No);
    check(&["ALTER TABLE t ADD CHECK (b > 0)", set], Scan::Yes);
    check(
        &["ALTER TABLE t ADD CHECK (b IS NOT NULL)", "ALTER TABLE t DROP CONSTRAINT t_b_check", set],
        Scan::Yes,
    );
    check(
        &[
            "ALTER TABLE t RENAME COLUMN a TO c",
            "ALTER TABLE t RENAME TO u",
            "ALTER TABLE u RENAME TO t",
            "-> ALTER TABLE t ALTER c SET NOT NULL",
        ],
        Scan::No,
    );
    check(
        &[
            "ALTER TABLE t RENAME CONSTRAINT old TO older",
            "ALTER TABLE t DROP CONSTRAINT IF EXISTS older",
            "-> ALTER TABLE t ALTER a SET NOT NULL",
        ],
        Scan::Yes,
    );
    check(&["-> ALTER TABLE t DROP CONSTRAINT old, ALTER a SET NOT NULL"], Scan::Yes);
    check(&["-> ALTER TABLE t ALTER a SET NOT NULL, DROP CONSTRAINT old"], Scan::Yes);
}

/// From version 18 on a constraint requires the column.
#[test]
fn a_constraint_that_is_not_valid_puts_the_scan_off() {
    if onramp_testing::major() < Some(18) {
        return;
    }
    let add = "-> ALTER TABLE t ADD CONSTRAINT required NOT NULL b NOT VALID";
    let validate = "ALTER TABLE t VALIDATE CONSTRAINT required";
    check(&["-> ALTER TABLE t ADD CONSTRAINT required NOT NULL b"], Scan::Yes);
    check(&["-> ALTER TABLE t ADD NOT NULL a"], Scan::No);
    check(&[add], Scan::No);
    check(&[add, validate], Scan::No);
    check(&[add, "-> ALTER TABLE t ALTER b SET NOT NULL"], Scan::Yes);
    check(&[add, validate, "-> ALTER TABLE t ALTER b SET NOT NULL"], Scan::No);
}
