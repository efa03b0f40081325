use onramp_core::{Dialect, Level, Reporter};
use onramp_migrate::{Facts, RevisionFacts};
use onramp_migration_lint::{Finding, Revision, Statement, Tool, lint};

use super::linted::{Linted, statement};
use super::settings::Opinions;
use crate::Error;
use crate::session::Session;

/// Tells what rules say about a revision that has just been made, as a warning; `label` is the dialect's. Its file is not
/// yet as it will be, so no line is told.
pub(in crate::commands::migrate) fn tell(session: &Session, label: &str, id: &str, facts: &Facts) {
    let (settings, _) = Opinions::of(session).about(id, Vec::new());
    let executed = facts.statements.iter().flatten().cloned();
    let statements: Vec<Statement> = executed.map(statement).collect();
    let revision =
        Revision { before: &facts.schemas.before, after: &facts.schemas.after, statements: &statements };
    say(session, label, &lint(&revision, &settings).findings);
}

/// The same of a revision that lies in the tree, with what its file allows.
pub(in crate::commands::migrate) fn tell_written(
    session: &Session,
    label: &str,
    dialect: Dialect,
    revision: RevisionFacts,
) -> Result<(), Error> {
    let linted = Linted::of((dialect, Tool::Unknown), revision, &Opinions::of(session))?;
    say(session, label, linted.findings());
    Ok(())
}

fn say(session: &Session, label: &str, findings: &[Finding]) {
    if findings.is_empty() {
        return;
    }
    let mut text =
        format!("{label}: `onramp migrate lint` has something to say about what the revision does");
    for finding in findings {
        text.push_str(&format!("\n  {} {}: {}", finding.level, finding.rule.code, finding.message));
    }
    session.reporter.notice(Level::Warning, &text);
}
