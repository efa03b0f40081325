use std::fs;
use std::time::{Duration, SystemTime};

use onramp_core::{Dialect, Failure};
use onramp_exec::Launcher;

use crate::file_lock::{FileLock, Hold};
use crate::keeper::{Role, ServerFiles, names, stop};
use crate::postgresql::{Admin, drop_template, given, template_ids, unusable};
use crate::template::Shelf;
use crate::{DatabasesSpec, Place, Source, reap_leftovers};

/// A server that this worktree has running.
#[derive(Clone, Debug)]
pub struct ServerStatus {
    /// Its name among the worktree's servers.
    pub name: String,
    /// Whether it is the development server, which stops only when it is told to.
    pub is_development: bool,
    /// Where it comes from.
    pub source: Source,
    /// The same for people: `PostgreSQL 15.18 of /usr/lib/postgresql/15/bin`.
    pub origin: String,
    /// `HOST:PORT`, or the folder of its socket.
    pub address: String,
    /// How long it has been there.
    pub age: Duration,
    /// Whether a command uses it now.
    pub is_in_use: bool,
    /// How long it lives on if nobody uses it; `None`: until it is told to stop.
    pub rest: Option<Duration>,
    /// The id of its container.
    pub container: Option<String>,
    /// The process that keeps it.
    pub keeper: u32,
}

/// What became of a server that was to stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// It has stopped.
    Yes {
        /// Its name.
        name: String,
    },
    /// A command uses it, and goes on.
    InUse {
        /// Its name.
        name: String,
    },
}

/// A template that this worktree keeps.
#[derive(Clone, Debug)]
pub struct TemplateStatus {
    /// The dialect.
    pub dialect: Dialect,
    /// Its name, which tells nothing of its key.
    pub id: String,
    /// How long ago it was last used.
    pub unused: Duration,
}

/// The servers of this worktree that are there.
pub fn servers(place: &Place) -> Vec<ServerStatus> {
    let names = names(&place.state).into_iter();
    names.filter_map(|name| status(&ServerFiles::new(&place.state, &name), name)).collect()
}

fn status(files: &ServerFiles, name: String) -> Option<ServerStatus> {
    let record = files.read().filter(|record| !record.keeper.is_gone())?;
    let is_in_use = files.is_in_use();
    let unused = fs::metadata(files.in_use()).and_then(|metadata| metadata.modified());
    let unused = unused.map_or(Duration::ZERO, since);
    let rest = record.idle.map(|idle| if is_in_use { idle } else { idle.saturating_sub(unused) });
    let connection = &record.connection;
    Some(ServerStatus {
        name,
        is_development: record.role == Role::Development,
        source: record.source,
        address: match connection.host.starts_with('/') {
            true => connection.host.clone(),
            false => format!("{}:{}", connection.host, connection.port),
        },
        age: since(record.since),
        is_in_use,
        rest,
        container: record.container.map(|(id, _)| id),
        keeper: record.keeper.process.pid,
        origin: record.origin,
    })
}

/// Stops the servers of this worktree, the development server first, and clears away what dead ones have left. One
/// that a command uses is left alone unless `force` says otherwise.
pub fn stop_servers(
    launcher: &Launcher,
    spec: &DatabasesSpec,
    force: Force,
) -> Result<Vec<Stopped>, Failure> {
    let state = &spec.place.state;
    let mut stopped = Vec::new();
    for name in names(state) {
        let files = ServerFiles::new(state, &name);
        let lock = FileLock::acquire(&files.lock(), Hold::Exclusive, launcher.cancel(), || {})?;
        let Some(record) = files.read() else {
            files.wait_for_keeper(launcher.cancel(), || {})?;
            files.forget(lock);
            continue;
        };
        if force == Force::No && files.is_in_use() {
            stopped.push(Stopped::InUse { name });
            continue;
        }
        if stop(&files, &record) {
            files.forget(lock);
            stopped.push(Stopped::Yes { name });
        }
    }
    reap_leftovers(state);
    sweep(spec);
    Ok(stopped)
}

/// Drops what this worktree keeps for its next command on the server that the user gives, if one is asked for: templates that
/// nobody uses now, and what killed commands have left. Its development database stays. Returns how many templates
/// went.
pub fn clear_given(launcher: &Launcher, spec: &DatabasesSpec) -> Result<usize, Failure> {
    let Some(admin) = given_admin(launcher, spec)? else { return Ok(0) };
    let worktree = spec.place.worktree()?;
    let mut gone = 0;
    let stuck = admin.sweep(&worktree, &spec.place.state)?;
    let shelf = Shelf::of(&spec.place.state, Dialect::Postgresql);
    for id in template_ids(&admin, &worktree)? {
        if shelf.throw_away(&id, || drop_template(&admin, &id)) {
            gone += 1;
        }
    }
    stuck.into_iter().next().map_or(Ok(gone), Err)
}

/// Whether servers stop that are in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Force {
    /// They do not.
    No,
    /// They do, and the commands that use them fail.
    Yes,
}

/// Containers of this worktree that no lease tells of.
#[cfg(feature = "containers")]
fn sweep(spec: &DatabasesSpec) {
    crate::postgresql::sweep_engine(&spec.environment, &spec.place);
}

#[cfg(not(feature = "containers"))]
fn sweep(_spec: &DatabasesSpec) {}

/// The templates that this worktree keeps: those of SQLite, and those on servers that are there.
pub fn templates(launcher: &Launcher, spec: &DatabasesSpec) -> Vec<TemplateStatus> {
    let mut found = Vec::new();
    for dialect in Dialect::ALL {
        let shelf = Shelf::of(&spec.place.state, dialect);
        let there = match dialect {
            Dialect::Sqlite => files(&shelf),
            Dialect::Postgresql => on_servers(launcher, spec),
        };
        let ids =
            shelf.ids().into_iter().filter(|(id, _)| there.iter().any(|name| name.contains(id.as_str())));
        found.extend(ids.map(|(id, used)| TemplateStatus { dialect, id, unused: since(used) }));
    }
    found
}

fn files(shelf: &Shelf) -> Vec<String> {
    let entries = fs::read_dir(&shelf.folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(".db")).collect()
}

fn on_servers(launcher: &Launcher, spec: &DatabasesSpec) -> Vec<String> {
    let state = &spec.place.state;
    let records = names(state).into_iter().filter_map(|name| ServerFiles::new(state, &name).read());
    let kept = records.filter(|record| !record.keeper.is_gone()).map(|record| {
        launcher.secrets().add(&record.connection.password);
        Admin::open(&record.connection)
    });
    let Ok(worktree) = spec.place.worktree() else { return Vec::new() };
    // A server that does not answer has none to offer.
    let admins = kept.filter_map(Result::ok).chain(given_admin(launcher, spec).ok().flatten());
    admins.flat_map(|admin| template_ids(&admin, &worktree).unwrap_or_default()).collect()
}

/// The server that the user gives, if one is asked for.
pub(crate) fn given_admin(launcher: &Launcher, spec: &DatabasesSpec) -> Result<Option<Admin>, Failure> {
    if !spec.server.source.allows(Source::Url) {
        return Ok(None);
    }
    let connection = given(&spec.environment, &spec.server, launcher.secrets())?;
    let open = |connection| Admin::open(&connection).map_err(|failure| unusable(failure, &spec.server));
    connection.map(open).transpose()
}

fn since(time: SystemTime) -> Duration {
    SystemTime::now().duration_since(time).unwrap_or_default()
}
