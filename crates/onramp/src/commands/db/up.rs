use std::sync::{Arc, Mutex, PoisonError};

use onramp_core::{Failure, TaskGraph, TaskId, TaskNode};
use onramp_database::Development;
use onramp_migrate::MigrateSpec;
use serde_json::json;

use super::Which;
use super::target::{Target, targets};
use crate::commands::migrate;
use crate::context::{RustWork, TaskContext};
use crate::job::Job;
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

/// The URLs of the databases that are up, by the names of their dialects.
type Urls = Arc<Mutex<Vec<(String, String)>>>;

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
    let urls = Urls::default();
    let ids: Vec<TaskId> = targets.iter().map(|target| TaskId::new("db", target.dialect.name())).collect();
    let nodes = ids.iter().zip(targets).map(|(id, target)| {
        let (spec, urls) = (spec.clone(), Arc::clone(&urls));
        let work: RustWork = Arc::new(move |task: &TaskContext<'_>| {
            let url = work(&spec, &target, data, task)?;
            urls.lock().unwrap_or_else(PoisonError::into_inner).push((target.dialect.name().to_owned(), url));
            Ok(())
        });
        let payload = Job::rust(Arc::clone(session.workspace()), work);
        TaskNode { id: id.clone(), needs: Vec::new(), payload }
    });
    let graph = TaskGraph::new(nodes.collect()).expect("tasks of different dialects that need nothing");
    let status = runner::run(session, &format!("db {verb}"), &graph, &ids)?;
    drop(lock);
    session.reporter.close();
    answer(session, &urls.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(status)
}

fn work(spec: &MigrateSpec, target: &Target, data: Data, task: &TaskContext<'_>) -> Result<String, Failure> {
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
    Ok(url)
}

/// Passwords are masked here: `db url` is for whoever asks for them.
fn answer(session: &Session, urls: &[(String, String)]) {
    let mut urls: Vec<_> = urls.iter().collect();
    urls.sort();
    if session.json() {
        let rows: Vec<_> =
            urls.iter().map(|(dialect, url)| json!({"dialect": dialect, "url": url})).collect();
        session.answer_json(json!({"version": SCHEMA_VERSION, "event": "databases-up", "databases": rows}));
        return;
    }
    for (dialect, url) in urls {
        session.answer(&format!("{dialect:10}  {url}"));
    }
}
