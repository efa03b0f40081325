//! The command line as data. What a verb does stands in `commands`.

use clap::{Parser, Subcommand};

use crate::commands::{
    build, cache, completions, db, doctor, exec, fmt, graph, hooks, keep_server, lint, migrate, reference,
    run, schema, setup, tasks, test, why,
};
use crate::options::Global;

/// From clone to contributing in one command.
#[derive(Debug, Parser)]
#[command(name = "onramp", version, disable_help_subcommand = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Setup(setup::SetupArgs),
    Doctor(doctor::DoctorArgs),
    Hooks(hooks::HooksArgs),
    Fmt(fmt::FmtArgs),
    Lint(lint::LintArgs),
    Test(test::TestArgs),
    Build(build::BuildArgs),
    Run(run::RunArgs),
    Tasks(tasks::TasksArgs),
    Graph(graph::GraphArgs),
    Why(why::WhyArgs),
    Cache(cache::CacheArgs),
    Exec(exec::ExecArgs),
    Db(db::DbArgs),
    Migrate(migrate::MigrateArgs),
    Completions(completions::CompletionsArgs),
    Schema(schema::SchemaArgs),
    Reference(reference::ReferenceArgs),
    #[command(hide = true)]
    KeepServer(keep_server::KeepServerArgs),
    /// Print the version
    Version,
}
