use std::collections::BTreeMap;

use onramp_config::{LintAllow, LintLevel};
use onramp_core::Severity;
use onramp_migration_lint::{Allow, Level, RULES, Settings};

use crate::session::Session;

/// The rule about allows that nothing meets.
const STALE_ALLOW: &str = "stale-allow";

/// The rule about what no server was given.
pub(super) const NOT_TRIED: &str = "not-tried";

/// What is asked of a look at revisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strictness {
    /// What the configuration says.
    AsConfigured,
    /// That a server was given all of it.
    NothingUntried,
}

/// What the configuration says about the rules.
pub(super) struct Opinions {
    levels: BTreeMap<String, Level>,
    pub(super) allows: Vec<LintAllow>,
}

impl Opinions {
    /// Those of the workspace one stands in.
    pub(super) fn of(session: &Session) -> Self {
        let lint = session.workspace().config.database.as_ref().map(|database| database.lint.clone());
        let lint = lint.unwrap_or_default();
        let levels = lint.levels.into_iter().map(|(code, level)| {
            let level = match level {
                LintLevel::Off => Level::Off,
                LintLevel::Warning => Level::Warning,
                LintLevel::Error => Level::Error,
            };
            (code, level)
        });
        Self { levels: levels.collect(), allows: lint.allow }
    }

    /// The same, with what nobody has tried as an error if it is asked for that strictly.
    #[must_use]
    pub(super) fn with(mut self, strictness: Strictness) -> Self {
        if strictness == Strictness::NothingUntried {
            self.levels.insert(NOT_TRIED.to_owned(), Level::Error);
        }
        self
    }

    /// How much it matters that something was not tried; `None`: nobody is told.
    pub(super) fn severity_of_untried(&self) -> Option<Severity> {
        self.severity_of(NOT_TRIED)
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

    /// How much it matters that nothing meets an allow; `None`: nobody is told.
    pub(super) fn severity_of_stale(&self) -> Option<Severity> {
        self.severity_of(STALE_ALLOW)
    }

    fn severity_of(&self, code: &str) -> Option<Severity> {
        let usual = RULES.iter().find(|rule| rule.code == code).map(|rule| rule.level);
        match self.levels.get(code).copied().or(usual) {
            Some(Level::Off) => None,
            Some(Level::Warning) => Some(Severity::Warning),
            Some(Level::Error) | None => Some(Severity::Error),
        }
    }
}

#[cfg(test)]
mod tests {
    use onramp_config::LINT_RULES;
    use onramp_migration_lint::RULES;

    #[test]
    fn the_configuration_knows_the_rules() {
        let codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
        assert_eq!(codes, LINT_RULES);
    }
}
