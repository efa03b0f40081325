use std::collections::BTreeMap;
use std::path::PathBuf;

use onramp_core::{Dialect, TaskId};

use super::CommandLine;

/// A development service. Placeholders in all its texts: `{root}`, `{dir}`, and `{port}` if it has a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// One line about it.
    pub description: Option<String>,
    /// The command.
    pub run: CommandLine,
    /// The folder that it runs in and that globs are relative to.
    pub dir: PathBuf,
    /// The port it listens on.
    pub port: Option<u16>,
    /// How to tell that it is ready. `None`: it is ready once it runs.
    pub ready: Option<Ready>,
    /// Globs of the files whose change restarts it, relative to `dir`.
    pub watch: Vec<String>,
    /// What must be there first.
    pub needs: Vec<ServiceNeed>,
    /// Environment variables, over those of [`Env`](crate::Env), with their placeholders.
    pub env: BTreeMap<String, String>,
}

/// How to tell that a service is ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ready {
    /// A path on the service's port, or a whole URL, answers with success.
    Http(String),
    /// An address `HOST:PORT` takes connections.
    Tcp(String),
    /// A command succeeds.
    Command(CommandLine),
}

/// What a service needs before it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceNeed {
    /// A task that has succeeded.
    Task(TaskId),
    /// Another service that is ready.
    Service(String),
    /// The development database of a dialect.
    Database(Dialect),
}
