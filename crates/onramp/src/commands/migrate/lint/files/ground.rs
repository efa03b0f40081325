use std::path::{Path, PathBuf};

use onramp_core::{Dialect, Failure};
use onramp_database::{DatabaseUrl, DatabasesSpec};
use onramp_histories::{Chain, Script};

use super::{Part, is_sql};
use crate::Error;
use crate::commands::db::source::Source;
use crate::context::TaskContext;
use crate::session::Session;

/// What files are applied onto.
pub(super) struct Onto {
    name: String,
    what: What,
}

enum What {
    /// Statements that make a schema.
    Script(PathBuf),
    /// The schema of a database that is there. Nothing of its rows is read.
    Database(DatabaseUrl),
    /// A history.
    Chain(Box<Chain>),
}

impl Onto {
    /// What a word stands for: a file of SQL, a folder with a history, or a database.
    pub(super) fn of_word(session: &Session, word: &str, parts: &[Part]) -> Result<Self, Error> {
        let path = session.directory.join(word);
        let named = |what| Ok(Self { name: word.to_owned(), what });
        if is_sql(&path) && path.is_file() {
            return named(What::Script(path));
        }
        let dialects: Vec<Dialect> = parts.iter().map(|part| part.dialect).collect();
        match Source::of_word(session, word)? {
            Source::Database(url) => {
                if let Some(other) = dialects.iter().find(|dialect| **dialect != url.dialect()) {
                    let message = format!(
                        "--onto: {word} is of {}, and what is looked at is of {other}",
                        url.dialect()
                    );
                    return Err(Error::usage(message).hint(format!("--dialect {}", url.dialect())));
                }
                named(What::Database(url))
            }
            Source::Folder(folder) => {
                let dialect = dialects.first().copied().unwrap_or(Dialect::Sqlite);
                named(What::Chain(Box::new(folder.chain(dialect)?.clone())))
            }
            Source::History(_) | Source::Revision(_) => {
                let error =
                    Error::usage(format!("--onto: `{word}` is no file of SQL, no folder and no database"));
                Err(error.hint("onramp migrate lint FILE --onto schema.sql"))
            }
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The file that its statements stand in, if it is one.
    pub(super) fn file(&self) -> Option<&Path> {
        match &self.what {
            What::Script(path) => Some(path),
            What::Database(_) | What::Chain(_) => None,
        }
    }

    /// The statements that make it.
    pub(super) fn text(&self, task: &TaskContext<'_>, databases: &DatabasesSpec) -> Result<String, Failure> {
        match &self.what {
            What::Script(path) => Ok(Script::whole(path, false).read()?),
            What::Chain(chain) => {
                let entries = chain.of_new();
                let scripts = entries.iter().flat_map(|entry| &entry.up);
                let texts: Result<Vec<String>, _> = scripts.map(Script::read).collect();
                // A script may end without its semicolon, or with a comment.
                Ok(texts?.join("\n;\n"))
            }
            What::Database(url) => url.schema(task.launcher, &databases.environment),
        }
    }
}
