use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::Allow;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing is said.
    Off,
    /// It is told.
    Warning,
    /// It fails.
    Error,
}

impl Level {
    /// Every level.
    pub const ALL: [Self; 3] = [Self::Off, Self::Warning, Self::Error];

    /// The word for it in the configuration and in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Level {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|level| level.word() == word).ok_or(())
    }
}

/// What a project thinks of the rules.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The levels of rules, by their codes, where they are not the usual ones.
    pub levels: BTreeMap<String, Level>,
    /// What is allowed.
    pub allows: Vec<Allow>,
}
