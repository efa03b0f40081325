use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use onramp_core::{Dialect, Failure};
use onramp_database::{Keep, ServerSpec};
use onramp_exec::Environment;

/// What a project's migrations consist of. All paths are absolute.
#[derive(Clone, Debug)]
pub struct MigrateSpec {
    /// The root of the workspace; the engine runs here.
    pub root: PathBuf,
    /// The workspace's `.onramp`, on the same file system as the versions folders wherever possible.
    pub state: PathBuf,
    /// The system's folder for temporary files.
    pub temporary: PathBuf,
    /// The project's environment, complete and active.
    pub environment: Environment,
    /// What is typed before a command that shall run in the root, in that environment: `onramp exec --`.
    pub typed_exec: String,
    /// The tool that keeps the histories.
    pub engine: EngineSpec,
    /// The variable that the project reads its database URL from.
    pub url_env: String,
    /// The dialects that have a history.
    pub dialects: Vec<DialectSpec>,
    /// How long a database server lives that is started for a proof.
    pub keep: Keep,
    /// The file in which each migration gets an entry.
    pub ledger: Option<LedgerSpec>,
    /// The project's own formatters and fixers for a new revision, in order.
    pub polish: Vec<PolishStep>,
}

impl MigrateSpec {
    /// The dialect's part. Fails where the project has no such dialect.
    pub fn dialect(&self, dialect: Dialect) -> Result<&DialectSpec, Failure> {
        self.dialects
            .iter()
            .find(|spec| spec.dialect == dialect)
            .ok_or_else(|| Failure::task(format!("the project keeps no migrations for {dialect}")))
    }

    /// The places that work for a dialect writes into, other than those of its databases.
    pub(crate) fn places<'a>(&'a self, dialect: &'a DialectSpec) -> [&'a Path; 2] {
        [&self.state, &dialect.versions]
    }
}

/// The tool that keeps the histories.
#[derive(Clone, Debug)]
pub enum EngineSpec {
    /// The project's Alembic.
    Alembic(AlembicSpec),
    /// Any other tool.
    Command(CommandSpec),
}

/// The commands of a tool whose revisions are files in one folder. In all of them `{versions}` stands for that folder
/// and `{dialect}` for the dialect's name.
#[derive(Clone, Debug, Default)]
pub struct CommandSpec {
    /// Applies all revisions that the database lacks.
    pub upgrade: Vec<String>,
    /// Takes back the newest revision, or all down to `{revision}` where it says that; `base` is the beginning.
    pub downgrade: Vec<String>,
    /// Writes the next revision, `{message}` being its title, or nothing where there is nothing to do.
    pub revision: Vec<String>,
    /// Prints the revision that the database is at, nothing where it is at none.
    pub current: Option<Vec<String>>,
    /// The tables in which the tool keeps its own state. `None`: those that no file of the history names.
    pub tables: Option<Vec<String>>,
}

/// How the project's Alembic is started. In every command `{dialect}` stands for the dialect's name.
#[derive(Clone, Debug, Default)]
pub struct AlembicSpec {
    /// A command that takes Alembic's own arguments behind it: `alembic -c alembic.ini`, `python -m alembic`,
    /// or an entry of the project.
    pub program: Vec<String>,
    /// A whole command in place of `program upgrade {revision}`.
    pub upgrade: Option<Vec<String>>,
    /// A whole command in place of `program downgrade {revision}`.
    pub downgrade: Option<Vec<String>>,
    /// A whole command in place of `program revision --autogenerate -m {message}`.
    pub revision: Option<Vec<String>>,
    /// A whole command in place of `program current`.
    pub current: Option<Vec<String>>,
}

/// One dialect of a project.
#[derive(Clone, Debug)]
pub struct DialectSpec {
    /// The dialect.
    pub dialect: Dialect,
    /// Its name in messages and in the ledger's vocabulary: `SQLite`.
    pub label: String,
    /// The folder of its revisions, inside the root.
    pub versions: PathBuf,
    /// The database URL of the project's driver, with the placeholders of
    /// [`onramp_database::Database::expand`].
    pub url: String,
    /// More variables for the engine, with the same placeholders.
    pub env: BTreeMap<String, String>,
    /// The server that revisions are proved on; SQLite needs none.
    pub server: ServerSpec,
}

/// The file in which each migration gets an entry.
#[derive(Clone, Debug)]
pub struct LedgerSpec {
    /// The file; made if it does not exist.
    pub file: PathBuf,
    /// An entry: `{title}` is the migration's message, `{sqlite}` and `{postgresql}` are the revisions' ids.
    pub template: String,
    /// The line below which entries go, newest first. Without it, or where the file has no such line, they go
    /// to the end.
    pub after: Option<String>,
    /// What stands for the id of a dialect that has nothing to do.
    pub none: String,
}

/// A formatter or fixer of the project.
#[derive(Clone)]
pub struct PolishStep {
    /// The task's name in messages: `format:ruff`.
    pub name: String,
    /// Whether a file concerns it, by the path that the file will have, relative to the root.
    pub matches: Arc<dyn Fn(&Path) -> bool + Send + Sync>,
    /// The command; `{files}` stands for the file.
    pub argv: Vec<String>,
    /// The working directory, inside the root.
    pub directory: PathBuf,
}

impl std::fmt::Debug for PolishStep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PolishStep")
            .field("name", &self.name)
            .field("argv", &self.argv)
            .finish_non_exhaustive()
    }
}
