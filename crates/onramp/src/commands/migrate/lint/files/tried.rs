use std::path::Path;

use onramp_core::Failure;
use onramp_histories::Finding;
use onramp_migrate::{Executed, Facts, Refusal, RevisionFacts, RowsPolicy, Schemas};
use onramp_replay::{Outcome, Rows, ScriptFacts};

/// What is known of a script, as of a revision.
pub(super) struct Tried {
    pub(super) facts: RevisionFacts,
    /// Why nothing is known but its text.
    pub(super) untried: Option<String>,
}

pub(super) fn tried(facts: ScriptFacts, rows: Rows, shown: &dyn Fn(&Path) -> String) -> Tried {
    let ScriptFacts { id, script, before, after, statements, with_rows, outcome } = facts;
    let mut statements: Vec<Executed> = statements
        .into_iter()
        .map(|statement| Executed {
            text: statement.text,
            in_transaction: statement.in_transaction,
            foreign_keys: statement.foreign_keys,
            line: statement.line,
        })
        .collect();
    let with_rows = with_rows.map(|finding| refused(*finding, &statements));
    let (mut refusal, mut untried) = (None, None);
    match outcome {
        Outcome::Applied => {}
        Outcome::Refused(finding) => {
            let refused = refused(*finding, &statements);
            // What comes behind it was not executed.
            statements.truncate(refused.statement.map_or(statements.len(), |last| last + 1));
            refusal = Some(refused);
        }
        Outcome::Untried(finding) => untried = Some(why(&finding, &script.file, shown)),
    }
    let was_tried_with_rows = rows == Rows::Seed && with_rows.is_none() && untried.is_none();
    let facts = RevisionFacts {
        id,
        files: vec![script.file],
        facts: Facts {
            schemas: Schemas { before: before.into(), after: after.into() },
            statements: Some(statements),
        },
        rows: if was_tried_with_rows { RowsPolicy::Seed } else { RowsPolicy::Leave },
        with_rows,
        refusal,
    };
    Tried { facts, untried }
}

fn refused(finding: Finding, statements: &[Executed]) -> Refusal {
    let line = finding.line;
    let statement = statements.iter().rposition(|statement| line.is_some_and(|line| statement.line <= line));
    Refusal { failure: Failure::task(finding.message), statement, line }
}

fn why(finding: &Finding, file: &Path, shown: &dyn Fn(&Path) -> String) -> String {
    if finding.file == file {
        return finding.message.clone();
    }
    let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
    format!("what comes before it cannot be applied: {}{line}: {}", shown(&finding.file), finding.message)
}
