//! The configuration as the rest of Onramp reads it: resolved, with every default in its place.

mod builtin;
mod command_line;
mod database;
mod env;
mod hook;
mod kubernetes;
mod migration_lint;
mod parity;
mod project;
mod section;
mod service;
mod task;
mod tool;

pub use builtin::{Builtin, LineEndings};
pub use command_line::{CommandLine, Commands, FILES_ON_STDIN};
pub use database::{
    AlembicStart, CommandStart, Database, DialectConfig, Engine, Ledger, Only, Pairing, Server, ServerSource,
};
pub use env::{Container, Env, Nix, Provider};
pub use hook::{Hook, Selection, Stage};
pub use kubernetes::Kubernetes;
pub use migration_lint::{LINT_RULES, LintAllow, LintLevel, MigrationLint};
pub use parity::{PARITY_ATTRIBUTES, PARITY_KINDS, Parity, ParityException, ParityTypes};
pub use project::Project;
pub use section::Section;
pub use service::{Ready, Service, ServiceNeed};
pub use task::{Actions, FileSet, TaskConfig};
pub use tool::{Fix, Gate, Tool, VersionRequirement};

/// The configuration of one workspace, without its members.
#[derive(Clone, Debug)]
pub struct Config {
    /// What the workspace is called.
    pub project: Project,
    /// Where the tools of every command come from, and the variables it sees.
    pub env: Env,
    /// The programs that the project needs, in the order in which they are written.
    pub tools: Vec<Tool>,
    /// The tasks: section by section in the order of [`Section::ALL`], within a section as they are written.
    pub tasks: Vec<TaskConfig>,
    /// The development services, in the order in which they are written.
    pub services: Vec<Service>,
    /// The migration histories.
    pub database: Option<Database>,
    /// The git hooks that have something to run, in the order of [`Stage::ALL`].
    pub hooks: Vec<Hook>,
    /// The ids of hooks of `.pre-commit-config.yaml` that run as well; `*` for all of them.
    pub delegate: Vec<String>,
    /// The development image for a local cluster.
    pub kubernetes: Option<Kubernetes>,
}
