use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use onramp_core::Dialect;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CommandLine, MigrationLint, Parity};

/// The migration histories of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// The tool that keeps the histories, and how it is started.
    pub engine: Engine,
    /// The environment variable through which the project gets the URL of its database.
    pub url_env: String,
    /// A file of the project in which every new revision gets an entry.
    pub ledger: Option<Ledger>,
    /// What the project thinks of the rules of revisions.
    pub lint: MigrationLint,
    /// By what revisions of several dialects are known to be the same change. `None`: the file does not say.
    pub pairing: Option<Pairing>,
    /// The revisions that one dialect alone needs.
    pub only: Vec<Only>,
    /// Packages whose models are meant to be used as they are installed.
    pub installed_models: Vec<String>,
    /// In what the dialects' schemas may differ.
    pub parity: Parity,
    /// How long a server lives on when no command uses it. `None`: the file does not say.
    pub keep_warm: Option<Duration>,
    /// The dialects, at least one, in the order of [`Dialect::ALL`].
    pub dialects: Vec<DialectConfig>,
}

/// By what revisions of several dialects are known to be the same change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum Pairing {
    /// They stand in one entry of the ledger.
    Ledger,
    /// They have the same id.
    Id,
    /// They have the same title: the message, or what stands behind the id in the name of the file.
    Slug,
}

/// A revision that one dialect alone needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Only {
    /// Its id.
    pub revision: String,
    /// The dialect that it is of.
    pub dialect: Dialect,
    /// Why the others do not need it.
    pub reason: String,
    /// The file and the line, from 1, that it is declared in.
    pub place: Option<(PathBuf, u32)>,
}

/// The tool that keeps migration histories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Alembic, of SQLAlchemy.
    Alembic(AlembicStart),
    /// Any other tool.
    Command(CommandStart),
}

/// How Alembic is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlembicStart {
    /// `alembic -c CONFIG`, with `-n SECTION` if there is one. Both are templates with the placeholder
    /// `{dialect}`.
    Config {
        /// The configuration file, relative to the workspace's root.
        config: String,
        /// The section of it.
        section: Option<String>,
    },
    /// A command that takes Alembic's own command line. Placeholders: `{dialect}`, `{root}`.
    Entry(CommandLine),
    /// Commands of the project with words of their own. Placeholders: `{dialect}`, `{root}`, and `{revision}`
    /// for upgrade and downgrade, `{message}` for revision.
    Commands {
        /// Upgrades to a revision.
        upgrade: CommandLine,
        /// Downgrades to a revision.
        downgrade: CommandLine,
        /// Generates a revision.
        revision: CommandLine,
        /// Prints the revision that a database is at.
        current: Option<CommandLine>,
    },
}

/// The commands of a tool whose revisions are files in one folder. Placeholders of all: `{versions}`, `{dialect}`,
/// `{root}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandStart {
    /// Applies all revisions that the database lacks.
    pub upgrade: CommandLine,
    /// Takes back the newest revision, or all down to `{revision}` where it says that.
    pub downgrade: CommandLine,
    /// Writes the next revision, `{message}` being its title, or nothing where there is nothing to do.
    pub revision: CommandLine,
    /// Prints the revision that the database is at.
    pub current: Option<CommandLine>,
    /// The tables in which the tool keeps its own state. `None`: those that no file of the history names.
    pub tables: Option<Vec<String>>,
}

/// A file of the project in which every new revision gets an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// The file, in the workspace. It need not exist yet.
    pub file: PathBuf,
    /// The entry: a template with the placeholders `{title}` and the name of each configured dialect.
    pub template: String,
    /// A line of the file below which the entry goes. `None`: it goes to the end.
    pub after: Option<String>,
    /// What stands for a dialect without a revision.
    pub none: String,
}

/// The history of one dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialectConfig {
    /// The dialect.
    pub dialect: Dialect,
    /// Its name in reports and messages.
    pub label: String,
    /// The folder of the revisions: an existing folder in the workspace.
    pub versions: PathBuf,
    /// The URL as the project wants it: a template with the placeholder `{path}` for SQLite, and `{user}`,
    /// `{password}`, `{host}`, `{port}`, `{database}`, `{socket}` for PostgreSQL.
    pub url: String,
    /// More environment variables for this dialect, with the same placeholders.
    pub env: BTreeMap<String, String>,
    /// The revision that the history begins with, where it was begun anew.
    pub baseline: Option<String>,
    /// The server that databases live on. `None` for SQLite only.
    pub server: Option<Server>,
}

/// The server that databases live on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Where it comes from.
    pub source: ServerSource,
    /// The image of a container.
    pub image: String,
    /// The oldest major version that will do. `None`: any.
    pub min_version: Option<u32>,
    /// The environment variable in which a developer may name a server of his own.
    pub url_env: String,
    /// Whether that server may be another machine.
    pub remote: bool,
    /// The port of the development server on 127.0.0.1. `None`: one that is free.
    pub port: Option<u16>,
}

/// Where a database server comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum ServerSource {
    /// The first of the others that is to be had, in this order.
    #[default]
    Auto,
    /// A server that the developer names by a URL.
    Url,
    /// A container of Docker or Podman.
    Container,
    /// Programs of this machine.
    Local,
}
