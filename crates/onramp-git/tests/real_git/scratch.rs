use std::fs;
use std::path::{Path, PathBuf};

use onramp_core::{Cancel, Secrets};
use onramp_exec::{Environment, Launcher, ProcessSpec};
use onramp_git::{Changes, GitError, Repository};
use tempfile::TempDir;

/// A temporary folder with a repository in it, and a git that knows nothing of the machine's configuration.
pub(crate) struct Scratch {
    folder: TempDir,
    environment: Environment,
    launcher: Launcher,
}

impl Scratch {
    /// A repository with the branch `main` and no commit, in the folder `work`.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in ["work", "home"] {
            fs::create_dir(folder.path().join(name)).expect("a folder in it");
        }
        let mut environment = Environment::default();
        environment.set("PATH", "/usr/local/bin:/usr/bin:/bin");
        environment.set("HOME", folder.path().join("home"));
        environment.set("GIT_CONFIG_NOSYSTEM", "1");
        let scratch = Self { folder, environment, launcher: Launcher::new(Cancel::new(), Secrets::new()) };
        for (key, value) in [
            ("user.name", "A. U. Thor"),
            ("user.email", "author@example.org"),
            ("init.defaultBranch", "main"),
            ("protocol.file.allow", "always"),
        ] {
            scratch.git_in("home", &["config", "--global", key, value]);
        }
        scratch.git(&["init", "-q"]);
        scratch
    }

    /// Sets a variable that git will see.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.set(name, value);
        self
    }

    /// The repository's work tree.
    pub(crate) fn root(&self) -> PathBuf {
        self.path("work")
    }

    /// A path in the temporary folder.
    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.path().canonicalize().expect("the temporary folder is there").join(path)
    }

    /// Writes a file of the work tree.
    pub(crate) fn write(&self, path: impl AsRef<Path>, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the folders of a file");
        fs::write(path, text).expect("a file of the work tree");
    }

    /// Writes some files of the work tree, each with its own name in it.
    pub(crate) fn files(&self, paths: &[&str]) {
        paths.iter().for_each(|path| self.write(path, path));
    }

    /// Runs git in the work tree and returns what it printed.
    pub(crate) fn git(&self, words: &[&str]) -> String {
        self.git_in("work", words)
    }

    /// Runs git in a folder of the temporary one.
    pub(crate) fn git_in(&self, folder: &str, words: &[&str]) -> String {
        let argv = ["git"].into_iter().chain(words.iter().copied());
        let spec = ProcessSpec::new(argv, self.path(folder), self.environment.clone());
        let captured = self.launcher.capture(&spec).expect("git runs");
        assert!(captured.status.success(), "git {words:?}: {}", captured.stderr);
        captured.stdout
    }

    /// Commits everything.
    pub(crate) fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "-q", "-m", "a commit"]);
    }

    /// The repository around a folder of the temporary one.
    pub(crate) fn around(&self, folder: &str) -> Result<Repository, GitError> {
        Repository::around(&self.path(folder), &self.launcher, &self.environment)
    }

    /// What has changed in the work tree since a revision.
    pub(crate) fn since(&self, revision: &str) -> Result<Changes, GitError> {
        self.around("work")?.changes_since(revision)
    }

    /// The names of what has changed in the work tree since a revision.
    pub(crate) fn changed_since(&self, revision: &str) -> Vec<String> {
        names(&self.since(revision).expect("git answers").inside)
    }
}

/// Paths as texts.
pub(crate) fn names(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path.to_string_lossy().into_owned()).collect()
}
