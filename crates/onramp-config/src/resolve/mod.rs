//! From the configuration as it is written to the configuration as it is used. Every function here reports
//! what is wrong to the [`Context`] and goes on with the best it has, so that one run tells everything.

mod builtins;
mod commands;
mod context;
mod cycles;
mod database;
mod engine;
mod env;
mod everywhere;
mod globs;
mod hooks;
mod migration_lint;
mod needs;
mod parity;
mod paths;
mod services;
mod tasks;
mod templates;
mod timeout;
mod tools;
mod version;

pub(crate) use context::Context;
pub(crate) use cycles::report_cycles;
pub(crate) use everywhere::Everywhere;
pub(crate) use needs::Known;
pub(crate) use parity::parity;
pub(crate) use paths::{Located, inside, member_folder};
pub use timeout::parse as parse_duration;

use crate::config::{Config, Kubernetes, Project};
use crate::file::{ConfigFile, ProjectSection};
use crate::spot::Spot;

/// Resolves a file whose shape is right.
pub(crate) fn resolve(cx: &Context<'_>, file: &ConfigFile, known: &Known<'_>) -> Config {
    let tasks = tasks::resolve(cx, file, known);
    let services = services::resolve(cx, file, known);
    Config {
        project: project(cx, &file.project),
        env: env::resolve(cx, &file.env),
        tools: tools::resolve(cx, file),
        tasks,
        services,
        database: file.database.as_ref().map(|database| database::resolve(cx, database)),
        hooks: hooks::resolve(cx, &file.hooks, known),
        delegate: file.hooks.delegate.clone(),
        kubernetes: file.kubernetes.as_ref().map(|section| {
            if section.image.trim().is_empty() {
                cx.report(&Spot::root().key("kubernetes").key("image"), "empty image name", None);
            }
            Kubernetes { image: section.image.clone() }
        }),
    }
}

fn project(cx: &Context<'_>, section: &ProjectSection) -> Project {
    let spot = Spot::root().key("project").key("ignore-changes");
    let ignore_changes = globs::inside_workspace(cx, &spot, ".", &section.ignore_changes);
    Project { name: section.name.clone(), ignore_changes }
}
