use std::sync::{Arc, Mutex, PoisonError};

use onramp_core::{Dialect, Failure, Level, Reporter, TaskGraph, TaskId};
use onramp_database::{Development, Source};
use onramp_migrate::MigrateSpec;
use serde_json::json;

use super::Which;
use super::target::{Target, targets};
use crate::commands::migrate;
use crate::context::TaskContext;
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::{Error, ExitStatus, runner};

/// What becomes of the data that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Data {
    /// They stay.
    Keep,
    /// They are thrown away first.
    ThrowAway,
}

/// A database that is up.
struct Up {
    dialect: Dialect,
    url: String,
    /// The source of its server and where that comes from, where it has one.
    server: Option<(Source, String)>,
    /// What its user should know.
    notices: Vec<(Level, String)>,
}

pub(super) fn run(session: &Session, which: &Which) -> Result<ExitStatus, Error> {
    bring_up(session, "up", targets(session, which)?, Data::Keep)
}

/// Brings databases to the head of their histories, each in a task of its own, and says how they are reached.
pub(super) fn bring_up(
    session: &Session,
    verb: &str,
    targets: Vec<Target>,
    data: Data,
) -> Result<ExitStatus, Error> {
    let spec = migrate::spec::spec(session)?;
    if session.options.dry_run {
        let what = |target: &Target| format!("the development database of {}", target.label);
        let steps: Vec<_> =
            targets.iter().map(|target| (format!("db:{}", target.dialect), what(target))).collect();
        return Ok(migrate::show(session, &steps));
    }
    let lock = migrate::begin(session)?;
    let ups: Arc<Mutex<Vec<Up>>> = Arc::default();
    let ids: Vec<TaskId> = targets.iter().map(|target| TaskId::new("db", target.dialect.name())).collect();
    let nodes = ids.iter().zip(targets).map(|(id, target)| {
        let (spec, ups) = (spec.clone(), Arc::clone(&ups));
        let work = move |task: &TaskContext<'_>| {
            let up = work(&spec, &target, data, task)?;
            ups.lock().unwrap_or_else(PoisonError::into_inner).push(up);
            Ok(())
        };
        session.task(id.clone(), Vec::new(), work)
    });
    let graph = TaskGraph::new(nodes.collect()).expect("tasks of different dialects that need nothing");
    let status = runner::run(session, &format!("db {verb}"), &graph, &ids)?;
    drop(lock);
    let mut ups = std::mem::take(&mut *ups.lock().unwrap_or_else(PoisonError::into_inner));
    ups.sort_by_key(|up| up.dialect.name());
    for (level, notice) in ups.iter().flat_map(|up| &up.notices) {
        session.reporter.notice(*level, notice);
    }
    session.reporter.close();
    answer(session, &ups);
    Ok(status)
}

fn work(spec: &MigrateSpec, target: &Target, data: Data, task: &TaskContext<'_>) -> Result<Up, Failure> {
    let step = |step: &str| task.step(step);
    if data == Data::ThrowAway {
        step("throw away");
        Development::remove(task.launcher, target.dialect, &target.spec)?;
    }
    let database = Development::up(task.launcher, target.dialect, &target.spec, &step)?;
    step("apply head");
    let url = database.expand(&target.url);
    let mut spec = spec.clone();
    for dialect in spec.dialects.iter_mut().filter(|dialect| dialect.dialect == target.dialect) {
        // The project may want to know more of the database than its URL.
        dialect.env.values_mut().for_each(|value| *value = database.expand(value));
    }
    onramp_migrate::apply(&spec, target.dialect, &url, &migrate::engine_context(task, &step))?;
    Ok(Up {
        dialect: target.dialect,
        url,
        server: database.source().zip(database.origin().map(str::to_owned)),
        notices: notices(target, &database),
    })
}

/// Whose server it is and when it stops, and which databases lie where nobody would look for them.
fn notices(target: &Target, database: &Development) -> Vec<(Level, String)> {
    let Some((source, origin)) = database.source().zip(database.origin()) else { return Vec::new() };
    let label = &target.label;
    let server = match source {
        Source::Url => {
            let variable = &target.spec.server.url_env;
            format!("the server of {label} is yours, by {variable}: {origin}; Onramp never stops it")
        }
        _ => format!(
            "the server of {label} is this worktree's own: {origin}; it runs until `onramp db down`, and what is in it stays"
        ),
    };
    let beside = onramp_database::homes(&target.spec).into_iter().filter(|home| home.source != source);
    let beside = beside.map(|home| {
        let (name, place) = (home.source.name(), home.place);
        let message = format!(
            "another development database of {label}, of the source `{name}`, is kept and not used: {place}; \
             `onramp db down --throw-away` removes both"
        );
        (Level::Warning, message)
    });
    std::iter::once((Level::Note, server)).chain(beside).collect()
}

/// Passwords are masked here: `db url` is for whoever asks for them.
fn answer(session: &Session, ups: &[Up]) {
    if session.json() {
        let row = |up: &Up| {
            json!({
                "dialect": up.dialect.name(),
                "url": up.url,
                "source": up.server.as_ref().map(|(source, _)| source.name()),
                "origin": up.server.as_ref().map(|(_, origin)| origin),
            })
        };
        let rows: Vec<_> = ups.iter().map(row).collect();
        session.answer_json(json!({"version": SCHEMA_VERSION, "event": "databases-up", "databases": rows}));
        return;
    }
    for up in ups {
        session.answer(&format!("{:10}  {}", up.dialect.name(), up.url));
    }
}
