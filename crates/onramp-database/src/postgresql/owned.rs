use std::path::PathBuf;

use onramp_core::{Failure, FailureKind};
use onramp_exec::{Environment, Launcher};

#[cfg(feature = "containers")]
use super::container::{Attempt, ContainerServer};
use super::home::Home;
use super::{Binaries, Connection, LocalServer, LocalSpec};
#[cfg(feature = "containers")]
use crate::Listen;
use crate::{Place, ServerSpec, Source};

/// A server that was started here, and stops when this value is dropped.
pub(crate) enum Owned {
    /// From programs of this machine.
    Local {
        server: Box<LocalServer>,
        /// As people are told of it.
        origin: String,
    },
    /// In a container.
    #[cfg(feature = "containers")]
    Container(Box<ContainerServer>),
}

/// What it takes to start one.
pub(crate) struct OwnedSpec<'a> {
    pub(crate) launcher: &'a Launcher,
    pub(crate) place: &'a Place,
    pub(crate) environment: &'a Environment,
    pub(crate) server: &'a ServerSpec,
    pub(crate) log: Option<PathBuf>,
    /// Where its data live on; `None`: they are thrown away.
    pub(crate) home: Option<&'a Home>,
}

impl OwnedSpec<'_> {
    /// Starts a server from the first source that has one, among those that are asked for. `step` is told what is
    /// under way, and which source was taken.
    pub(crate) fn start(&self, step: &dyn Fn(&str)) -> Result<Owned, Failure> {
        // Data are where they were made.
        let settled = self.home.and_then(|home| home.source).filter(|_| self.server.source == Source::Auto);
        let source = settled.unwrap_or(self.server.source);
        let named = |failure: Failure| match settled {
            Some(source) => failure.context(format!("the development database is of `{}`", source.name())),
            None => failure,
        };
        let mut refusal = None;
        if source.allows(Source::Container) {
            match self.container(step)? {
                Ok(server) => return Ok(server),
                Err(failure) if source == Source::Container => return Err(named(failure)),
                Err(failure) => refusal = Some(failure),
            }
        }
        if source.allows(Source::Local) {
            return self.local(step).map_err(|failure| match refusal {
                Some(refusal) if failure.kind == FailureKind::Environment => {
                    let message = format!(
                        "no container can be used ({refusal}), and no local server: {}",
                        failure.message
                    );
                    Failure { message, ..failure }
                }
                _ => named(failure),
            });
        }
        let variable = &self.server.url_env;
        Err(Failure::environment(format!("{variable} names no server of PostgreSQL"))
            .hint(format!("export {variable}=postgresql://USER:PASSWORD@HOST:PORT/DATABASE")))
    }

    fn local(&self, step: &dyn Fn(&str)) -> Result<Owned, Failure> {
        let binaries = Binaries::find(self.launcher, self.environment, &self.server.binaries)?;
        binaries.require(self.server.minimum_version)?;
        let origin = format!("PostgreSQL {} of {}", binaries.version(), binaries.folder().display());
        step(&format!("use {origin}"));
        let spec = LocalSpec { listen: self.server.listen, place: self.place.clone(), log: self.log.clone() };
        let server = LocalServer::start_with(self.launcher, &binaries, &spec, self.home, step)?;
        Ok(Owned::Local { server: Box::new(server), origin })
    }

    /// The inner error is why no container can be used here.
    #[cfg(feature = "containers")]
    fn container(&self, step: &dyn Fn(&str)) -> Result<Result<Owned, Failure>, Failure> {
        Ok(match ContainerServer::start(self, step)? {
            Attempt::Started(server) => Ok(Owned::Container(server)),
            Attempt::NoUse(failure) => Err(failure),
            Attempt::NoImage(failure) => {
                if self.server.source == Source::Auto {
                    step(&format!("use no container: {failure}"));
                }
                Err(failure)
            }
        })
    }

    #[cfg(not(feature = "containers"))]
    fn container(&self, _step: &dyn Fn(&str)) -> Result<Result<Owned, Failure>, Failure> {
        Ok(Err(Failure::environment("this program was built without the feature `containers`")))
    }
}

impl Owned {
    /// How its own database is reached.
    pub(crate) fn connection(&self) -> &Connection {
        match self {
            Self::Local { server, .. } => server.connection(),
            #[cfg(feature = "containers")]
            Self::Container(server) => server.connection(),
        }
    }

    /// Where it comes from.
    pub(crate) fn source(&self) -> Source {
        match self {
            Self::Local { .. } => Source::Local,
            #[cfg(feature = "containers")]
            Self::Container(_) => Source::Container,
        }
    }

    /// The same, as people are told of it.
    pub(crate) fn origin(&self) -> &str {
        match self {
            Self::Local { origin, .. } => origin,
            #[cfg(feature = "containers")]
            Self::Container(server) => server.origin(),
        }
    }

    /// The container that it runs in and the engine that has it.
    pub(crate) fn container(&self) -> Option<(String, String)> {
        match self {
            Self::Local { .. } => None,
            #[cfg(feature = "containers")]
            Self::Container(server) => Some(server.container()),
        }
    }

    /// Fails if it has ended, with its last lines.
    pub(crate) fn check(&mut self) -> Result<(), Failure> {
        match self {
            Self::Local { server, .. } => server.check(),
            #[cfg(feature = "containers")]
            Self::Container(server) => server.check(),
        }
    }
}

/// Whether a container can serve clients that want this: it shares no socket with them.
#[cfg(feature = "containers")]
pub(crate) fn suits_containers(listen: Listen) -> Result<(), Failure> {
    if listen.wants_socket() {
        return Err(Failure::environment(
            "the project's URL has `{socket}` in it, and a container shares no socket",
        ));
    }
    Ok(())
}
