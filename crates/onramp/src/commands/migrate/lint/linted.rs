use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use onramp_core::{Dialect, Failure, Problem, Severity};
use onramp_database::catalog::Catalog;
use onramp_migrate::{Executed, Facts, RevisionFacts, RowsPolicy, Schemas};
use onramp_migration_lint::{
    Allow, Cause, Finding, Language, Level, Refusal, Report, Revision, Statement, Tool, Transaction,
    allows_in, lint_watched, statements_of,
};

use super::settings::Opinions;
use super::stale::{self, StaleAllow};

/// The rule that nobody can judge whose tables are empty.
pub(super) const FAILS_WITH_ROWS: &str = "fails-with-rows";

/// A revision that was looked at.
pub(super) struct Linted {
    pub(super) dialect: Dialect,
    /// What applies it.
    pub(super) tool: Tool,
    pub(super) id: String,
    /// The file that findings are in.
    pub(super) file: PathBuf,
    pub(super) statements: Vec<Statement>,
    pub(super) report: Report,
    /// The places in the configuration of the allows that were met.
    pub(super) met: Vec<usize>,
    /// The allows of the file itself that nothing meets any more.
    pub(super) stale: Vec<StaleAllow>,
    /// Whether tables had rows in them when it was tried.
    pub(super) rows: RowsPolicy,
    /// Whether it was tried with rows in the tables, and refused or not.
    tried_with_rows: bool,
    /// Why it was not applied to its end, if it was not.
    pub(super) refusal: Option<Failure>,
    /// Why no server was given it, if none was.
    pub(super) untried: Option<Untried>,
}

/// Why no server was given a revision.
#[derive(Clone, Debug)]
pub(super) enum Untried {
    /// It could not be run, so its text was looked at.
    ByText {
        /// Why.
        why: String,
        /// The line of its file that is in the way, if it is one of that file.
        line: Option<u32>,
    },
    /// One before it fails, and nothing of it was looked at.
    Behind {
        /// The id of that one, where it is known.
        revision: Option<String>,
    },
}

impl Linted {
    /// Looks at a revision.
    pub(super) fn of(
        (dialect, tool): (Dialect, Tool),
        revision: RevisionFacts,
        opinions: &Opinions,
    ) -> Result<Self, Failure> {
        Self::look((dialect, tool), revision, None, opinions)
    }

    /// Looks at one that no server was given.
    pub(super) fn untried(
        (dialect, tool): (Dialect, Tool),
        revision: RevisionFacts,
        untried: Untried,
        opinions: &Opinions,
    ) -> Result<Self, Failure> {
        Self::look((dialect, tool), revision, Some(untried), opinions)
    }

    /// One of which nothing is known, because `revision` fails before it.
    pub(super) fn behind(
        (dialect, tool): (Dialect, Tool),
        own: onramp_migrate::Revision,
        revision: Option<String>,
        opinions: &Opinions,
    ) -> Result<Self, Failure> {
        let nothing = Catalog { dialect, server_version: String::new(), objects: BTreeMap::new() };
        let nothing = Arc::new(nothing);
        let facts = Facts {
            schemas: Schemas { before: Arc::clone(&nothing), after: nothing },
            statements: Some(Vec::new()),
            missing: None,
        };
        let onramp_migrate::Revision { id, files, .. } = own;
        let rows = RowsPolicy::Leave;
        let facts = RevisionFacts { id, files, facts, rows, with_rows: None, refusal: None };
        Self::look((dialect, tool), facts, Some(Untried::Behind { revision }), opinions)
    }

    fn look(
        (dialect, tool): (Dialect, Tool),
        revision: RevisionFacts,
        untried: Option<Untried>,
        opinions: &Opinions,
    ) -> Result<Self, Failure> {
        let RevisionFacts { id, files, facts, rows, with_rows, refusal } = revision;
        let ups: Vec<&PathBuf> = files.iter().filter(|file| !is_way_back(file)).collect();
        let file = ups.first().or(files.first().as_ref()).map_or_else(PathBuf::new, |file| (*file).clone());
        let mut allows = Vec::new();
        let mut mistakes = Vec::new();
        let mut written = Vec::new();
        for up in ups {
            let source = String::from_utf8_lossy(&fs::read(up)?).into_owned();
            let language = match up.extension().and_then(|extension| extension.to_str()) {
                Some("py") => Language::Python,
                Some("sql") => Language::Sql(dialect),
                _ => Language::Other,
            };
            let (found, unclear) = allows_in(&source, language);
            allows.extend(found);
            mistakes.extend(unclear.into_iter().map(|mistake| (up.clone(), mistake)));
            if language == Language::Sql(dialect) {
                written.extend(statements_of(&source, dialect));
            }
        }
        // Who only knows what is written does not know how far it was executed.
        let whole = if facts.statements.is_some() { Cause::Revision } else { Cause::Somewhere };
        let refusals = [(&with_rows, Cause::Rows), (&refusal, whole)]
            .into_iter()
            .filter_map(|(refusal, cause)| refusal.as_ref().map(|refusal| refused(refusal, cause)));
        let statements: Vec<Statement> =
            facts.statements.map_or(written, |executed| executed.into_iter().map(statement).collect());
        let first_line = statements.first().and_then(|statement| statement.line).unwrap_or(1);
        let not_tried = untried.as_ref().map(|untried| untried.refusal(first_line));
        let refusals: Vec<Refusal> = refusals.chain(not_tried.clone()).collect();
        let (settings, places) = opinions.about(&id, allows.clone());
        let revision =
            Revision { before: &facts.schemas.before, after: &facts.schemas.after, statements: &statements };
        // Where nobody knows what was executed, nothing tells what was meant.
        let missing = facts.missing.as_ref().filter(|_| !statements.is_empty());
        let report = lint_watched(&revision, missing, &refusals, &settings);
        let met = places.iter().enumerate().filter(|(place, _)| !report.unmet.contains(place));
        let met = met.map(|(_, place)| *place).collect();
        let own = allows.into_iter().enumerate();
        let unmet = own.filter(|(place, _)| report.unmet.contains(&(place + places.len())));
        let unmet: Vec<Allow> = unmet.map(|(_, allow)| allow).collect();
        let tried_with_rows = rows == RowsPolicy::Seed || with_rows.is_some();
        let untried_failure = || not_tried.map(|refusal| Failure::task(refusal.message));
        let refusal = refusal.map(|refusal| refusal.failure).or_else(untried_failure);
        let mut linted = Self {
            dialect,
            tool,
            id,
            file,
            statements,
            report,
            met,
            stale: Vec::new(),
            rows,
            tried_with_rows,
            refusal,
            untried,
        };
        let unmet: Vec<Allow> = unmet.into_iter().filter(|allow| linted.judges(&allow.rule)).collect();
        linted.stale = stale::of_mistakes(&linted.id, mistakes);
        linted.stale.extend(stale::of_revision(opinions, &linted, &unmet));
        Ok(linted)
    }

    /// Whether nothing of it was looked at, because one before it fails.
    pub(super) fn is_behind(&self) -> bool {
        matches!(self.untried, Some(Untried::Behind { .. }))
    }

    /// Whether all was looked at that a rule may find: only then does nothing say that there is nothing.
    pub(super) fn judges(&self, rule: &str) -> bool {
        self.refusal.is_none() && (rule != FAILS_WITH_ROWS || self.tried_with_rows)
    }

    /// What was found and nobody allows.
    pub(super) fn findings(&self) -> &[Finding] {
        &self.report.findings
    }

    /// How many of them fail, stale allows among them.
    pub(super) fn errors(&self) -> usize {
        let stale = self.stale.iter().filter(|stale| stale.severity == Severity::Error).count();
        stale + self.report.findings.iter().filter(|finding| finding.level == Level::Error).count()
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
        let findings = self.report.findings.iter().map(|finding| Problem {
            file: self.file.to_string_lossy().into_owned(),
            line: finding.line,
            column: None,
            severity: if finding.level == Level::Error { Severity::Error } else { Severity::Warning },
            message: format!(
                "{}: {}\ninstead: {}",
                finding.message,
                finding.rule.why(Some(self.tool)),
                finding.rule.instead(Some(self.tool))
            ),
            code: Some(finding.rule.code.to_owned()),
        });
        findings.chain(self.stale.iter().map(StaleAllow::problem))
    }
}

impl Untried {
    /// As the rules take it. What is not due to a line of the file is told at its first statement.
    fn refusal(&self, first_line: u32) -> Refusal {
        let (message, line) = match self {
            Self::ByText { why, line } => {
                (format!("looked at by its text alone: {why}"), line.unwrap_or(first_line))
            }
            Self::Behind { revision: Some(id) } => {
                (format!("not looked at: {id}, which comes before it, fails"), first_line)
            }
            Self::Behind { revision: None } => {
                ("not looked at: one that comes before it fails".to_owned(), first_line)
            }
        };
        Refusal { cause: Cause::Untried, statement: None, line: Some(line), message }
    }
}

/// A refusal, as the rules take it.
fn refused(refusal: &onramp_migrate::Refusal, cause: Cause) -> Refusal {
    let message = plain(&refusal.failure.message).to_owned();
    Refusal { cause, statement: refusal.statement, line: refusal.line, message }
}

/// What the database says, without the statement, which is told beside it, and the classes of Python in front of it:
/// `sqlalchemy.exc.IntegrityError: (sqlite3.IntegrityError) NOT NULL constraint failed: flow.owner [SQL: ...]`.
fn plain(message: &str) -> &str {
    let message = message.split(" [SQL: ").next().unwrap_or_default();
    let Some(message) = message.strip_prefix("sqlalchemy.exc.") else { return message };
    let said = message.split_once(": (").and_then(|(_, rest)| rest.split_once(") "));
    let said = said.map_or(message, |(_, said)| said);
    // Drivers of asyncio put their own class into the text.
    said.strip_prefix("<class ").and_then(|rest| rest.split_once(">: ")).map_or(said, |(_, said)| said)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_in_the_words_of_the_database() {
        let sqlite = "sqlalchemy.exc.IntegrityError: (sqlite3.IntegrityError) NOT NULL constraint failed: a.b [SQL: INSERT]";
        assert_eq!(plain(sqlite), "NOT NULL constraint failed: a.b");
        let asyncpg = "sqlalchemy.exc.IntegrityError: (sqlalchemy.dialects.postgresql.asyncpg.IntegrityError) \
                       <class 'asyncpg.exceptions.NotNullViolationError'>: column \"b\" contains null values [SQL: ALTER]";
        assert_eq!(plain(asyncpg), "column \"b\" contains null values");
        assert_eq!(plain("KeyError: 'x'"), "KeyError: 'x'");
        assert_eq!(plain("`psql` ended with 3"), "`psql` ended with 3");
    }
}
