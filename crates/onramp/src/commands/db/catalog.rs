use clap::Args;
use onramp_core::Dialect;

use super::source::{Scope, Source, catalogs, dialects};
use crate::session::Session;
use crate::{Error, ExitStatus};

/// Print all objects of a schema, as the server writes them down
///
/// Of a database, or of what a migration history leads to.
#[derive(Args, Debug)]
pub(super) struct CatalogArgs {
    /// The path of a SQLite file, a database URL, or a git revision, whose history is applied to a scratch database;
    /// the history of the work tree if not given
    #[arg(value_name = "SOURCE")]
    database: Option<String>,
    /// The database in the variable that [database] url-env names, which keeps a password out of the list of
    /// processes
    #[arg(long, conflicts_with = "database")]
    from_env: bool,
    /// Of this dialect: a history may have several, and a database of any other one is refused
    #[arg(long, value_name = "DIALECT")]
    dialect: Option<Dialect>,
    #[command(flatten)]
    scope: Scope,
}

pub(super) fn run(session: &Session, args: &CatalogArgs) -> Result<ExitStatus, Error> {
    let source = match &args.database {
        Some(word) => Source::of_word(session, word)?,
        None if args.from_env => of_environment(session)?,
        None => Source::History(None),
    };
    let sources = [source];
    let dialects = dialects(session, &sources, args.dialect)?;
    let [dialect] = dialects.as_slice() else {
        let names: Vec<&str> = dialects.iter().map(|dialect| dialect.name()).collect();
        let error = Error::usage(format!("there is a history of {}", names.join(" and of ")));
        return Err(error.hint(format!("onramp db catalog --dialect {}", names.first().unwrap_or(&"sqlite"))));
    };
    for catalog in catalogs(session, *dialect, &sources, &args.scope)? {
        session.reporter.close();
        if session.json() {
            session.answer_json(catalog.to_json());
        } else {
            session.answer(catalog.to_text().trim_end());
        }
    }
    Ok(ExitStatus::Success)
}

fn of_environment(session: &Session) -> Result<Source, Error> {
    let checkout = session.workspace();
    let Some(database) = &checkout.config.database else {
        let error = Error::usage("no database to read: the configuration has no [database]");
        return Err(error.hint("onramp db catalog DATABASE"));
    };
    let variable = &database.url_env;
    let Some(url) = checkout.environment.get(variable).and_then(|url| url.to_str()) else {
        let error = Error::usage(format!("no database to read: {variable} is not set"));
        return Err(error.hint(format!("{variable}=URL onramp db catalog --from-env")));
    };
    Source::of_url(session, url)
}
