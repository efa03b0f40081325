//! Allows that nothing meets: each is told where it stands, once all was looked at that it could be about.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use onramp_config::LintAllow;
use onramp_core::{Dialect, Problem, Severity};
use onramp_migrate::{History, MigrateSpec};
use onramp_migration_lint::{Allow, Mistake, RULES};

use super::linted::Linted;
use super::settings::Opinions;

/// An allow that nothing meets.
pub(super) struct StaleAllow {
    pub(super) rule: String,
    pub(super) object: Option<String>,
    pub(super) revision: Option<String>,
    pub(super) reason: String,
    pub(super) file: PathBuf,
    pub(super) line: Option<u32>,
    pub(super) severity: Severity,
    /// Why it is none of anybody's.
    pub(super) message: String,
}

/// What was looked at, to its end.
pub(super) struct Coverage {
    /// The dialects all of whose revisions were.
    pub(super) whole: BTreeSet<Dialect>,
    /// The ids of all revisions, of the dialects whose histories can be read.
    pub(super) ids: BTreeMap<Dialect, BTreeSet<String>>,
}

impl Coverage {
    /// The ids of what there is; nothing was looked at yet.
    pub(super) fn of(spec: &MigrateSpec) -> Self {
        let histories = spec.dialects.iter().filter_map(|dialect| {
            let history = History::of(spec, dialect).ok()?;
            Some((dialect.dialect, history.iter().map(|revision| revision.id.clone()).collect()))
        });
        Self { whole: BTreeSet::new(), ids: histories.collect() }
    }
}

/// The allows of the configuration that nothing meets.
pub(super) fn of_configuration(
    opinions: &Opinions,
    linted: &[Linted],
    coverage: &Coverage,
    spec: &MigrateSpec,
) -> Vec<StaleAllow> {
    let Some(severity) = opinions.severity_of_stale() else { return Vec::new() };
    let unmet = opinions
        .allows
        .iter()
        .enumerate()
        .filter(|(place, _)| !linted.iter().any(|one| one.met.contains(place)));
    let stale = unmet.filter_map(|(_, allow)| {
        let why = why(allow, linted, coverage, spec)?;
        let (file, line) = allow.place.clone().unzip();
        Some(StaleAllow {
            message: format!("the configuration allows `{}` ({}), and {why}", allow.rule, allow.reason),
            rule: allow.rule.clone(),
            object: allow.object.clone(),
            revision: allow.revision.clone(),
            reason: allow.reason.clone(),
            file: file.unwrap_or_default(),
            line,
            severity,
        })
    });
    stale.collect()
}

/// Why nothing meets an allow; `None` where not all was looked at that it may be about.
fn why(allow: &LintAllow, linted: &[Linted], coverage: &Coverage, spec: &MigrateSpec) -> Option<String> {
    let dialects: Vec<Dialect> = spec.dialects.iter().map(|dialect| dialect.dialect).collect();
    if let Some(id) = &allow.revision {
        let has_it = |dialect: &&Dialect| coverage.ids.get(dialect).is_some_and(|ids| ids.contains(id));
        let owners: Vec<&Dialect> = dialects.iter().filter(has_it).collect();
        if owners.is_empty() {
            let are_known = dialects.iter().all(|dialect| coverage.ids.contains_key(dialect));
            return are_known.then(|| format!("no history has a revision `{id}`"));
        }
        let is_judged = owners.iter().all(|dialect| {
            let mut of_id = linted.iter().filter(|one| one.dialect == **dialect && one.id == *id);
            of_id.any(|one| one.judges(&allow.rule))
        });
        return is_judged.then(|| "nothing meets it".to_owned());
    }
    let own = RULES.iter().find(|rule| rule.code == allow.rule).and_then(|rule| rule.dialect);
    let concerned = |dialect: &Dialect| own.is_none_or(|own| own == *dialect || !dialects.contains(&own));
    let are_covered = dialects.iter().filter(|dialect| concerned(dialect)).all(|dialect| {
        let mut of_dialect = linted.iter().filter(|one| one.dialect == *dialect);
        coverage.whole.contains(dialect) && of_dialect.all(|one| one.judges(&allow.rule))
    });
    are_covered.then(|| "nothing meets it".to_owned())
}

/// The allows of a revision's own file that nothing meets.
pub(super) fn of_revision(opinions: &Opinions, linted: &Linted, unmet: &[Allow]) -> Vec<StaleAllow> {
    let Some(severity) = opinions.severity_of_stale() else { return Vec::new() };
    let stale = unmet.iter().map(|allow| StaleAllow {
        rule: allow.rule.clone(),
        object: allow.object.clone(),
        revision: Some(linted.id.clone()),
        reason: allow.reason.clone(),
        file: linted.file.clone(),
        line: allow.line,
        severity,
        message: format!("allows `{}`, and the {} does nothing of the kind", allow.rule, linted.tool.noun()),
    });
    stale.collect()
}

/// What is meant as an allow in a revision's own files, and allows nothing. That is an error whatever was looked at.
pub(super) fn of_mistakes(id: &str, mistakes: Vec<(PathBuf, Mistake)>) -> Vec<StaleAllow> {
    let told = mistakes.into_iter().map(|(file, mistake)| StaleAllow {
        rule: mistake.rule,
        object: None,
        revision: Some(id.to_owned()),
        reason: String::new(),
        file,
        line: Some(mistake.line),
        severity: Severity::Error,
        message: mistake.message,
    });
    told.collect()
}

impl StaleAllow {
    /// As a problem of its file.
    pub(super) fn problem(&self) -> Problem {
        Problem {
            file: self.file.to_string_lossy().into_owned(),
            line: self.line,
            column: None,
            severity: self.severity,
            message: self.message.clone(),
            code: Some("stale-allow".to_owned()),
        }
    }
}
