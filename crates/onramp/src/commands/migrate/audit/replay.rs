//! Has the histories of an audit applied to scratch databases.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use onramp_core::{Dialect, TaskGraph, TaskId, TaskNode};
use onramp_database::catalog::Catalog;
use onramp_database::{Databases, DatabasesSpec};
use onramp_histories::{Audit, Chain, Code, Finding};
use onramp_parity::compare;
use onramp_replay::{Replay, Replayed};

use super::super::parity::tell::line;
use super::Begun;
use super::meant::Meant;
use super::shown::Shown;
use crate::context::TaskContext;
use crate::job::Job;
use crate::session::Session;
use crate::{Error, ExitStatus, databases, runner};

/// The section of its tasks. No configuration has it.
const SECTION: &str = "replay";

/// How many differences of two dialects are told of one history.
const DIFFERENCES: usize = 20;

/// One history that is replayed.
struct Part {
    /// Its place in the audit.
    place: usize,
    id: TaskId,
    dialect: Dialect,
    chain: Chain,
    /// Its folder, as it is shown.
    shown: String,
}

/// What has come of the parts, by their places.
type Results = Arc<Mutex<Vec<(usize, Replayed)>>>;

/// Replays what can be, and adds what is found to the audit. Tells how that ended where it did not come to its end.
pub(crate) fn replay(session: &Session, begun: &mut Begun<'_>) -> Result<Option<ExitStatus>, Error> {
    let shown = begun.audited.shown.clone();
    let audit = &mut begun.audited.audit;
    let parts = parts(audit, &shown);
    if parts.is_empty() {
        return Ok(None);
    }
    let spec = databases::spec_of_servers(session)?;
    let results: Results = Arc::default();
    let ids: Vec<TaskId> = parts.iter().map(|part| part.id.clone()).collect();
    let nodes = parts.into_iter().map(|part| node(session, part, &spec, &results)).collect();
    let graph = TaskGraph::new(nodes).map_err(|_| Error::usage("a history is there twice"))?;
    // What is found fails no task: it is told with everything else.
    let status = runner::run_all(session, SECTION, &graph, &ids)?;
    session.reporter.close();
    let results = std::mem::take(&mut *results.lock().unwrap_or_else(PoisonError::into_inner));
    let ends: Vec<(usize, Catalog)> =
        results.iter().filter_map(|(place, replayed)| Some((*place, replayed.catalog.clone()?))).collect();
    for (place, replayed) in results {
        audit.histories[place].findings.extend(replayed.findings);
    }
    let meant = &mut begun.audited.meant;
    let sets = audit.sets.clone();
    for set in &sets {
        compare_dialects(audit, &set.places, &ends, meant);
    }
    audit.elsewhere.extend(meant.stale());
    audit.histories.iter_mut().for_each(|audited| audited.findings.sort());
    Ok(Some(status).filter(|status| *status != ExitStatus::Success))
}

/// The histories of SQL in a dialect for which there is a server; the others are told as such.
fn parts(audit: &mut Audit, shown: &Shown) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let shared: Vec<usize> = audit.sets.iter().filter_map(|set| set.shared).collect();
    for place in (0..audit.histories.len()).filter(|place| !shared.contains(place)) {
        let chain = audit.whole(place);
        let why = match chain.dialect {
            _ if !chain.form.is_sql() => Some("it is code, which is not run".to_owned()),
            None => {
                let folder = shown.path(&chain.folder);
                Some(format!("nothing tells its dialect; --dialect {}=NAME does", folder.display()))
            }
            Some((dialect, _)) if dialect.known().is_none() => Some(format!(
                "there is no server for {dialect} here: histories of every dialect are read, and those of sqlite and \
                 postgresql are applied"
            )),
            Some(_) => None,
        };
        match (why, chain.dialect.and_then(|(dialect, _)| dialect.known())) {
            (None, Some(dialect)) => {
                let same = parts.iter().filter(|part| part.dialect == dialect).count();
                let number = if same == 0 { String::new() } else { format!("-{}", same + 1) };
                let id = TaskId::new(SECTION, format!("{dialect}{number}"));
                let shown = shown.path(&chain.folder).display().to_string();
                parts.push(Part { place, id, dialect, chain, shown });
            }
            (why, _) => {
                let message = format!("not replayed: {}", why.unwrap_or_default());
                let finding = Finding::new(Code::NotReplayed, &chain.folder, message);
                audit.histories[place].findings.push(finding);
            }
        }
    }
    parts
}

fn node(session: &Session, part: Part, spec: &DatabasesSpec, results: &Results) -> TaskNode<Job> {
    let (id, spec, results) = (part.id.clone(), spec.clone(), Arc::clone(results));
    let work = move |task: &TaskContext<'_>| {
        let step = |step: &str| task.step(step);
        step(&part.shown);
        let databases = Databases::open(task.launcher, part.dialect, &spec, &step)?;
        let replay =
            Replay { chain: &part.chain, databases: &databases, step: &step, cancel: task.launcher.cancel() };
        let replayed = onramp_replay::replay(&replay)?;
        step(&format!("{} applied, {} reverted and applied again", replayed.applied, replayed.reverted));
        results.lock().unwrap_or_else(PoisonError::into_inner).push((part.place, replayed));
        Ok(())
    };
    session.task(id, Vec::new(), work)
}

/// Holds the dialects of one project against the first of them that came to its end.
fn compare_dialects(audit: &mut Audit, set: &[usize], ends: &[(usize, Catalog)], meant: &mut Meant) {
    let ended: Vec<&(usize, Catalog)> = ends.iter().filter(|(place, _)| set.contains(place)).collect();
    let Some(((_, first), others)) = ended.split_first() else { return };
    for (place, other) in others {
        let labels = [first.dialect.name(), other.dialect.name()];
        let folder: PathBuf = audit.histories[*place].chain.folder.clone();
        let report = compare(first, other, meant.rules(&folder));
        meant.add(&report);
        let findings = &mut audit.histories[*place].findings;
        for found in report.findings.iter().take(DIFFERENCES) {
            findings.push(Finding::new(Code::SchemasDiffer, &folder, line(found, labels)));
        }
        let more = report.findings.len().saturating_sub(DIFFERENCES);
        if more > 0 {
            let message = format!("and {more} more differences between {} and {}", labels[0], labels[1]);
            findings.push(Finding::new(Code::SchemasDiffer, &folder, message));
        }
    }
}
