use crate::chain::Form;
use crate::forms::liquibase;
use crate::sections::named_statements;

/// A part of a file that its tool knows by a name of its own, so that a file may get more of them at any time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// What its tool tells it from others by. The ids of entries are of the same kind where it names no file.
    pub(crate) key: String,
    /// What it is called in messages.
    pub(crate) shown: String,
    /// From 1.
    pub(crate) line: u32,
    /// Tells apart what it does.
    pub(crate) content: u64,
    /// Whether its tool takes a change of it for meant.
    pub(crate) may_change: bool,
}

impl Part {
    /// The parts of a file of a history; `None` where such a file is one whole.
    pub(crate) fn of(form: Form, name: &str, text: &str) -> Option<Vec<Self>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        match form {
            Form::Liquibase => liquibase::parts(name, text),
            Form::Named => {
                let statements = named_statements(text).into_iter();
                let parts = statements.map(|(line, name, range)| Self {
                    shown: format!("statement `{name}`"),
                    key: name,
                    line,
                    content: liquibase::content(text.get(range).unwrap_or_default()),
                    may_change: false,
                });
                Some(parts.collect::<Vec<_>>()).filter(|parts| !parts.is_empty())
            }
            _ => None,
        }
    }
}
