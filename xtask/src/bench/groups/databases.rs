//! What servers and catalogs cost.

mod catalog;
mod cold;
pub(super) mod sixty_tables;

use std::fs;
use std::path::PathBuf;

use onramp::Failure;
use onramp::xshell::cmd;

use super::{Findings, Section};
use crate::bench::workplace::Workplace;

/// A cold start of a server, and the catalog of a database.
pub(super) fn run(workplace: &Workplace<'_>) -> Result<Findings, Failure> {
    let mut findings = cold::run(workplace)?;
    findings.extend(catalog::run(workplace)?);
    Ok(findings)
}

/// A workspace that has one dialect and a history with nothing in it. It stays when the benchmark is over, so that the
/// next one clears away what was left of a killed one.
pub(super) struct Empty {
    pub(super) folder: PathBuf,
}

impl Empty {
    /// Writes the workspace; `server` is what stands in the table of that name.
    pub(super) fn write(workplace: &Workplace<'_>, name: &str, server: &str) -> Result<Self, Failure> {
        let empty = Self { folder: workplace.folder.join("databases").join(name) };
        fs::create_dir_all(empty.folder.join("versions"))?;
        let text = format!(
            "[project]\nname = \"bench\"\n\n[database]\nengine = \"command\"\nurl-env = \"DATABASE_URL\"\n\n\
             [database.command]\nrevision = \"true {{versions}}\"\nupgrade = \"true {{versions}}\"\n\
             downgrade = \"true {{versions}}\"\n\n[database.dialects.postgresql]\nversions = \"versions\"\n\
             url = \"postgresql://{{user}}:{{password}}@{{host}}:{{port}}/{{database}}\"\nserver = {{ {server} }}\n"
        );
        fs::write(empty.folder.join("onramp.toml"), text)?;
        let shell = workplace.context.shell()?;
        shell.change_dir(&empty.folder);
        workplace.context.read(cmd!(shell, "git init --quiet"))?;
        Ok(empty)
    }

    /// Stops what Onramp keeps running for the workspace, and clears away what was killed.
    fn end_servers(&self, workplace: &Workplace<'_>) -> Result<(), Failure> {
        let shell = workplace.context.shell()?;
        let (program, folder) = (&workplace.onramp.program, &self.folder);
        workplace.context.read(cmd!(shell, "{program} -C {folder} db down"))?;
        Ok(())
    }
}
