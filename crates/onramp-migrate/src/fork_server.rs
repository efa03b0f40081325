//! A Python that is kept between two runs, has imported what the project's Alembic imports from elsewhere, and forks
//! itself for each run. See the chapter at the head of the crate; what it does is in `shim/onramp_fork_server.py`.

mod conversation;
mod order;

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use onramp_core::Dialect;
use onramp_exec::{Discard, Forked, Launcher, LineSink, ProcessSpec};

use self::conversation::{ask_to_end, fork, is_there, listener};
use self::order::{Order, key};
use crate::alembic::Command;
use crate::shim;
use crate::{AlembicSpec, DialectSpec, MigrateSpec};

/// How long one may take from its start until it listens.
const START: Duration = Duration::from_secs(30);

/// How long it is remembered that there cannot be one: what was in the way may be gone.
const MEMORY: Duration = Duration::from_secs(24 * 60 * 60);

/// What stands in the variables that name a database until the server has begun. It is the command for an upgrade that is
/// started; where its folder goes before Python has found our modules in it, that must fail, and not upgrade the database
/// that the project takes by default. A project may take it for the path of a file, so it is one that nobody can make.
const NO_DATABASE: &str = "/dev/null/no database: this process only imports";

/// Has Python write none of its compiled modules.
const NO_BYTECODE: &str = "PYTHONDONTWRITEBYTECODE";

/// How long a folder may be in use by a server that has not heard yet that it shall end.
const REMOVAL: Duration = Duration::from_secs(2);

/// Where they lie in the state folder, a folder each.
const FOLDER: &str = "interpreters";

/// The Python for one dialect of a worktree.
pub(crate) struct ForkServer {
    folder: PathBuf,
    idle: Duration,
    /// What it is started with.
    process: ProcessSpec,
    /// The environment that `process` has, as far as it decides what is imported, and all else that does.
    key: String,
    /// The variables that are set for its start alone: that it has no database, and keeps nothing.
    without: Vec<String>,
}

impl ForkServer {
    /// The one for the project's Alembic on the project's own sources. `None` where none is wanted: nothing is kept
    /// warm, or the system cannot do it.
    pub(crate) fn of(spec: &MigrateSpec, start: &AlembicSpec, dialect: &DialectSpec) -> Option<Self> {
        if cfg!(not(target_os = "linux")) || spec.keep.idle.is_zero() {
            return None;
        }
        let folder = folder(&spec.state, dialect.dialect);
        let argv = start.argv(Command::Upgrade("head"), dialect.dialect);
        let without = dialect.env.keys().chain([&spec.url_env]).cloned().collect();
        let process = ProcessSpec::new(argv, &spec.root, spec.environment.clone());
        Some(Self::new(folder, spec.keep.idle, process, without))
    }

    /// The one that stands for such processes, whose databases the variables `without` name.
    fn new(folder: PathBuf, idle: Duration, mut process: ProcessSpec, mut without: Vec<String>) -> Self {
        let environment = &mut process.environment;
        for name in &without {
            environment.set(name, NO_DATABASE);
        }
        // Its folder would come back with what Python keeps there, long after somebody has removed it.
        if environment.get(NO_BYTECODE).is_none_or(|value| value.is_empty()) {
            environment.set(NO_BYTECODE, "1");
            without.push(NO_BYTECODE.to_owned());
        }
        shim::activate(&folder.join("shim"), environment);
        environment.set("ONRAMP_FORK_SERVER", &folder);
        let key = key(&process, &without);
        process.environment.set("ONRAMP_FORK_SERVER_KEY", &key);
        Self { folder, idle, process, key, without }
    }

    /// Has a process forked that does what `spec` says. `None` where the server is not there, is another one, or sees
    /// that a package has changed.
    pub(crate) fn fork(
        &self,
        launcher: &Launcher,
        spec: &ProcessSpec,
        output: Arc<dyn LineSink>,
    ) -> Option<Forked> {
        if Order::of(&self.folder)?.key != self.key {
            return None;
        }
        launcher.fork(spec, output, |handles| fork(&self.folder, handles, spec)).ok()
    }

    /// Starts one for the next run, unless there is one or it is known that there cannot be. It outlives this process.
    /// Without it the next run takes longer; so no error is one.
    pub(crate) fn ensure(&self, launcher: &Launcher, modules: &[String]) {
        if launcher.cancel().is_requested() || modules.is_empty() || self.stands() {
            return;
        }
        if self.prepare(modules).is_ok()
            && let Ok(running) = launcher.clone().without_leases().start(&self.process, Arc::new(Discard))
        {
            running.release();
        }
    }

    /// Ends it, and keeps in mind that one process for several commands does not work here, until something changes.
    pub(crate) fn give_up(&self) {
        let reason = "the project's Alembic does not last from one command to the next";
        let _ = self.prepare(&[]).and_then(|()| fs::write(self.folder.join("unsuitable"), reason));
    }

    /// Makes the folder anew. Whoever listened there ends.
    fn prepare(&self, modules: &[String]) -> io::Result<()> {
        end(&self.folder);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        shim::write(&self.folder.join("shim"))?;
        let order = Order {
            key: self.key.clone(),
            idle: self.idle.as_secs_f64(),
            modules: modules.to_vec(),
            without: self.without.clone(),
        };
        order.write(&self.folder)
    }

    fn is_unsuitable(&self) -> bool {
        let told = fs::metadata(self.folder.join("unsuitable")).and_then(|reason| reason.modified());
        told.is_ok_and(|told| told.elapsed().is_ok_and(|age| age < MEMORY))
    }

    /// Whether it listens, will in a moment, or is known not to be able to.
    fn stands(&self) -> bool {
        let is_young = || {
            let written = fs::metadata(Order::place(&self.folder)).and_then(|order| order.modified());
            written.is_ok_and(|written| written.elapsed().is_ok_and(|age| age < START))
        };
        Order::of(&self.folder).is_some_and(|order| order.key == self.key)
            && (self.is_unsuitable() || is_there(&self.folder) || is_young())
    }
}

/// A Python that waits for the next run.
#[derive(Clone, Debug)]
pub struct ForkServerStatus {
    /// The dialect whose Alembic it is for.
    pub dialect: Dialect,
    /// Its process id.
    pub process: u32,
    /// When it ends by itself, if nobody uses it.
    pub rest: Duration,
}

/// The ones of this worktree that listen. `state` is the workspace's `.onramp`.
pub fn fork_servers(state: &Path) -> Vec<ForkServerStatus> {
    let status = |dialect: &Dialect| {
        let folder = folder(state, *dialect);
        let idle = Duration::try_from_secs_f64(Order::of(&folder)?.idle).ok()?;
        let used = fs::metadata(folder.join("socket")).and_then(|socket| socket.modified()).ok()?;
        let unused = SystemTime::now().duration_since(used).unwrap_or_default();
        let process = listener(&folder)?;
        Some(ForkServerStatus { dialect: *dialect, process, rest: idle.saturating_sub(unused) })
    };
    Dialect::ALL.iter().filter_map(status).collect()
}

/// Ends the ones of this worktree, and returns whose they were.
pub fn end_fork_servers(state: &Path) -> Vec<Dialect> {
    let found = fork_servers(state).into_iter().map(|server| server.dialect).collect();
    for dialect in Dialect::ALL {
        end(&folder(state, dialect));
    }
    // Only if nothing of somebody else's is in it.
    let _ = fs::remove_dir(state.join(FOLDER));
    found
}

fn folder(state: &Path, dialect: Dialect) -> PathBuf {
    state.join(FOLDER).join(dialect.name())
}

/// Asks one to end and removes its folder. One that does not listen yet sees, once it does, that the name of its folder
/// is no longer its own; so that is taken away first.
fn end(folder: &Path) {
    for left in ended(folder) {
        remove(&left);
    }
    let mut aside = folder.as_os_str().to_owned();
    aside.push(format!("{ENDED}{}", std::process::id()));
    let aside = PathBuf::from(aside);
    let place = if fs::rename(folder, &aside).is_ok() { &aside } else { folder };
    ask_to_end(place);
    remove(place);
}

/// What stands behind the name of a folder that is on its way out, before the number of a process.
const ENDED: &str = ".ended-";

/// The folders that somebody else is about to remove, or could not remove any more.
fn ended(folder: &Path) -> Vec<PathBuf> {
    let (Some(parent), Some(name)) = (folder.parent(), folder.file_name()) else { return Vec::new() };
    let beginning = format!("{}{ENDED}", name.to_string_lossy());
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let ended = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(&beginning));
    ended.map(|entry| entry.path()).collect()
}

/// Removes a folder into which a server may still put its socket.
fn remove(folder: &Path) {
    let deadline = Instant::now() + REMOVAL;
    while fs::remove_dir_all(folder).is_err() && folder.exists() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(1));
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
