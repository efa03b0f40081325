use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{DialectName, ParitySection};
use crate::config::{LintLevel, Pairing, ServerSource};
use crate::pattern::Pattern;

/// The migration histories of the project and the databases they are proved on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct DatabaseSection {
    /// The tool that keeps the histories.
    pub(crate) engine: EngineName,

    /// The environment variable through which the project gets the URL of its database.
    #[schemars(extend("pattern" = Pattern::VARIABLE), extend("examples" = ["FLOWLINE_DATABASE_URL"]))]
    pub(crate) url_env: String,

    /// How Alembic is started, where that is the engine.
    #[schemars(extend("examples" = [{ "config": "alembic.ini" }]))]
    pub(crate) alembic: Option<AlembicSection>,

    /// The commands of another tool, where `command` is the engine.
    pub(crate) command: Option<CommandSection>,

    /// A file of the project in which every new revision gets an entry.
    pub(crate) ledger: Option<LedgerSection>,

    /// What `onramp migrate lint` thinks of the rules.
    #[serde(default)]
    pub(crate) lint: MigrationLintSection,

    /// By what revisions of several dialects are known to be the same change: an entry of the ledger, the same id, or the
    /// same title. Without it, the ledger if there is one, else whatever more revisions have in common.
    #[schemars(extend("examples" = ["slug"]))]
    pub(crate) pairing: Option<Pairing>,

    /// Revisions that one dialect alone needs.
    #[serde(default)]
    pub(crate) only: Vec<OnlySection>,

    /// Python packages whose models are meant to be used as they are installed. Others must be loaded from the work tree
    /// that the command runs in: an environment that has the project installed from another clone or worktree would have
    /// every change of the models here pass for none.
    #[serde(default)]
    #[schemars(extend("examples" = [["acme_models"]]))]
    pub(crate) installed_models: Vec<String>,

    /// In what the dialects' schemas may differ.
    pub(crate) parity: Option<ParitySection>,

    /// How long a database server lives on when no command uses it, so that the next one finds it started. `0s` has
    /// each command start one of its own. Without it, `10m`, and `0s` where the environment variable `CI` is set.
    #[schemars(extend("examples" = ["10m", "1h30m", "0s"]))]
    pub(crate) keep_warm: Option<String>,

    /// The dialects that a history is kept for.
    pub(crate) dialects: DialectsSection,
}

/// A revision that one dialect alone needs, so that it has no twin in the others.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct OnlySection {
    /// Its id.
    #[schemars(extend("examples" = ["7bd5f13a96e0"]))]
    pub(crate) revision: String,

    /// The dialect that it is of.
    pub(crate) dialect: DialectName,

    /// Why the others do not need it.
    #[schemars(extend("examples" = ["SQLite has no trigram indexes"]))]
    pub(crate) reason: String,
}

/// The tool that keeps migration histories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub(crate) enum EngineName {
    /// Alembic, of SQLAlchemy.
    Alembic,
    /// Any other tool, by the commands of `[database.command]`.
    Command,
}

impl EngineName {
    /// As it is written.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Alembic => "alembic",
            Self::Command => "command",
        }
    }
}

/// How Alembic is started: exactly one of `config`, `entry`, and the three commands `upgrade`, `downgrade`
/// and `revision`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct AlembicSection {
    /// The configuration file of Alembic, which is started as `alembic -c CONFIG`. Placeholder: `{dialect}`.
    #[schemars(extend("examples" = ["alembic.ini"]))]
    pub(crate) config: Option<String>,

    /// The section of that file, handed to Alembic as `-n`. Placeholder: `{dialect}`.
    #[schemars(extend("examples" = ["{dialect}"]))]
    pub(crate) section: Option<String>,

    /// A command that takes Alembic's own command line, instead of `alembic -c CONFIG`. Placeholders:
    /// `{dialect}`, `{root}`.
    #[schemars(extend("examples" = ["python -m app.db"]))]
    pub(crate) entry: Option<String>,

    /// The project's own command that upgrades to a revision. Placeholders: `{revision}`, `{dialect}`,
    /// `{root}`.
    #[schemars(extend("examples" = ["python -m app.db upgrade {revision}"]))]
    pub(crate) upgrade: Option<String>,

    /// The project's own command that downgrades to a revision. Placeholders: `{revision}`, `{dialect}`,
    /// `{root}`.
    #[schemars(extend("examples" = ["python -m app.db downgrade {revision}"]))]
    pub(crate) downgrade: Option<String>,

    /// The project's own command that generates a revision. Placeholders: `{message}`, `{dialect}`, `{root}`.
    #[schemars(extend("examples" = ["python -m app.db revision -m {message}"]))]
    pub(crate) revision: Option<String>,

    /// The project's own command that prints the revision a database is at. Placeholders: `{dialect}`,
    /// `{root}`.
    #[schemars(extend("examples" = ["python -m app.db current"]))]
    pub(crate) current: Option<String>,
}

/// The commands of a tool whose revisions are files in one folder. The files of a revision share what stands before
/// the first `_` or `.` of their names, the id, which has a digit in it; ids follow one another in the order of names,
/// and numbers in that of numbers. `U2__x.sql` beside `V2__x.sql` is the undo script of that version. The tool gets the URL of its database through the environment alone.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct CommandSection {
    /// Applies all revisions that the database lacks. Placeholders: `{versions}` for the folder of the revisions, a
    /// copy of it while a revision is proved; `{dialect}`, `{root}`.
    #[schemars(extend("examples" = ["dbmate --no-dump-schema --migrations-dir {versions} up"]))]
    pub(crate) upgrade: String,

    /// Takes back the newest revision, or all down to `{revision}` where the command says that: the one to go back
    /// to, `base` for the beginning. Placeholders: `{revision}`, `{versions}`, `{dialect}`, `{root}`.
    #[schemars(extend("examples" = ["dbmate --no-dump-schema --migrations-dir {versions} down"]))]
    pub(crate) downgrade: String,

    /// Writes the next revision into `{versions}`, or nothing where there is nothing to do. The database is at the
    /// head then. Placeholders: `{message}`, `{versions}`, `{dialect}`, `{root}`.
    #[schemars(extend("examples" = ["python tools/diff.py {message} {versions}"]))]
    pub(crate) revision: String,

    /// Prints the revision that the database is at, nothing where it is at none. Placeholders: `{versions}`,
    /// `{dialect}`, `{root}`.
    #[schemars(extend("examples" = ["python tools/current.py"]))]
    pub(crate) current: Option<String>,

    /// The tables in which the tool keeps its own state. Without it, those that no file of the history names.
    #[schemars(extend("examples" = [["schema_migrations"]]))]
    pub(crate) tables: Option<Vec<String>>,
}

/// A file of the project in which every new revision gets an entry.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct LedgerSection {
    /// The file, relative to this one.
    #[schemars(extend("examples" = ["MIGRATION-NOTES.md"]))]
    pub(crate) file: String,

    /// The entry. Placeholders: `{title}`, and each configured dialect for its revision.
    #[schemars(extend("examples" = ["# {title}\nSQLite: `{sqlite}`\nPostgres: `{postgresql}`\n"]))]
    pub(crate) template: String,

    /// A line of the file below which the entry goes. Without it, the entry goes to the end.
    #[schemars(extend("examples" = ["<!-- newest first -->"]))]
    pub(crate) after: Option<String>,

    /// What stands for a dialect without a revision.
    #[serde(default = "none")]
    pub(crate) none: String,
}

/// What `onramp migrate lint` thinks of the rules; `onramp migrate lint --rules` lists them.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct MigrationLintSection {
    /// The levels of rules, where they are not the usual ones.
    #[serde(default)]
    #[schemars(extend("examples" = [{ "update-all-rows": "error", "rename-table": "off" }]))]
    pub(crate) levels: BTreeMap<String, LintLevel>,

    /// What is allowed. In the file of a revision a comment does the same: `# onramp: allow RULE: REASON`.
    #[serde(default)]
    pub(crate) allow: Vec<LintAllowSection>,
}

/// Something that a rule would find, and that is wanted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct LintAllowSection {
    /// The code of the rule.
    #[schemars(extend("examples" = ["drop-column"]))]
    pub(crate) rule: String,

    /// The object: a table with all that belongs to it, or a part of it. Without it, any.
    #[schemars(extend("examples" = ["flow", "flow.owner"]))]
    pub(crate) object: Option<String>,

    /// The id of the revision. Without it, any.
    pub(crate) revision: Option<String>,

    /// Why it is allowed.
    pub(crate) reason: String,
}

/// The dialects that a history is kept for, at least one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct DialectsSection {
    /// SQLite: a file, no server.
    pub(crate) sqlite: Option<SqliteSection>,

    /// PostgreSQL: a server from local binaries or a container.
    pub(crate) postgresql: Option<PostgresqlSection>,
}

/// The SQLite history.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct SqliteSection {
    /// Its name in reports and messages. Without it, `SQLite`.
    pub(crate) label: Option<String>,

    /// The folder of the revisions, relative to this file.
    #[schemars(extend("examples" = ["src/flowline/migrations/versions/sqlite"]))]
    pub(crate) versions: String,

    /// The revision that this history begins with, where it was begun anew: what others have before the twin of that one
    /// has none here.
    #[schemars(extend("examples" = ["4f0b8d1c62e7"]))]
    pub(crate) baseline: Option<String>,

    /// The URL, as the project wants it. `{path}` is the file of a scratch database.
    #[schemars(extend("examples" = ["sqlite+aiosqlite:///{path}"]))]
    pub(crate) url: String,

    /// More environment variables for this dialect, with the same placeholder.
    #[serde(default)]
    #[schemars(extend("propertyNames" = { "pattern": Pattern::VARIABLE }))]
    pub(crate) env: BTreeMap<String, String>,
}

/// The PostgreSQL history.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct PostgresqlSection {
    /// Its name in reports and messages. Without it, `PostgreSQL`.
    pub(crate) label: Option<String>,

    /// The folder of the revisions, relative to this file.
    #[schemars(extend("examples" = ["src/flowline/migrations/versions/postgresql"]))]
    pub(crate) versions: String,

    /// The revision that this history begins with, where it was begun anew: what others have before the twin of that one
    /// has none here.
    #[schemars(extend("examples" = ["4f0b8d1c62e7"]))]
    pub(crate) baseline: Option<String>,

    /// The URL, as the project wants it. Placeholders: `{user}`, `{password}`, `{host}`, `{port}`,
    /// `{database}`, `{socket}`.
    #[schemars(extend("examples" = ["postgresql+asyncpg://{user}:{password}@{host}:{port}/{database}"]))]
    pub(crate) url: String,

    /// More environment variables for this dialect, with the same placeholders.
    #[serde(default)]
    #[schemars(extend("propertyNames" = { "pattern": Pattern::VARIABLE }))]
    pub(crate) env: BTreeMap<String, String>,

    /// The server that databases live on.
    #[serde(default)]
    pub(crate) server: ServerSection,
}

/// The server that databases live on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ServerSection {
    /// Where it comes from. `auto` takes the first that is to be had: a URL in the variable of `url-env`, a container
    /// of Docker or Podman, programs of this machine. The development database stays with the source that it was made
    /// with; where another one is asked for, `onramp db up` makes one there, and keeps the other.
    #[serde(default)]
    pub(crate) source: ServerSource,

    /// The image of a container.
    #[serde(default = "ServerSection::default_image")]
    pub(crate) image: String,

    /// The oldest major version that will do. Without it, any.
    #[schemars(range(min = 1, max = 99), extend("examples" = [14]))]
    pub(crate) min_version: Option<u32>,

    /// The environment variable in which a developer may name a server of his own, as
    /// `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`. Only databases that Onramp has made itself are ever touched
    /// there. Where the variable is set, the server must be usable: no other one is taken in its place.
    #[serde(default = "ServerSection::default_url_env")]
    #[schemars(extend("pattern" = Pattern::VARIABLE))]
    pub(crate) url_env: String,

    /// Whether that server may be another machine. The connection is not encrypted.
    #[serde(default)]
    pub(crate) remote: bool,

    /// The port of the development server (`onramp db up`) on 127.0.0.1. Without it, one that is free, and the same
    /// one from then on.
    #[schemars(range(min = 1024), extend("examples" = [54320]))]
    pub(crate) port: Option<u16>,
}

impl ServerSection {
    fn default_image() -> String {
        "postgres:16".to_owned()
    }

    fn default_url_env() -> String {
        "ONRAMP_POSTGRESQL_URL".to_owned()
    }
}

impl Default for ServerSection {
    fn default() -> Self {
        Self {
            source: ServerSource::default(),
            image: Self::default_image(),
            min_version: None,
            url_env: Self::default_url_env(),
            remote: false,
            port: None,
        }
    }
}

fn none() -> String {
    "none".to_owned()
}
