//! What squawk finds in the cases, the rules find; where not, it is known why.

use std::collections::BTreeSet;

use onramp_core::Dialect;
use onramp_migration_lint::RULES;
use squawk_linter::{Linter, Rule};
use squawk_syntax::SourceFile;

use crate::rules::outcomes;

/// What squawk finds and the rules do not, by the first words of a statement, and why that is right.
const OTHERWISE: &[(&str, &str, &str)] = &[
    ("ban-drop-column", "DROP COLUMN x;", "the same revision has added it"),
    ("ban-drop-column", "COLUMN keeper", "a rename may be meant, and that is told"),
    ("ban-drop-table", "CREATE TABLE job", "a rename may be meant, and that is told"),
    ("ban-drop-table", "TABLE keyless2", "it is made anew, and what it loses by that is told"),
    ("renaming-table", "TABLE keyless2", "it is made anew under the old name"),
    ("ban-drop-table", "TABLE kind2", "it is made anew, and what it loses by that is told"),
    ("renaming-table", "TABLE kind2", "it is made anew under the old name"),
    ("ban-drop-type", "state_old", "it has another name now, and goes for a new one"),
    ("ban-drop-type", "DROP TYPE state;", "it goes with its column, and that is told"),
    ("changing-column-type", "varchar(100)", "nothing is written anew, and all values fit"),
    ("changing-column-type", "TYPE text", "nothing is written anew, and all values fit"),
    ("changing-column-type", "TYPE integer", "it is one already"),
    ("ban-drop-index", "CONCURRENTLY", "nobody waits for it"),
    ("adding-foreign-key-constraint", "COLUMN x int REFERENCES", "a new column refers to nothing"),
    ("constraint-missing-not-valid", "VALIDATE", "it is told that this stands in the same transaction"),
    ("constraint-missing-not-valid", "PRIMARY KEY", "there is no such key that is not valid"),
    ("constraint-missing-not-valid", "UNIQUE", "there is no such constraint that is not valid"),
    ("constraint-missing-not-valid", "EXCLUDE", "there is no such constraint that is not valid"),
    ("ban-set-schema", "ALTER FUNCTION", "another name is told of tables and columns alone"),
    ("ban-set-schema", "MATERIALIZED VIEW streams", "another name is told of tables and columns alone"),
    ("renaming-table", "TABLE flows", "it is a materialized view, whose other name is not told"),
];

/// The rules of squawk that ours are compared with.
fn of_squawk() -> Vec<Rule> {
    let names: BTreeSet<&str> = RULES.iter().flat_map(|rule| rule.squawk.iter().copied()).collect();
    names
        .into_iter()
        .map(|name| name.parse().unwrap_or_else(|_| panic!("squawk has no rule {name}")))
        .collect()
}

#[test]
fn what_squawk_finds_is_found() {
    let mut missed = Vec::new();
    let mut known: BTreeSet<&(&str, &str, &str)> = BTreeSet::new();
    let Some(outcomes) = outcomes() else { return };
    for (case, report, _) in outcomes.iter().filter(|(case, ..)| case.dialect == Dialect::Postgresql) {
        let sql = case.statements.iter().map(|statement| format!("{statement};\n")).collect::<String>();
        let file = SourceFile::parse(&sql);
        assert!(file.errors().is_empty(), "{sql}");
        for violation in Linter::from(of_squawk()).lint(&file, &sql) {
            let name = violation.code.to_string();
            let rules = report.findings.iter().map(|finding| finding.rule);
            let is_found = rules.into_iter().any(|rule| rule.squawk.contains(&name.as_str()));
            // squawk knows nothing of what the statements before have made, where that is no table of its own file.
            let is_new = sql.starts_with("CREATE TABLE") && report.findings.is_empty();
            let is_known =
                is_new || OTHERWISE.iter().any(|(rule, words, _)| name == *rule && sql.contains(words));
            known.extend(OTHERWISE.iter().filter(|(rule, words, _)| name == *rule && sql.contains(words)));
            if !is_found && !is_known {
                let codes: Vec<&str> = report.findings.iter().map(|finding| finding.rule.code).collect();
                missed.push(format!("{name}: {sql}    {codes:?}"));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    let idle: Vec<_> = OTHERWISE.iter().filter(|one| !known.contains(one)).collect();
    assert!(idle.is_empty(), "{idle:?}");
}
