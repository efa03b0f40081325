use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use onramp_core::{Dialect, Failure};
use onramp_database::{Keep, ServerSpec};
use onramp_exec::Environment;

use crate::History;

/// What a project's migrations consist of. All paths are absolute.
#[derive(Clone, Debug)]
pub struct MigrateSpec {
    /// The root of the workspace; the engine runs here.
    pub root: PathBuf,
    /// The work tree that it lies in, which models may come from; without git, the root.
    pub worktree: PathBuf,
    /// Packages whose models are meant to be used as they are installed, wherever that is.
    pub installed_models: Vec<String>,
    /// The workspace's `.onramp`, on the same file system as the versions folders wherever possible.
    pub state: PathBuf,
    /// The system's folder for temporary files.
    pub temporary: PathBuf,
    /// The project's environment, complete and active.
    pub environment: Environment,
    /// What is typed before a command that shall run in the root, in that environment: `onramp exec --`.
    pub typed_exec: String,
    /// The command that puts one head on top of another; `None` where there is no git that tells which is the older one.
    pub typed_rebase: Option<String>,
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
    /// How revisions of several dialects are paired. `None`: by the ledger if there is one, else as the histories
    /// suggest.
    pub pairing: Option<Pairing>,
    /// The revisions that have no twin in other dialects, and why.
    pub only: Vec<OnlySpec>,
    /// The project's own formatters and fixers for a new revision, in order.
    pub polish: Vec<PolishStep>,
}

/// By what revisions of several dialects are known to be the same change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pairing {
    /// They stand in one entry of the ledger.
    Ledger,
    /// They have the same id.
    Id,
    /// They have the same title.
    Slug,
}

impl Pairing {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ledger => "ledger",
            Self::Id => "id",
            Self::Slug => "slug",
        }
    }
}

/// A revision that other dialects do not need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnlySpec {
    /// Its id.
    pub revision: String,
    /// The dialect that it is of.
    pub dialect: Dialect,
    /// Why the others do not need it.
    pub reason: String,
    /// The file and the line, from 1, that it is declared in.
    pub place: Option<(PathBuf, u32)>,
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
    /// The revision that its history begins with; what others have before that one's twin has none here.
    pub baseline: Option<String>,
    /// Files of the versions folder that shall have another content, or be gone (`None`): they are looked at, and
    /// proved, as if they had it already.
    pub pending: BTreeMap<PathBuf, Option<Vec<u8>>>,
    /// By the ids that revisions have with what is pending, those that they have as long as nothing has changed.
    pub renamed: BTreeMap<String, String>,
}

impl DialectSpec {
    /// The files of the versions folder that may be part of a revision, with what is pending.
    pub(crate) fn files(&self, engine: &EngineSpec) -> Result<BTreeMap<PathBuf, Vec<u8>>, Failure> {
        let mut files = BTreeMap::new();
        let history = History::of_engine(engine, &self.versions)?;
        for file in history.iter().flat_map(|revision| &revision.files) {
            if !self.pending.contains_key(file) {
                let unreadable = |error| Failure::task(format!("{}: {error}", file.display()));
                files.insert(file.clone(), fs::read(file).map_err(unreadable)?);
            }
        }
        let pending = self.pending.iter().filter_map(|(file, content)| Some((file, content.as_ref()?)));
        files.extend(pending.map(|(file, content)| (file.clone(), content.clone())));
        Ok(files)
    }

    /// A revision in messages, as whoever looks for it finds it.
    pub(crate) fn name_of(&self, id: &str) -> String {
        match self.renamed.get(id) {
            Some(now) => format!("revision `{id}`, which is `{now}` now"),
            None => format!("revision `{id}`"),
        }
    }

    /// The content of a file of the versions folder, the pending one where it has one.
    pub(crate) fn content(&self, file: &Path) -> io::Result<Vec<u8>> {
        match self.pending.get(file) {
            Some(Some(content)) => Ok(content.clone()),
            Some(None) => Err(io::ErrorKind::NotFound.into()),
            None => fs::read(file),
        }
    }
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
