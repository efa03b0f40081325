mod conclusion;
mod restoration;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use onramp_cache::{
    Action, ActionResult, Digest, Entry, Output, Outputs, Patterns, Transcript, Witness, changed_outputs,
    superseded,
};
use onramp_core::{Event, Failure, Plan, Reporter, TaskGraph, TaskId, TaskNode};

use super::key;
use crate::job::{CacheSpec, Job, Kind, Work};
use crate::session::Session;
use crate::words;

/// Decides which tasks of a plan have to run, brings the tree to results that are known, and keeps new ones.
pub(super) struct Freshness<'a> {
    session: &'a Session,
    graph: &'a TaskGraph<Job>,
    plan: &'a Plan,
    /// By place in the plan: what is known of a task that has a result.
    settled: Vec<OnceLock<Settled>>,
    /// What a forecast takes for the content of paths, absolute, that would be restored by then.
    foreseen: Mutex<BTreeMap<PathBuf, Option<Output>>>,
}

/// What is known of a task that has a result.
struct Settled {
    /// What a dependent task's key takes from it.
    proof: String,
    /// What it has written.
    outputs: Outputs,
    /// Whether all that it was made of is known. If not, no result that stands on it can be kept.
    is_known: bool,
}

/// The key of a task's result, at one moment.
pub(super) struct Key {
    pub(super) action: Action,
    pub(super) digest: Digest,
    /// Of each input by what it is known whether it was touched.
    witnesses: Vec<(PathBuf, Witness)>,
}

/// What is known of the result that belongs to a key.
pub(super) enum Standing {
    /// Nothing: the task has to run.
    Unknown,
    /// It lies in the tree.
    UpToDate(ActionResult),
    /// It can be brought back.
    Restorable {
        /// The result.
        result: ActionResult,
        /// The outputs that are gone or changed.
        changed: Vec<String>,
        /// What an earlier result has left behind.
        superseded: Vec<PathBuf>,
    },
}

impl<'a> Freshness<'a> {
    /// Nothing is known yet of the plan's tasks.
    pub(super) fn new(session: &'a Session, graph: &'a TaskGraph<Job>, plan: &'a Plan) -> Self {
        let settled = (0..plan.len()).map(|_| OnceLock::new()).collect();
        Self { session, graph, plan, settled, foreseen: Mutex::default() }
    }

    /// Whether it is known what the task's result is known by: it was found, or has just been made.
    pub(super) fn is_settled(&self, place: usize) -> bool {
        self.settled[place].get().is_some()
    }

    /// The task at a place of the plan.
    pub(super) fn node(&self, place: usize) -> &'a TaskNode<Job> {
        &self.graph.nodes()[self.plan.nodes()[place]]
    }

    /// The key of the task's result as the tree is now. What it needs must be settled.
    pub(super) fn key(&self, place: usize) -> Result<Key, Failure> {
        let job = &self.node(place).payload;
        let mut action = Action::new();
        action.aspects = key::aspects(self.session, job);
        let mut witnesses = Vec::new();
        for path in self.inputs(job)? {
            let place = job.checkout.root.join(&path);
            // Before it is read: what is done to it from now on is noticed.
            witnesses.push((path.clone(), Witness::of(&place)));
            let text = match self.foreseen().get(&place) {
                Some(Some(output)) => restoration::foreseen_text(output),
                Some(None) => Entry::Absent.to_string(),
                None => Entry::at(&place, &job.checkout.memo)
                    .map_err(|error| Failure::from(error).context(format!("read {}", path.display())))?
                    .to_string(),
            };
            action.inputs.insert(name_of(&path), text);
        }
        action.needs = self.needs(place);
        Ok(Key { digest: action.digest(), action, witnesses })
    }

    /// What the task takes from each task that it needs, by the name of that task.
    pub(super) fn needs(&self, place: usize) -> BTreeMap<String, String> {
        let job = &self.node(place).payload;
        let needs = self.plan.needs(place).iter().filter(|need| !follows(job, &self.node(**need).id));
        let proof = |need: &usize| {
            let proof = self.settled[*need].get().map_or("", |settled| &settled.proof);
            (job.checkout.local_name(&self.node(*need).id).to_string(), proof.to_owned())
        };
        needs.map(proof).collect()
    }

    /// Whether another task of the plan takes something from it.
    pub(super) fn has_dependents(&self, place: usize) -> bool {
        let id = &self.node(place).id;
        let needs = |other: usize| self.plan.needs(other).contains(&place);
        (0..self.plan.len()).any(|other| needs(other) && !follows(&self.node(other).payload, id))
    }

    /// What is known of the result of a key. Looks at the tree, and changes nothing.
    pub(super) fn standing(&self, place: usize, key: &Key) -> Result<Standing, Failure> {
        let job = &self.node(place).payload;
        let Some(cache) = &job.cache else { return Ok(Standing::Unknown) };
        let checkout = &job.checkout;
        let result = match cache.kind {
            Kind::ChangesTree => checkout.last.read(&cache.record).filter(|last| last.action == key.digest),
            Kind::Result => checkout.store.result(&key.digest),
        };
        let Some(result) = result else { return Ok(Standing::Unknown) };
        let changed = changed_outputs(&checkout.root, &result.outputs, &checkout.memo);
        let changed: Vec<String> = changed.into_iter().map(|(name, _)| name.to_owned()).collect();
        if cache.kind == Kind::ChangesTree {
            return Ok(if changed.is_empty() { Standing::UpToDate(result) } else { Standing::Unknown });
        }
        // Nobody knows what a run has left there that did not come to its end.
        if job.checkout.unfinished.has(&cache.record) {
            return Ok(Standing::Unknown);
        }
        let superseded = self.superseded(job, cache, &result.outputs)?;
        Ok(if changed.is_empty() && superseded.is_empty() {
            Standing::UpToDate(result)
        } else {
            Standing::Restorable { result, changed, superseded }
        })
    }

    /// What the task's last result has left in the tree that is no part of this one.
    fn superseded(&self, job: &Job, cache: &CacheSpec, outputs: &Outputs) -> Result<Vec<PathBuf>, Failure> {
        if cache.outputs.is_empty() {
            return Ok(Vec::new());
        }
        let checkout = &job.checkout;
        let Some(last) = checkout.last.read(&cache.record) else { return Ok(Vec::new()) };
        let patterns = patterns(job, &cache.outputs)?;
        Ok(superseded(&checkout.root, &last, outputs, &patterns, &checkout.memo))
    }

    /// The task is satisfied by this result, which lies in the tree: sets what its dependents take from it, and
    /// shows again what it has printed, as what it is: the output of an earlier run.
    pub(super) fn accept(&self, place: usize, key: &Key, result: &ActionResult) {
        let TaskNode { id, payload: job, .. } = self.node(place);
        self.assume(place, key, &result.outputs);
        let Some(cache) = job.cache.as_ref().filter(|cache| cache.kind == Kind::Result) else { return };
        // What lies in the tree now is this result, whichever was made last.
        if !cache.outputs.is_empty()
            && job.checkout.last.read(&cache.record).is_none_or(|last| last.action != key.digest)
            && let Err(error) = job.checkout.last.write(&cache.record, result, &key.action)
        {
            self.tell_trouble(&error);
        }
        job.checkout.store.mark_used(&key.digest);
        let text = result.transcript.and_then(|digest| job.checkout.store.bytes(&digest));
        let text = text.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let mut lines = Transcript::lines(&text).peekable();
        if lines.peek().is_some() {
            // Or a reader takes it for what has just happened.
            let age = ActionResult::now().saturating_sub(result.finished);
            let age = words::duration(Duration::from_millis(age));
            let step = format!("output of the run of {age} ago, from the cache");
            self.session.reporter.report(Event::TaskStep { task: id.clone(), step });
        }
        for (stream, line) in lines {
            let line = self.session.launcher.secrets().mask(line).into_owned();
            self.session.reporter.report(Event::TaskOutput { task: id.clone(), stream, line });
        }
    }

    /// Settles a task without a result of its own, as far as its dependents are concerned.
    pub(super) fn assume(&self, place: usize, key: &Key, outputs: &Outputs) {
        let is_known = self.stands_on_what_is_known(place);
        self.settle(
            place,
            Settled {
                proof: proof(&self.node(place).payload, key, outputs),
                outputs: outputs.clone(),
                is_known,
            },
        );
    }

    /// The files that the task reads, if it declares any: its inputs, and of a formatter or linter those it is for.
    fn inputs(&self, job: &Job) -> Result<Vec<PathBuf>, Failure> {
        let Some(cache) = &job.cache else { return Ok(Vec::new()) };
        let declared = patterns(job, &cache.inputs)?;
        let mut files = job.checkout.select(&declared)?;
        match &job.work {
            Work::Commands(work) => {
                if let Some(set) = &work.files {
                    files.extend(job.checkout.files(&work.directory, set)?);
                }
            }
            Work::Builtin(work) => files.extend(job.checkout.candidates(&work.directory, &work.files)?),
            Work::Rust { .. } => {}
        }
        for (path, output) in &*self.foreseen() {
            let Ok(path) = path.strip_prefix(&job.checkout.root) else { continue };
            let is_named = declared.literals().iter().any(|literal| literal == path);
            match output {
                Some(_) if declared.matches(path) && !files.iter().any(|file| file == path) => {
                    files.push(path.to_path_buf());
                }
                None if !is_named => files.retain(|file| file != path),
                _ => {}
            }
        }
        Ok(files)
    }

    fn foreseen(&self) -> MutexGuard<'_, BTreeMap<PathBuf, Option<Output>>> {
        self.foreseen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says once that nothing can be kept, and why. The tasks run all the same.
    fn tell_trouble(&self, error: &io::Error) {
        self.session.tell_trouble(&format!("the cache cannot be written, so tasks will run again: {error}"));
    }

    /// Whether all that its needs were made of is known.
    pub(super) fn stands_on_what_is_known(&self, place: usize) -> bool {
        let mut needs = self.plan.needs(place).iter().filter_map(|need| self.settled[*need].get());
        needs.all(|settled| settled.is_known)
    }

    fn settle(&self, place: usize, settled: Settled) {
        // Whoever was first said the same.
        drop(self.settled[place].set(settled));
    }
}

/// Whether a job comes behind a task for the sake of the order alone.
fn follows(job: &Job, need: &TaskId) -> bool {
    job.work.follows().contains(need)
}

fn patterns(job: &Job, globs: &[String]) -> Result<Patterns, Failure> {
    job.checkout.patterns(job.work.directory(), globs)
}

/// A path as it stands in a key. No relative path begins with a slash, so none is taken for another one that is
/// no text.
fn name_of(path: &Path) -> String {
    match path.to_str() {
        Some(name) => name.to_owned(),
        None => format!("/bytes {:?}", path.as_os_str().as_encoded_bytes()),
    }
}

/// What dependents take from a task: the digests of its outputs, or its key where it has none. A task that changes
/// the tree passes on both, because its outputs are only a mark that something larger has been made: a new lock
/// file fills a virtual environment with other packages and leaves its `pyvenv.cfg` as it was.
fn proof(job: &Job, key: &Key, outputs: &Outputs) -> String {
    let written =
        || Digest::of(serde_json::to_vec(outputs).expect("maps of texts can always be written as JSON"));
    let kind = job.cache.as_ref().map(|cache| cache.kind);
    match kind {
        Some(Kind::ChangesTree) if !outputs.is_empty() => format!("{} {}", key.digest, written()),
        Some(Kind::Result) if !outputs.is_empty() => written().to_string(),
        _ => key.digest.to_string(),
    }
}
