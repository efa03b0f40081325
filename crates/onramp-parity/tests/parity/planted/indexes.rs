//! Indexes.

use super::{Case, POSTGRESQL, SQLITE};
use crate::machine::{Machine, found};

#[test]
fn indexes_that_differ_are_found() {
    let Some(machine) = Machine::start() else { return };
    let case = Case { machine: &machine };
    case.both(
        "CREATE INDEX ix_cost ON run (cost)",
        &["index run.ix_cost only: (cost) | none"],
        &["index run.ix_cost only: none | (cost)"],
    );
    case.sqlite(
        "(created_at DESC, name)",
        "(created_at, name)",
        &["index run.ix_run_due columns: created_at, name | created_at DESC, name"],
    );
    case.sqlite(
        "(created_at DESC, name)",
        "(name, created_at DESC)",
        &["index run.ix_run_due columns: name, created_at DESC | created_at DESC, name"],
    );
    case.postgresql(" WHERE state = 'new'", "", &["index run.ix_run_due predicate: state = 'new' | none"]);
    case.sqlite(
        "WHERE state = 'new'",
        "WHERE state = 'done'",
        &["index run.ix_run_due predicate: state = 'done' | (state = 'new'::state)"],
    );
    case.sqlite(
        "CREATE UNIQUE INDEX ix_run_name",
        "CREATE INDEX ix_run_name",
        &["index run.ix_run_name unique: not unique | unique"],
    );
    case.postgresql(
        "lower(name)",
        "upper(name)",
        &["index run.ix_run_name columns: lower(name) | upper((name)::text)"],
    );
    case.postgresql(
        "(created_at DESC, name)",
        "(created_at DESC, name) INCLUDE (cost)",
        &["index run.ix_run_due include: none | cost"],
    );
    let statement =
        format!("{POSTGRESQL} CREATE INDEX ix_settings ON run USING gin (settings jsonb_path_ops);");
    assert_eq!(
        found(&machine, SQLITE, &statement),
        ["index run.ix_settings only: none | gin (settings jsonb_path_ops)"]
    );
    // What belongs to the method is not told once more.
    let words = format!("{POSTGRESQL} CREATE INDEX ix_words ON run USING gin (to_tsvector('simple', name));");
    let sqlite = format!("{SQLITE} CREATE INDEX ix_words ON run (name);");
    assert_eq!(
        found(&machine, &sqlite, &words),
        [
            "index run.ix_words columns: name | to_tsvector('simple'::regconfig, (name)::text)",
            "index run.ix_words method: btree | gin",
        ]
    );
    let sqlite = format!("{SQLITE} CREATE INDEX ix_settings ON run (settings);");
    assert_eq!(found(&machine, &sqlite, &statement), ["index run.ix_settings method: btree | gin"]);
}
