//! The configuration as it is written. These types are the one source of what may be written: the parser, the
//! JSON Schema, the schema check and the reference are all made from them, the texts included.

mod builtin;
mod database;
mod env;
mod hooks;
mod kubernetes;
mod lines;
mod parity;
mod project;
mod service;
mod task_sections;
mod tool;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

pub(crate) use builtin::{BuiltinEntry, BuiltinTable};
pub(crate) use database::{AlembicSection, CommandSection, DatabaseSection, EngineName, LedgerSection};
pub(crate) use env::{ContainerSection, EnvSection};
pub(crate) use hooks::HooksSection;
pub(crate) use kubernetes::KubernetesSection;
pub(crate) use lines::Lines;
pub(crate) use parity::{DialectName, ExceptionItem, ParitySection, TypesItem};
pub(crate) use project::ProjectSection;
pub(crate) use service::{ReadySection, ServiceSection};
pub(crate) use task_sections::{
    BuildSection, Common, FormatSection, LintSection, SetupSection, TaskSection, TestSection,
};
pub(crate) use tool::{FixSection, ToolSection};

use crate::pattern::Pattern;

/// The configuration of an Onramp workspace: `onramp.toml`, with the git-ignored `onramp.local.toml` laid
/// over it. In the overlay, tables are merged key by key and anything else replaces what was there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(title = "onramp.toml")]
pub(crate) struct ConfigFile {
    /// What the workspace is called and what belongs to it.
    pub(crate) project: ProjectSection,

    /// Where the tools of every command come from, and the variables it sees.
    #[serde(default)]
    pub(crate) env: EnvSection,

    /// The programs that the project needs, each with its version requirement and its remedy. `onramp doctor`
    /// checks them, `onramp setup` begins with them.
    #[serde(default)]
    #[schemars(extend("propertyNames" = { "pattern": Pattern::NAME }))]
    pub(crate) tools: BTreeMap<String, ToolSection>,

    /// What brings a checkout to ready: `onramp setup`.
    #[serde(default)]
    #[schemars(extend("propertyNames" = { "pattern": Pattern::NAME }))]
    pub(crate) setup: BTreeMap<String, SetupSection>,

    /// The formatters: `onramp fmt`, and `onramp fmt --check`.
    #[serde(default)]
    #[schemars(extend("propertyNames" = { "pattern": Pattern::NAME }))]
    pub(crate) format: BTreeMap<String, FormatSection>,

    /// The linters: `onramp lint`, and `onramp lint --fix`.
    #[serde(default)]
    #[schemars(extend("propertyNames" = { "pattern": Pattern::NAME }))]
    pub(crate) lint: BTreeMap<String, LintSection>,

    /// The test suites: `onramp test`, `onramp test NAME -- ARGS`.
    #[serde(default)]
    #[schemars(extend("propertyNames" = { "pattern": Pattern::NAME }))]
    pub(crate) test: BTreeMap<String, TestSection>,

    /// What is built: `onramp build`, `onramp build NAME`.
    #[serde(default)]
    #[schemars(extend("propertyNames" = { "pattern": Pattern::NAME }))]
    pub(crate) build: BTreeMap<String, BuildSection>,

    /// Anything else that contributors run: `onramp run NAME`.
    #[serde(default)]
    #[schemars(extend("propertyNames" = { "pattern": Pattern::NAME }))]
    pub(crate) task: BTreeMap<String, TaskSection>,

    /// The development services. They are read and checked; the verb that runs them, `onramp dev`, comes in a
    /// later version.
    #[serde(default)]
    #[schemars(extend("propertyNames" = { "pattern": Pattern::NAME }))]
    pub(crate) service: BTreeMap<String, ServiceSection>,

    /// The migration histories of the project and the databases they are proved on: `onramp migrate`, `onramp
    /// db`.
    pub(crate) database: Option<DatabaseSection>,

    /// What runs at which git hook: a list of `section` or `section:name` for each. `onramp hooks
    /// install` has git run it.
    #[serde(default)]
    pub(crate) hooks: HooksSection,

    /// The development image for a local cluster. It is read and checked; the verb that uses it, `onramp
    /// k8s`, comes in a later version.
    pub(crate) kubernetes: Option<KubernetesSection>,
}
