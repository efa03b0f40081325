//! Migrations that nobody here can look at: of a dialect without a server, or written in code.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use onramp_core::Problem;
use onramp_histories::Chain;
use onramp_migration_lint::{Language, RULES, allows_in};

use crate::commands::migrate::lint::Elsewhere;
use crate::commands::migrate::lint::settings::{NOT_TRIED, Opinions};

impl Elsewhere {
    /// Those of a history; `changed` are the files that are asked for, without which that is the newest.
    pub(super) fn of(chain: &Chain, changed: Option<&BTreeSet<PathBuf>>, opinions: &Opinions) -> Vec<Self> {
        let is_asked_for = |file: &PathBuf| changed.is_none_or(|changed| changed.contains(file));
        let asked = chain.entries.iter().filter(|entry| entry.files.iter().any(is_asked_for));
        let told = asked.map(|entry| {
            let source = fs::read(&entry.file).unwrap_or_default();
            let (allows, _) = allows_in(&String::from_utf8_lossy(&source), Language::Other);
            let allowed = allows.into_iter().find(|allow| allow.rule == NOT_TRIED).map(|allow| allow.reason);
            let told = chain.dialect.map(|(dialect, _)| dialect);
            let (of, why) = match told.filter(|dialect| dialect.known().is_none()) {
                Some(dialect) => (
                    dialect.name().to_owned(),
                    format!("not looked at: it is of {dialect}, for which there is no server here"),
                ),
                None => (
                    chain.form.name().to_owned(),
                    "not looked at: it is code, and without a project's configuration only SQL is run"
                        .to_owned(),
                ),
            };
            let level = opinions.severity_of_untried().filter(|_| allowed.is_none());
            Self { of, id: entry.id.clone(), file: entry.file.clone(), level, why, allowed }
        });
        let mut told: Vec<Self> = told.collect();
        if changed.is_none() {
            told.drain(..told.len().saturating_sub(1));
        }
        told
    }

    /// As a problem of its file.
    pub(super) fn problem(&self) -> Option<Problem> {
        let rule = RULES.iter().find(|rule| rule.code == NOT_TRIED)?;
        let (why, instead) = (rule.why(None), rule.instead(None));
        Some(Problem {
            file: self.file.to_string_lossy().into_owned(),
            line: Some(1),
            column: None,
            severity: self.level?,
            message: format!("{}: {why}\ninstead: {instead}", self.why),
            code: Some(NOT_TRIED.to_owned()),
        })
    }
}
