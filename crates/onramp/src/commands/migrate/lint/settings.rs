use std::collections::BTreeMap;

use onramp_config::{LintAllow, LintLevel};
use onramp_migration_lint::{Allow, Level, RULES, Settings};

use super::linted::Linted;
use crate::Error;
use crate::session::Session;

/// What the configuration says about the rules.
pub(super) struct Opinions {
    levels: BTreeMap<String, Level>,
    allows: Vec<LintAllow>,
}

impl Opinions {
    /// Those of the workspace one stands in.
    pub(super) fn of(session: &Session) -> Result<Self, Error> {
        let lint = session.workspace().config.database.as_ref().map(|database| database.lint.clone());
        let lint = lint.unwrap_or_default();
        let named = lint.levels.keys().chain(lint.allow.iter().map(|allow| &allow.rule));
        for code in named {
            if !RULES.iter().any(|rule| rule.code == code) {
                let error = Error::configuration(format!("[database.lint] names no rule with `{code}`"));
                return Err(error.hint("onramp migrate lint --rules"));
            }
        }
        let levels = lint.levels.into_iter().map(|(code, level)| {
            let level = match level {
                LintLevel::Off => Level::Off,
                LintLevel::Warning => Level::Warning,
                LintLevel::Error => Level::Error,
            };
            (code, level)
        });
        Ok(Self { levels: levels.collect(), allows: lint.allow })
    }

    /// What counts for a revision: what is allowed in its own file comes behind what the configuration allows it. The second
    /// are the places of the latter in the configuration.
    pub(super) fn about(&self, revision: &str, own: Vec<Allow>) -> (Settings, Vec<usize>) {
        let about = self.allows.iter().enumerate();
        let about = about.filter(|(_, allow)| allow.revision.as_deref().is_none_or(|id| id == revision));
        let (places, mut allows): (Vec<usize>, Vec<Allow>) = about
            .map(|(place, LintAllow { rule, object, reason, .. })| {
                let (rule, object, reason) = (rule.clone(), object.clone(), reason.clone());
                (place, Allow { rule, object, line: None, reason })
            })
            .unzip();
        allows.extend(own);
        (Settings { levels: self.levels.clone(), allows }, places)
    }

    /// The allows that nothing has met. One of the configuration that names no revision is only judged where all of them were
    /// looked at.
    pub(super) fn unmet(&self, linted: &[Linted], are_all: bool) -> Vec<String> {
        let mut messages = Vec::new();
        for (place, allow) in self.allows.iter().enumerate() {
            let is_judged = match &allow.revision {
                Some(id) => linted.iter().any(|one| one.id == *id),
                None => are_all,
            };
            if is_judged && !linted.iter().any(|one| one.met.contains(&place)) {
                let rule = &allow.rule;
                messages.push(format!(
                    "[database.lint] allows `{rule}` ({}), and nothing meets it",
                    allow.reason
                ));
            }
        }
        for one in linted {
            for allow in &one.unmet {
                let line = allow.line.map(|line| format!(":{line}")).unwrap_or_default();
                messages.push(format!(
                    "{}{line} allows `{}`, and the revision does nothing of the kind",
                    one.file.display(),
                    allow.rule
                ));
            }
        }
        messages
    }
}
