//! What a database refuses, with rows in its tables and without, and what the rules say of it.

use onramp_core::Dialect;
use onramp_database::catalog::Catalog;
use onramp_migration_lint::{
    Allow, Cause, Level, Refusal, Report, Revision, Settings, Statement, Transaction, lint_trial,
};
use onramp_testing::Scratch;

/// Rules that nobody finds in a revision that was not tried.
pub(crate) const OF_TRIALS: [&str; 4] = ["fails-with-rows", "not-tried", "revision-fails", "stale-allow"];

const SCENE: &str = "
    CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, shelf TEXT, old TEXT);
    CREATE TABLE move (id INTEGER PRIMARY KEY, item_id INTEGER);
";

const ROWS: &str = "
    INSERT INTO item VALUES (1, 'a', NULL, 'x');
    INSERT INTO item VALUES (2, 'a', 'b', 'y');
";

/// The catalogs around what was applied, and the statement that was refused: its place and the words of the database.
struct Applied {
    before: Catalog,
    after: Catalog,
    refused: Option<(usize, String)>,
}

/// Applies the statements to a database, up to the one that is refused.
fn apply(dialect: Dialect, scene: &str, statements: &[&str]) -> Option<Applied> {
    let mut scratch = Scratch::with(dialect, scene)?;
    let client = &mut scratch.client;
    let before = Catalog::read(client, &[]).unwrap();
    let mut refused = None;
    for (place, text) in statements.iter().enumerate() {
        if let Err(failure) = client.execute(text) {
            refused = Some((place, failure.message));
            break;
        }
    }
    Some(Applied { before, after: Catalog::read(client, &[]).unwrap(), refused })
}

/// Tries the statements with rows, and where they are refused without, as who tries a revision does.
fn trial(dialect: Dialect, statements: &[&str], settings: &Settings) -> Option<Report> {
    let executed: Vec<Statement> = (1..)
        .zip(statements)
        .map(|(line, text)| Statement {
            text: (*text).to_owned(),
            transaction: Transaction::Outside,
            foreign_keys: None,
            line: Some(line),
        })
        .collect();
    let refusal = |cause: Cause, (statement, message): (usize, String)| Refusal {
        cause,
        statement: Some(statement),
        line: executed[statement].line,
        message,
    };
    let mut applied = apply(dialect, &format!("{SCENE}{ROWS}"), statements)?;
    let mut refusals = Vec::new();
    if let Some(with_rows) = applied.refused.take() {
        applied = apply(dialect, SCENE, statements)?;
        let without = applied.refused.take();
        if without.as_ref().map(|(place, _)| *place) != Some(with_rows.0) {
            refusals.push(refusal(Cause::Rows, with_rows));
        }
        refusals.extend(without.map(|without| refusal(Cause::Revision, without)));
    }
    let last = refusals.iter().find(|refusal| refusal.cause == Cause::Revision).and_then(|one| one.statement);
    let executed = &executed[..last.map_or(executed.len(), |last| last + 1)];
    let revision = Revision { before: &applied.before, after: &applied.after, statements: executed };
    Some(lint_trial(&revision, &refusals, settings))
}

fn codes(report: &Report) -> Vec<(&str, u32)> {
    report.findings.iter().map(|finding| (finding.rule.code, finding.line.unwrap())).collect()
}

fn allows(rules: &[(&str, Option<&str>)]) -> Settings {
    let allow = |(rule, object): &(&str, Option<&str>)| Allow {
        rule: (*rule).to_owned(),
        object: object.map(str::to_owned),
        line: None,
        reason: "there are none".to_owned(),
    };
    Settings { allows: rules.iter().map(allow).collect(), ..Settings::default() }
}

const DROP: &str = "ALTER TABLE item DROP COLUMN old";
const DROP_TABLE: &str = "DROP TABLE move";
const NOT_NULL: &str = "ALTER TABLE item ALTER COLUMN shelf SET NOT NULL";
const UNIQUE: &str = "CREATE UNIQUE INDEX ix ON item (name)";

#[test]
fn what_rows_stop_is_told_with_what_comes_before_and_behind() {
    let statements = [DROP, NOT_NULL, DROP_TABLE];
    let Some(report) = trial(Dialect::Postgresql, &statements, &Settings::default()) else { return };
    let expected = [("drop-column", 1), ("fails-with-rows", 2), ("set-not-null", 2), ("drop-table", 3)];
    let mut told = codes(&report);
    told.sort_by_key(|(_, line)| *line);
    assert_eq!(told, expected);
    let message = &report.findings.iter().find(|one| one.rule.code == "fails-with-rows").unwrap().message;
    assert!(message.contains("null"), "{message}");

    let report = trial(Dialect::Sqlite, &[DROP, UNIQUE, DROP_TABLE], &Settings::default()).unwrap();
    assert!(codes(&report).contains(&("fails-with-rows", 2)), "{:?}", codes(&report));
    assert!(codes(&report).contains(&("drop-table", 3)), "{:?}", codes(&report));
    // Rows that are in nobody's way are no finding.
    let harmless = ["CREATE UNIQUE INDEX ix ON item (id, name)", "ALTER TABLE item ADD COLUMN more TEXT"];
    let report = trial(Dialect::Sqlite, &harmless, &Settings::default()).unwrap();
    assert!(!codes(&report).iter().any(|(code, _)| OF_TRIALS.contains(code)), "{:?}", codes(&report));
    let report = trial(Dialect::Postgresql, &harmless, &Settings::default()).unwrap();
    assert!(!codes(&report).iter().any(|(code, _)| OF_TRIALS.contains(code)), "{:?}", codes(&report));
}

#[test]
fn a_refusal_is_allowed_by_its_own_name_or_by_the_rule_that_says_why() {
    for rule in ["fails-with-rows", "set-not-null"] {
        for object in [None, Some("item")] {
            let settings = allows(&[(rule, object)]);
            let Some(report) = trial(Dialect::Postgresql, &[NOT_NULL], &settings) else { return };
            let told = codes(&report);
            assert!(!told.contains(&("fails-with-rows", 1)), "{rule}: {told:?}");
            assert_eq!(report.unmet, Vec::<usize>::new());
            let allowed = report.allowed.iter().any(|one| one.finding.rule.code == "fails-with-rows");
            assert!(allowed, "{rule}: {:?}", report.allowed);
        }
    }
    // What speaks of something else allows nothing.
    let settings = allows(&[("set-not-null", Some("item.name")), ("fails-with-rows", Some("move"))]);
    let report = trial(Dialect::Postgresql, &[NOT_NULL], &settings).unwrap();
    assert!(codes(&report).contains(&("fails-with-rows", 1)));
    assert_eq!(report.unmet, [0, 1]);
    // An error at the same statement says it already; one that is off says nothing.
    let required = ["ALTER TABLE item ADD COLUMN more integer NOT NULL"];
    let report = trial(Dialect::Postgresql, &required, &Settings::default()).unwrap();
    assert_eq!(codes(&report), [("required-column", 1)]);
    let levels = [("required-column".to_owned(), Level::Off)].into();
    let report = trial(Dialect::Postgresql, &required, &Settings { levels, ..Settings::default() }).unwrap();
    assert_eq!(codes(&report), [("fails-with-rows", 1)]);
}

#[test]
fn what_is_allowed_elsewhere_in_the_table_allows_no_other_refusal() {
    const FILLED: &str = "UPDATE item SET shelf = 'a' WHERE shelf IS NULL";
    const CHECK: &str = "ALTER TABLE item ADD CONSTRAINT few CHECK (id > 1)";
    let settings = allows(&[("set-not-null", None), ("check-without-not-valid", None)]);
    let Some(report) = trial(Dialect::Postgresql, &[FILLED, NOT_NULL, CHECK], &settings) else { return };
    assert_eq!(codes(&report), [("fails-with-rows", 3)]);
    // Nor does it at the same statement, where the database says something else.
    let both = "ALTER TABLE item ALTER COLUMN shelf SET NOT NULL, ADD CONSTRAINT few CHECK (id > 1)";
    let report = trial(Dialect::Postgresql, &[FILLED, both], &settings).unwrap();
    assert_eq!(codes(&report), [("fails-with-rows", 2)]);
}

#[test]
fn the_copy_of_a_table_is_allowed_with_what_makes_it_fail() {
    let anew = |shelf: &'static str, id: &'static str| {
        [
            format!(
                "CREATE TABLE new (id INTEGER PRIMARY KEY {id}, name TEXT, shelf TEXT {shelf}, old TEXT)"
            ),
            "INSERT INTO new SELECT id, name, shelf, old FROM item".to_owned(),
            "DROP TABLE item".to_owned(),
            "ALTER TABLE new RENAME TO item".to_owned(),
        ]
    };
    let settings = allows(&[("set-not-null", None)]);
    for (id, told) in [("", &[][..]), ("CHECK (id > 1)", &[("fails-with-rows", 2)])] {
        let statements = anew("NOT NULL", id);
        let mut statements: Vec<&str> = statements.iter().map(String::as_str).collect();
        if !told.is_empty() {
            statements.insert(0, "UPDATE item SET shelf = 'a'");
        }
        let report = trial(Dialect::Sqlite, &statements, &settings).unwrap();
        let found: Vec<&str> = codes(&report).iter().map(|(code, _)| *code).collect();
        let found: Vec<&str> = found.into_iter().filter(|code| *code != "update-all-rows").collect();
        assert_eq!(found, told.iter().map(|(code, _)| *code).collect::<Vec<_>>(), "{id}");
    }
}

#[test]
fn what_fails_in_any_case_keeps_what_was_found_before_it() {
    for dialect in [Dialect::Sqlite, Dialect::Postgresql] {
        let statements = [DROP, "ALTER TABLE nowhere RENAME TO somewhere", DROP_TABLE];
        let Some(report) = trial(dialect, &statements, &Settings::default()) else { continue };
        assert_eq!(codes(&report), [("drop-column", 1), ("revision-fails", 2)], "{dialect}");
        // What was refused has renamed nothing, and is no loss.
        let statements = ["ALTER TABLE item RENAME TO move", "SELECT 1"];
        let report = trial(dialect, &statements, &Settings::default()).unwrap();
        assert_eq!(codes(&report), [("revision-fails", 1)], "{dialect}");
        let report = trial(dialect, &statements, &allows(&[("revision-fails", None)])).unwrap();
        assert_eq!((codes(&report), report.allowed.len()), (Vec::new(), 1), "{dialect}");
        let report = trial(dialect, &[DROP], &Settings::default()).unwrap();
        assert_eq!(codes(&report), [("drop-column", 1)], "{dialect}");
    }
}

#[test]
fn of_what_was_executed_somewhere_no_catalog_tells() {
    let Some(applied) = apply(Dialect::Sqlite, SCENE, &[DROP]) else { return };
    let statement = Statement {
        text: "DELETE FROM item".to_owned(),
        transaction: Transaction::Unknown,
        foreign_keys: None,
        line: Some(1),
    };
    let refusal = Refusal {
        cause: Cause::Somewhere,
        statement: None,
        line: None,
        message: "it ended with 1".to_owned(),
    };
    let statements = [statement];
    let revision = Revision { before: &applied.before, after: &applied.after, statements: &statements };
    let report = lint_trial(&revision, &[refusal], &Settings::default());
    let told: Vec<&str> = report.findings.iter().map(|finding| finding.rule.code).collect();
    assert_eq!(told, ["delete-all-rows", "revision-fails"]);
}
