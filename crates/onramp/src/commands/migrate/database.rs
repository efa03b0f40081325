//! The commands that change a database of the user's.

use clap::Args;
use onramp_core::{Dialect, Failure, TaskGraph, TaskId};
use onramp_migrate::{Context, MigrateSpec, Rollback};

use super::{begin, spec};
use crate::context::TaskContext;
use crate::session::Session;
use crate::{Error, ExitStatus, runner};

/// Which database.
#[derive(Args, Debug)]
pub(super) struct Target {
    /// The database; the variable that [database] url-env names if not given, which keeps a password out of
    /// the list of processes
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Refuse a database of any other dialect
    #[arg(long, value_name = "DIALECT")]
    dialect: Option<Dialect>,
}

#[derive(Args, Debug)]
pub(super) struct ApplyArgs {
    #[command(flatten)]
    target: Target,
}

#[derive(Args, Debug)]
pub(super) struct RollbackArgs {
    #[command(flatten)]
    target: Target,
    /// How many revisions to take back
    #[arg(long, default_value_t = 1, conflicts_with = "to")]
    steps: u32,
    /// The revision to go back to; `base` for the beginning
    #[arg(long, value_name = "REVISION")]
    to: Option<String>,
}

pub(super) fn apply(session: &Session, args: &ApplyArgs) -> Result<ExitStatus, Error> {
    on_database(session, "apply", &args.target, |spec, dialect, url, context| {
        onramp_migrate::apply(spec, dialect, url, context)
    })
}

pub(super) fn rollback(session: &Session, args: &RollbackArgs) -> Result<ExitStatus, Error> {
    let how_far = match &args.to {
        Some(revision) => Rollback::Revision(revision.clone()),
        None => Rollback::Steps(args.steps),
    };
    on_database(session, "rollback", &args.target, move |spec, dialect, url, context| {
        onramp_migrate::rollback(spec, dialect, url, &how_far, context)
    })
}

/// The database's URL and dialect: as asked for, else from the project's own variable. `None` where neither
/// names one.
pub(super) fn url(spec: &MigrateSpec, asked: Option<&str>) -> Result<Option<(Dialect, String)>, Error> {
    let from_environment = || spec.environment.get(&spec.url_env)?.to_str();
    let Some(url) = asked.or_else(from_environment) else { return Ok(None) };
    let dialect = Dialect::of_url(url).ok_or_else(|| {
        let scheme = url.split(':').next().unwrap_or_default();
        let error = Error::usage(format!("`{scheme}` is no scheme of a dialect that Onramp knows"));
        error.hint("a URL that begins with `sqlite` or `postgresql`, with a driver behind `+` if you like")
    })?;
    Ok(Some((dialect, url.to_owned())))
}

fn on_database(
    session: &Session,
    name: &str,
    target: &Target,
    work: impl Fn(&MigrateSpec, Dialect, &str, &Context<'_>) -> Result<(), Failure> + Send + Sync + 'static,
) -> Result<ExitStatus, Error> {
    let spec = spec::spec(session)?;
    let Some((dialect, url)) = url(&spec, target.url.as_deref())? else {
        let error = Error::usage(format!("no database to {name}: {} is not set", spec.url_env));
        return Err(error.hint(format!("{}=URL onramp migrate {name}", spec.url_env)));
    };
    if target.dialect.is_some_and(|wanted| wanted != dialect) {
        return Err(Error::usage(format!("the database's URL is one of {dialect}")));
    }
    let id = TaskId::new("migrate", name);
    if session.options.dry_run {
        let what = format!("the {dialect} database of {}", spec.url_env);
        return Ok(super::show(session, &[(id.to_string(), what)]));
    }
    let lock = begin(session)?;
    let work = move |task: &TaskContext<'_>| {
        let step = |step: &str| task.step(step);
        let context = super::engine_context(task, &step);
        work(&spec, dialect, &url, &context)
    };
    let graph = TaskGraph::new(vec![session.task(id.clone(), Vec::new(), work)])
        .expect("a task that needs nothing is a graph");
    let status = runner::run(session, "migrate", &graph, &[id]);
    drop(lock);
    status
}
