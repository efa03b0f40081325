use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use onramp_core::Failure;
use onramp_exec::{Environment, Launcher, ProcessSpec};

use super::touched::Files;
use crate::Error;
use crate::state::State;
use crate::task_lock::TaskLock;

/// What the names of the folders begin with.
const PREFIX: &str = "audit-";

/// The lock in a folder.
const LOCK: &str = "lock";

/// What strace writes down: calls that name files, and those by which processes and their directories come to be.
/// A question mark stands before those that not every kind of machine has.
const CALLS: &str = "trace=%file,fchdir,clone,?clone3,?fork,?vfork";

/// Has commands write down which files they touch.
pub(crate) struct Strace {
    program: PathBuf,
    /// Where it is written down, one file for each command.
    folder: tempfile::TempDir,
    /// Says that somebody uses the folder, until the process ends.
    _lock: File,
    commands: AtomicUsize,
}

impl Strace {
    /// Finds strace in `environment`, and sees whether it may trace here. What it writes goes into a folder of its
    /// own in the state, which goes with it; those of killed audits go now.
    pub(super) fn find(environment: &Environment, launcher: &Launcher, state: &State) -> Result<Self, Error> {
        let folder = state.directory();
        if !cfg!(target_os = "linux") {
            return Err(Error::environment("an audit needs strace, which exists on Linux alone"));
        }
        let program = environment.find_program("strace".as_ref(), folder).map_err(|_| {
            Error::environment("an audit needs strace, and there is none on PATH")
                .hint("apt-get install strace")
        })?;
        let (own, lock) = {
            // A folder is there before its lock is, which must not look as if nobody had it.
            let _beginning = TaskLock::acquire(&state.lock("audit"), launcher.cancel(), |_| {})?;
            remove_stale(folder);
            own_folder(folder).map_err(|error| {
                Error::environment(format!("no folder could be made in {}: {error}", folder.display()))
            })?
        };
        let strace = Self { program, folder: own, _lock: lock, commands: AtomicUsize::new(0) };
        strace.try_out(environment, launcher)?;
        Ok(strace)
    }

    /// Puts strace before a command. One whose program does not exist is left as it is, to fail by itself.
    pub(crate) fn trace(&self, spec: &mut ProcessSpec) {
        let Some(program) = spec.argv.first() else { return };
        if spec.environment.find_program(program, &spec.directory).is_err() {
            return;
        }
        let file = self.file(self.commands.fetch_add(1, Ordering::Relaxed));
        // Neither arguments nor what is read or written: paths alone are written in full.
        let options = ["-f", "-y", "-qq", "-s", "0", "--seccomp-bpf", "-e", "signal=none", "-e", CALLS, "-o"];
        let mut argv = vec![self.program.clone().into_os_string()];
        argv.extend(options.map(Into::into));
        argv.extend([file.into_os_string(), "--".into()]);
        argv.append(&mut spec.argv);
        spec.argv = argv;
    }

    /// What all commands have done so far, each started in `directory`.
    pub(super) fn files(&self, directory: &Path) -> Result<Files, Error> {
        let mut files = Files::default();
        for number in 0..self.commands.load(Ordering::Relaxed) {
            let path = self.file(number);
            let bytes = fs::read(&path).map_err(|error| {
                Error::environment(format!("{} could not be read: {error}", path.display()))
            })?;
            files.add(&String::from_utf8_lossy(&bytes), directory);
        }
        Ok(files)
    }

    fn try_out(&self, environment: &Environment, launcher: &Launcher) -> Result<(), Error> {
        let mut spec = ProcessSpec::new(["sh", "-c", ":"], self.folder.path(), environment.clone());
        self.trace(&mut spec);
        let captured = launcher.capture(&spec).map_err(Failure::from)?;
        self.commands.store(0, Ordering::Relaxed);
        if captured.status.success() {
            return Ok(());
        }
        let reason = captured.stderr.lines().next_back().unwrap_or_default();
        let error = Error::environment(format!("strace may not trace processes here: {reason}"));
        Err(error.hint("in a container: docker run --cap-add SYS_PTRACE ..."))
    }

    fn file(&self, number: usize) -> PathBuf {
        self.folder.path().join(format!("{number}.strace"))
    }
}

fn own_folder(folder: &Path) -> io::Result<(tempfile::TempDir, File)> {
    let own = tempfile::Builder::new().prefix(PREFIX).tempdir_in(folder)?;
    let lock = File::create(own.path().join(LOCK))?;
    lock.try_lock()?;
    Ok((own, lock))
}

/// Removes the folders that nobody uses. What cannot be removed is no reason not to audit.
fn remove_stale(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_in_use = File::open(entry.path().join(LOCK)).is_ok_and(|lock| lock.try_lock().is_err());
        if entry.file_name().to_string_lossy().starts_with(PREFIX) && !is_in_use {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}
