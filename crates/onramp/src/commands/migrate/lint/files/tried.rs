use std::path::Path;

use onramp_core::Failure;
use onramp_histories::Finding;
use onramp_migrate::{Executed, Facts, Refusal, RevisionFacts, RowsPolicy, Schemas};
use onramp_replay::{Outcome, Rows, ScriptFacts};

use super::super::linted::Untried;

/// What is known of a script, as of a revision.
pub(super) struct Tried {
    pub(super) facts: RevisionFacts,
    /// Why nothing is known but its text.
    pub(super) untried: Option<Untried>,
    /// What was made for the scripts up to this one, or left out of them.
    pub(super) notes: Vec<Finding>,
    /// Whether an extension is among what was left out.
    pub(super) lacks_extension: bool,
}

pub(super) fn tried(facts: ScriptFacts, rows: Rows, shown: &dyn Fn(&Path) -> String) -> Tried {
    let ScriptFacts { id, script, before, after, statements, missing, outcome, notes, lacks_extension } =
        facts;
    let mut statements: Vec<Executed> = statements
        .into_iter()
        .map(|statement| Executed {
            text: statement.text,
            in_transaction: statement.in_transaction,
            foreign_keys: statement.foreign_keys,
            line: statement.line,
        })
        .collect();
    let (mut with_rows, mut refusal, mut untried) = (None, None, None);
    let mut rows = match rows {
        Rows::Seed => RowsPolicy::Seed,
        Rows::Leave => RowsPolicy::Leave,
    };
    match outcome {
        Outcome::Applied => {}
        Outcome::RefusedWithRows(of_rows) => {
            with_rows = Some(refused(of_rows));
            rows = RowsPolicy::Leave;
        }
        Outcome::Refused { refusal: farthest, with_rows: of_rows, rows: there } => {
            let farthest = refused(farthest);
            // What comes behind it was not executed.
            statements.truncate(farthest.statement.map_or(statements.len(), |last| last + 1));
            refusal = Some(farthest);
            with_rows = of_rows.map(refused);
            if there == Rows::Leave {
                rows = RowsPolicy::Leave;
            }
        }
        Outcome::Untried(finding) => {
            untried = Some(why(&finding, &script.file, shown));
            rows = RowsPolicy::Leave;
        }
    }
    let facts = RevisionFacts {
        id,
        files: vec![script.file],
        facts: Facts {
            schemas: Schemas { before: before.into(), after: after.into() },
            statements: Some(statements),
            missing,
        },
        rows,
        with_rows,
        refusal,
    };
    Tried { facts, untried, notes, lacks_extension }
}

fn refused(refusal: onramp_replay::Refusal) -> Refusal {
    let onramp_replay::Refusal { finding, statement } = refusal;
    Refusal { failure: Failure::task(finding.message), statement, line: finding.line }
}

fn why(finding: &Finding, file: &Path, shown: &dyn Fn(&Path) -> String) -> Untried {
    if finding.file == file {
        return Untried::ByText { why: finding.message.clone(), line: finding.line };
    }
    let place = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
    let (before, said) = (shown(&finding.file), &finding.message);
    Untried::ByText {
        why: format!("what comes before it cannot be applied: {before}{place}: {said}"),
        line: None,
    }
}
