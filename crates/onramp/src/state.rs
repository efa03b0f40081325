use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use onramp_core::TaskId;

use crate::report::RunFiles;

/// The name of the folder at a workspace's root.
pub(crate) const STATE_FOLDER: &str = ".onramp";

/// The folder `.onramp` at a workspace's root, where Onramp keeps what it must remember. It is not made
/// before there is something to keep, and ignores itself for git.
#[derive(Clone, Debug)]
pub(crate) struct State {
    directory: PathBuf,
}

impl State {
    /// The state of the workspace at `root`.
    pub(crate) fn of(root: &Path) -> Self {
        Self { directory: root.join(STATE_FOLDER) }
    }

    /// The folder itself.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Makes the folder if it is not there yet.
    pub(crate) fn create(&self) -> io::Result<()> {
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
