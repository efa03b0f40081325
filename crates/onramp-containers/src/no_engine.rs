use std::fmt;

use onramp_core::Failure;

use crate::endpoint::{Endpoint, Origin};

/// No engine answers anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoEngine {
    /// Each place that was tried, in order, and why it was not taken.
    pub refusals: Vec<Refusal>,
}

/// One place that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The place.
    pub endpoint: Endpoint,
    /// Why it was not taken.
    pub reason: Reason,
}

/// Why a place was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Engines there are not supported, and why.
    Unsupported(String),
    /// Nothing lies there.
    NoSocket,
    /// There is a socket, and this user may not use it.
    PermissionDenied,
    /// There is a socket, and nobody listens behind it.
    Refused,
    /// Somebody listens and does not answer in time.
    NoAnswer,
    /// Something answers that is no engine, or one in trouble.
    Strange(String),
}

impl Refusal {
    /// What to do about it, a command to paste where there is one.
    pub fn hint(&self) -> Option<String> {
        let start = match self.endpoint.origin() {
            Origin::Podman | Origin::ContainerHost => "systemctl --user start podman.socket",
            Origin::Docker | Origin::DockerHost => "sudo systemctl start docker",
        };
        match &self.reason {
            Reason::Unsupported(_) => Some("set DOCKER_HOST to a unix:// socket of this machine".to_owned()),
            Reason::NoSocket if self.endpoint.origin() == Origin::DockerHost => {
                Some("unset DOCKER_HOST, or start the engine that it names".to_owned())
            }
            Reason::NoSocket => None,
            Reason::PermissionDenied => {
                Some("sudo usermod --append --groups docker \"$USER\", then log in again".to_owned())
            }
            Reason::Refused => Some(start.to_owned()),
            Reason::NoAnswer | Reason::Strange(_) => Some(start.replace(" start ", " restart ")),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unsupported(why) => why,
            Self::NoSocket => "no socket",
            Self::PermissionDenied => "permission denied",
            Self::Refused => "connection refused",
            Self::NoAnswer => "no answer",
            Self::Strange(what) => what,
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.endpoint, self.endpoint.origin(), self.reason)
    }
}

impl fmt::Display for NoEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no container engine answers")?;
        for (number, refusal) in self.refusals.iter().enumerate() {
            f.write_str(if number == 0 { ": " } else { "; " })?;
            refusal.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for NoEngine {}

impl From<NoEngine> for Failure {
    fn from(absence: NoEngine) -> Self {
        let hint = absence.refusals.iter().find_map(Refusal::hint);
        let hint = hint.unwrap_or_else(|| "install Docker or Podman and start it".to_owned());
        Self::environment(absence.to_string()).hint(hint)
    }
}
