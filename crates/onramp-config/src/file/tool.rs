use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::Gate;

/// A program that the project needs. The section's name is the tool's name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ToolSection {
    /// The executable that is looked for on `PATH`. Without it, the tool's name.
    #[schemars(extend("examples" = ["python3"]))]
    pub(crate) program: Option<String>,

    /// The versions that will do: comparisons such as `>=3.10` or `>=18, <23`. A bare version such as `20`
    /// means the same as in Cargo: any 20.x.
    #[schemars(extend("examples" = [">=3.10"]))]
    pub(crate) version: Option<String>,

    /// The command whose output holds the version. Without it, `PROGRAM --version`.
    #[schemars(extend("examples" = ["python3 --version"]))]
    pub(crate) probe: Option<String>,

    /// What happens when the tool is missing or too old.
    #[serde(default)]
    pub(crate) gate: Gate,

    /// Whether one can do without the tool: `onramp doctor` mentions that it is missing, and nothing more.
    #[serde(default)]
    pub(crate) optional: bool,

    /// What the project needs it for, shown where it is missing.
    #[schemars(extend("examples" = ["the end-to-end tests start containers"]))]
    pub(crate) why: Option<String>,

    /// How to get it.
    #[serde(default)]
    pub(crate) fix: FixSection,
}

/// How to get a tool, per package source. Several packages are separated by blanks.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct FixSection {
    /// Packages of Debian and Ubuntu.
    #[schemars(extend("examples" = ["python3 python3-venv"]))]
    pub(crate) apt: Option<String>,

    /// Formulas of Homebrew.
    #[schemars(extend("examples" = ["python"]))]
    pub(crate) brew: Option<String>,

    /// Attributes of nixpkgs.
    #[schemars(extend("examples" = ["python3"]))]
    pub(crate) nix: Option<String>,

    /// Packages of the Python Package Index.
    #[schemars(extend("examples" = ["ruff"]))]
    pub(crate) pip: Option<String>,

    /// Packages of npm, installed globally.
    #[schemars(extend("examples" = ["pnpm"]))]
    pub(crate) npm: Option<String>,

    /// Any other command that installs it.
    #[schemars(extend("examples" = ["rustup component add clippy"]))]
    pub(crate) command: Option<String>,
}
