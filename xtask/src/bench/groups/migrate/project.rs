use std::fs;
use std::path::{Path, PathBuf};

use onramp::Failure;
use onramp::xshell::cmd;

use crate::bench::measure::Contestant;
use crate::bench::workplace::Workplace;
use crate::flowline;

/// What is kept of a copy from one benchmark to the next.
const KEPT: [&str; 2] = [".venv", ".onramp"];

/// What decides what the environment has in it.
const REQUIREMENTS: [&str; 2] = ["requirements.lock", "pyproject.toml"];

/// Has the databases on the programs of this machine, as the work by hand has.
const LOCAL: &str = "[database.dialects.postgresql]\nserver = { source = \"local\" }\n";

/// Takes back what a migration has written, and leaves the change of the models.
const RESET: &str = "git clean -fdq -- src/flowline/migrations\n\
                     git checkout -q -- src/flowline/migrations MIGRATION-NOTES.md\n";

/// The example product with an environment of its own, one commit, and a column more in its models than that has.
pub(in crate::bench::groups) struct Project {
    pub(in crate::bench::groups) folder: PathBuf,
    /// Where what belongs to it lies that is no part of it.
    pub(in crate::bench::groups) beside: PathBuf,
}

impl Project {
    /// Copies the example anew. Its environment is installed if it is not there.
    pub(in crate::bench::groups) fn prepare(workplace: &Workplace<'_>) -> Result<Self, Failure> {
        let context = workplace.context;
        let beside = workplace.folder.join("flowline");
        let project = Self { folder: beside.join("project"), beside };
        fs::create_dir_all(&project.folder)?;
        for entry in fs::read_dir(&project.folder)? {
            let (name, path) = entry.map(|entry| (entry.file_name(), entry.path()))?;
            if KEPT.iter().any(|kept| name == *kept) {
                continue;
            }
            if path.is_dir() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
        }
        flowline::copy(context, &project.folder)?;
        fs::write(project.folder.join("onramp.local.toml"), LOCAL)?;
        flowline::make_repository(context, &context.shell()?, &project.folder)?;
        flowline::add_column(context, &project.folder)?;
        project.install(workplace)?;
        project.end_servers(workplace)?;
        // No template and no baseline of an earlier day: what is warm is what this run has made so.
        let databases = project.folder.join(".onramp/databases");
        if databases.exists() {
            fs::remove_dir_all(databases)?;
        }
        Ok(project)
    }

    /// A command that works on the copy as on its own, and begins from where all others do.
    pub(in crate::bench::groups) fn command(
        &self,
        workplace: &Workplace<'_>,
        name: &str,
        argv: Vec<String>,
    ) -> Contestant {
        let mut contestant = workplace.command(name, &self.folder, argv);
        let environment = self.folder.join(".venv");
        for (name, value) in &mut contestant.environment {
            if name == "PATH" {
                *value = format!("{}:{value}", environment.join("bin").display());
            }
        }
        let environment = environment.to_string_lossy().into_owned();
        contestant.environment.push(("VIRTUAL_ENV".to_owned(), environment));
        contestant
    }

    /// Writes lines for a shell into a file beside the copy, and returns what runs them.
    pub(in crate::bench::groups) fn script(&self, name: &str, lines: &str) -> Result<Vec<String>, Failure> {
        let file = self.beside.join(name);
        fs::write(&file, format!("set -e\n{lines}"))?;
        Ok(vec!["sh".to_owned(), file.to_string_lossy().into_owned()])
    }

    /// What takes a migration back, as lines for a shell.
    pub(in crate::bench::groups) fn reset(&self) -> &'static str {
        RESET
    }

    /// What finds out whether there is a new revision of each dialect, as lines for a shell.
    pub(in crate::bench::groups) fn check(&self) -> &'static str {
        "for dialect in sqlite postgresql; do\n\
         new=$(git ls-files --others --exclude-standard -- src/flowline/migrations/versions/$dialect)\n\
         grep -q \"add_column\" \"$new\"\ndone\n"
    }

    /// Stops what Onramp keeps running for the copy, and clears away what was killed.
    pub(in crate::bench::groups) fn end_servers(&self, workplace: &Workplace<'_>) -> Result<(), Failure> {
        let shell = workplace.context.shell()?;
        let (program, folder) = (&workplace.onramp.program, &self.folder);
        workplace.context.read(cmd!(shell, "{program} -C {folder} db down"))?;
        Ok(())
    }

    fn install(&self, workplace: &Workplace<'_>) -> Result<(), Failure> {
        let context = workplace.context;
        let wanted = self.requirements()?;
        let installed = self.folder.join(".venv/installed");
        if fs::read(&installed).is_ok_and(|installed| installed == wanted) {
            return Ok(());
        }
        let shell = context.shell()?;
        shell.change_dir(&self.folder);
        context.run(cmd!(shell, "python3 -m venv --clear .venv"))?;
        let options = ["--quiet", "--disable-pip-version-check", "-c", "requirements.lock"];
        context.run(cmd!(shell, ".venv/bin/python -m pip install {options...} -e .[dev]"))?;
        fs::write(installed, wanted)?;
        Ok(())
    }

    fn requirements(&self) -> Result<Vec<u8>, Failure> {
        let read = |file: &&str| fs::read(self.folder.join(Path::new(file)));
        let texts = REQUIREMENTS.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        Ok(texts.concat())
    }
}
