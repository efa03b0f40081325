//! The commands that change a database of the user's.

use std::sync::Arc;

use clap::Args;
use onramp_core::{Dialect, Failure, TaskGraph, TaskId, TaskNode};
use onramp_migrate::{Context, MigrateSpec, Rollback};

use super::{begin, spec};
use crate::context::{RustWork, TaskContext};
use crate::job::{Job, Work};
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
pub(super) fn url(
    session: &Session,
    spec: &MigrateSpec,
    asked: Option<&str>,
) -> Result<Option<(Dialect, String)>, Error> {
    let from_environment = || spec.environment.get(&spec.url_env)?.to_str();
    let Some(url) = asked.or_else(from_environment) else { return Ok(None) };
    if let Some(password) = password_in(url) {
        session.launcher.secrets().add(password);
    }
    let dialect = Dialect::of_url(url)
        .ok_or_else(|| Error::usage("the database's URL begins with no dialect that Onramp knows"))?;
    Ok(Some((dialect, url.to_owned())))
}

fn on_database(
    session: &Session,
    name: &str,
    target: &Target,
    work: impl Fn(&MigrateSpec, Dialect, &str, &Context<'_>) -> Result<(), Failure> + Send + Sync + 'static,
) -> Result<ExitStatus, Error> {
    let spec = spec::spec(session)?;
    let Some((dialect, url)) = url(session, &spec, target.url.as_deref())? else {
        let error = Error::usage(format!("no database to {name}: {} is not set", spec.url_env));
        return Err(error.hint(format!("{}=URL onramp migrate {name}", spec.url_env)));
    };
    if target.dialect.is_some_and(|wanted| wanted != dialect) {
        return Err(Error::usage(format!("the database's URL is one of {dialect}")));
    }
    let id = TaskId::new("migrate", name);
    if session.options.dry_run {
        session.printer.data(&format!("run        {id} on the {dialect} database of {}", spec.url_env));
        return Ok(ExitStatus::Success);
    }
    let lock = begin(session)?;
    let work: RustWork = Arc::new(move |task: &TaskContext<'_>| {
        let step = |step: &str| task.step(step);
        let context = Context {
            launcher: task.launcher,
            step: &step,
            output: task.lines(),
            log: Some(task.log().to_path_buf()),
        };
        work(&spec, dialect, &url, &context)
    });
    let node = TaskNode {
        id: id.clone(),
        needs: Vec::new(),
        payload: Job {
            checkout: Arc::clone(session.workspace()),
            description: None,
            work: Work::Rust { work, arguments: Vec::new() },
            cache: None,
        },
    };
    let graph = TaskGraph::new(vec![node]).map_err(|_| Error::usage("one task cannot be in its own way"))?;
    let status = runner::run(session, "migrate", &graph, &[id]);
    drop(lock);
    status
}

/// `secret` of `postgresql://user:secret@host/database`.
fn password_in(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?']).next()?;
    let (user, _) = authority.rsplit_once('@')?;
    user.split_once(':').map(|(_, password)| password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_found_where_there_is_one() {
        assert_eq!(password_in("postgresql+asyncpg://u:p@ss@h:5432/d"), Some("p@ss"));
        assert_eq!(password_in("postgresql://u@h/d"), None);
        assert_eq!(password_in("sqlite:////tmp/a:b@c.db"), None);
    }
}
