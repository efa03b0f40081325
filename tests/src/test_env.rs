use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use onramp_core::{Cancel, Secrets, Stream};
use onramp_exec::{Environment, Launcher, ProcessSpec};
use tempfile::TempDir;

use crate::{Run, Started};

/// A temporary folder with a workspace in it, and an environment of which everything is known.
pub struct TestEnv {
    folder: TempDir,
    program: PathBuf,
    root: PathBuf,
    environment: Environment,
    launcher: Launcher,
}

impl TestEnv {
    /// An empty workspace, for a program that is given by its file: `env!("CARGO_BIN_EXE_...")`.
    ///
    /// # Panics
    /// If the temporary folder cannot be made.
    pub fn new(program: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("onramp-test-").tempdir().expect("a temporary folder");
        let root = folder.path().join("work space ä");
        fs::create_dir(&root).expect("a folder in the temporary folder");
        let home = folder.path().join("home");
        fs::create_dir(&home).expect("a folder in the temporary folder");
        let mut environment = onramp_testing::environment();
        environment.set("HOME", &home);
        environment.set("LANG", "C.UTF-8");
        // Neither a server that outlives its command nor a container, unless a test asks for it.
        environment.set("ONRAMP_KEEP_WARM", "0s");
        environment.set("DOCKER_HOST", format!("unix://{}", folder.path().join("no-engine").display()));
        let launcher = Launcher::new(Cancel::new(), Secrets::new());
        Self { program: program.into(), root, folder, environment, launcher }
    }

    /// The workspace's root. Its name has a space and a letter beyond ASCII, because some do.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The temporary folder, outside the workspace.
    pub fn outside(&self) -> &Path {
        self.folder.path()
    }

    /// The file of the program under test.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Moves the workspace into a folder of another name.
    #[must_use]
    pub fn in_root(mut self, root: PathBuf) -> Self {
        self.root = root;
        self
    }

    /// Writes a file of the workspace.
    ///
    /// # Panics
    /// If that fails.
    #[must_use]
    pub fn file(self, path: &str, text: &str) -> Self {
        self.write(path, text);
        self
    }

    /// Writes a program of the workspace.
    ///
    /// # Panics
    /// If that fails.
    #[must_use]
    pub fn script(self, path: &str, text: &str) -> Self {
        self.write(path, text);
        fs::set_permissions(self.root.join(path), fs::Permissions::from_mode(0o755)).expect("a mode");
        self
    }

    /// Sets a variable of the program's environment.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.set_variable(name, value);
        self
    }

    /// The same, in place.
    pub fn set_variable(&mut self, name: &str, value: &str) {
        self.environment.set(name, value);
    }

    /// Writes a file of the workspace.
    ///
    /// # Panics
    /// If that fails.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).expect("the folders of a file");
        }
        fs::write(path, text).expect("a file of the workspace");
    }

    /// Reads a file of the workspace, the empty text where there is none.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_default()
    }

    /// Whether the workspace has a file.
    pub fn has(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    /// Runs the program at the workspace's root.
    ///
    /// # Panics
    /// If it cannot be started.
    #[track_caller]
    pub fn onramp<S: AsRef<str>>(&self, arguments: impl IntoIterator<Item = S>) -> Run {
        self.onramp_in("", arguments)
    }

    /// Runs the program in a folder of the workspace.
    ///
    /// # Panics
    /// If it cannot be started.
    #[track_caller]
    pub fn onramp_in<S: AsRef<str>>(&self, folder: &str, arguments: impl IntoIterator<Item = S>) -> Run {
        let program = self.program.to_string_lossy().into_owned();
        let arguments = arguments.into_iter().map(|argument| argument.as_ref().to_owned());
        self.command(folder, std::iter::once(program).chain(arguments))
    }

    /// Runs another program in a folder of the workspace.
    ///
    /// # Panics
    /// If it cannot be started.
    #[track_caller]
    pub fn command<S: AsRef<str>>(&self, folder: &str, argv: impl IntoIterator<Item = S>) -> Run {
        self.start_command(folder, argv).finish()
    }

    /// Starts the program at the workspace's root, and returns while it runs.
    ///
    /// # Panics
    /// If it cannot be started.
    #[track_caller]
    pub fn start<S: AsRef<str>>(&self, arguments: impl IntoIterator<Item = S>) -> Started {
        let program = self.program.to_string_lossy().into_owned();
        let arguments = arguments.into_iter().map(|argument| argument.as_ref().to_owned());
        self.start_command("", std::iter::once(program).chain(arguments))
    }

    /// Starts another program in a folder of the workspace, and returns while it runs.
    ///
    /// # Panics
    /// If it cannot be started.
    #[track_caller]
    pub fn start_command<S: AsRef<str>>(&self, folder: &str, argv: impl IntoIterator<Item = S>) -> Started {
        let argv = argv.into_iter().map(|word| word.as_ref().to_owned());
        let spec = ProcessSpec::new(argv, self.root.join(folder), self.environment.clone());
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&lines);
        let sink = move |stream: Stream, line: &str| {
            kept.lock().unwrap_or_else(PoisonError::into_inner).push((stream, line.to_owned()));
        };
        let running = self.launcher.start(&spec, Arc::new(sink)).expect("the program starts");
        Started { running, lines, root: self.root.to_string_lossy().into_owned() }
    }

    /// The command lines of the live processes that name the temporary folder in theirs. A test that wants
    /// its processes found starts them by a path in the workspace.
    ///
    /// # Panics
    /// If `ps` cannot be run.
    pub fn processes(&self) -> Vec<String> {
        let argv = ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="];
        let spec = ProcessSpec::new(argv, "/", self.environment.clone());
        let listing = self.launcher.capture(&spec).expect("ps runs").stdout;
        let folder = self.folder.path().to_string_lossy();
        let of_line = |line: &str| {
            let (pid, rest) = line.trim_start().split_once(' ')?;
            let (parent, words) = rest.trim_start().split_once(' ')?;
            Some((pid.to_owned(), parent.to_owned(), words.to_owned()))
        };
        let found: Vec<_> =
            listing.lines().filter(|line| line.contains(&*folder)).filter_map(of_line).collect();
        // One that was forked a moment ago looks like its parent until it is the program that it shall be.
        let is_forked = |parent: &String, words: &String| {
            found.iter().any(|(pid, _, other)| pid == parent && other == words)
        };
        let lines = found.iter().filter(|(_, parent, words)| !is_forked(parent, words));
        lines.map(|(_, _, words)| words.clone()).collect()
    }

    /// Every file of the workspace with its content, as [`snapshot`] has it.
    pub fn snapshot(&self) -> Vec<(PathBuf, Vec<u8>)> {
        snapshot(&self.root)
    }
}

/// Every file of a workspace with its content, without Onramp's state: what must be the same before and after something
/// that changes nothing.
pub fn snapshot(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    const LEFT_OUT: [&str; 4] = [".onramp", ".git", "__pycache__", ".ruff_cache"];
    let mut files = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if LEFT_OUT.iter().any(|left_out| name == *left_out) {
                continue;
            }
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(entry.path());
            } else {
                files.push((entry.path(), fs::read(entry.path()).unwrap_or_default()));
            }
        }
    }
    files.sort();
    files
}
