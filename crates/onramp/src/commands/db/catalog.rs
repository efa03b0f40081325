use clap::Args;
use onramp_core::Dialect;

use super::source::{Catalogs, Scope, Source, catalogs, one_dialect};
use crate::session::Session;
use crate::{Error, ExitStatus};

/// Print all objects of a schema, as the server writes them down
///
/// Of a database, or of what a migration history leads to.
#[derive(Args, Debug)]
pub(super) struct CatalogArgs {
    /// The path of a SQLite file, a database URL, a folder of SQL migrations, or a git revision; histories are applied to
    /// scratch databases. The history of the work tree if not given
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

impl CatalogArgs {
    pub(super) fn sources(&self) -> Option<Vec<&str>> {
        self.database.as_deref().map(|word| vec![word])
    }
}

pub(super) fn run(session: &Session, args: &CatalogArgs) -> Result<ExitStatus, Error> {
    let sources = [Source::of_arguments(session, args.database.as_deref(), args.from_env, "db catalog")?];
    let dialect = one_dialect(session, &sources, args.dialect, "db catalog")?;
    let Catalogs { mut catalogs, own_tables } = catalogs(session, dialect, &sources)?;
    args.scope.leave_out(catalogs.iter_mut(), &own_tables)?;
    for catalog in catalogs {
        session.reporter.close();
        if session.json() {
            session.answer_json(catalog.to_json());
        } else {
            session.answer(catalog.to_text().trim_end());
        }
    }
    Ok(ExitStatus::Success)
}
