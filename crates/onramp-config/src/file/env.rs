use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::Provider;
use crate::pattern::Pattern;

/// Where the tools of every command come from, and the variables it sees.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct EnvSection {
    /// Where tools come from, unless the command line says `--env`.
    #[serde(default)]
    pub(crate) provider: Provider,

    /// The Nix dev shell.
    #[serde(default)]
    pub(crate) nix: NixSection,

    /// The development container.
    pub(crate) container: Option<ContainerSection>,

    /// Folders that are put before `PATH` for every command, relative to this file. `{root}` is the
    /// workspace.
    #[serde(default)]
    #[schemars(extend("examples" = [[".venv/bin"]]))]
    pub(crate) path: Vec<String>,

    /// Environment variables of every command. `{root}` is the workspace.
    #[serde(default)]
    #[schemars(extend("propertyNames" = { "pattern": Pattern::VARIABLE }))]
    pub(crate) vars: BTreeMap<String, String>,

    /// Environment variables that no command sees.
    #[serde(default)]
    #[schemars(extend("examples" = [["PYTHONDONTWRITEBYTECODE"]]))]
    pub(crate) unset: Vec<String>,

    /// Environment variables of the caller that decide the result of every task, by their names. Those of single
    /// tasks stand in their `reads-env`.
    #[serde(default)]
    #[schemars(extend("examples" = [["CFLAGS"]]))]
    pub(crate) reads: Vec<String>,

    /// The names of environment variables whose values are masked in every log, event and report. Values and
    /// lines of fewer than four bytes are not: they would blank out half of an ordinary log.
    #[serde(default)]
    #[schemars(extend("examples" = [["NPM_TOKEN"]]))]
    pub(crate) secrets: Vec<String>,
}

/// The Nix dev shell that tools come from.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct NixSection {
    /// The flake and the dev shell in it.
    #[serde(default = "NixSection::default_flake")]
    pub(crate) flake: String,
}

impl NixSection {
    fn default_flake() -> String {
        ".#default".to_owned()
    }
}

impl Default for NixSection {
    fn default() -> Self {
        Self { flake: Self::default_flake() }
    }
}

/// The development container: exactly one of `service`, `image` and `dockerfile`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ContainerSection {
    /// A service of `compose.yaml`.
    #[schemars(extend("examples" = ["dev"]))]
    pub(crate) service: Option<String>,

    /// An image that is pulled.
    #[schemars(extend("examples" = ["ghcr.io/flowline/dev:1"]))]
    pub(crate) image: Option<String>,

    /// A Dockerfile of the workspace that is built.
    #[schemars(extend("examples" = ["dev/Dockerfile"]))]
    pub(crate) dockerfile: Option<String>,
}
