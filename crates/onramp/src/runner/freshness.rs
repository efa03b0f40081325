use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use onramp_cache::{
    Action, ActionResult, Digest, Entry, Output, Outputs, Patterns, Transcript, Written, changed_outputs,
    superseded,
};
use onramp_core::{Event, Failure, Level, Plan, Reporter, TaskGraph, TaskNode};

use super::key;
use crate::job::{CacheSpec, Job, Kind, Work};
use crate::session::Session;

/// Decides which tasks of a plan have to run, brings the tree to results that are known, and keeps new ones.
pub(super) struct Freshness<'a> {
    session: &'a Session,
    graph: &'a TaskGraph<Job>,
    plan: &'a Plan,
    /// By place in the plan: what a dependent task's key takes from this one.
    proofs: Vec<OnceLock<String>>,
}

/// The key of a task's result, at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) action: Action,
    pub(super) digest: Digest,
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
        let proofs = (0..plan.len()).map(|_| OnceLock::new()).collect();
        Self { session, graph, plan, proofs }
    }

    /// Whether it is known what the task's result is known by: it was found, or has just been made.
    pub(super) fn is_settled(&self, place: usize) -> bool {
        self.proofs[place].get().is_some()
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
        for path in inputs(job)? {
            let entry = Entry::at(&job.checkout.root.join(&path), &job.checkout.memo)
                .map_err(|error| Failure::from(error).context(format!("read {}", path.display())))?;
            action.inputs.insert(name_of(&path), entry.to_string());
        }
        let follows = match &job.work {
            Work::Commands(work) => work.follows.as_slice(),
            Work::Rust { .. } => &[],
        };
        for need in self.plan.needs(place) {
            let id = &self.node(*need).id;
            if !follows.contains(id) {
                let proof = self.proofs[*need].get().map_or("", String::as_str);
                action.needs.insert(job.checkout.local_name(id).to_string(), proof.to_owned());
            }
        }
        Ok(Key { digest: action.digest(), action })
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
        Ok(superseded(&checkout.root, &last.outputs, outputs, &patterns, &checkout.memo))
    }

    /// The task is satisfied by this result, which lies in the tree: sets what its dependents take from it, and
    /// shows again what it has printed.
    pub(super) fn accept(&self, place: usize, key: &Key, result: &ActionResult) {
        let TaskNode { id, payload: job, .. } = self.node(place);
        self.settle(place, proof(job, key, &result.outputs));
        if job.cache.as_ref().is_none_or(|cache| cache.kind == Kind::ChangesTree) {
            return;
        }
        job.checkout.store.mark_used(&key.digest);
        let text = result.transcript.and_then(|digest| job.checkout.store.bytes(&digest));
        let text = text.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        for (stream, line) in Transcript::lines(&text) {
            let line = self.session.launcher.secrets().mask(line).into_owned();
            self.session.reporter.report(Event::TaskOutput { task: id.clone(), stream, line });
        }
    }

    /// Settles a task without a result of its own, as far as its dependents are concerned.
    pub(super) fn assume(&self, place: usize, key: &Key, outputs: &Outputs) {
        self.settle(place, proof(&self.node(place).payload, key, outputs));
    }

    /// Brings the tree to a result. `false`: the store has not everything that it is made of, or it cannot be put
    /// there; the task has to run then, and will put everything right.
    pub(super) fn restore(&self, place: usize, key: &Key, standing: &Standing) -> Result<bool, Failure> {
        let job = &self.node(place).payload;
        let (Some(cache), Standing::Restorable { result, changed, superseded }) = (&job.cache, standing)
        else {
            return Ok(false);
        };
        let checkout = &job.checkout;
        for name in changed {
            let Some(output) = result.outputs.get(name) else { continue };
            match checkout.store.restore(&checkout.root, name, output) {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(error) => {
                    self.tell_trouble(&error);
                    return Ok(false);
                }
            }
        }
        for path in superseded {
            std::fs::remove_file(path)?;
        }
        if let Err(error) = checkout.last.write(&cache.record, result, &key.action) {
            self.tell_trouble(&error);
        }
        Ok(true)
    }

    /// Before a run: forgets what a failure from now on would otherwise leave standing.
    pub(super) fn begin(&self, place: usize, key: &Key) {
        let job = &self.node(place).payload;
        let Some(cache) = &job.cache else { return };
        let forgotten = match cache.kind {
            Kind::ChangesTree => job.checkout.last.forget(&cache.record),
            Kind::Result => job.checkout.store.forget(&key.digest),
        };
        if let Err(error) = forgotten {
            self.tell_trouble(&error);
        }
    }

    /// After a success: sets what dependents take from it, and keeps the result if no input changed while the task
    /// ran. A formatter that has just changed its files is therefore kept by its next run, which finds that the
    /// tree already is the result.
    pub(super) fn conclude(
        &self,
        place: usize,
        before: &Key,
        transcript: &Transcript,
        elapsed: Duration,
    ) -> Result<(), Failure> {
        let TaskNode { id, payload: job, .. } = self.node(place);
        // Taken after the run: a task may install the very tool that it is run by from now on.
        let key = self.key(place)?;
        let Some(cache) = &job.cache else {
            self.assume(place, &key, &Outputs::new());
            return Ok(());
        };
        let written = self.written(job, cache)?;
        self.assume(place, &key, &written.outputs);
        // A part of its files says nothing of the others.
        if job.is_partial() {
            return Ok(());
        }
        if let Some(reason) = self.unkept(job, before, &key, &written)? {
            let (level, reason) = reason;
            if !reason.is_empty() {
                self.session.reporter.notice(level, &format!("{id} {reason}"));
            }
            return Ok(());
        }
        let result = ActionResult {
            task: job.checkout.local_name(id).to_string(),
            action: key.digest,
            outputs: written.outputs,
            transcript: None,
            milliseconds: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            finished: ActionResult::now(),
        };
        match keep(job, cache, &key, result, transcript) {
            Ok(Keeping::Kept) => {}
            Ok(Keeping::Changed(name)) => {
                let message = format!("{id} was not kept in the cache: {name} changed while it was read");
                self.session.reporter.notice(Level::Note, &message);
            }
            Err(error) => self.tell_trouble(&error),
        }
        Ok(())
    }

    /// Why a success is not kept; the empty text where that is nobody's trouble.
    fn unkept(
        &self,
        job: &Job,
        before: &Key,
        key: &Key,
        written: &Written,
    ) -> Result<Option<(Level, String)>, Failure> {
        if !written.missing.is_empty() {
            let missing = written.missing.join(", ");
            return Ok(Some((
                Level::Warning,
                format!("succeeded without writing {missing}, so it will run again"),
            )));
        }
        if let Some(reason) = &written.unkeepable {
            return Ok(Some((Level::Warning, format!("cannot be kept in the cache, because {reason}"))));
        }
        if reads_nothing(job)? {
            let text = "has inputs that match no file, so it will run again";
            return Ok(Some((Level::Warning, text.to_owned())));
        }
        let is_same = match job.cache.as_ref().map(|cache| cache.kind) {
            Some(Kind::ChangesTree) | None => before.action.inputs == key.action.inputs,
            Some(Kind::Result) => before.digest == key.digest,
        };
        if is_same {
            return Ok(None);
        }
        if job.is_fixer() {
            return Ok(Some((Level::Detail, String::new())));
        }
        let changed: Vec<&str> =
            key.action.differences(&before.action).iter().map(|change| change.name).collect();
        let text =
            format!("was not kept in the cache: {} changed while it ran", crate::words::some(&changed, 3));
        Ok(Some((Level::Note, text)))
    }

    fn written(&self, job: &Job, cache: &CacheSpec) -> Result<Written, Failure> {
        let checkout = &job.checkout;
        Ok(Written::look(&checkout.root, &patterns(job, &cache.outputs)?, &checkout.memo)?)
    }

    /// Says once that nothing can be kept, and why. The tasks run all the same.
    fn tell_trouble(&self, error: &io::Error) {
        self.session.tell_trouble(&format!("the cache cannot be written, so tasks will run again: {error}"));
    }

    fn settle(&self, place: usize, proof: String) {
        // Whoever was first said the same.
        drop(self.proofs[place].set(proof));
    }
}

enum Keeping {
    Kept,
    /// This output has changed since it was looked at.
    Changed(String),
}

/// Keeps a result: contents first, the result last.
fn keep(
    job: &Job,
    cache: &CacheSpec,
    key: &Key,
    mut result: ActionResult,
    transcript: &Transcript,
) -> io::Result<Keeping> {
    let store = &job.checkout.store;
    // So that git ignores what is kept, wherever that is.
    job.checkout.prepare_state()?;
    if cache.kind == Kind::Result {
        for (name, output) in &result.outputs {
            let Output::File { digest, .. } = output else { continue };
            if !store.put_file(&job.checkout.root.join(name), digest)? {
                return Ok(Keeping::Changed(name.clone()));
            }
        }
        result.transcript = transcript.text().map(|text| store.put_bytes(text.as_bytes())).transpose()?;
        store.put_result(&result)?;
    }
    job.checkout.last.write(&cache.record, &result, &key.action)?;
    Ok(Keeping::Kept)
}

/// The files that the task reads, if it declares any: its inputs, and of a formatter or linter those it is for.
fn inputs(job: &Job) -> Result<Vec<PathBuf>, Failure> {
    let Some(cache) = &job.cache else { return Ok(Vec::new()) };
    let mut files = job.checkout.select(&patterns(job, &cache.inputs)?)?;
    if let Work::Commands(work) = &job.work
        && let Some(set) = &work.files
    {
        files.extend(job.checkout.files(&work.directory, set)?);
    }
    Ok(files)
}

/// Whether each glob among the task's inputs misses: most likely a misspelled one, and nothing that a result
/// should be kept for.
fn reads_nothing(job: &Job) -> Result<bool, Failure> {
    let Some(cache) = &job.cache else { return Ok(false) };
    let is_for_files = matches!(&job.work, Work::Commands(work) if work.files.is_some());
    if cache.inputs.is_empty() || is_for_files {
        return Ok(false);
    }
    Ok(job.checkout.select(&patterns(job, &cache.inputs)?)?.is_empty())
}

fn patterns(job: &Job, globs: &[String]) -> Result<Patterns, Failure> {
    let directory = match &job.work {
        Work::Commands(work) => work.directory.as_path(),
        Work::Rust { .. } => Path::new(""),
    };
    job.checkout.patterns(directory, globs)
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
