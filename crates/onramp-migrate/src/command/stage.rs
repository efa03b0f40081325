use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use onramp_core::Failure;
use onramp_database::catalog::{Catalog, Difference};
use onramp_database::{Database, Databases};

use super::folder::{Changes, Folder};
use super::own_tables::own_tables;
use super::tool::Tool;
use super::written::Written;
use crate::alembic::Command;
use crate::apart::catalog_of;
use crate::attempt::Attempt;
use crate::ground::{Ground, database_environment, databases_spec};
use crate::history::{compare_ids, id_of_file, revision_of};
use crate::key::head_key;
use crate::place::place;
use crate::purpose::Purpose;
use crate::scratch::Scratch;
use crate::session::Standing;
use crate::stage::StageError;
use crate::{CommandSpec, Context, DialectSpec, MigrateSpec, Request};

/// A copy of one dialect's history, and a database at its head, where the tool can write and a revision be tried.
pub(crate) struct Stage<'a> {
    pub(crate) spec: &'a MigrateSpec,
    pub(crate) commands: &'a CommandSpec,
    pub(crate) dialect: &'a DialectSpec,
    pub(crate) head: Option<&'a str>,
    pub(crate) request: &'a Request,
    pub(crate) cx: &'a Context<'a>,
    pub(crate) scratch: Scratch,
    pub(crate) databases: Databases,
    pub(crate) ground: Ground,
    /// The tables of the tool itself.
    pub(crate) own_tables: Vec<String>,
}

impl<'a> Stage<'a> {
    /// Copies the history, and gets a database to its head.
    pub(crate) fn set(
        purpose: &Purpose<'a, CommandSpec>,
        cx: &'a Context<'a>,
        attempt: &mut Attempt<'_>,
    ) -> Result<Self, StageError> {
        let Purpose { spec, engine: commands, dialect, held_back, head, request } = *purpose;
        let scratch = attempt.step("copy history", || Scratch::create_without(spec, dialect, held_back))?;
        let (databases, key, ground) = attempt.step("start database", || {
            let databases =
                Databases::open(cx.launcher, dialect.dialect, &databases_spec(spec, dialect, cx), cx.step)?;
            let rows = format!("{:?}", request.rows);
            let key =
                head_key(spec, dialect, scratch.versions(), &[], "", databases.server_version(), &rows)?;
            let ground =
                Ground::open(&databases, &key).map_err(|failure| databases.blame_storage(failure, None))?;
            Ok((databases, key, ground))
        })?;
        let own_tables = Vec::new();
        let mut stage =
            Self { spec, commands, dialect, head, request, cx, scratch, databases, ground, own_tables };
        match stage.ground.standing {
            Standing::Head => {
                let catalog = catalog_of(&stage.ground.database, &[])?;
                stage.own_tables = own_tables_of(&stage, &catalog)?;
            }
            // Many a tool takes an empty folder for a mistake.
            Standing::Nothing if head.is_none() => {}
            Standing::Nothing => {
                let reached = attempt.step("apply head", || stage.apply_head());
                stage.own_tables = reached.map_err(|failure| StageError::before(failure, None))?;
                attempt.step("keep head", || {
                    stage.ground.settle(&stage.databases, &key, request.rows, &stage.own(), cx)
                })?;
            }
        }
        Ok(stage)
    }

    /// The tool on that database.
    pub(crate) fn tool<'b>(&'b self, database: &Database) -> Tool<'b> {
        Tool {
            spec: self.spec,
            commands: self.commands,
            dialect: self.dialect.dialect,
            sources: &self.spec.root,
            versions: self.scratch.versions(),
            environment: database_environment(self.spec, self.dialect, database),
            cx: self.cx,
        }
    }

    /// The names of the tables of the tool itself.
    pub(crate) fn own(&self) -> Vec<&str> {
        self.own_tables.iter().map(String::as_str).collect()
    }

    /// Learns the tool's tables from a history that has just got its first revision.
    pub(crate) fn learn_own_tables(&mut self) -> Result<(), Failure> {
        let database = self.databases.create()?;
        self.tool(&database).run(Command::Upgrade("head"))?;
        self.own_tables = own_tables_of(self, &catalog_of(&database, &[])?)?;
        Ok(())
    }

    /// Has the tool write what the database lacks, and tells what became of the folder.
    pub(crate) fn write(&self, message: &str) -> Result<Changes, Failure> {
        let before = Folder::look(self.scratch.versions())?;
        let project = Folder::look(&self.dialect.versions)?;
        let ran = self.tool(&self.ground.database).run(Command::Revision(message));
        let changes = before.changes(&Folder::look(self.scratch.versions())?);
        let stray = if changes.added.is_empty() { self.sweep(&project)? } else { Vec::new() };
        ran?;
        if stray.is_empty() {
            return Ok(changes);
        }
        let stray: Vec<String> = stray.iter().map(|file| file.display().to_string()).collect();
        let message =
            "the command wrote into the project and not into `{versions}`; its files are kept aside";
        Err(Failure { tail: stray, ..Failure::task(message) })
    }

    /// The revision that the tool has written since `before`, as it is in the copy now.
    pub(crate) fn written_since(&self, before: &Folder) -> Result<Option<Written>, Failure> {
        Written::of(&before.changes(&Folder::look(self.scratch.versions())?), self.head)
    }

    /// Gets the database to the head, and finds the tool's own tables. What answers success and has made nothing is
    /// not believed.
    fn apply_head(&self) -> Result<Vec<String>, Failure> {
        let database = &self.ground.database;
        let empty = catalog_of(database, &[])?;
        self.tool(database).run(Command::Upgrade("head"))?;
        let own_tables = own_tables_of(self, &catalog_of(database, &[])?)?;
        let names: Vec<&str> = own_tables.iter().map(String::as_str).collect();
        if Difference::between(&empty, &catalog_of(database, &names)?).is_empty() {
            let head = self.head.unwrap_or("nothing");
            let message =
                format!("the command succeeded, and the database is as empty as before; the head is {head}");
            return Err(Failure::task(message));
        }
        Ok(own_tables)
    }

    /// Takes the files of a revision out of the project that the tool wrote there because it does not care for the
    /// copy: new ones whose ids come behind the head. Who knows whether somebody else has just made them, so they are
    /// kept aside. Returns where they lie now.
    fn sweep(&self, before: &Folder) -> Result<Vec<PathBuf>, Failure> {
        let changes = before.changes(&Folder::look(&self.dialect.versions)?);
        let is_next = |id: &str| self.head.is_none_or(|head| compare_ids(id, head).is_gt());
        let ids: BTreeSet<&str> = changes.added.keys().filter_map(|path| id_of_file(path)).collect();
        let strays = changes
            .added
            .keys()
            .filter(|path| id_of_file(path).is_some_and(|id| is_next(revision_of(id, &ids))));
        let aside = self.spec.state.join("stray").join(self.scratch.folder().file_name().unwrap_or_default());
        let mut moved = Vec::new();
        for path in strays {
            fs::create_dir_all(&aside)?;
            let (file, kept) =
                (self.dialect.versions.join(path), aside.join(path.file_name().unwrap_or_default()));
            place(&file, &kept)?;
            fs::remove_file(&file)?;
            moved.push(kept);
        }
        Ok(moved)
    }
}

fn own_tables_of(stage: &Stage<'_>, catalog: &Catalog) -> Result<Vec<String>, Failure> {
    Ok(own_tables(stage.commands, catalog, &Folder::look(stage.scratch.versions())?))
}
