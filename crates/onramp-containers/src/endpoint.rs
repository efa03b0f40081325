use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// What decides where engines may listen, read by the caller. Empty values count as none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// `DOCKER_HOST`: if it is set, it is the only candidate.
    pub docker_host: Option<String>,
    /// `DOCKER_TLS_VERIFY`: set to anything, it makes an address of `tcp://` one with TLS.
    pub docker_tls_verify: Option<String>,
    /// `CONTAINER_HOST`, by which Podman's programs find their engine.
    pub container_host: Option<String>,
    /// `XDG_RUNTIME_DIR`, where engines without root listen.
    pub runtime_dir: Option<PathBuf>,
    /// `HOME`, where Docker Desktop listens.
    pub home: Option<PathBuf>,
}

/// A place where an engine may listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub(crate) address: Address,
    origin: Origin,
}

/// Why a place is a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `DOCKER_HOST` says so.
    DockerHost,
    /// `CONTAINER_HOST` says so.
    ContainerHost,
    /// Docker usually listens there.
    Docker,
    /// Podman usually listens there.
    Podman,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Unix(PathBuf),
    /// `127.0.0.1:2375`, always of this machine: ports are published on its loopback interface.
    Tcp(String),
    Unsupported {
        url: String,
        why: String,
    },
}

impl Endpoint {
    /// Where an engine may listen, in the order in which they are tried.
    pub fn candidates(surroundings: &Surroundings) -> Vec<Self> {
        let given = |value: &Option<String>| value.clone().filter(|value| !value.trim().is_empty());
        let tls = given(&surroundings.docker_tls_verify).map_or(Tls::Off, |_| Tls::On);
        if let Some(url) = given(&surroundings.docker_host) {
            return vec![Self::parse(&url, Origin::DockerHost, tls)];
        }
        let runtime_dir = surroundings.runtime_dir.as_deref().filter(|dir| dir.is_absolute());
        let home = surroundings.home.as_deref().filter(|dir| dir.is_absolute());
        let below = |dir: Option<&Path>, path: &str| dir.map(|dir| dir.join(path));
        let usual = [
            (Some(PathBuf::from("/var/run/docker.sock")), Origin::Docker),
            (below(runtime_dir, "docker.sock"), Origin::Docker),
            (below(home, ".docker/run/docker.sock"), Origin::Docker),
            (below(runtime_dir, "podman/podman.sock"), Origin::Podman),
            (Some(PathBuf::from("/run/podman/podman.sock")), Origin::Podman),
        ];
        let container_host =
            given(&surroundings.container_host).map(|url| Self::parse(&url, Origin::ContainerHost, Tls::Off));
        let usual = usual
            .into_iter()
            .filter_map(|(path, origin)| Some(Self { address: Address::Unix(path?), origin }))
            .filter(|usual| container_host.as_ref().is_none_or(|given| given.address != usual.address));
        container_host.clone().into_iter().chain(usual).collect()
    }

    /// The place at a URL that somebody has given. One that cannot be used becomes an endpoint too, so that its
    /// refusal can be told like any other.
    fn parse(url: &str, origin: Origin, tls: Tls) -> Self {
        let url = url.trim();
        let unsupported = |why: &str| Address::Unsupported { url: without_user(url), why: why.to_owned() };
        let address = match url.split_once("://") {
            Some(("unix", path)) if path.starts_with('/') => Address::Unix(PathBuf::from(path)),
            Some(("unix", _)) => unsupported("the path of a socket begins with `/`"),
            Some(("tcp", _)) if tls == Tls::On => unsupported("engines behind TLS are not supported"),
            Some(("tcp" | "http", rest)) => match loopback(rest.trim_end_matches('/')) {
                Some(address) => Address::Tcp(address),
                None => unsupported("engines of other machines are not supported"),
            },
            Some(("https", _)) => unsupported("engines behind TLS are not supported"),
            Some(("ssh", _)) => unsupported("engines behind SSH are not supported"),
            _ => unsupported("only unix:// and tcp:// are understood"),
        };
        Self { address, origin }
    }

    /// The place of a socket, for whoever knows it already.
    pub fn unix(path: impl Into<PathBuf>, origin: Origin) -> Self {
        Self { address: Address::Unix(path.into()), origin }
    }

    /// Why it is a candidate.
    pub fn origin(&self) -> Origin {
        self.origin
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tls {
    On,
    Off,
}

/// `host:port` with the number of the loopback interface instead of its name: nothing has to be resolved then.
fn loopback(authority: &str) -> Option<String> {
    let (host, port) = authority.rsplit_once(':')?;
    let port: u16 = port.parse().ok()?;
    let host = if host == "localhost" { "127.0.0.1" } else { host };
    let ip: IpAddr = host.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
    ip.is_loopback().then(|| format!("{host}:{port}"))
}

/// The URL without the part that may hold a password.
fn without_user(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
            format!("{scheme}://{host}")
        }
        None => url.to_owned(),
    }
}

/// The URL of the place.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.address {
            Address::Unix(path) => write!(f, "unix://{}", path.display()),
            Address::Tcp(address) => write!(f, "tcp://{address}"),
            Address::Unsupported { url, .. } => f.write_str(url),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DockerHost => "from DOCKER_HOST",
            Self::ContainerHost => "from CONTAINER_HOST",
            Self::Docker => "a usual place of Docker",
            Self::Podman => "a usual place of Podman",
        })
    }
}

#[cfg(test)]
mod tests;
