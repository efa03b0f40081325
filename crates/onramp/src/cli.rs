//! The command line as data. What a verb does stands in `commands`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::Format;
use crate::commands::{
    build, completions, doctor, exec, fmt, lint, migrate, reference, run, schema, setup, test,
};

/// From clone to contributing in one command.
#[derive(Debug, Parser)]
#[command(name = "onramp", version, disable_help_subcommand = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// Options of every verb.
#[derive(Args, Clone, Debug)]
pub(crate) struct Global {
    /// Stand in DIR instead of the current directory
    #[arg(short = 'C', value_name = "DIR", global = true, help_heading = "Global options")]
    pub(crate) directory: Option<PathBuf>,
    /// Read this file instead of the nearest onramp.toml
    #[arg(long, value_name = "FILE", global = true, help_heading = "Global options")]
    pub(crate) config: Option<PathBuf>,
    /// How output is written; chosen by terminal, CI and GITHUB_ACTIONS if not given
    #[arg(long, value_enum, global = true, help_heading = "Global options")]
    pub(crate) format: Option<Format>,
    /// Say less: failures only
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = "Global options")]
    pub(crate) quiet: bool,
    /// Say more: the output of everything that runs
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub(crate) verbose: bool,
    /// When to use colours
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN", global = true, help_heading = "Global options")]
    pub(crate) color: Colour,
    /// Run at most N tasks at once; as many as there are processors if not given
    #[arg(short, long, value_name = "N", global = true, help_heading = "Global options")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Go on with what does not need a failed task
    #[arg(long, global = true, help_heading = "Global options")]
    pub(crate) keep_going: bool,
    /// Show what would be done, and do nothing
    #[arg(long, global = true, help_heading = "Global options")]
    pub(crate) dry_run: bool,
    /// Run tasks even if they are up to date
    #[arg(long, global = true, help_heading = "Global options")]
    pub(crate) force: bool,
    /// Where tools come from
    #[arg(long, value_enum, value_name = "PROVIDER", global = true, help_heading = "Global options")]
    pub(crate) env: Option<Provider>,
    /// Answer every question like this; without a terminal nothing is asked and nothing is installed
    #[arg(long, value_enum, global = true, help_heading = "Global options")]
    pub(crate) answer: Option<Answer>,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// At a terminal that can, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Where tools come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Provider {
    /// Whatever the configuration and the machine suggest
    Auto,
    /// This machine
    Host,
    /// A Nix dev shell
    Nix,
    /// A development container
    Container,
}

/// The answer to every question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Answer {
    /// Do it
    Yes,
    /// Go on without it
    No,
    /// Stop
    Quit,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Setup(setup::SetupArgs),
    Doctor(doctor::DoctorArgs),
    Fmt(fmt::FmtArgs),
    Lint(lint::LintArgs),
    Test(test::TestArgs),
    Build(build::BuildArgs),
    Run(run::RunArgs),
    /// List the tasks of this workspace
    Tasks,
    Exec(exec::ExecArgs),
    Migrate(migrate::MigrateArgs),
    Completions(completions::CompletionsArgs),
    Schema(schema::SchemaArgs),
    Reference(reference::ReferenceArgs),
    /// Print the version
    Version,
}
