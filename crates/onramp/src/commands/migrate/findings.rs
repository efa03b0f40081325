//! What is wrong with histories, as problems of a task.

use onramp_core::{Event, Failure, Problem, Severity, Stream};
use onramp_migrate::Finding;
use serde_json::{Value, json};

use crate::context::TaskContext;
use crate::session::Session;
use crate::words::count;

/// Tells findings, for people and for machines. A task that has an error among them fails, with what to do.
pub(super) fn tell(task: &TaskContext<'_>, findings: &[Finding], hint: Option<&str>) -> Result<(), Failure> {
    for finding in findings {
        let problem = Problem {
            file: finding.file.to_string_lossy().into_owned(),
            line: finding.line,
            column: None,
            severity: finding.severity,
            message: finding.message.clone(),
            code: Some(finding.code.to_owned()),
        };
        task.reporter.report(Event::TaskProblem { task: task.task.clone(), problem });
        let line = line(task.root, finding);
        task.reporter.report(Event::TaskOutput { task: task.task.clone(), stream: Stream::Stdout, line });
    }
    let errors: Vec<&Finding> =
        findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    if errors.is_empty() {
        return Ok(());
    }
    let failure = Failure {
        tail: errors.iter().map(|finding| line(task.root, finding)).collect(),
        ..Failure::task(count(errors.len(), "problem"))
    };
    Err(match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    })
}

/// `NOTES.md:12: warning: no history of SQLite has a revision `a` [ledger-unknown]`; an error has no such word.
fn line(root: &std::path::Path, finding: &Finding) -> String {
    let file = finding.file.strip_prefix(root).unwrap_or(&finding.file).display();
    let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
    let severity = match finding.severity {
        Severity::Error => "",
        Severity::Warning => "warning: ",
    };
    format!("{file}{line}: {severity}{} [{}]", finding.message, finding.code)
}

/// All of them.
pub(super) fn as_json(session: &Session, findings: &[Finding]) -> Value {
    let relative = |finding: &Finding| session.workspace().relative(&finding.file).display().to_string();
    let findings = findings.iter().map(|finding| {
        json!({
            "code": finding.code,
            "severity": finding.severity.word(),
            "file": relative(finding),
            "line": finding.line,
            "message": finding.message,
        })
    });
    findings.collect()
}
