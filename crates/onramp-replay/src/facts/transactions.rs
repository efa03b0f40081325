use std::ffi::{OsStr, OsString};

use onramp_core::Dialect;
use onramp_database::script::{Transaction, opens_transaction};
use onramp_database::sql::split;
use onramp_histories::{Chain, Form, Marks, Script};

use super::statements;

/// What the tool of a history does about transactions, as far as its form and its scripts tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Custom {
    /// What is the custom of its form.
    OfItsForm,
    /// It begins one around each script.
    Holds,
    /// The same, but for what the script of that name tells, which begins its own: where it goes through, none is held.
    HoldsFor(OsString),
    /// None: scripts begin their own.
    HoldsNone,
}

impl Custom {
    /// Of a history on that dialect. sqlx begins a transaction on SQLite whatever the first line of a script says, and
    /// golang-migrate does unless its URL tells it not to, as where several scripts begin their own: SQLite would have
    /// refused them.
    pub fn of(chain: &Chain, dialect: Dialect) -> Self {
        let is_of_either = dialect == Dialect::Sqlite
            && matches!(chain.form, Form::Pairs | Form::Forward)
            && !(chain.is_alone || chain.is_of_atlas() || chain.is_of_drizzle());
        if !is_of_either {
            return Self::OfItsForm;
        }
        let begins = |script: &&Script| {
            let text = script.read().unwrap_or_default();
            let pieces = split(&text, dialect);
            pieces.iter().find_map(|piece| opens_transaction(&piece.tokens)) == Some(true)
        };
        let mut scripts = chain.entries.iter().flat_map(|entry| &entry.up).filter(begins);
        match (scripts.next(), scripts.next()) {
            (None, _) => Self::Holds,
            (Some(script), None) => Self::HoldsFor(name(script).to_owned()),
            (Some(_), Some(_)) => Self::HoldsNone,
        }
    }

    /// What a script of such a history is run in. Of a file by itself nobody knows the tool: one that has a statement which
    /// has to be alone is not meant for a tool that would refuse it.
    pub(super) fn transaction(&self, chain: &Chain, dialect: Dialect, script: &Script) -> Transaction {
        let refuses = || statements::has_one_that_is_alone(script, dialect);
        match (self, chain.form) {
            // By its name, which neither of those tools knows.
            (_, _) if script.no_transaction && (*self == Self::OfItsForm || !is_told_sqlx(script)) => {
                Transaction::Each
            }
            (Self::Holds, _) => Transaction::Held,
            (Self::HoldsFor(own), _) if own == name(script) => Transaction::Held,
            (Self::HoldsFor(_) | Self::HoldsNone, _) => Transaction::One,
            (Self::OfItsForm, Form::Versioned) => Transaction::IfAllowed,
            (
                Self::OfItsForm,
                Form::Marked(Marks::Goose | Marks::Dbmate | Marks::SqlMigrate) | Form::Folders,
            ) => Transaction::Held,
            (Self::OfItsForm, _) if chain.is_alone && refuses() => Transaction::Each,
            (Self::OfItsForm, _) => Transaction::One,
        }
    }
}

/// Whether a script has the line by which sqlx begins no transaction on other databases.
fn is_told_sqlx(script: &Script) -> bool {
    script.read().is_ok_and(|text| text.starts_with("-- no-transaction"))
}

fn name(script: &Script) -> &OsStr {
    script.file.file_name().unwrap_or_default()
}
