use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use onramp_core::Failure;

use super::given::unusable;
use super::local::POLL;
use super::{Admin, Connection, Owned};
use crate::keeper::Kept;
use crate::{ServerSpec, Source};

/// A server that somebody uses, and what must live for as long as that.
pub(crate) enum InUse {
    /// One of this command's own, which stops with it.
    Own(Owned),
    /// One that another process keeps.
    Kept(Box<Kept>),
    /// One that the user has given.
    Given {
        connection: Connection,
        /// What it was asked for by.
        spec: ServerSpec,
    },
}

/// Where the data of a server lie.
pub(crate) enum Whereabouts<'a> {
    /// Somewhere below a folder that outlives it.
    Below(&'a Path),
    /// In the memory of a container.
    Container,
    /// Out of sight.
    Elsewhere,
}

/// How long it may take until it is known that a server of ours has died.
const DEATH: Duration = Duration::from_secs(1);

impl InUse {
    /// Whether it lives on when this command ends.
    pub(crate) fn outlives_us(&self) -> bool {
        !matches!(self, Self::Own(_))
    }

    /// Where it comes from.
    pub(crate) fn source(&self) -> Source {
        match self {
            Self::Own(server) => server.source(),
            Self::Kept(kept) => kept.record().source,
            Self::Given { .. } => Source::Url,
        }
    }

    /// How its own database is reached.
    pub(crate) fn connection(&self) -> &Connection {
        match self {
            Self::Own(server) => server.connection(),
            Self::Kept(kept) => kept.connection(),
            Self::Given { connection, .. } => connection,
        }
    }

    /// Where its data lie.
    pub(crate) fn whereabouts(&self) -> Whereabouts<'_> {
        let source = match self {
            Self::Own(server) => server.source(),
            Self::Kept(kept) => kept.record().source,
            Self::Given { .. } => Source::Url,
        };
        match (source, self.connection().socket.parent()) {
            (Source::Local, Some(parent)) => Whereabouts::Below(parent),
            (Source::Container, _) => Whereabouts::Container,
            _ => Whereabouts::Elsewhere,
        }
    }

    /// Connects to its own database.
    pub(crate) fn admin(&self) -> Result<Admin, Failure> {
        let opened = Admin::open(self.connection());
        opened.map_err(|failure| match self {
            Self::Given { spec, .. } => unusable(failure, spec),
            _ => failure,
        })
    }

    /// Fails if it is not there any more, with its last lines where they are known.
    pub(crate) fn check(&mut self) -> Result<(), Failure> {
        if let Self::Own(server) = self {
            server.check()?;
        }
        if self.connection().answers() {
            return Ok(());
        }
        if let Self::Own(server) = self {
            // One that has just died is known to be dead a little later.
            let deadline = Instant::now() + DEATH;
            while Instant::now() < deadline {
                server.check()?;
                thread::sleep(POLL);
            }
        }
        let connection = self.connection();
        let Connection { host, port, .. } = connection;
        Err(Failure::environment(format!("PostgreSQL: the server at {host}:{port} does not answer any more")))
    }
}
