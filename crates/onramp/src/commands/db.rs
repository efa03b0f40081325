use clap::{Args, Subcommand};
use onramp_core::Dialect;

use crate::session::Session;
use crate::{Error, ExitStatus};

mod catalog;
pub(super) mod diff;
mod down;
mod erd;
mod folder;
mod reset;
mod shell;
pub(super) mod source;
mod status;
mod target;
mod up;
mod url;

/// This worktree's development databases, the servers that it has running, and schemas to look at
#[derive(Args, Debug)]
pub(crate) struct DbArgs {
    #[command(subcommand)]
    verb: DbVerb,
}

#[derive(Debug, Subcommand)]
enum DbVerb {
    Catalog(catalog::CatalogArgs),
    Diff(diff::DiffArgs),
    Erd(erd::ErdArgs),
    /// Start the development databases, with what they had in them, and bring them to the head of their histories
    ///
    /// Each source of servers has databases of its own: where the configuration asks for another one than before, the
    /// databases are made there anew, and those of before are kept. A server of another source that still runs is never
    /// taken instead: `db down` stops it.
    Up(Which),
    /// Stop the servers of this worktree; what is in the development databases stays
    ///
    /// With --throw-away it goes, whatever source it was made with.
    ///
    /// Servers that wait for the next command stop too, and what killed commands have left is cleared away. A server that
    /// a command uses just now goes on, unless --force is given.
    Down(down::DownArgs),
    /// Show the development databases, the servers that run, and the templates
    Status,
    /// Print the URLs of the development databases, passwords included
    Url(Which),
    /// Talk to a development database: psql or sqlite3
    ///
    /// The exit code is that of the program. What is piped into it ends at the first error, and fails then. The server goes
    /// on as long as somebody talks to it, unless `db down --force` stops it.
    Shell(Which),
    /// Throw development databases away and make them anew
    ///
    /// Asks before it does, and refuses without a terminal unless --answer yes is given. What this worktree has not made
    /// itself is left alone.
    Reset(Which),
}

/// Which databases.
#[derive(Args, Debug)]
struct Which {
    /// Of this dialect; of every dialect of the configuration if not given
    #[arg(value_name = "DIALECT")]
    dialect: Option<Dialect>,
}

impl DbArgs {
    /// What is read, where the command line names all of it.
    pub(crate) fn sources(&self) -> Option<Vec<&str>> {
        match &self.verb {
            DbVerb::Catalog(args) => args.sources(),
            DbVerb::Diff(args) => args.sources(),
            DbVerb::Erd(args) => args.sources(),
            _ => None,
        }
    }
}

pub(crate) fn run(session: &Session, args: &DbArgs) -> Result<ExitStatus, Error> {
    match &args.verb {
        DbVerb::Catalog(args) => catalog::run(session, args),
        DbVerb::Diff(args) => diff::run(session, args),
        DbVerb::Erd(args) => erd::run(session, args),
        DbVerb::Up(which) => up::run(session, which),
        DbVerb::Down(args) => down::run(session, args),
        DbVerb::Status => status::run(session),
        DbVerb::Url(which) => url::run(session, which),
        DbVerb::Shell(which) => shell::run(session, which),
        DbVerb::Reset(which) => reset::run(session, which),
    }
}
