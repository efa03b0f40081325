//! What is forgotten before a run, and what is kept after it.

use std::io;
use std::time::Duration;

use onramp_cache::{ActionResult, Before, Output, Outputs, Part, Transcript, Written, changed_outputs};
use onramp_core::{Failure, Level, Reporter, TaskNode};

use super::{Freshness, Key, Settled, name_of, patterns};
use crate::job::{CacheSpec, Job, Kind};

enum Keeping {
    Kept,
    /// This output has changed since it was looked at.
    Changed(String),
}

impl Freshness<'_> {
    /// Before a run: forgets what a failure from now on would otherwise leave standing, and looks at what lies where
    /// the task will write.
    pub(in crate::runner) fn begin(&self, place: usize, key: &Key) -> Result<Before, Failure> {
        let job = &self.node(place).payload;
        let Some(cache) = &job.cache else { return Ok(Before::default()) };
        let checkout = &job.checkout;
        if cache.kind == Kind::ChangesTree {
            if let Err(error) = checkout.last.forget(&cache.record) {
                self.tell_trouble(&error);
            }
            return Ok(Before::default());
        }
        if let Err(error) = checkout.store.forget(&key.digest) {
            self.tell_trouble(&error);
        }
        let patterns = patterns(job, &cache.outputs)?;
        if patterns.has_globs()
            && let Err(error) =
                checkout.prepare_state().and_then(|()| checkout.unfinished.note(&cache.record))
        {
            self.tell_trouble(&error);
        }
        Ok(Before::look(&checkout.root, &patterns)?)
    }

    /// After a success: sets what dependents take from it, and keeps the result if nothing that it was made of changed
    /// while the task ran. A formatter that has just changed its files is therefore kept by its next run, which finds
    /// that the tree already is the result.
    pub(in crate::runner) fn conclude(
        &self,
        place: usize,
        key_before: &Key,
        before: &Before,
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
        note_end(job, cache);
        let changed = self.changed_meanwhile(place, key_before, &key);
        if !changed.is_empty() && !job.is_fixer() {
            // What was made of what is not known, so nothing can be kept that stands on it, either.
            let proof = format!("unknown {} {}", std::process::id(), ActionResult::now());
            self.settle(place, Settled { proof, outputs: written.outputs, is_known: false });
            let changed: Vec<&str> = changed.iter().map(String::as_str).collect();
            let names = crate::words::some(&changed, 3);
            let message = format!("{id} was not kept in the cache: {names} changed while it ran");
            self.session.reporter.notice(Level::Note, &message);
            return Ok(());
        }
        self.assume(place, &key, &written.outputs);
        // A part of its files says nothing of the others.
        if !changed.is_empty() || job.is_partial() || !self.stands_on_what_is_known(place) {
            return Ok(());
        }
        if let Some(reason) = unkept(job, &written)? {
            self.session.reporter.notice(Level::Warning, &format!("{id} {reason}"));
            return Ok(());
        }
        let result = ActionResult {
            task: job.checkout.local_name(id).to_string(),
            action: key.digest,
            untouched: before.untouched(&written),
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

    /// What changed while the task ran, of all that decides its result: aspects, inputs, and what it needs. An input
    /// that was changed and put back counts, where a result is kept for ever; a task that changes the tree may write
    /// its own inputs anew.
    fn changed_meanwhile(&self, place: usize, before: &Key, after: &Key) -> Vec<String> {
        let job = &self.node(place).payload;
        let differences = after.action.differences(&before.action);
        if job.cache.as_ref().is_none_or(|cache| cache.kind == Kind::ChangesTree) {
            let inputs = differences.iter().filter(|change| change.part == Part::Input);
            return inputs.map(|change| change.name.to_owned()).collect();
        }
        let mut changed: Vec<String> = differences.iter().map(|change| change.name.to_owned()).collect();
        if changed.is_empty() {
            let touched =
                before.witnesses.iter().zip(&after.witnesses).filter(|(one, other)| one.1 != other.1);
            changed.extend(touched.map(|(touched, _)| name_of(&touched.0)));
        }
        for need in self.plan.needs(place) {
            let TaskNode { id, payload, .. } = self.node(*need);
            let Some(settled) = self.settled[*need].get() else { continue };
            let checkout = &payload.checkout;
            let is_last =
                payload.cache.as_ref().filter(|cache| cache.kind == Kind::ChangesTree).is_none_or(|cache| {
                    // Whoever has run it meanwhile has made another one of it.
                    checkout
                        .last
                        .read(&cache.record)
                        .is_none_or(|last| settled.proof.starts_with(&last.action.to_string()))
                });
            if !is_last || !changed_outputs(&checkout.root, &settled.outputs, &checkout.memo).is_empty() {
                changed.push(format!("what {id} has made"));
            }
        }
        changed
    }

    fn written(&self, job: &Job, cache: &CacheSpec) -> Result<Written, Failure> {
        let checkout = &job.checkout;
        Ok(Written::look(&checkout.root, &patterns(job, &cache.outputs)?, &checkout.memo)?)
    }
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

/// Notes that a run has come to its end.
fn note_end(job: &Job, cache: &CacheSpec) {
    // What cannot be removed now only has the task run once more.
    drop(job.checkout.unfinished.forget(&cache.record));
}

/// Why a success is not kept.
fn unkept(job: &Job, written: &Written) -> Result<Option<String>, Failure> {
    if !written.missing.is_empty() {
        let missing = written.missing.join(", ");
        return Ok(Some(format!("succeeded without writing {missing}, so it will run again")));
    }
    if let Some(reason) = &written.unkeepable {
        return Ok(Some(format!("cannot be kept in the cache, because {reason}")));
    }
    let reads_nothing = reads_nothing(job)?;
    Ok(reads_nothing.then(|| "has inputs that match no file, so it will run again".to_owned()))
}

/// Whether each glob among the task's inputs misses: most likely a misspelled one, and nothing that a result
/// should be kept for.
fn reads_nothing(job: &Job) -> Result<bool, Failure> {
    let Some(cache) = &job.cache else { return Ok(false) };
    let is_for_files = job.work.files().is_some();
    if cache.inputs.is_empty() || is_for_files {
        return Ok(false);
    }
    Ok(job.checkout.select(&patterns(job, &cache.inputs)?)?.is_empty())
}
