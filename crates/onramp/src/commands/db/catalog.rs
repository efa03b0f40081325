use clap::Args;
use onramp_core::Dialect;

use super::source::{Scope, Source};
use crate::session::Session;
use crate::{Error, ExitStatus};

/// Print all objects of a database's schema, as its server writes them down
#[derive(Args, Debug)]
pub(super) struct CatalogArgs {
    /// The path of a SQLite file, or a database URL; the URL in the variable that [database] url-env names
    /// if not given
    #[arg(value_name = "DATABASE")]
    database: Option<String>,
    /// The database's URL; the variable keeps a password out of the list of processes
    #[arg(long, value_name = "URL", conflicts_with = "database")]
    url: Option<String>,
    /// Refuse a database of any other dialect
    #[arg(long, value_name = "DIALECT")]
    dialect: Option<Dialect>,
    #[command(flatten)]
    scope: Scope,
}

pub(super) fn run(session: &Session, args: &CatalogArgs) -> Result<ExitStatus, Error> {
    let source = match (&args.database, &args.url) {
        (Some(word), _) => Source::of_word(session, word)?,
        (None, Some(url)) => Source::of_url(session, url)?,
        (None, None) => of_environment(session)?,
    };
    let catalog = source.catalog(args.dialect, &args.scope)?;
    if session.json() {
        session.answer_json(catalog.to_json());
    } else {
        session.answer(catalog.to_text().trim_end());
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
        return Err(error.hint(format!("{variable}=URL onramp db catalog")));
    };
    Source::of_url(session, url)
}
