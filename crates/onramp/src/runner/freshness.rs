use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use onramp_cache::{
    Fingerprint, FingerprintBuilder, OutputDigests, Patterns, Record, Records, digest_outputs,
};
use onramp_core::{Failure, Level, Plan, Reporter, TaskGraph, TaskNode};

use super::key;
use crate::job::{CacheSpec, CommandWork, Job, Work};
use crate::session::Session;
use crate::state::State;

/// Decides which tasks of a plan are up to date, and remembers for each what its result is known by.
pub(super) struct Freshness<'a> {
    session: &'a Session,
    graph: &'a TaskGraph<Job>,
    plan: &'a Plan,
    /// By place in the plan: what a dependent task's fingerprint takes from this one.
    proofs: Vec<OnceLock<String>>,
}

impl<'a> Freshness<'a> {
    /// Nothing is known yet of the plan's tasks.
    pub(super) fn new(session: &'a Session, graph: &'a TaskGraph<Job>, plan: &'a Plan) -> Self {
        let proofs = (0..plan.len()).map(|_| OnceLock::new()).collect();
        Self { session, graph, plan, proofs }
    }

    /// Whether it is known what the task's result is known by: it was found up to date, or has succeeded.
    pub(super) fn is_settled(&self, place: usize) -> bool {
        self.proofs[place].get().is_some()
    }

    /// The task at a place of the plan.
    pub(super) fn node(&self, place: usize) -> &'a TaskNode<Job> {
        &self.graph.nodes()[self.plan.nodes()[place]]
    }

    /// Whether the task's last success still stands; if so, its proof is set.
    pub(super) fn is_up_to_date(&self, place: usize) -> Result<bool, Failure> {
        let job = &self.node(place).payload;
        let Some(cache) = &job.cache else { return Ok(false) };
        let Some(record) = records(job).read(&cache.record) else { return Ok(false) };
        let fingerprint = self.fingerprint(place, self.inputs(job)?.as_ref())?;
        if record.fingerprint != fingerprint || record.outputs != outputs(job, cache)? {
            return Ok(false);
        }
        drop(self.proofs[place].set(proof(&fingerprint, &record.outputs)));
        Ok(true)
    }

    /// After a success: sets the proof, and stores the record if no input changed while the task ran. A
    /// formatter that has just changed its files is therefore recorded by its next run, which finds that
    /// the tree already is the result.
    pub(super) fn settle(&self, place: usize, before: Option<Fingerprint>) -> Result<(), Failure> {
        let TaskNode { id, payload: job, .. } = self.node(place);
        let after = self.inputs(job)?;
        // Taken after the run: a task may install the very tool that it is run by from now on.
        let fingerprint = self.fingerprint(place, after.as_ref())?;
        let Some(cache) = &job.cache else {
            drop(self.proofs[place].set(fingerprint.to_string()));
            return Ok(());
        };
        let outputs = outputs(job, cache)?;
        drop(self.proofs[place].set(proof(&fingerprint, &outputs)));
        let missing: Vec<&str> =
            outputs.iter().filter(|(_, digest)| *digest == "absent").map(|(path, _)| path.as_str()).collect();
        if !missing.is_empty() {
            let message =
                format!("{id} succeeded without writing {}, so it will run again", missing.join(", "));
            self.session.reporter.notice(Level::Warning, &message);
        } else if self.reads_nothing(job)? {
            let message = format!("{id} has inputs that match no file, so it will run again");
            self.session.reporter.notice(Level::Warning, &message);
        } else if before == after && !job.is_partial() {
            let record = Record { task: id.to_string(), fingerprint, outputs };
            if let Err(error) = remember(job, &cache.record, &record) {
                let message = format!("the success of {id} could not be recorded: {error}");
                self.session.reporter.notice(Level::Warning, &message);
            }
        }
        Ok(())
    }

    /// Settles a task that is never cached as its success would, without one: its definition is all that those
    /// that need it take from it.
    pub(super) fn assume_success(&self, place: usize) -> Result<(), Failure> {
        let fingerprint = self.fingerprint(place, None)?;
        drop(self.proofs[place].set(fingerprint.to_string()));
        Ok(())
    }

    /// Whether each glob among the task's inputs misses: most likely a misspelled one, and nothing that a
    /// result should be kept for.
    fn reads_nothing(&self, job: &Job) -> Result<bool, Failure> {
        let Some(cache) = &job.cache else { return Ok(false) };
        let is_for_files = matches!(&job.work, Work::Commands(CommandWork { files: Some(_), .. }));
        if cache.inputs.is_empty() || is_for_files {
            return Ok(false);
        }
        Ok(job.checkout.tree()?.select(&patterns(job, &cache.inputs)?)?.is_empty())
    }

    /// Before a run: forgets the last success, which a failure from now on would otherwise leave standing, and
    /// returns the fingerprint of what the task reads.
    pub(super) fn begin(&self, place: usize) -> Result<Option<Fingerprint>, Failure> {
        let job = &self.node(place).payload;
        if let Some(cache) = &job.cache {
            records(job).forget(&cache.record)?;
        }
        self.inputs(job)
    }

    /// The fingerprint of the files that the task reads, if it declares any: its inputs, and of a formatter or
    /// linter those it is for.
    fn inputs(&self, job: &Job) -> Result<Option<Fingerprint>, Failure> {
        let Some(cache) = &job.cache else { return Ok(None) };
        let mut files = job.checkout.tree()?.select(&patterns(job, &cache.inputs)?)?;
        if let Work::Commands(CommandWork { directory, files: Some(set), .. }) = &job.work {
            files.extend(job.checkout.files(directory, set)?);
            files.sort_unstable();
            files.dedup();
        }
        let mut builder = FingerprintBuilder::new();
        builder.files(&job.checkout.root, files.iter().map(PathBuf::as_path))?;
        Ok(Some(builder.finish()))
    }

    /// What decides the task's result, given the fingerprint of its files.
    fn fingerprint(&self, place: usize, inputs: Option<&Fingerprint>) -> Result<Fingerprint, Failure> {
        let job = &self.node(place).payload;
        let mut builder = FingerprintBuilder::new();
        let mut follows = &[][..];
        if let Work::Commands(work) = &job.work {
            key::describe(&mut builder, self.session, &job.checkout, work)?;
            follows = &work.follows;
        }
        for need in self.plan.needs(place) {
            if !follows.contains(&self.node(*need).id) {
                builder.part("need", self.proofs[*need].get().map_or("", String::as_str));
            }
        }
        if let Some(inputs) = inputs {
            builder.part("inputs", inputs.to_string());
        }
        Ok(builder.finish())
    }
}

fn patterns(job: &Job, globs: &[String]) -> Result<Patterns, Failure> {
    let directory = match &job.work {
        Work::Commands(work) => work.directory.as_path(),
        Work::Rust { .. } => Path::new(""),
    };
    job.checkout.patterns(directory, globs)
}

fn outputs(job: &Job, cache: &CacheSpec) -> Result<OutputDigests, Failure> {
    digest_outputs(&job.checkout.root, &patterns(job, &cache.outputs)?).map_err(Failure::from)
}

/// The records of the workspace that the task belongs to. They lie there and not in the workspace that one
/// stands in, so that a member is as ready as it is, wherever it is looked at from.
fn records(job: &Job) -> Records {
    Records::new(State::of(&job.checkout.root).results())
}

fn remember(job: &Job, name: &str, record: &Record) -> std::io::Result<()> {
    State::of(&job.checkout.root).create()?;
    records(job).write(name, record)
}

/// What dependents take from a task: what decided its result, and what it wrote. Outputs alone would not do,
/// because many are only a mark that something larger has been made: a new lock file fills a virtual
/// environment with other packages and leaves its `pyvenv.cfg` as it was.
fn proof(fingerprint: &Fingerprint, outputs: &OutputDigests) -> String {
    let mut builder = FingerprintBuilder::new();
    builder.part("fingerprint", fingerprint.to_string());
    for (path, digest) in outputs {
        builder.part("output", path);
        builder.part("digest", digest);
    }
    builder.finish().to_string()
}
