//! Servers in containers.

mod engine;
mod image;
mod leftovers;

use std::thread;
use std::time::{Duration, Instant};

use onramp_containers::{Container, ContainerSpec, Engine, EngineError, HostPort, State, labels};
use onramp_core::Failure;

use super::connection::Readiness;
use super::home::{Home, Port};
use super::local::{POLL, START_LIMIT};
use super::owned::{OwnedSpec, suits_containers};
use super::{Admin, Connection, SCRATCH_SETTINGS, USER, new_password};
use crate::owner::Owner;
use crate::{ScratchFolder, Source};

pub(crate) use engine::find_engine;
pub(crate) use image::require_tag;
pub(super) use leftovers::remove_volume;
use leftovers::sweep;
pub(crate) use leftovers::{remove_leftovers, sweep_engine};

/// Which namespace the owner's number belongs to.
const OWNER_NAMESPACE: &str = "dev.onramp.owner-namespace";

/// The server's port in its container.
const PORT: u16 = 5432;

/// Where the data lie, whatever the image's own opinion is: it has changed between versions.
const VOLUME: &str = "/var/lib/postgresql";
const DATA: &str = "/var/lib/postgresql/onramp";

/// How many lines of a container that has ended are shown.
const LAST_LINES: usize = 15;

/// How long a server may take to stop whose data stay.
const ORDERLY_STOP: Duration = Duration::from_secs(20);

/// A container whose server answers. It is removed when this value is dropped.
pub(crate) struct ContainerServer {
    engine: Engine,
    container: Container,
    connection: Connection,
    origin: String,
    has_home: bool,
    looked: Instant,
    // Its lease sees to the container if this process is killed. `None` once it has to outlive this value.
    lease: Option<ScratchFolder>,
}

/// What came of an attempt.
pub(super) enum Attempt {
    Started(Box<ContainerServer>),
    /// No container can be used here.
    NoUse(Failure),
    /// There is an engine, and no image for it that would do.
    NoImage(Failure),
}

impl ContainerServer {
    /// Starts a server in a container, if there is an engine and the image can be had. Whatever goes wrong behind that
    /// is a failure.
    pub(super) fn start(spec: &OwnedSpec<'_>, step: &dyn Fn(&str)) -> Result<Attempt, Failure> {
        if let Err(failure) = suits_containers(spec.server.listen) {
            return Ok(Attempt::NoUse(failure));
        }
        if spec.server.image.is_empty() {
            return Ok(Attempt::NoUse(Failure::environment("no image is configured")));
        }
        let engine = match find_engine(spec.environment) {
            Ok(engine) => engine,
            Err(failure) => return Ok(Attempt::NoUse(failure)),
        };
        sweep(&engine, spec.place)?;
        let image = &spec.server.image;
        if let Err(failure) = require_tag(spec.server) {
            return Ok(Attempt::NoImage(failure));
        }
        if !engine.has_image(image)?
            && let Err(error) = pull(&engine, spec, step)
        {
            return match error {
                EngineError::Cancelled => Err(Failure::interrupted()),
                error => Ok(Attempt::NoImage(error.into())),
            };
        }
        let origin = format!("`{image}` in {} {}", engine.product(), engine.version());
        step(&format!("use {origin}"));
        step("start server");
        let server = Self::run(spec, engine, origin)?;
        // Only the server knows which one is in an image.
        match Admin::open(server.connection())?.require(spec.server, Source::Container) {
            Ok(()) => Ok(Attempt::Started(Box::new(server))),
            Err(failure) => {
                server.undo(spec.home);
                Ok(Attempt::NoImage(failure))
            }
        }
    }

    /// Takes back what was made for a server that is of no use: a newer one could not read its data.
    fn undo(self, home: Option<&Home>) {
        let engine = self.engine.clone();
        drop(self);
        if let Some(home) = home.filter(|home| home.source != Some(Source::Container)) {
            // An empty volume that stays is found by `db down --throw-away`.
            let _ = engine.remove_volume(&home.volume);
        }
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// The container's id and the engine's place.
    pub(crate) fn container(&self) -> (String, String) {
        (self.container.id.as_str().to_owned(), self.engine.endpoint().to_string())
    }

    /// Fails if the container has ended, with its last lines. An engine that does not answer just now is no end.
    pub(crate) fn check(&mut self) -> Result<(), Failure> {
        const PAUSE: Duration = Duration::from_secs(2);
        if self.looked.elapsed() < PAUSE {
            return Ok(());
        }
        self.looked = Instant::now();
        match self.engine.state(&self.container.id) {
            Ok(Some(State::Running { .. } | State::Paused | State::Created)) | Err(_) => Ok(()),
            Ok(None) => Err(Failure::environment("PostgreSQL: the container was removed")),
            Ok(Some(State::Exited { .. })) => {
                Err(Failure::environment("PostgreSQL: the container has ended"))
            }
        }
    }

    fn run(spec: &OwnedSpec<'_>, engine: Engine, origin: String) -> Result<Self, Failure> {
        let password = spec.home.map_or_else(new_password, |home| Ok(home.password.clone()))?;
        spec.launcher.secrets().add(&password);
        let mut lease = ScratchFolder::create(spec.place, "postgresql")?;
        let place = engine.endpoint().to_string();
        lease.note_engine(&place).map_err(|error| Failure::environment(format!("the lease: {error}")))?;
        if let Some(home) = spec.home {
            let worktree = spec.place.worktree()?;
            let labels = [(labels::WORKTREE, worktree.as_str()), (labels::PURPOSE, "development")];
            home.note_engine(&place).map_err(|error| {
                Failure::environment(format!("the development database's place: {error}"))
            })?;
            engine.create_volume(&home.volume, &labels)?;
        }
        let cancel = spec.launcher.cancel();
        let preferred = spec.home.map_or(Port::Any, |home| home.port);
        let container = match (engine.run(cancel, &container(spec, &password, preferred)?), preferred) {
            (Err(EngineError::PortTaken { .. }), Port::Preferred(_)) => {
                engine.run(cancel, &container(spec, &password, Port::Any)?)
            }
            (result, _) => result,
        };
        let container = match container {
            Err(error @ EngineError::Silent { .. }) => {
                // It may be making the container all the same, and have it once it is back.
                lease.leave();
                return Err(if cancel.is_requested() { Failure::interrupted() } else { error.into() });
            }
            result => result?,
        };
        let connection = Connection {
            user: USER.to_owned(),
            password,
            host: "127.0.0.1".to_owned(),
            port: 0,
            database: "postgres".to_owned(),
            socket: lease.path().to_path_buf(),
        };
        let mut server = Self {
            engine,
            container,
            connection,
            origin,
            has_home: spec.home.is_some(),
            looked: Instant::now(),
            lease: Some(lease),
        };
        server.wait_until_ready(spec)?;
        Ok(server)
    }

    /// Waits until the server answers a query. The container's end ends the wait at once.
    fn wait_until_ready(&mut self, spec: &OwnedSpec<'_>) -> Result<(), Failure> {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            if spec.launcher.cancel().is_requested() {
                return Err(Failure::interrupted());
            }
            match self.engine.state(&self.container.id)? {
                Some(State::Running { port: Some(port) }) => {
                    self.connection.port = port;
                    if matches!(self.connection.probe()?, Readiness::Ready) {
                        return Ok(());
                    }
                }
                Some(State::Running { port: None } | State::Created | State::Paused) => {}
                Some(State::Exited { code, explanation }) => {
                    let code = code.map(|code| format!(" with code {code}")).unwrap_or_default();
                    let words = explanation.map(|words| format!(": {words}")).unwrap_or_default();
                    return Err(self.failure(spec, &format!("the container ended{code}{words}")));
                }
                None => return Err(self.failure(spec, "the container was removed while it was starting")),
            }
            if Instant::now() >= deadline {
                let seconds = START_LIMIT.as_secs();
                return Err(self.failure(spec, &format!("the container gave no answer within {seconds} s")));
            }
            thread::sleep(POLL);
        }
    }

    fn failure(&self, spec: &OwnedSpec<'_>, message: &str) -> Failure {
        // Without a log the message stands alone.
        let lines = self.engine.logs(&self.container.id, LAST_LINES).unwrap_or_default();
        let tail: Vec<String> =
            lines.iter().map(|line| spec.launcher.secrets().mask(line).into_owned()).collect();
        let is_full = tail.iter().any(|line| line.contains("No space left on device"));
        let full = if is_full { ": no space is left for its data" } else { "" };
        let image = &spec.server.image;
        let is_of_another_version = tail.iter().any(|line| line.contains("incompatible with server"));
        let hint = match (is_full, is_of_another_version) {
            (true, _) => "free --human".to_owned(),
            (false, true) => "onramp db reset postgresql".to_owned(),
            (false, false) => {
                format!("{} run --rm --env POSTGRES_PASSWORD=any {image}", self.engine.program())
            }
        };
        let failure = Failure::environment(format!("PostgreSQL: `{image}`: {message}{full}"));
        Failure { tail, ..failure.hint(hint) }
    }
}

impl Drop for ContainerServer {
    fn drop(&mut self) {
        if self.has_home {
            // What does not stop in order is removed all the same.
            let _ = self.engine.stop(&self.container.id, ORDERLY_STOP);
        }
        if self.engine.remove(&self.container.id).is_err()
            && let Some(lease) = self.lease.take()
        {
            // The next command tries again.
            lease.leave();
        }
    }
}

fn container(spec: &OwnedSpec<'_>, password: &str, port: Port) -> Result<ContainerSpec, Failure> {
    let owner = Owner::own();
    let purpose = if spec.home.is_some() { "development" } else { "scratch" };
    let workspace = spec.place.workspace.to_string_lossy();
    let host = port.number().map_or(HostPort::Any, HostPort::Given);
    let container = ContainerSpec::new("onramp-postgresql", &spec.server.image)
        .env("POSTGRES_USER", USER)
        .secret("POSTGRES_PASSWORD", password)
        .env("POSTGRES_DB", "postgres")
        .env("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --locale=C --no-sync")
        .env("PGDATA", DATA)
        .label(labels::WORKSPACE, &workspace)
        .label(labels::WORKTREE, &spec.place.worktree()?)
        .label(labels::OWNER_PID, &owner.process.pid.to_string())
        .label(labels::OWNER_START, &owner.process.started)
        .label(labels::BOOT_ID, &owner.realm.boot)
        .label(OWNER_NAMESPACE, &owner.realm.namespace)
        .label(labels::DIALECT, "postgresql")
        .label(labels::PURPOSE, purpose)
        .port(PORT, host)
        .stop_signal("SIGINT");
    let scratch = SCRATCH_SETTINGS.iter().filter(|_| spec.home.is_none());
    let settings = ["jit=off"].iter().chain(scratch);
    let container = container.arguments(settings.flat_map(|setting| ["-c", *setting]));
    Ok(match spec.home {
        Some(home) => container.volume(&home.volume, VOLUME),
        None => container.tmpfs(VOLUME, spec.server.memory),
    })
}

fn pull(engine: &Engine, spec: &OwnedSpec<'_>, step: &dyn Fn(&str)) -> Result<(), EngineError> {
    let image = &spec.server.image;
    step(&format!("pull `{image}`"));
    let mut told = 0;
    engine.pull(spec.launcher.cancel(), image, &mut |progress| {
        if progress.layers_done > told {
            told = progress.layers_done;
            step(&format!("pull `{image}`: {told} of {} layers", progress.layers));
        }
    })
}
