use std::fs;
use std::path::{Path, PathBuf};

use onramp_core::{Dialect, Failure, Problem, Severity};
use onramp_migrate::{Executed, RevisionFacts};
use onramp_migration_lint::{
    Allow, Finding, Level, Report, Revision, Statement, Transaction, allows_in, lint, statements_of,
};

use super::settings::Opinions;

/// The rules about what a server refuses anyway: they say why it did.
const REFUSALS: [&str; 3] =
    ["concurrently-in-transaction", "enum-value-used-in-transaction", "rebuild-loses-children"];

/// A revision that was looked at.
pub(super) struct Linted {
    pub(super) dialect: Dialect,
    pub(super) id: String,
    /// The file that findings are in.
    pub(super) file: PathBuf,
    pub(super) statements: Vec<Statement>,
    pub(super) report: Report,
    /// The places in the configuration of the allows that were met.
    pub(super) met: Vec<usize>,
    /// The allows of the file itself that nothing has met.
    pub(super) unmet: Vec<Allow>,
    refusal: Option<Failure>,
}

impl Linted {
    /// Looks at a revision. Fails where a comment that allows something makes no sense.
    pub(super) fn of(
        dialect: Dialect,
        revision: RevisionFacts,
        opinions: &Opinions,
    ) -> Result<Self, Failure> {
        let RevisionFacts { id, files, facts, refusal } = revision;
        let ups: Vec<&PathBuf> = files.iter().filter(|file| !is_way_back(file)).collect();
        let file = ups.first().or(files.first().as_ref()).map_or_else(PathBuf::new, |file| (*file).clone());
        let mut allows = Vec::new();
        let mut written = Vec::new();
        for up in ups {
            let source = String::from_utf8_lossy(&fs::read(up)?).into_owned();
            let found = allows_in(&source);
            allows.extend(found.map_err(|(line, what)| {
                Failure::task(format!("{}:{line}: {what}", up.display())).hint("onramp migrate lint --rules")
            })?);
            if up.extension().is_some_and(|extension| extension == "sql") {
                written.extend(statements_of(&source, dialect));
            }
        }
        let statements =
            facts.statements.map_or(written, |executed| executed.into_iter().map(statement).collect());
        let (settings, places) = opinions.about(&id, allows.clone());
        let revision =
            Revision { before: &facts.schemas.before, after: &facts.schemas.after, statements: &statements };
        let report = lint(&revision, &settings);
        let met = places.iter().enumerate().filter(|(place, _)| !report.unmet.contains(place));
        let met = met.map(|(_, place)| *place).collect();
        let own = allows.into_iter().enumerate();
        let unmet = own
            .filter(|(place, _)| report.unmet.contains(&(place + places.len())))
            .map(|(_, allow)| allow)
            .collect();
        Ok(Self { dialect, id, file, statements, report, met, unmet, refusal })
    }

    /// What was found and nobody allows.
    pub(super) fn findings(&self) -> &[Finding] {
        &self.report.findings
    }

    /// How many findings fail.
    pub(super) fn errors(&self) -> usize {
        self.report.findings.iter().filter(|finding| finding.level == Level::Error).count()
    }

    /// The text of the statement that a finding is about.
    pub(super) fn text(&self, finding: &Finding) -> Option<&str> {
        finding
            .statement
            .and_then(|place| self.statements.get(place))
            .map(|statement| statement.text.as_str())
    }

    /// The findings, as problems of the file.
    pub(super) fn problems(&self) -> impl Iterator<Item = Problem> + '_ {
        self.report.findings.iter().map(|finding| Problem {
            file: self.file.to_string_lossy().into_owned(),
            line: finding.line,
            column: None,
            severity: if finding.level == Level::Error { Severity::Error } else { Severity::Warning },
            message: format!("{}: {}\ninstead: {}", finding.message, finding.rule.why, finding.rule.instead),
            code: Some(finding.rule.code.to_owned()),
        })
    }

    /// Why the database refused the revision, where no finding tells.
    pub(super) fn unexplained_refusal(&self) -> Option<&Failure> {
        let explains =
            |finding: &Finding| finding.level == Level::Error && REFUSALS.contains(&finding.rule.code);
        self.refusal.as_ref().filter(|_| !self.report.findings.iter().any(explains))
    }
}

/// A statement, as the rules take it.
pub(super) fn statement(executed: Executed) -> Statement {
    let Executed { text, in_transaction, foreign_keys, line } = executed;
    let transaction = match in_transaction {
        Some(true) => Transaction::Inside,
        Some(false) => Transaction::Outside,
        None => Transaction::Unknown,
    };
    Statement { text, transaction, foreign_keys, line: Some(line) }
}

/// Whether a file of a revision is its way back alone: `0001_flow.down.sql`.
fn is_way_back(file: &Path) -> bool {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    stem.split(['.', '_', '-']).next_back() == Some("down")
}
