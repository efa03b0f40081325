//! Onramp: from clone to contributing in one command.
//!
//! A repository either uses the `onramp` program, or has an `xtask` of its own with tasks written in Rust:
//!
//! ```no_run
//! use std::process::ExitCode;
//! use onramp::{Failure, TaskContext, xshell::cmd};
//!
//! fn main() -> ExitCode {
//!     onramp::Onramp::new().task("greet", "Says hello", greet).main()
//! }
//!
//! fn greet(context: &TaskContext<'_>) -> Result<(), Failure> {
//!     let shell = context.shell()?;
//!     context.run(cmd!(shell, "echo hello"))
//! }
//! ```
//!
//! Architecture Invariant: this crate is the facade. It alone knows the command line, the configuration file
//! and the terminal; it maps them to the plain specs of the engines and turns events and errors into output
//! and exit codes. One module reads environment variables ([`env_vars`]), one owns standard output and
//! standard error ([`Printer`]), one uses indicatif (the `human` reporter).

mod amounts;
mod answer_file;
mod app;
mod audit;
mod changes;
mod checkout;
mod checks;
mod cli;
mod commands;
mod context;
mod databases;
mod declared;
mod durations;
pub mod env_vars;
mod error;
mod exit_status;
mod git_hooks;
mod hooks;
mod job;
mod junit;
mod listing;
mod named_files;
mod options;
mod origin;
mod own_build;
mod own_folder;
mod picture;
mod plain_path;
mod plan;
mod presentation;
mod printer;
mod probes;
mod program;
mod programs;
mod reference;
mod report;
mod reporter;
mod results;
mod runner;
mod selection;
mod session;
mod shards;
mod signals;
mod stand_in;
mod state;
mod store_folder;
mod task_lock;
mod watched;
mod whole_file;
mod words;
mod workers;

pub use app::Onramp;
pub use context::TaskContext;
pub use error::Error;
pub use exit_status::ExitStatus;
pub use onramp_core::Failure;
pub use printer::Printer;
pub use reporter::{Format, Verbosity};
pub use xshell;
