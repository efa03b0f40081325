use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use onramp_cache::Digest;
use onramp_core::TaskId;
use onramp_exec::Environment;

use crate::env_vars::{HOME, XDG_STATE_HOME};
use crate::own_folder;
use crate::report::RunFiles;

/// The name of the folder at a workspace's root.
pub(crate) const STATE_FOLDER: &str = ".onramp";

/// What is kept elsewhere of workspaces that cannot be written, below the folder for that.
const ELSEWHERE: &str = "onramp";

/// The folder `.onramp` at a workspace's root, where Onramp keeps what it must remember. It is not made
/// before there is something to keep, and ignores itself for git. Of a workspace that cannot be written, as one that is
/// mounted read-only or somebody else's, it lies where the user keeps the state of programs.
#[derive(Clone, Debug)]
pub(crate) struct State {
    directory: PathBuf,
    /// The folder for all such workspaces, where it is not in its own.
    elsewhere: Option<PathBuf>,
}

impl State {
    /// The state of the workspace at `root`.
    pub(crate) fn of(root: &Path) -> Self {
        Self { directory: root.join(STATE_FOLDER), elsewhere: None }
    }

    /// The same where it can be written, for the user of that environment.
    pub(crate) fn for_user_of(environment: &Environment, root: &Path) -> Self {
        let own = Self::of(root);
        let may_write = |folder: &Path| rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).is_ok();
        if may_write(&own.directory) || may_write(root) || !root.is_dir() {
            return own;
        }
        let folder = |name: &str| environment.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let home = || folder(HOME).map(|home| home.join(".local/state"));
        let Some(states) = folder(XDG_STATE_HOME).or_else(home) else { return own };
        let elsewhere = states.join(ELSEWHERE);
        let real = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
        let name = real.file_name().unwrap_or_default().to_string_lossy();
        let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
        let name: String = name.chars().take(40).map(plain).collect();
        let digest = Digest::of(real.as_os_str().as_encoded_bytes()).to_string();
        let directory = elsewhere.join(format!("{name}-{}", &digest[..12])).join(STATE_FOLDER);
        Self { directory, elsewhere: Some(elsewhere) }
    }

    /// Whether it lies outside of its workspace, because that cannot be written.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.elsewhere.is_some()
    }

    /// The folder itself.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Makes the folder if it is not there yet.
    pub(crate) fn create(&self) -> io::Result<()> {
        if let (Some(elsewhere), Some(folder)) = (&self.elsewhere, self.directory.parent()) {
            fs::create_dir_all(elsewhere.parent().unwrap_or(elsewhere))?;
            own_folder::make(elsewhere)?;
            own_folder::make(folder)?;
        }
        fs::create_dir_all(&self.directory)?;
        let ignore = self.directory.join(".gitignore");
        if !ignore.exists() {
            fs::write(ignore, "*\n")?;
        }
        Ok(())
    }

    /// Fails where nothing can be written into the folder.
    pub(crate) fn check_writable(&self) -> io::Result<()> {
        Ok(rustix::fs::access(&self.directory, rustix::fs::Access::WRITE_OK)?)
    }

    /// Where the last result of each task is remembered.
    pub(crate) fn last(&self) -> PathBuf {
        self.directory.join("last")
    }

    /// Where it is remembered which files a formatter or linter has nothing to do with any more.
    pub(crate) fn clean(&self) -> PathBuf {
        self.directory.join("clean")
    }

    /// Where files lie that a formatter is given in place of those of the tree.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.directory.join("scratch")
    }

    /// Where it is noted which tasks have begun and not come to their end.
    pub(crate) fn unfinished(&self) -> PathBuf {
        self.directory.join("unfinished")
    }

    /// Where what lay in the place of restored outputs is kept, by the time in milliseconds since 1970.
    pub(crate) fn replaced(&self, time: u64) -> PathBuf {
        self.all_replaced().join(time.to_string())
    }

    /// The folder of all that.
    pub(crate) fn all_replaced(&self) -> PathBuf {
        self.directory.join("replaced")
    }

    /// Where the outputs of a task lie while it is audited.
    pub(crate) fn set_aside(&self) -> PathBuf {
        self.directory.join("set-aside")
    }

    /// Where the digests of files are remembered.
    pub(crate) fn memo(&self) -> PathBuf {
        self.directory.join("memo")
    }

    /// Where results are kept that may answer again.
    pub(crate) fn store(&self) -> PathBuf {
        self.directory.join("store")
    }

    /// Where the output of a task is kept, by its name from the outermost workspace. No section and no member
    /// has a sign in its name that would make two names one.
    pub(crate) fn log(&self, task: &TaskId) -> PathBuf {
        let name = task.to_string().replace('/', "+").replace(':', "-");
        self.directory.join("logs").join(format!("{name}.log"))
    }

    /// The lock of a task, by the task's name.
    pub(crate) fn lock(&self, task: &str) -> PathBuf {
        self.directory.join("locks").join(format!("{}.lock", task.replace(['/', ':'], "-")))
    }

    /// The merged JUnit report of the last run of suites.
    pub(crate) fn junit(&self) -> PathBuf {
        self.directory.join("reports").join("junit.xml")
    }

    /// Where it is remembered how long tasks took.
    pub(crate) fn durations(&self) -> PathBuf {
        self.directory.join("durations.json")
    }

    /// Where it is written who owns which scratch server.
    pub(crate) fn leases(&self) -> PathBuf {
        self.directory.join("leases")
    }

    /// The reports of the last runs.
    pub(crate) fn runs(&self) -> RunFiles {
        RunFiles::new(self.directory.join("runs"))
    }

    /// When cargo was last asked for the repository's own xtask, and what it came to.
    pub(crate) fn own_build(&self) -> PathBuf {
        self.directory.join("xtask")
    }

    /// Its time tells when cargo was asked, while there is no answer yet.
    pub(crate) fn own_build_asked(&self) -> PathBuf {
        self.directory.join("xtask.asked")
    }

    /// Where the answers of tools to the question for their version are remembered.
    pub(crate) fn probes(&self) -> PathBuf {
        self.directory.join("probes.json")
    }
}
