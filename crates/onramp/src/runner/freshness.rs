use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use onramp_cache::{
    Fingerprint, FingerprintBuilder, OutputDigests, Patterns, Record, Records, digest_outputs,
};
use onramp_config::CommandLine;
use onramp_core::{Failure, Level, Plan, Reporter, TaskId};
use onramp_exec::Environment;

use crate::job::{CacheSpec, Job, Work, written};
use crate::session::Session;

/// Decides which tasks of a plan are up to date, and remembers for each what its result is known by.
pub(super) struct Freshness<'a> {
    session: &'a Session,
    plan: &'a Plan,
    records: Records,
    /// By place in the plan: what a dependent task's fingerprint takes from this one.
    proofs: Vec<OnceLock<String>>,
}

impl<'a> Freshness<'a> {
    /// Nothing is known yet of the plan's tasks.
    pub(super) fn new(session: &'a Session, plan: &'a Plan) -> Self {
        let proofs = (0..plan.len()).map(|_| OnceLock::new()).collect();
        Self { session, plan, records: Records::new(session.state.results()), proofs }
    }

    /// Whether it is known what the task's result is known by: it was found up to date, or has succeeded.
    pub(super) fn is_settled(&self, place: usize) -> bool {
        self.proofs[place].get().is_some()
    }

    /// Whether the task's last success still stands; if so, its proof is set.
    pub(super) fn is_up_to_date(&self, place: usize, job: &Job) -> Result<bool, Failure> {
        let Some(cache) = &job.cache else { return Ok(false) };
        let Some(record) = self.records.read(&cache.record) else { return Ok(false) };
        let fingerprint = self.fingerprint(place, job, self.inputs(job)?.as_ref());
        if record.fingerprint != fingerprint || record.outputs != outputs(job, cache)? {
            return Ok(false);
        }
        drop(self.proofs[place].set(proof(&fingerprint, &record.outputs)));
        Ok(true)
    }

    /// After a success: sets the proof, and stores the record if no input changed while the task ran. A
    /// formatter that has just changed its files is therefore recorded by its next run, which finds that
    /// the tree already is the result.
    pub(super) fn settle(
        &self,
        place: usize,
        id: &TaskId,
        job: &Job,
        before: Option<Fingerprint>,
    ) -> Result<(), Failure> {
        let after = self.inputs(job)?;
        // Taken after the run: a task may install the very tool that it is run by from now on.
        let fingerprint = self.fingerprint(place, job, after.as_ref());
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
        } else if before == after {
            let record = Record { task: id.to_string(), fingerprint, outputs };
            if let Err(error) = self.records.write(&cache.record, &record) {
                let message = format!("the success of {id} could not be recorded: {error}");
                self.session.reporter.notice(Level::Warning, &message);
            }
        }
        Ok(())
    }

    /// Before a run: forgets the last success, which a failure from now on would otherwise leave standing, and
    /// returns the fingerprint of what the task reads.
    pub(super) fn begin(&self, job: &Job) -> Result<Option<Fingerprint>, Failure> {
        if let Some(cache) = &job.cache {
            self.records.forget(&cache.record)?;
        }
        self.inputs(job)
    }

    /// The fingerprint of the files that the task reads, if it declares any.
    fn inputs(&self, job: &Job) -> Result<Option<Fingerprint>, Failure> {
        let Some(cache) = &job.cache else { return Ok(None) };
        let patterns = patterns(job, &cache.inputs)?;
        let mut builder = FingerprintBuilder::new();
        let files = job.checkout.tree()?.select(&patterns);
        builder.files(&job.checkout.root, files.iter().map(PathBuf::as_path))?;
        Ok(Some(builder.finish()))
    }

    /// What decides the task's result, given the fingerprint of its files.
    fn fingerprint(&self, place: usize, job: &Job, inputs: Option<&Fingerprint>) -> Fingerprint {
        let mut builder = FingerprintBuilder::new();
        if let Work::Commands(work) = &job.work {
            let directory = job.checkout.relative(&work.directory).to_string_lossy().into_owned();
            builder.part("directory", directory);
            for command in &work.commands {
                builder.part("command", written(command));
                if let CommandLine::Argv(argv) = command {
                    builder.part("tool", tool_identity(&argv[0], &work.directory, &job.checkout.environment));
                }
            }
            builder.part("arguments", work.arguments.join("\0"));
            for (name, value) in job.checkout.config.env.vars.iter().chain(&work.variables) {
                builder.part("variable", format!("{name}={value}"));
            }
        }
        for need in self.plan.needs(place) {
            builder.part("need", self.proofs[*need].get().map_or("", String::as_str));
        }
        if let Some(inputs) = inputs {
            builder.part("inputs", inputs.to_string());
        }
        builder.finish()
    }
}

fn patterns(job: &Job, globs: &[String]) -> Result<Patterns, Failure> {
    let directory = match &job.work {
        Work::Commands(work) => job.checkout.relative(&work.directory),
        Work::Rust { .. } => Path::new(""),
    };
    Patterns::new(directory, globs).map_err(|error| Failure::task(error.to_string()))
}

fn outputs(job: &Job, cache: &CacheSpec) -> Result<OutputDigests, Failure> {
    digest_outputs(&job.checkout.root, &patterns(job, &cache.outputs)?).map_err(Failure::from)
}

/// What dependents take from a task: what it wrote, or what decided its result where it writes nothing.
fn proof(fingerprint: &Fingerprint, outputs: &OutputDigests) -> String {
    if outputs.is_empty() {
        return fingerprint.to_string();
    }
    let mut builder = FingerprintBuilder::new();
    for (path, digest) in outputs {
        builder.part(path, digest);
    }
    builder.finish().to_string()
}

/// Which program a command would run: its path and the size and time of the file behind it. A new version of
/// a tool is a new file; its content is not read, because interpreters are large.
fn tool_identity(program: &str, directory: &Path, environment: &Environment) -> String {
    let Ok(path) = environment.find_program(program.as_ref(), directory) else { return "absent".to_owned() };
    let path = path.canonicalize().unwrap_or(path);
    let stamp = path.metadata().ok().and_then(|metadata| {
        let modified = metadata.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
        Some(format!("{} {}", metadata.len(), modified.as_nanos()))
    });
    format!("{} {}", path.display(), stamp.unwrap_or_default())
}
