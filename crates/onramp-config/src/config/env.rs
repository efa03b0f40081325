use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where the tools of every command come from, and the variables it sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Env {
    /// Where tools come from, unless the command line says something else.
    pub provider: Provider,
    /// The Nix dev shell.
    pub nix: Nix,
    /// The development container. It is there if `provider` is [`Provider::Container`].
    pub container: Option<Container>,
    /// Folders that are put before `PATH`, absolute.
    pub path: Vec<PathBuf>,
    /// Environment variables of every command.
    pub vars: BTreeMap<String, String>,
    /// Environment variables that no command sees.
    pub unset: Vec<String>,
    /// Environment variables of the caller that decide the result of every task.
    pub reads: Vec<String>,
    /// The names of environment variables whose values are masked everywhere.
    pub secrets: Vec<String>,
}

/// Where tools come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum Provider {
    /// Whatever suits the machine best; in this version that is always the host.
    #[default]
    Auto,
    /// The machine as it is.
    Host,
    /// The dev shell of a flake. Comes in a later version; until then commands refuse to run.
    Nix,
    /// The development container. Comes in a later version; until then commands refuse to run.
    Container,
}

/// The Nix dev shell that tools come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nix {
    /// The flake and the dev shell in it, relative to the workspace's root.
    pub flake: String,
}

/// Where the development container comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Container {
    /// A service of `compose.yaml`.
    Service(String),
    /// An image that is pulled.
    Image(String),
    /// A Dockerfile that is built: an existing file.
    Dockerfile(PathBuf),
}
