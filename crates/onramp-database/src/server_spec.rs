use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::Listen;

/// Where a server may come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// The first of the others that is to be had, in this order.
    #[default]
    Auto,
    /// A server that the user names by a URL.
    Url,
    /// A container of Docker or Podman.
    Container,
    /// Programs of this machine.
    Local,
}

impl Source {
    const ALL: [Self; 4] = [Self::Auto, Self::Url, Self::Container, Self::Local];

    /// The name used in configuration and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Url => "url",
            Self::Container => "container",
            Self::Local => "local",
        }
    }

    /// What has this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }

    /// Whether `other` may be taken where this was asked for.
    pub(crate) fn allows(self, other: Self) -> bool {
        self == Self::Auto || self == other
    }
}

/// Whether a server of another machine may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Remote {
    /// Only what answers on the loopback interface or on a socket.
    #[default]
    Refused,
    /// The user has named it as one.
    Allowed,
}

/// The server that a dialect's databases live on. SQLite needs none.
#[derive(Clone, Debug, Default)]
pub struct ServerSpec {
    /// Where it may come from.
    pub source: Source,
    /// The variable that has the URL of a server that the user gives. Empty: none.
    pub url_env: String,
    /// Whether that may be another machine's.
    pub remote: Remote,
    /// The image of a container.
    pub image: String,
    /// How much memory the data of a container's scratch databases may take, in bytes; half of the machine's
    /// without.
    pub memory: Option<u64>,
    /// More folders that may hold the server's programs, searched first.
    pub binaries: Vec<PathBuf>,
    /// The oldest major version that will do.
    pub minimum_version: Option<u32>,
    /// What clients reach it by; they need no more than what their URL names.
    pub listen: Listen,
    /// The port of the development server on 127.0.0.1; one that is free without.
    pub port: Option<u16>,
}

/// How long a server lives that is started.
#[derive(Clone, Debug, Default)]
pub struct Keep {
    /// What a keeper is started with, a process that keeps a server for other commands too: a program that hands what
    /// it reads on its standard input to [`keep_server`](crate::keep_server).
    pub keeper: Vec<OsString>,
    /// How long a server lives on when nobody uses it. Nothing at all: it ends with the command that needs it,
    /// and has no keeper.
    pub idle: Duration,
}

impl Keep {
    /// Whether a server outlives the command that starts it.
    pub(crate) fn is_warm(&self) -> bool {
        !self.idle.is_zero() && !self.keeper.is_empty()
    }
}
