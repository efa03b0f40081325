use std::fmt;
use std::fs;
use std::future::Future;
use std::io;
use std::time::Duration;

use bollard::errors::Error;
use bollard::models::SystemVersion;
use bollard::{API_DEFAULT_VERSION, ClientVersion, Docker};

use crate::call::{Interruption, Patience, converse};
use crate::endpoint::{Address, Endpoint};
use crate::error::{EngineError, answer, chain, system_error};
use crate::limits::Limits;
use crate::no_engine::{NoEngine, Reason, Refusal};

/// How long bollard itself waits, in seconds. Its limit covers only half of a conversation, so ours is the one that
/// counts.
const BEYOND_EVERY_LIMIT: u64 = 24 * 60 * 60;

/// An engine that has answered. Clones speak to the same one; any thread may use it.
#[derive(Clone)]
pub struct Engine {
    endpoint: Endpoint,
    product: Product,
    version: String,
    pub(crate) limits: Limits,
    pub(crate) docker: Docker,
}

/// Whose engine it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// Docker, or whatever else speaks like it.
    Docker,
    /// Podman.
    Podman,
}

impl Engine {
    /// The first engine that answers.
    pub fn find(endpoints: &[Endpoint]) -> Result<Self, NoEngine> {
        let mut refusals = Vec::new();
        for endpoint in endpoints {
            match Self::connect(endpoint, Limits::default()) {
                Ok(engine) => return Ok(engine),
                Err(reason) => refusals.push(Refusal { endpoint: endpoint.clone(), reason }),
            }
        }
        Err(NoEngine { refusals })
    }

    /// The engine at one place, if it answers. Everything that is asked of it later has these limits too.
    pub fn connect(endpoint: &Endpoint, limits: Limits) -> Result<Self, Reason> {
        let ask = async {
            // The version of the interface is negotiated without a second question: the lower one of both is spoken.
            let said =
                client(endpoint, API_DEFAULT_VERSION)?.version().await.map_err(|error| reason(&error))?;
            Ok((client(endpoint, &spoken(&said)?)?, said))
        };
        let (docker, said) = match converse(limits.greeting, Patience::UntilLimit, ask) {
            Ok(answer) => answer?,
            Err(Interruption::System(error)) => return Err(Reason::Strange(error.to_string())),
            Err(Interruption::Limit | Interruption::Cancelled) => return Err(Reason::NoAnswer),
        };
        let product = product(&said);
        let version = said.version.unwrap_or_else(|| "of unknown version".to_owned());
        Ok(Self { endpoint: endpoint.clone(), product, version, limits, docker })
    }

    /// Where it listens.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Whose engine it is.
    pub fn product(&self) -> Product {
        self.product
    }

    /// Its version, as in `20.10.24`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The version of the interface that is spoken with it, as in `1.41`.
    pub fn api_version(&self) -> String {
        let version = self.docker.client_version();
        format!("{}.{}", version.major_version, version.minor_version)
    }

    /// Asks something short.
    pub(crate) fn ask<T>(
        &self,
        what: &str,
        question: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, EngineError> {
        self.ask_within(self.limits.answer, what, Patience::UntilLimit, question)
    }

    /// Asks something that has a limit of its own.
    pub(crate) fn ask_within<T>(
        &self,
        limit: Duration,
        what: &str,
        patience: Patience<'_>,
        question: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, EngineError> {
        match converse(limit, patience, question) {
            Ok(result) => result.map_err(|error| self.error(what, &error)),
            Err(Interruption::Limit) => Err(self.silent(what, &no_answer_within(limit))),
            Err(Interruption::Cancelled) => Err(EngineError::Cancelled),
            Err(Interruption::System(error)) => Err(self.silent(what, &error.to_string())),
        }
    }

    /// What a broken or refused question means.
    pub(crate) fn error(&self, what: &str, error: &Error) -> EngineError {
        let words = match error {
            Error::DockerResponseServerError { message, .. } => message.trim().to_owned(),
            Error::DockerStreamError { error } => error.trim().to_owned(),
            Error::JsonDataError { message, .. } => format!("its answer is not understood: {message}"),
            _ => return self.silent(what, &chain(error)),
        };
        EngineError::Refused { engine: self.to_string(), message: format!("{what}: {words}"), hint: None }
    }

    /// It did not answer.
    pub(crate) fn silent(&self, what: &str, why: &str) -> EngineError {
        let hint = match self.product {
            Product::Docker => format!("docker --host {} version", self.endpoint),
            Product::Podman => format!("podman --url {} version", self.endpoint),
        };
        EngineError::Silent { engine: self.to_string(), message: format!("{what}: {why}"), hint }
    }

    /// The command of the engine's own program that a hint begins with.
    pub fn program(&self) -> &'static str {
        match self.product {
            Product::Docker => "docker",
            Product::Podman => "podman",
        }
    }
}

/// What is said of an engine whose time is over.
pub(crate) fn no_answer_within(limit: Duration) -> String {
    format!("no answer within {} s", limit.as_secs_f64())
}

fn client(endpoint: &Endpoint, version: &ClientVersion) -> Result<Docker, Reason> {
    let docker = match &endpoint.address {
        Address::Unix(path) => {
            if let Err(error) = fs::metadata(path) {
                return Err(refused_by_system(error.kind()).unwrap_or(Reason::Strange(error.to_string())));
            }
            Docker::connect_with_unix(&path.to_string_lossy(), BEYOND_EVERY_LIMIT, version)
        }
        Address::Tcp(address) => Docker::connect_with_http(address, BEYOND_EVERY_LIMIT, version),
        Address::Unsupported { why, .. } => return Err(Reason::Unsupported(why.clone())),
    };
    docker.map_err(|error| reason(&error))
}

fn reason(error: &Error) -> Reason {
    if let Some((status, message)) = answer(error) {
        return Reason::Strange(format!("it answers with status {status}: {message}"));
    }
    let by_system = system_error(error).and_then(refused_by_system);
    by_system.unwrap_or_else(|| Reason::Strange(chain(error)))
}

fn refused_by_system(kind: io::ErrorKind) -> Option<Reason> {
    Some(match kind {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Reason::NoSocket,
        io::ErrorKind::PermissionDenied => Reason::PermissionDenied,
        io::ErrorKind::ConnectionRefused => Reason::Refused,
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Reason::NoAnswer,
        _ => return None,
    })
}

/// The lower one of the engine's version and ours.
fn spoken(said: &SystemVersion) -> Result<ClientVersion, Reason> {
    let parts = said.api_version.as_deref().and_then(|version| version.split_once('.'));
    let numbers = parts.and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    let Some((major_version, minor_version)) = numbers else {
        return Err(Reason::Strange(
            "it does not say which version of Docker's interface it speaks".to_owned(),
        ));
    };
    let own = (API_DEFAULT_VERSION.major_version, API_DEFAULT_VERSION.minor_version);
    let (major_version, minor_version) = own.min((major_version, minor_version));
    Ok(ClientVersion { major_version, minor_version })
}

fn product(said: &SystemVersion) -> Product {
    let mut components = said.components.iter().flatten();
    let is_podman = components.any(|component| component.name.starts_with("Podman"));
    if is_podman { Product::Podman } else { Product::Docker }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Docker => "Docker",
            Self::Podman => "Podman",
        })
    }
}

/// As messages name it: `Docker 20.10.24 at unix:///var/run/docker.sock`.
impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} at {}", self.product, self.version, self.endpoint)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Engine({self})")
    }
}
