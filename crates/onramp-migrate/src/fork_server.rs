//! A Python that is kept between two runs, has imported what the project's Alembic imports from elsewhere, and forks
//! itself for each run. See the chapter at the head of the crate; what it does is in `shim/onramp_fork_server.py`.

mod conversation;
mod order;

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use onramp_core::Dialect;
use onramp_exec::{Discard, Environment, Forked, Launcher, LineSink, ProcessSpec};

use self::conversation::{ask_to_end, fork, is_there};
use self::order::{Order, key};
use crate::alembic::{Alembic, Command};
use crate::redirection::SHIM;

/// How long one may take from its start until it listens.
const START: Duration = Duration::from_secs(30);

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
}

impl ForkServer {
    /// The one that can take the place of processes which are started as `alembic` starts them. `None` where none is
    /// wanted: nothing is kept warm, the sources are not the project's own, or the system cannot do it.
    pub(crate) fn of(alembic: &Alembic<'_>) -> Option<Self> {
        let Alembic { spec, dialect, .. } = alembic;
        let is_wanted =
            cfg!(target_os = "linux") && !spec.keep.idle.is_zero() && alembic.sources == spec.root;
        if !is_wanted {
            return None;
        }
        let folder = spec.state.join(FOLDER).join(dialect.name());
        let mut process = alembic.process(Command::Upgrade("head"));
        process.environment = environment(alembic, &folder);
        process.log = None;
        let key = key(&process);
        Some(Self { folder, idle: spec.keep.idle, process, key })
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
        if modules.is_empty() || self.stands() {
            return;
        }
        let start = || {
            end(&self.folder);
            fs::DirBuilder::new().recursive(true).mode(0o700).create(self.folder.join("shim"))?;
            for (name, source) in SHIM {
                fs::write(self.folder.join("shim").join(name), source)?;
            }
            let order =
                Order { key: self.key.clone(), idle: self.idle.as_secs_f64(), modules: modules.to_vec() };
            order.write(&self.folder)
        };
        if start().is_ok()
            && let Ok(running) = launcher.clone().without_leases().start(&self.process, Arc::new(Discard))
        {
            running.release();
        }
    }

    /// Ends it, and keeps in mind that what it forks is no good until something changes.
    pub(crate) fn give_up(&self, reason: &str) {
        ask_to_end(&self.folder);
        let _ = fs::write(self.folder.join("unsuitable"), reason);
    }

    /// Whether it listens, will in a moment, or never can.
    fn stands(&self) -> bool {
        let is_young = || {
            let written = fs::metadata(Order::place(&self.folder)).and_then(|order| order.modified());
            written.is_ok_and(|written| written.elapsed().is_ok_and(|age| age < START))
        };
        Order::of(&self.folder).is_some_and(|order| order.key == self.key)
            && (self.folder.join("unsuitable").exists() || is_there(&self.folder) || is_young())
    }
}

/// The project's environment without a database: what is imported may not know one.
fn environment(alembic: &Alembic<'_>, folder: &Path) -> Environment {
    let spec = alembic.spec;
    let mut environment = spec.environment.clone();
    environment.unset(&spec.url_env);
    let dialect = spec.dialects.iter().find(|dialect| dialect.dialect == alembic.dialect);
    for name in dialect.into_iter().flat_map(|dialect| dialect.env.keys()) {
        environment.unset(name);
    }
    let mut path = folder.join("shim").into_os_string();
    if let Some(old) = environment.get("PYTHONPATH").filter(|old| !old.is_empty()) {
        path.push(":");
        path.push(old);
    }
    environment.set("PYTHONPATH", path);
    environment.set("PYTHONHASHSEED", "0");
    environment.set("ONRAMP_FORK_SERVER", folder);
    environment
}

/// A Python that waits for the next run.
#[derive(Clone, Debug)]
pub struct ForkServerStatus {
    /// The dialect whose Alembic it is for.
    pub dialect: Dialect,
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
        is_there(&folder).then(|| ForkServerStatus { dialect: *dialect, rest: idle.saturating_sub(unused) })
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
    state.join(FOLDER).join(OsStr::new(dialect.name()))
}

/// Asks one to end and removes its folder; one that hears nothing sees that its socket is gone.
fn end(folder: &Path) {
    ask_to_end(folder);
    let _: io::Result<()> = fs::remove_dir_all(folder);
}
