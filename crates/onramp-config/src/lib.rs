//! Reads `onramp.toml`: text -> spanned tree -> schema check -> overlay -> the file as it is written ->
//! checks of meaning -> [`Config`].
//!
//! Members are read with the workspace around them, and meaning comes when all files are read, because a task
//! may need one of any other workspace. A name in a file is looked for from that file's own workspace, and with
//! a slash in front from the outermost one.
//!
//! Everything that is wrong in any of a workspace's files is told in one run, each as a [`Diagnostic`] with
//! its place and source line. The types that the file is read into are the single source of the parser, of
//! [`json_schema`] and of [`reference_markdown`].
//!
//! Architecture Invariant: this crate reads files below the paths it is handed, and nothing else. It knows no
//! environment variable and no current folder, starts no process and prints nothing.

mod config;
mod deserialize;
mod diagnostic;
mod draft;
mod file;
mod find;
mod load;
mod load_parity;
mod node;
mod overlay;
mod parse;
mod pattern;
mod placeholder;
mod reference;
mod resolve;
mod schema;
mod schema_check;
mod shape;
mod source;
mod spot;
mod suggest;
mod workspace;

#[cfg(test)]
mod tests;

pub use config::{
    Actions, AlembicStart, Builtin, CommandLine, CommandStart, Commands, Config, Container, Database,
    DialectConfig, Engine, Env, FILES_ON_STDIN, FileSet, Fix, Gate, Hook, Kubernetes, LINT_RULES, Ledger,
    LineEndings, LintAllow, LintLevel, MigrationLint, Nix, Only, PARITY_ATTRIBUTES, PARITY_KINDS, Pairing,
    Parity, ParityException, ParityTypes, Project, Provider, Ready, Section, Selection, Server, ServerSource,
    Service, ServiceNeed, Stage, TaskConfig, Tool, VersionRequirement,
};
pub use diagnostic::Diagnostic;
pub use find::{find_root, outermost_root};
pub use load::{CONFIG_FILE, LOCAL_FILE, load, load_file, load_with};
pub use load_parity::load_parity;
pub use placeholder::{TemplateError, Values, quote};
pub use reference::{EXAMPLE, reference_markdown};
pub use resolve::parse_duration;
pub use schema::json_schema;
pub use suggest::nearest;
pub use workspace::{Member, Workspace};
