use std::path::Path;

use onramp_core::Failure;
use onramp_database::Databases;

use super::folder::Folder;
use super::own_tables::own_tables;
use super::tool::Tool;
use crate::alembic::Command;
use crate::apart::catalog_of;
use crate::attempt::Attempt;
use crate::ground::{database_environment, keep_template};
use crate::history_catalog::Reached;
use crate::{CommandSpec, Context, DialectSpec, MigrateSpec};

/// The history of a tool in some folder.
pub(crate) struct CommandHistory<'a> {
    pub(crate) spec: &'a MigrateSpec,
    pub(crate) commands: &'a CommandSpec,
    pub(crate) dialect: &'a DialectSpec,
    /// The root of the sources that it belongs to.
    pub(crate) sources: &'a Path,
    pub(crate) versions: &'a Path,
}

impl CommandHistory<'_> {
    /// The catalog that it leads to, without the tool's own tables.
    pub(crate) fn catalog(
        &self,
        databases: &Databases,
        key: &str,
        attempt: &mut Attempt<'_>,
        cx: &Context<'_>,
    ) -> Result<Reached, Failure> {
        let folder = Folder::look(self.versions)?;
        let database = match databases.find_template(key)? {
            Some(template) => databases.copy(&template)?,
            None => {
                let database = databases.create()?;
                let tool = Tool {
                    spec: self.spec,
                    commands: self.commands,
                    dialect: self.dialect.dialect,
                    sources: self.sources,
                    versions: self.versions,
                    environment: database_environment(self.spec, self.dialect, &database),
                    cx,
                };
                attempt.step("apply head", || tool.run(Command::Upgrade("head")))?;
                keep_template(databases, key, &database, cx)?;
                database
            }
        };
        let own_tables = own_tables(self.commands, &catalog_of(&database, &[])?, &folder);
        let catalog = catalog_of(&database, &own_tables.iter().map(String::as_str).collect::<Vec<_>>())?;
        Ok(Reached { catalog, own_tables })
    }
}
