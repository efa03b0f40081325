use std::fs;
use std::path::{Path, PathBuf};

use onramp::Failure;
use onramp::xshell::cmd;

use crate::bench::json;
use crate::bench::measure::Contestant;
use crate::bench::peers::{npm_package, python_package};
use crate::bench::workplace::Workplace;

/// The versions that are compared, and the tools that all of them run.
const PACKAGES: [(&str, &str); 4] = [
    ("ruff==0.17.6", "ruff"),
    ("codespell==2.4.3", "codespell"),
    ("pre-commit==4.7.0", "pre-commit"),
    ("prek==0.5.11", "prek"),
];

/// Checks that prek has in its program.
const WHITESPACE: [&str; 2] = ["trailing-whitespace", "end-of-file-fixer"];
const LEFTHOOK: &str = "lefthook@2.2.2";

pub(super) const OWN: &str = "onramp";
pub(super) const PREK: &str = "prek";

/// The checks of every hook: a name, and the command before the names of files.
const CHECKS: [(&str, &str); 3] = [
    ("ruff", "ruff check --force-exclude --select E9"),
    ("format", "ruff format --check --force-exclude"),
    ("spelling", "codespell"),
];

/// A tool that runs hooks.
#[derive(Clone, Debug)]
pub(super) struct Rival {
    name: &'static str,
    argv: Vec<String>,
    /// Its file of configuration, with its content.
    configuration: (&'static str, String),
}

impl Rival {
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Writes its configuration.
    pub(super) fn configure(&self, directory: &Path) -> Result<(), Failure> {
        fs::write(directory.join(self.configuration.0), &self.configuration.1)?;
        Ok(())
    }
}

/// Those that could be had.
pub(super) struct Rivals {
    pub(super) own: Rival,
    pub(super) prek: Option<Rival>,
    others: Vec<Rival>,
    /// Where the programs of the checks are.
    programs: PathBuf,
    pub(super) versions: Vec<String>,
}

impl Rivals {
    /// Installs the tools of the checks, without which nothing can be measured, and the rivals.
    pub(super) fn install(workplace: &Workplace<'_>) -> Result<Self, Failure> {
        let context = workplace.context;
        let environment = workplace.folder.join("peers/hooks");
        let mut found = Vec::new();
        for (package, program) in PACKAGES {
            found.push(python_package(context, &environment, package, program));
        }
        let [ruff, codespell, pre_commit, prek] =
            <[_; 4]>::try_from(found).map_err(|_| Failure::task("four packages"))?;
        let programs = ruff?.parent().map(Path::to_path_buf).unwrap_or_default();
        codespell?;
        let native = "lefthook-linux-x64/bin/lefthook";
        let lefthook = npm_package(context, &workplace.folder.join("peers/lefthook"), LEFTHOOK, native);
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let onramp = workplace.onramp.program.clone();
        let own = Rival {
            name: OWN,
            argv: vec![text(onramp), "hooks".to_owned(), "run".to_owned(), "pre-commit".to_owned()],
            configuration: ("onramp.toml", own_configuration()),
        };
        let of_pre_commit = |name, program: PathBuf, configuration| Rival {
            name,
            argv: vec![text(program), "run".to_owned()],
            configuration: (".pre-commit-config.yaml", configuration),
        };
        let mut rivals = Self {
            own,
            prek: None,
            others: Vec::new(),
            programs,
            versions: PACKAGES.map(|(package, _)| package.replace("==", " ")).to_vec(),
        };
        rivals.versions.push(LEFTHOOK.replace('@', " "));
        match prek {
            Ok(program) => rivals.prek = Some(of_pre_commit(PREK, program, prek_configuration())),
            Err(failure) => context.note(&format!("prek is left out: {}", failure.message)),
        }
        match pre_commit {
            Ok(program) => {
                rivals.others.push(of_pre_commit("pre-commit", program, pre_commit_configuration()))
            }
            Err(failure) => context.note(&format!("pre-commit is left out: {}", failure.message)),
        }
        match lefthook {
            Ok(program) => rivals.others.push(Rival {
                name: "lefthook",
                argv: ["run", "pre-commit", "--no-auto-install"]
                    .into_iter()
                    .map(str::to_owned)
                    .fold(vec![text(program)], |argv, word| [argv, vec![word]].concat()),
                configuration: ("lefthook.yml", lefthook_configuration()),
            }),
            Err(failure) => context.note(&format!("lefthook is left out: {}", failure.message)),
        }
        Ok(rivals)
    }

    pub(super) fn all(&self) -> Vec<&Rival> {
        std::iter::once(&self.own).chain(&self.prek).chain(&self.others).collect()
    }

    /// A rival in a repository.
    pub(super) fn contestant(
        &self,
        workplace: &Workplace<'_>,
        rival: &Rival,
        directory: &Path,
    ) -> Contestant {
        self.with_path(workplace.command(rival.name, directory, rival.argv.clone()))
    }

    /// The checks alone, on these files.
    pub(super) fn raw(
        &self,
        workplace: &Workplace<'_>,
        name: &str,
        directory: &Path,
        files: &[String],
    ) -> Contestant {
        let files: Vec<String> = files.iter().map(|file| format!("'{file}'")).collect();
        let commands: Vec<String> =
            CHECKS.iter().map(|(_, command)| format!("{command} {}", files.join(" "))).collect();
        let argv = ["sh".to_owned(), "-c".to_owned(), commands.join(" && ")];
        self.with_path(workplace.command(name, directory, argv.to_vec()))
    }

    /// The same command, with the programs of the checks on its `PATH`.
    pub(super) fn with_path(&self, mut contestant: Contestant) -> Contestant {
        for (name, value) in &mut contestant.environment {
            if name == "PATH" {
                *value = format!("{}:{value}", self.programs.display());
            }
        }
        contestant
    }

    /// The whitespace checks of prek, which are in its program, over all files.
    pub(super) fn whitespace_of_prek(&self, prek: &Rival) -> Vec<String> {
        let options = ["--hook-stage", "manual", "--all-files"];
        let words = options.into_iter().chain(WHITESPACE).map(str::to_owned);
        prek.argv.iter().cloned().chain(words).collect()
    }

    /// A program among those of the checks.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// Has the tree such that no check finds anything in it, and returns the Python files in which none does anyway.
    pub(super) fn clean(&self, workplace: &Workplace<'_>, directory: &Path) -> Result<(), Failure> {
        let shell = workplace.context.shell()?;
        shell.change_dir(directory);
        let (ruff, prek) = (self.program("ruff"), self.program("prek"));
        workplace.context.read(cmd!(shell, "{ruff} format --quiet ."))?;
        if let Some(rival) = &self.prek {
            rival.configure(directory)?;
            let words = self.whitespace_of_prek(rival).into_iter().skip(1);
            // It fails where it has changed something.
            let _ = workplace.context.read(cmd!(shell, "{prek} {words...}"));
            fs::remove_file(directory.join(rival.configuration.0))?;
        }
        Ok(())
    }
}

fn own_configuration() -> String {
    let mut text = "[project]\nname = \"bench\"\n".to_owned();
    for (name, command) in CHECKS {
        let run = json::string(&format!("{command} {{files}}"));
        text.push_str(&format!("\n[lint.{name}]\nrun = {run}\nfiles = [\"**/*.py\"]\n"));
    }
    text.push_str(
        "\n[format.ruff]\nrun = \"ruff format --force-exclude {files}\"\ncheck = \"ruff format --check \
         --force-exclude {files}\"\nfiles = [\"**/*.py\"]\n\n[format.whitespace]\nbuiltin = [\"trailing-whitespace\", \
         \"end-of-file\"]\n\n[hooks]\npre-commit = [\"lint\"]\n",
    );
    text
}

fn pre_commit_configuration() -> String {
    let mut text = "repos:\n- repo: local\n  hooks:\n".to_owned();
    for (name, command) in CHECKS {
        text.push_str(&format!(
            "  - id: {name}\n    name: {name}\n    language: system\n    entry: {command}\n    types: [python]\n    \
             require_serial: true\n"
        ));
    }
    text
}

/// The same, and two checks of prek's own, which are no part of a commit here.
fn prek_configuration() -> String {
    let mut text = pre_commit_configuration();
    text.push_str("- repo: builtin\n  hooks:\n");
    for id in WHITESPACE {
        text.push_str(&format!("  - id: {id}\n    stages: [manual]\n"));
    }
    text
}

fn lefthook_configuration() -> String {
    let mut text = "pre-commit:\n  parallel: true\n  commands:\n".to_owned();
    for (name, command) in CHECKS {
        text.push_str(&format!("    {name}:\n      glob: \"*.py\"\n      run: {command} {{staged_files}}\n"));
    }
    text
}
