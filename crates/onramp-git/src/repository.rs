use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Component, Path, PathBuf};

use onramp_core::Secrets;
use onramp_exec::{Environment, Launcher, ProcessError, ProcessSpec, Stdin};

use crate::quoted::unquoted;
use crate::{GitDirectory, GitError};

/// Before each command: no pager, no lock that is not necessary, names in the quotes that are plain ASCII, no
/// service that watches files, and no file with an order for diffs, which need not exist.
const OPTIONS: [&str; 8] = [
    "--no-pager",
    "--no-optional-locks",
    "-c",
    "core.quotePath=true",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "diff.orderFile=/dev/null",
];

/// What a hook's git tells the programs that it starts about its own repository.
const OF_ANOTHER_REPOSITORY: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
];

/// So many names fit a command, however long they are.
const ASKED_AT_ONCE: usize = 25;

/// How names of paths in a command are understood.
const PATHSPECS: [&str; 4] =
    ["GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_LITERAL_PATHSPECS"];

/// The git repository that a workspace lies in.
#[derive(Clone)]
pub struct Repository {
    launcher: Launcher,
    pub(crate) environment: Environment,
    /// The workspace's root, all links followed.
    pub(crate) root: PathBuf,
    /// The root of the work tree, all links followed: `root` or a folder above it.
    pub(crate) work_tree: PathBuf,
    pub(crate) shallow: bool,
    /// Where git keeps what it knows of the work tree.
    pub(crate) directory: Option<GitDirectory>,
}

/// What a git that has ended said.
pub(crate) struct Answer {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Repository {
    /// The repository around the workspace at `root`; git is looked for and runs in `environment`, and the
    /// launcher's request to cancel ends it.
    pub fn around(root: &Path, launcher: &Launcher, environment: &Environment) -> Result<Self, GitError> {
        let unreadable = |error| GitError::Other(format!("{} cannot be read: {error}", root.display()));
        let root = root.canonicalize().map_err(unreadable)?;
        let directory = GitDirectory::around(&root).map_err(unreadable)?;
        let environment = adapted(environment.clone(), directory.as_ref());
        let launcher = Launcher::new(launcher.cancel().clone(), Secrets::new());
        let mut repository = Self {
            launcher,
            environment,
            work_tree: root.clone(),
            root: root.clone(),
            shallow: false,
            directory: directory.clone(),
        };
        let questions = ["rev-parse", "--is-inside-work-tree", "--is-shallow-repository", "--show-cdup"];
        let answer = repository.ask(&root, questions)?;
        let mut lines = answer.stdout.lines();
        let is_inside = lines.next() == Some("true");
        if answer.code != Some(0) || !is_inside {
            // Git says the same of a folder without repository and of one that it does not trust.
            return Err(match directory {
                Some(_) if answer.code != Some(0) => answer.complaint(),
                Some(_) | None => GitError::NotARepository(root),
            });
        }
        repository.shallow = lines.next() == Some("true");
        repository.work_tree = above(&root, lines.next().unwrap_or_default())
            .ok_or_else(|| GitError::Other(format!("{} is no part of its work tree", root.display())))?;
        if repository.work_tree != root && !repository.ignored(&[&root])?.is_empty() {
            return Err(GitError::Ignored(root));
        }
        Ok(repository)
    }

    /// The repository whose hook runs, around the workspace at `root`, as `environment` tells it by `GIT_DIR`,
    /// `GIT_WORK_TREE` and `GIT_INDEX_FILE`, relative to the root of the work tree. Git is not asked: whoever has been
    /// started by it knows that it is there, that it trusts the repository, and whether the workspace is ignored.
    pub fn of_hook(root: &Path, launcher: &Launcher, environment: &Environment) -> Result<Self, GitError> {
        let unreadable = |error| GitError::Other(format!("{} cannot be read: {error}", root.display()));
        let root = root.canonicalize().map_err(unreadable)?;
        let around = GitDirectory::around(&root).map_err(unreadable)?;
        let told = told_by(environment, &root, around.as_ref()).map_err(unreadable)?;
        let mut adapted = adapted(environment.clone(), told.as_ref().or(around.as_ref()));
        // The commit is made of this one, wherever it lies.
        if let Some(index) = environment.get("GIT_INDEX_FILE") {
            adapted.set("GIT_INDEX_FILE", index);
        }
        if let Some(told) = &told {
            adapted.set("GIT_DIR", told.own());
            adapted.set("GIT_WORK_TREE", told.work_tree());
        }
        let Some(directory) = told.or(around) else { return Err(GitError::NotARepository(root)) };
        Ok(Self {
            launcher: Launcher::new(launcher.cancel().clone(), Secrets::new()),
            environment: adapted,
            work_tree: directory.work_tree().to_path_buf(),
            root,
            shallow: false,
            directory: Some(directory),
        })
    }

    /// The root of the work tree, with all links followed.
    pub fn work_tree(&self) -> &Path {
        &self.work_tree
    }

    /// The workspace's root, with all links followed.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Those among some folders of the work tree that git ignores, so that it cannot tell what changes in them.
    /// None of them lies in a submodule.
    pub fn ignored<P: AsRef<Path>>(&self, folders: &[P]) -> Result<Vec<PathBuf>, GitError> {
        if folders.is_empty() {
            return Ok(Vec::new());
        }
        let words = ["check-ignore", "--"].into_iter().map(OsString::from);
        let folders = folders.iter().map(|folder| folder.as_ref().as_os_str().to_owned());
        let answer = self.ask(&self.work_tree, words.chain(folders))?;
        match answer.code {
            Some(0) => answer.paths_behind(0),
            Some(1) => Ok(Vec::new()),
            _ => Err(answer.complaint()),
        }
    }

    /// For each of some files, named from the root of the workspace, whether its attributes give it that filter: for
    /// `lfs`, git keeps a pointer in its place.
    pub fn has_filter<P: AsRef<Path>>(&self, filter: &str, files: &[P]) -> Result<Vec<bool>, GitError> {
        let mut has = Vec::with_capacity(files.len());
        for files in files.chunks(ASKED_AT_ONCE) {
            let words = ["check-attr", "-z", "filter", "--"].into_iter().map(OsString::from);
            let answer = self.ask(&self.root, words.chain(files.iter().map(|file| file.as_ref().into())))?;
            // The name of the file, `filter`, and the value.
            let told: Vec<&str> = answer.text()?.split('\0').collect();
            has.extend(told.chunks_exact(3).map(|told| told[2] == filter));
        }
        Ok(has)
    }

    /// Whether somebody wants the run to end.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.launcher.cancel().is_requested()
    }

    /// The same repository, with more variables for its git.
    pub(crate) fn with_variables<'a>(
        &self,
        variables: impl IntoIterator<Item = (&'a str, &'a OsStr)>,
    ) -> Self {
        let mut environment = self.environment.clone();
        variables.into_iter().for_each(|(name, value)| environment.set(name, value));
        Self { environment, ..self.clone() }
    }

    /// Runs git to its end in a folder of the work tree.
    pub(crate) fn ask<S: AsRef<OsStr>>(
        &self,
        directory: &Path,
        words: impl IntoIterator<Item = S>,
    ) -> Result<Answer, GitError> {
        self.tell(directory, words, Stdin::Null)
    }

    /// The same, with something to read for git.
    pub(crate) fn tell<S: AsRef<OsStr>>(
        &self,
        directory: &Path,
        words: impl IntoIterator<Item = S>,
        stdin: Stdin,
    ) -> Result<Answer, GitError> {
        let words = words.into_iter().map(|word| word.as_ref().to_owned());
        let argv = ["git"].into_iter().chain(OPTIONS).map(OsString::from).chain(words);
        let spec = ProcessSpec { stdin, ..ProcessSpec::new(argv, directory, self.environment.clone()) };
        let captured = self.launcher.capture(&spec).map_err(|error| match error {
            ProcessError::ProgramNotFound { .. } => GitError::NoGit,
            ProcessError::Cancelled => GitError::Cancelled,
            error => GitError::Other(error.to_string()),
        })?;
        Ok(Answer { code: captured.status.code(), stdout: captured.stdout, stderr: captured.stderr })
    }
}

impl Answer {
    /// Its exit code, `None` if a signal has ended it.
    pub(crate) fn code(&self) -> Option<i32> {
        self.code
    }

    /// What it printed, if it succeeded.
    pub(crate) fn text(&self) -> Result<&str, GitError> {
        if self.code == Some(0) { Ok(&self.stdout) } else { Err(self.complaint()) }
    }

    /// What it printed, however it ended.
    pub(crate) fn printed(&self) -> &str {
        &self.stdout
    }

    /// The paths that it printed, one a line behind so many letters, if it succeeded.
    pub(crate) fn paths_behind(&self, letters: usize) -> Result<Vec<PathBuf>, GitError> {
        let unclear = |line| GitError::Other(format!("git printed a name that cannot be read: {line}"));
        let path = |line: &str| line.get(letters..).and_then(unquoted);
        self.text()?.lines().map(|line| path(line).ok_or_else(|| unclear(line))).collect()
    }

    /// What git has against the question: its first line about it.
    pub(crate) fn complaint(&self) -> GitError {
        let lines = self.stderr.lines().map(|line| line.trim_start_matches("fatal: ").trim());
        let first = lines.clone().find(|line| !line.is_empty() && !line.starts_with("warning: "));
        let end = self.code.map_or_else(|| "was ended".to_owned(), |code| format!("exited with {code}"));
        GitError::Other(format!("git {}", first.map_or(end, |line| format!("says: {line}"))))
    }
}

/// The repository that `GIT_DIR` names, where it is not the one around the workspace at `root`.
fn told_by(
    environment: &Environment,
    root: &Path,
    around: Option<&GitDirectory>,
) -> io::Result<Option<GitDirectory>> {
    let Some(named) = environment.get("GIT_DIR") else { return Ok(None) };
    // A relative one is relative to a folder that is not known: the root of the work tree.
    let Some(folder) = root.ancestors().find(|folder| folder.join(named).join("HEAD").is_file()) else {
        return Ok(None);
    };
    let own = folder.join(named).canonicalize()?;
    if let Some(around) = around.filter(|around| around.own().canonicalize().is_ok_and(|it| it == own)) {
        let work_tree = environment.get("GIT_WORK_TREE").map(|work_tree| folder.join(work_tree));
        if work_tree.is_none_or(|it| it.canonicalize().is_ok_and(|it| it == around.work_tree())) {
            return Ok(None);
        }
    }
    let work_tree = match environment.get("GIT_WORK_TREE") {
        Some(work_tree) => folder.join(work_tree).canonicalize()?,
        None => folder.to_path_buf(),
    };
    GitDirectory::at(&work_tree, own)
}

/// The environment in which git speaks of the repository of `directory`, in English and to nobody else.
fn adapted(mut environment: Environment, directory: Option<&GitDirectory>) -> Environment {
    let is_of_it = environment.get("GIT_INDEX_FILE").is_some_and(|file| {
        directory.is_some_and(|directory| {
            let folder =
                directory.work_tree().join(file).parent().and_then(|folder| folder.canonicalize().ok());
            folder.is_some() && folder == directory.own().canonicalize().ok()
        })
    });
    if !is_of_it {
        environment.unset("GIT_INDEX_FILE");
    }
    OF_ANOTHER_REPOSITORY.iter().chain(&PATHSPECS).for_each(|name| environment.unset(name));
    environment.set("LC_ALL", "C");
    environment
}

/// The folder that `../../` leads to from `root`.
fn above(root: &Path, ups: &str) -> Option<PathBuf> {
    let mut folder = root;
    for component in Path::new(ups).components() {
        match component {
            Component::ParentDir => folder = folder.parent()?,
            _ => return None,
        }
    }
    Some(folder.to_path_buf())
}
