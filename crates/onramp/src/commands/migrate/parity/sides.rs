use onramp_core::{Dialect, TaskId};

use super::super::spec;
use crate::Error;
use crate::commands::db::source::Source;
use crate::session::Session;

/// One of the schemas that are compared.
pub(super) struct Side {
    pub(super) dialect: Dialect,
    pub(super) source: Source,
    /// What it is called.
    pub(super) label: String,
    /// The name of the task that reads it.
    name: &'static str,
}

impl Side {
    pub(super) fn task(&self) -> TaskId {
        TaskId::new("migrate", self.name)
    }
}

type Sides = (Vec<Side>, Vec<[usize; 2]>);

/// What the words on the command line mean: the sides, and which of them are compared.
pub(super) fn of_words(session: &Session, words: &[&str], asked: &[Dialect]) -> Result<Sides, Error> {
    match words {
        [] => heads(session, Source::History(None), None, asked),
        [word] => match Source::of_word(session, word)? {
            source @ (Source::History(_) | Source::Revision(_)) => heads(session, source, Some(word), asked),
            Source::Folder(folder) if folder.dialects().len() > 1 => {
                if !asked.is_empty() {
                    let error =
                        Error::usage(format!("all dialects of {word} are compared, and --dialect names one"));
                    return Err(error.hint(format!("onramp migrate parity {word}")));
                }
                let side = |dialect: &Dialect| {
                    let source = Source::Folder(folder.clone());
                    head(session, *dialect, source, Some(word), dialect.name())
                };
                let sides = folder.dialects().iter().map(side).collect::<Result<Vec<_>, _>>()?;
                let pairs = (1..sides.len()).map(|place| [0, place]).collect();
                Ok((sides, pairs))
            }
            Source::Database(_) | Source::Folder(_) if !session.has_project => {
                let error = Error::configuration(format!(
                    "there is no onramp.toml with a history to compare {word} with"
                ));
                Err(error.hint(format!("onramp migrate parity {word} RIGHT")))
            }
            source @ (Source::Database(_) | Source::Folder(_)) => {
                let right = other_dialect(session, &source)?;
                let right = head(session, right, Source::History(None), None, "right")?;
                let left = database(source, word, "left")?;
                Ok((vec![left, right], vec![[0, 1]]))
            }
        },
        [left, right] => pair(session, [left, right], asked),
        _ => Err(Error::usage("two schemas at most are compared")),
    }
}

/// The heads of all dialects, compared with the first one's.
fn heads(session: &Session, source: Source, word: Option<&str>, asked: &[Dialect]) -> Result<Sides, Error> {
    if !asked.is_empty() {
        let error = Error::usage("--dialect says what a side is, and all dialects are compared here");
        return Err(error.hint("onramp migrate parity"));
    }
    let spec = spec::spec(session)?;
    let mut sides = Vec::new();
    for dialect in &spec.dialects {
        sides.push(head(session, dialect.dialect, source.clone(), word, dialect.dialect.name())?);
    }
    if sides.len() < 2 {
        let error = Error::usage("the configuration has one dialect, and it takes two to compare");
        return Err(error.hint("onramp migrate parity LEFT RIGHT"));
    }
    let pairs = (1..sides.len()).map(|place| [0, place]).collect();
    Ok((sides, pairs))
}

fn pair(session: &Session, words: [&str; 2], asked: &[Dialect]) -> Result<Sides, Error> {
    let sources = [Source::of_word(session, words[0])?, Source::of_word(session, words[1])?];
    let mut asked = asked.iter().copied();
    let mut sides = Vec::new();
    for (place, name) in ["left", "right"].into_iter().enumerate() {
        let source = sources[place].clone();
        sides.push(match source.dialect() {
            Some(_) => database(source, words[place], name)?,
            None => {
                let dialect = match asked.next() {
                    Some(dialect) => dialect,
                    None => other_dialect(session, &sources[1 - place])?,
                };
                head(session, dialect, source, Some(words[place]), name)?
            }
        });
    }
    if asked.next().is_some() {
        let error =
            Error::usage("--dialect is given more often than there are sides that do not tell theirs");
        return Err(error.hint("a database tells its own dialect, and so does a folder with one history"));
    }
    Ok((sides, vec![[0, 1]]))
}

fn database(source: Source, word: &str, name: &'static str) -> Result<Side, Error> {
    match &source {
        Source::Database(url) => {
            // A URL may have a password in it, and a file is called as it was named.
            let label = if word.contains("://") { url.to_string() } else { word.to_owned() };
            Ok(Side { dialect: url.dialect(), label, source, name })
        }
        Source::Folder(folder) => {
            let Some(dialect) = source.dialect() else {
                let error = Error::usage(format!("{} has histories of several dialects", folder.name));
                return Err(
                    error.hint("onramp migrate parity LEFT RIGHT --dialect sqlite --dialect postgresql")
                );
            };
            Ok(Side { dialect, label: folder.name.clone(), source, name })
        }
        Source::History(_) | Source::Revision(_) => Err(Error::usage("a history is no database")),
    }
}

fn head(
    session: &Session,
    dialect: Dialect,
    source: Source,
    word: Option<&str>,
    name: &'static str,
) -> Result<Side, Error> {
    if let Source::Folder(folder) = &source {
        return Ok(Side { dialect, label: format!("{dialect} of {}", folder.name), source, name });
    }
    let spec = spec::spec(session)?;
    let Ok(configured) = spec.dialect(dialect) else {
        return Err(Error::usage(format!("the configuration has no dialect `{dialect}`")));
    };
    let label = match word {
        Some(word) => format!("{} of {word}", configured.label),
        None => configured.label.clone(),
    };
    Ok(Side { dialect, source, label, name })
}

/// The one dialect of the configuration that a database is not of.
fn other_dialect(session: &Session, other: &Source) -> Result<Dialect, Error> {
    let Some(known) = other.dialect() else {
        let message = match other {
            Source::Folder(folder) if folder.dialects().is_empty() => {
                format!("nothing tells the dialect of the history in {}", folder.name)
            }
            Source::Folder(folder) => {
                format!("{} has several histories, and which is meant is not said", folder.name)
            }
            Source::History(Some(base)) => {
                format!("{} has a history for each dialect, and which is meant is not said", base.name)
            }
            _ => "which dialect's history is meant is not said".to_owned(),
        };
        let error = Error::usage(message);
        return Err(error.hint("onramp migrate parity LEFT RIGHT --dialect sqlite --dialect postgresql"));
    };
    let dialects: Vec<Dialect> = match session.has_project {
        true => spec::spec(session)?.dialects.iter().map(|dialect| dialect.dialect).collect(),
        false => Dialect::ALL.to_vec(),
    };
    let mut others = dialects.into_iter().filter(|dialect| *dialect != known);
    match (others.next(), others.next()) {
        (Some(only), None) => Ok(only),
        _ => {
            let error = Error::usage(format!("the configuration has no other dialect than {known}"));
            Err(error.hint("onramp migrate parity LEFT RIGHT"))
        }
    }
}
