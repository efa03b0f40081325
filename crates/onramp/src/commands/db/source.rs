//! What a word on the command line says about where a catalog comes from.

use clap::Args;
use onramp_core::Dialect;
use onramp_database::catalog::Catalog;
use onramp_database::{DatabaseUrl, hide_password};

use crate::Error;
use crate::session::Session;

/// Which objects count.
#[derive(Args, Debug)]
pub(super) struct Scope {
    /// Leave out this table and all that is its own, instead of `alembic_version`; may be given more than once
    #[arg(long, value_name = "TABLE", default_value = "alembic_version")]
    without: Vec<String>,
}

/// Where a catalog comes from.
pub(super) enum Source {
    /// A database that is there.
    Database(DatabaseUrl),
    /// The schema at a git revision.
    Revision(String),
}

impl Source {
    /// What a word stands for: a URL, a file that exists, or else a revision.
    pub(super) fn of_word(session: &Session, word: &str) -> Result<Self, Error> {
        if word.contains("://") {
            return Self::of_url(session, word);
        }
        let path = session.directory.join(word);
        if path.is_file() {
            return Ok(Self::Database(DatabaseUrl::of_file(path)));
        }
        Ok(Self::Revision(word.to_owned()))
    }

    /// The database of a URL, whose password is masked from now on.
    pub(super) fn of_url(session: &Session, url: &str) -> Result<Self, Error> {
        hide_password(url, session.launcher.secrets());
        let url = DatabaseUrl::parse(url, &session.directory).map_err(|failure| {
            let error = Error::usage(failure.message);
            match failure.hint {
                Some(hint) => error.hint(hint),
                None => error,
            }
        })?;
        Ok(Self::Database(url))
    }

    /// The catalog, of this dialect if one is asked for.
    pub(super) fn catalog(&self, dialect: Option<Dialect>, scope: &Scope) -> Result<Catalog, Error> {
        match self {
            Self::Database(url) => {
                if dialect.is_some_and(|dialect| dialect != url.dialect()) {
                    return Err(Error::usage(format!("{url} is a database of {}", url.dialect())));
                }
                let left_out: Vec<&str> = scope.without.iter().map(String::as_str).collect();
                let mut client = url.reader()?;
                let catalog = Catalog::read(&mut client, &left_out);
                Ok(catalog.map_err(|failure| failure.context(url))?)
            }
            Self::Revision(word) => {
                let error = Error::usage(format!("`{word}` is neither a file nor a database URL"));
                Err(error.hint("sqlite:///PATH, or postgresql://USER@HOST:PORT/NAME"))
            }
        }
    }
}
