use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use onramp_core::Failure;
use onramp_exec::{Environment, Launcher};

use super::acquire::Word;
use super::request::Request;
use super::{Record, Role, ServerFiles};
use crate::file_lock::{FileLock, Hold};
use crate::owner::Owner;
use crate::place::make_private;
use crate::postgresql::{Home, Owned, OwnedSpec, server_user};

/// How often a keeper looks around.
const LOOK: Duration = Duration::from_millis(200);

/// How often it looks, while the server starts, whether anybody still waits for that.
const LOOK_AT_CLIENT: Duration = Duration::from_millis(50);

/// The work of a keeper: starts the server that `request` asks for and keeps it until nobody needs it. This is what
/// the program does that [`Keep::Warm`](crate::Keep::Warm) names; `environment` is its own. `tell` takes the lines for
/// whoever asked, who may be gone by then. Ends as soon as the run is cancelled.
pub fn keep_server(
    launcher: &Launcher,
    environment: &Environment,
    request: &str,
    tell: &dyn Fn(&str),
) -> Result<(), Failure> {
    let kept = start(launcher, environment, request, tell);
    match kept {
        Ok(keeper) if keeper.client.is_gone() => {
            // It was killed after the last look at it, and whoever stops servers may have looked for a record before.
            keeper.end();
            Err(Failure::interrupted())
        }
        Ok(mut keeper) => {
            tell(&Word::Ready.to_line());
            keeper.keep(launcher);
            keeper.end();
            Ok(())
        }
        Err(failure) => {
            tell(&Word::Failed(failure.clone()).to_line());
            Err(failure)
        }
    }
}

struct Keeper {
    files: ServerFiles,
    /// Who has asked for the server.
    client: Owner,
    /// Held until the end: no other keeper begins before it.
    alone: FileLock,
    server: Owned,
    idle: Option<Duration>,
    /// Which file the record was written into: another one is not ours.
    inode: Option<u64>,
    /// The record, held until the end: that tells that there is a keeper, where processes cannot be told apart.
    held: Option<FileLock>,
    /// Held on the way to the end, so that nobody comes while the server goes.
    lock: Option<FileLock>,
}

fn start(
    launcher: &Launcher,
    environment: &Environment,
    request: &str,
    tell: &dyn Fn(&str),
) -> Result<Keeper, Failure> {
    let request = Request::parse(request)
        .ok_or_else(|| Failure::task("this is started by Onramp itself, and cannot be typed"))?;
    let is_ready = end_with(&request.client, launcher);
    let files = request.files(environment);
    if request.client.is_gone() {
        return Err(Failure::interrupted());
    }
    let alone = FileLock::acquire(&files.keeper(), Hold::Exclusive, launcher.cancel(), || {})?;
    match serve(launcher, environment, &request, &files, tell) {
        Ok(Served { server, inode, held }) => {
            is_ready.store(true, Ordering::Release);
            let (client, idle) = (request.client, request.idle);
            Ok(Keeper { files, client, alone, server, idle, inode, held, lock: None })
        }
        Err(failure) => {
            alone.remove();
            Err(failure)
        }
    }
}

/// A server that answers, and whose record is written.
struct Served {
    server: Owned,
    inode: Option<u64>,
    held: Option<FileLock>,
}

fn serve(
    launcher: &Launcher,
    environment: &Environment,
    request: &Request,
    files: &ServerFiles,
    tell: &dyn Fn(&str),
) -> Result<Served, Failure> {
    let mut home = match request.role {
        Role::Warm => None,
        Role::Development => Some(Home::open(&request.place, request.server.port, server_user()?)?),
    };
    let log = files.log(&request.place);
    // What an earlier server has printed is of no interest any more.
    let _ = fs::remove_file(&log);
    let spec = OwnedSpec {
        launcher,
        place: &request.place,
        environment,
        server: &request.server,
        log: log.parent().is_some_and(|folder| make_private(folder).is_ok()).then(|| log.clone()),
        home: home.as_ref(),
    };
    let server = spec.start(&|step| tell(&Word::Step(step.to_owned()).to_line()));
    let server =
        server.map_err(|failure| Failure { log: Some(log).filter(|log| log.exists()), ..failure })?;
    if let Some(home) = &mut home {
        let container = server.container();
        let engine = container.as_ref().map(|(_, engine)| engine.as_str());
        home.settle(server.source(), server.connection().port, engine);
    }
    let record = Record {
        keeper: Owner::own(),
        role: request.role,
        source: server.source(),
        origin: server.origin().to_owned(),
        connection: server.connection().clone(),
        since: SystemTime::now(),
        idle: request.idle,
        container: server.container(),
    };
    let path = files.record();
    record.write(&path).map_err(|error| Failure::environment(format!("{}: {error}", path.display())))?;
    let held = FileLock::attempt_existing(&path, Hold::Shared).ok().flatten();
    Ok(Served { server, inode: inode(&path), held })
}

/// Cancels the start if whoever asked for it dies; nobody needs the server then. Told otherwise once it is ready.
fn end_with(client: &Owner, launcher: &Launcher) -> Arc<AtomicBool> {
    let is_ready = Arc::new(AtomicBool::new(false));
    let (client, cancel, done) = (client.clone(), launcher.cancel().clone(), Arc::clone(&is_ready));
    thread::spawn(move || {
        while !done.load(Ordering::Acquire) {
            if client.is_gone() {
                cancel.escalate();
                return;
            }
            thread::sleep(LOOK_AT_CLIENT);
        }
    });
    is_ready
}

impl Keeper {
    /// Returns when the server has to stop, or has stopped.
    fn keep(&mut self, launcher: &Launcher) {
        let (sender, cancelled) = channel();
        let _subscription = launcher.cancel().subscribe(move |_| {
            // Nobody listens once the end is decided.
            let _ = sender.send(());
        });
        let mut used = Instant::now();
        let mut touched = self.touched();
        while !is_asked_to_stop(&cancelled) {
            let is_ours = self.inode.is_some() && inode(&self.files.record()) == self.inode;
            if !is_ours || self.server.check().is_err() {
                return;
            }
            // A use may begin and end between two looks.
            let touched_now = self.touched();
            if self.files.is_in_use() || touched_now != touched {
                used = Instant::now();
                touched = touched_now;
            }
            if self.idle.is_some_and(|idle| used.elapsed() >= idle) && self.may_end() {
                return;
            }
        }
    }

    /// Whether nobody uses the server, and nobody can begin to. Whoever wants one waits for the lock from then on.
    fn may_end(&mut self) -> bool {
        let lock = FileLock::attempt_existing(&self.files.lock(), Hold::Exclusive);
        let Ok(Some(lock)) = lock else { return false };
        if self.files.is_in_use() {
            return false;
        }
        self.lock = Some(lock);
        true
    }

    fn touched(&self) -> Option<SystemTime> {
        fs::metadata(self.files.in_use()).and_then(|metadata| metadata.modified()).ok()
    }

    /// Stops the server. Nobody finds it from the first moment on.
    fn end(self) {
        let Self { files, server, inode: own, lock, held, alone, .. } = self;
        if own.is_none() || inode(&files.record()) != own {
            // A folder that has vanished must not come back for the sake of two empty files.
            drop(server);
            drop(held);
            return alone.remove();
        }
        // Whoever finds no record and has the lock starts another server on the same data, so the lock comes first.
        // Where it is not to be had, whoever has it waits for this end.
        let lock = lock.or_else(|| FileLock::attempt_existing(&files.lock(), Hold::Exclusive).ok().flatten());
        // Who has read it already sees the connection fail.
        let _ = fs::remove_file(files.record());
        drop(server);
        drop(held);
        alone.remove();
        if let Some(lock) = lock {
            files.forget(lock);
        }
    }
}

fn is_asked_to_stop(cancelled: &Receiver<()>) -> bool {
    !matches!(cancelled.recv_timeout(LOOK), Err(RecvTimeoutError::Timeout))
}

fn inode(path: &Path) -> Option<u64> {
    fs::metadata(path).map(|metadata| metadata.ino()).ok()
}
