use onramp_core::{Level, Reporter};
use onramp_migrate::Facts;
use onramp_migration_lint::{Revision, Statement, lint};

use super::linted::statement;
use super::settings::Opinions;
use crate::Error;
use crate::session::Session;

/// Tells what rules say about a revision that has just been made, as a warning; `label` is the dialect's. Its file is not
/// yet as it will be, so no line is told.
pub(in crate::commands::migrate) fn tell(
    session: &Session,
    label: &str,
    id: &str,
    facts: &Facts,
) -> Result<(), Error> {
    let (settings, _) = Opinions::of(session)?.about(id, Vec::new());
    let executed = facts.statements.iter().flatten().cloned();
    let statements: Vec<Statement> = executed.map(statement).collect();
    let revision = Revision { before: &facts.before, after: &facts.after, statements: &statements };
    let report = lint(&revision, &settings);
    if report.findings.is_empty() {
        return Ok(());
    }
    let mut text =
        format!("{label}: `onramp migrate lint` has something to say about what the revision does");
    for finding in &report.findings {
        text.push_str(&format!("\n  {} {}: {}", finding.level, finding.rule.code, finding.message));
    }
    session.reporter.notice(Level::Warning, &text);
    Ok(())
}
