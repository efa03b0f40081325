//! Triggers, and what SQLite does not have.

use super::{POSTGRESQL, SQLITE};
use onramp_parity::{Rules, compare};

use crate::machine::{Machine, found, sqlite};

#[test]
fn triggers_and_what_only_one_dialect_has_are_found() {
    let Some(machine) = Machine::start() else { return };
    let trigger =
        format!("{SQLITE} CREATE TRIGGER touch AFTER UPDATE ON run BEGIN UPDATE run SET priority = 1; END;");
    let found_there = found(&machine, &trigger, POSTGRESQL);
    assert!(
        matches!(found_there.as_slice(), [line] if line == "trigger run.touch only: AFTER UPDATE | none"),
        "{found_there:?}"
    );
    let both = format!(
        "{POSTGRESQL} CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; \
         CREATE TRIGGER touch BEFORE UPDATE ON run FOR EACH ROW EXECUTE FUNCTION touch();"
    );
    assert_eq!(found(&machine, &trigger, &both), [""; 0]);
    let exclusion = format!(
        "{POSTGRESQL} ALTER TABLE run ADD CONSTRAINT ex EXCLUDE USING gist (box(point(priority, 1)) WITH &&);"
    );
    let found_there = found(&machine, SQLITE, &exclusion);
    assert!(
        matches!(found_there.as_slice(), [line] if line.starts_with("exclusion run.ex only: ")),
        "{found_there:?}"
    );
    let materialized = format!(
        "{POSTGRESQL} DROP VIEW active_run; CREATE MATERIALIZED VIEW active_run AS SELECT id, name FROM run WHERE is_active;"
    );
    assert_eq!(found(&machine, SQLITE, &materialized), ["view active_run kind: view | materialized-view"]);
}

const FUNCTION: &str = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';";

/// Triggers of the table `run` on both sides; of SQLite's, all up to the body.
#[track_caller]
fn triggers(machine: &Machine, of_sqlite: &[&str], of_postgresql: &[&str], expected: &[&str]) {
    let body = "BEGIN INSERT INTO pool (id, name) VALUES (new.id, 'x'); END";
    let ours: String = of_sqlite.iter().map(|text| format!("CREATE TRIGGER {text} {body};")).collect();
    let theirs: String =
        of_postgresql.iter().map(|text| format!("CREATE TRIGGER {text} EXECUTE FUNCTION f();")).collect();
    let found = found(machine, &format!("{SQLITE} {ours}"), &format!("{POSTGRESQL} {FUNCTION} {theirs}"));
    assert_eq!(found, expected, "{of_sqlite:?} {of_postgresql:?}");
}

#[test]
fn triggers_that_are_equal_but_for_their_statements_are_no_finding() {
    let Some(machine) = Machine::start() else { return };
    let silent = |sqlite: &[&str], postgresql: &[&str]| triggers(&machine, sqlite, postgresql, &[]);
    silent(
        &["note AFTER UPDATE OF name, cost ON run WHEN new.is_active AND old.cost IS NOT new.cost"],
        &["note AFTER UPDATE OF cost, name ON run FOR EACH ROW \
           WHEN (old.cost IS DISTINCT FROM new.cost AND new.is_active)"],
    );
    // SQLite has one event to a trigger.
    silent(
        &["run_note_insert AFTER INSERT ON run", "run_note_delete AFTER DELETE ON run"],
        &["note AFTER INSERT OR DELETE ON run FOR EACH ROW"],
    );
    silent(
        &["run_ai AFTER INSERT ON run", "run_ad AFTER DELETE ON run"],
        &["run_ad AFTER DELETE ON run FOR EACH ROW", "trg_run_insert AFTER INSERT ON run FOR EACH ROW"],
    );
}

#[test]
fn triggers_that_differ_are_found() {
    let Some(machine) = Machine::start() else { return };
    let check = |sqlite: &[&str], postgresql: &[&str], expected: &[&str]| {
        triggers(&machine, sqlite, postgresql, expected);
    };
    let row = "note AFTER UPDATE ON run FOR EACH ROW";
    // Only an update of the same table makes up for a change before the row is written.
    check(
        &["note AFTER UPDATE ON run"],
        &["note BEFORE UPDATE ON run FOR EACH ROW"],
        &["trigger run.note timing: AFTER | BEFORE"],
    );
    check(&["note UPDATE ON run"], &[row], &["trigger run.note timing: BEFORE | AFTER"]);
    check(
        &["note AFTER UPDATE ON run"],
        &["note AFTER UPDATE ON run FOR EACH STATEMENT"],
        &["trigger run.note level: ROW | STATEMENT"],
    );
    check(&["note AFTER INSERT ON run"], &[row], &["trigger run.note events: INSERT | UPDATE"]);
    check(
        &["run_note_insert AFTER INSERT ON run"],
        &["note AFTER INSERT OR DELETE ON run FOR EACH ROW"],
        &["trigger run.note events: INSERT | INSERT OR DELETE"],
    );
    check(&["note AFTER UPDATE OF name ON run"], &[row], &["trigger run.note columns: name | none"]);
    check(
        &["note AFTER UPDATE ON run WHEN new.cost > 1"],
        &["note AFTER UPDATE ON run FOR EACH ROW WHEN (old.cost > 1)"],
        &["trigger run.note when: new.cost > 1 | (old.cost > (1)::numeric)"],
    );
    check(
        &["note AFTER UPDATE ON run WHEN new.is_active"],
        &[row],
        &["trigger run.note when: new.is_active | none"],
    );
    check(
        &["note AFTER UPDATE ON run"],
        &["told AFTER UPDATE ON run FOR EACH ROW"],
        &["trigger run.note only: AFTER UPDATE | none", "trigger run.told only: none | AFTER UPDATE"],
    );
    let disabled = format!(
        "{POSTGRESQL} {FUNCTION} CREATE TRIGGER {row} EXECUTE FUNCTION f(); \
                            ALTER TABLE run DISABLE TRIGGER note;"
    );
    let enabled = format!("{SQLITE} CREATE TRIGGER note AFTER UPDATE ON run BEGIN SELECT 1; END;");
    assert_eq!(found(&machine, &enabled, &disabled), ["trigger run.note enabled: none | false"]);
}

#[test]
fn what_is_written_for_one_dialect_is_named() {
    let Some(machine) = Machine::start() else { return };
    let joined =
        "CREATE VIEW joined AS SELECT run.id, pool.name FROM run JOIN pool ON pool.id = run.pool_id;";
    let left =
        sqlite(&format!("{SQLITE} {joined} CREATE TRIGGER note AFTER UPDATE ON run BEGIN SELECT 1; END;"));
    let right = machine.postgresql(&format!(
        "{POSTGRESQL} {joined} {FUNCTION} CREATE TRIGGER note AFTER UPDATE ON run FOR EACH ROW EXECUTE FUNCTION f();"
    ));
    let report = compare(&left, &right, &Rules::default());
    assert!(report.is_clean(), "{report:?}");
    let named: Vec<String> = report.uncompared.iter().map(ToString::to_string).collect();
    assert_eq!(named, ["view joined", "trigger run.note"]);
    // Of one dialect, all is compared.
    assert_eq!(compare(&right, &right, &Rules::default()).uncompared, []);
}

#[test]
fn what_sqlite_cannot_have_is_missing_there() {
    let Some(machine) = Machine::start() else { return };
    let check = |statements: &str, expected: &[&str]| {
        assert_eq!(found(&machine, SQLITE, &format!("{POSTGRESQL} {statements}")), expected, "{statements}");
    };
    check(
        "ALTER TABLE run ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON run FOR SELECT USING (is_active);",
        &["policy run.own only: none | FOR select TO public USING is_active"],
    );
    check("ALTER TABLE run ENABLE ROW LEVEL SECURITY;", &["table run row-security: none | enabled"]);
    check(
        "CREATE RULE quiet AS ON DELETE TO run DO INSTEAD NOTHING;",
        &[
            "rule run.quiet only: none | CREATE RULE quiet AS\n    ON DELETE TO public.run DO INSTEAD NOTHING;",
        ],
    );
}
