use schemars::JsonSchema;
use semver::VersionReq;
use serde::{Deserialize, Serialize};

/// A program that the project needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// The executable to look for.
    pub program: String,
    /// The versions that will do. `None`: any.
    pub version: Option<VersionRequirement>,
    /// The command whose output holds the version, as argv. It is there if `version` is: without one in the
    /// file, the program with `--version`.
    pub probe: Option<Vec<String>>,
    /// What happens when it is missing or too old.
    pub gate: Gate,
    /// Whether one can do without it.
    pub optional: bool,
    /// What the project needs it for.
    pub why: Option<String>,
    /// How to get it.
    pub fix: Fix,
}

/// A version requirement in both forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRequirement {
    /// As it is written, for messages.
    pub text: String,
    /// As it is compared.
    pub requirement: VersionReq,
}

/// What happens when a tool is missing or too old.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum Gate {
    /// `onramp setup` does not go on without it.
    #[default]
    Fail,
    /// It is told, and things go on.
    Warn,
}

/// How to get a tool: the packages per package source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fix {
    /// Packages of Debian and Ubuntu.
    pub apt: Vec<String>,
    /// Formulas of Homebrew.
    pub brew: Vec<String>,
    /// Attributes of nixpkgs.
    pub nix: Vec<String>,
    /// Packages of the Python Package Index.
    pub pip: Vec<String>,
    /// Packages of npm, installed globally.
    pub npm: Vec<String>,
    /// Any other command that installs it, as argv.
    pub command: Option<Vec<String>>,
}
