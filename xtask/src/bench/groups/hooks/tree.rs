use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use onramp::Failure;
use onramp::xshell::cmd;

use super::State;
use super::rivals::{Rival, Rivals};
use crate::bench::workplace::Workplace;

/// Where the files come from.
const PACKAGES: [&str; 7] = [
    "jupyterlab==4.4.0",
    "mypy==1.15.0",
    "networkx==3.4.2",
    "notebook==7.4.0",
    "prefect==3.4.0",
    "Sphinx==8.2.3",
    "SQLAlchemy==2.0.41",
];

/// So many files are looked at, and so many are needed: fifty to be staged, and twenty others that are not.
const SAMPLE: usize = 400;
const WANTED: usize = 80;

/// What no check has anything against at the end of a file.
const LINE: &str = "\n\n# One more line.\n";

/// A tree of real files in which no check finds anything, as far as it matters.
pub(super) struct Tree {
    folder: PathBuf,
    pub(super) files: usize,
    pub(super) python_files: usize,
    /// Python files in which no check finds anything.
    candidates: Vec<String>,
}

impl Tree {
    /// Unpacks the packages below the folder of the benchmarks, unless they are there.
    pub(super) fn install(workplace: &Workplace<'_>, rivals: &Rivals) -> Result<Self, Failure> {
        let context = workplace.context;
        let folder = workplace.folder.join("peers/tree");
        let shell = context.shell()?;
        if !folder.join(".complete").exists() {
            if folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
            let pip = rivals.program("python");
            let options = ["--quiet", "--no-deps", "--no-compile", "--only-binary", ":all:", "--target"];
            context.run(cmd!(shell, "{pip} -m pip install {options...} {folder} {PACKAGES...}"))?;
            shell.change_dir(&folder);
            context.read(cmd!(shell, "git init --quiet"))?;
            fs::write(folder.join(".gitignore"), "__pycache__/\n.ruff_cache/\n.onramp/\n")?;
            context.read(cmd!(shell, "git add --all"))?;
            rivals.clean(workplace, &folder)?;
            fs::write(folder.join(".complete"), "")?;
        }
        shell.change_dir(&folder);
        context.read(cmd!(shell, "git add --all"))?;
        let listed = context.read(cmd!(shell, "git ls-files"))?;
        let python: Vec<String> =
            listed.lines().filter(|file| file.ends_with(".py")).map(str::to_owned).collect();
        let candidates = candidates(workplace, rivals, &folder, &python)?;
        Ok(Self { files: listed.lines().count(), python_files: python.len(), folder, candidates })
    }

    /// The files that are staged.
    pub(super) fn staged(&self, state: State) -> Vec<String> {
        let many = if state == State::Fifty { 50 } else { 1 };
        self.candidates.iter().take(many).cloned().collect()
    }

    /// A repository of its own for a rival, in a state.
    pub(super) fn copy(
        &self,
        workplace: &Workplace<'_>,
        rival: &Rival,
        state: State,
    ) -> Result<PathBuf, Failure> {
        self.copy_to(workplace, rival.name(), state, |directory| rival.configure(directory))
    }

    /// One for the checks alone.
    pub(super) fn copy_plain(&self, workplace: &Workplace<'_>, state: State) -> Result<PathBuf, Failure> {
        self.copy_to(workplace, "raw", state, |_| Ok(()))
    }

    fn copy_to(
        &self,
        workplace: &Workplace<'_>,
        name: &str,
        state: State,
        configure: impl Fn(&Path) -> Result<(), Failure>,
    ) -> Result<PathBuf, Failure> {
        let directory = workplace.repository("hooks", name)?;
        let shell = workplace.context.shell()?;
        shell.change_dir(&directory);
        let from = &self.folder;
        if !directory.join(".complete").exists() {
            workplace.context.read(cmd!(shell, "cp -a {from}/. ."))?;
            configure(&directory)?;
            workplace.commit(&directory)?;
        }
        workplace.context.read(cmd!(shell, "git reset --quiet --hard"))?;
        for file in self.staged(state) {
            append(&directory.join(&file))?;
        }
        workplace.context.read(cmd!(shell, "git add --update"))?;
        if state == State::Partly {
            for file in self.staged(state).iter().chain(self.candidates.iter().skip(60).take(20)) {
                append(&directory.join(file))?;
            }
        }
        // Git knows the files as they are, as it does when it runs a hook.
        workplace.context.read(cmd!(shell, "git status --short"))?;
        Ok(directory)
    }
}

/// Those of the files in which no check finds anything.
fn candidates(
    workplace: &Workplace<'_>,
    rivals: &Rivals,
    folder: &Path,
    files: &[String],
) -> Result<Vec<String>, Failure> {
    let shell = workplace.context.shell()?;
    shell.change_dir(folder);
    let codespell = rivals.program("codespell");
    let mut candidates = Vec::new();
    // From all over the tree, because those of one folder are often alike.
    let spread = files.iter().step_by(files.len().div_ceil(SAMPLE).max(1));
    for file in spread {
        let is_empty = fs::metadata(folder.join(file)).is_ok_and(|metadata| metadata.len() == 0);
        if !is_empty && workplace.context.read(cmd!(shell, "{codespell} {file}")).is_ok() {
            candidates.push(file.clone());
        }
        if candidates.len() >= WANTED {
            return Ok(candidates);
        }
    }
    Err(Failure::task("the tree has too few files in which no check finds anything"))
}

fn append(file: &Path) -> Result<(), Failure> {
    let text = fs::read_to_string(file)?;
    fs::write(file, format!("{text}{LINE}"))?;
    // Nobody commits in the second in which he writes; git reads files of such a second again.
    let a_while_ago = SystemTime::now() - Duration::from_secs(60);
    fs::File::options().write(true).open(file)?.set_modified(a_while_ago)?;
    Ok(())
}
