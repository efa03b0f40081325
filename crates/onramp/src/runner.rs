use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use onramp_cache::{
    Fingerprint, FingerprintBuilder, OutputDigests, Patterns, Record, Records, digest_outputs,
};
use onramp_config::{CommandLine, Values};
use onramp_core::{Event, Execution, Failure, Level, Outcome, Plan, Reporter, RunSummary, TaskGraph, TaskId};
use onramp_exec::{Environment, ProcessSpec};

use crate::context::{RustWork, TaskContext, task_lines};
use crate::job::{CacheSpec, CommandWork, Job, Work};
use crate::plan::file_set;
use crate::session::Session;
use crate::{Error, ExitStatus};

/// How many bytes of file names one command is given at most; longer lists are cut into several commands.
/// Linux allows 128 KiB for one argument and 2 MiB in all by default, macOS 1 MiB with the environment.
const BATCH_BYTES: usize = 128 * 1024;

/// Runs the plan of `selected` tasks, or shows it where the user asked for that, and returns how it ended.
pub(crate) fn run(
    session: &Session,
    verb: &str,
    graph: &TaskGraph<Job>,
    selected: &[TaskId],
) -> Result<ExitStatus, Error> {
    if session.options.dry_run {
        return show(session, graph, selected);
    }
    let plan = plan_of(graph, selected)?;
    Ok(ExitStatus::of_run(&run_plan(session, verb, graph, &plan)?))
}

/// Runs a plan and returns what became of each task.
pub(crate) fn run_plan(
    session: &Session,
    verb: &str,
    graph: &TaskGraph<Job>,
    plan: &Plan,
) -> Result<RunSummary, Error> {
    session.create_state()?;
    let runner = Runner::new(session, graph, plan);
    let reporter = session.events();
    let execution = Execution {
        verb,
        graph,
        plan,
        jobs: session.options.jobs,
        policy: session.options.policy,
        cancel: session.launcher.cancel(),
        reporter: &*reporter,
    };
    Ok(execution.run(&|place| runner.run(place)))
}

/// Whether each task of the plan would run, in order, without running any.
pub(crate) fn foresee(
    session: &Session,
    graph: &TaskGraph<Job>,
    plan: &Plan,
) -> Result<Vec<(TaskId, bool)>, Failure> {
    let runner = Runner::new(session, graph, plan);
    let mut forecast = Vec::with_capacity(plan.len());
    for (place, position) in plan.nodes().iter().enumerate() {
        let node = &graph.nodes()[*position];
        // What needs a task that will run may be decided by what that one writes, which nobody can know yet.
        let unsettled = plan.needs(place).iter().any(|need| runner.proofs[*need].get().is_none());
        let up_to_date = !unsettled && runner.up_to_date(place, &node.id, &node.payload)?;
        forecast.push((node.id.clone(), !up_to_date));
    }
    Ok(forecast)
}

/// The plan of the selected tasks.
fn plan_of(graph: &TaskGraph<Job>, selected: &[TaskId]) -> Result<Plan, Error> {
    graph.plan(selected).map_err(|unknown| {
        let names: Vec<String> = unknown.iter().map(TaskId::to_string).collect();
        Error::usage(format!("there is no task {}", names.join(", ")))
    })
}

/// Shows what a run of the selected tasks would do.
pub(crate) fn show(
    session: &Session,
    graph: &TaskGraph<Job>,
    selected: &[TaskId],
) -> Result<ExitStatus, Error> {
    let plan = plan_of(graph, selected)?;
    let forecast = foresee(session, graph, &plan)?;
    if session.json() {
        let tasks: Vec<_> = forecast
            .iter()
            .map(|(task, runs)| serde_json::json!({"task": task.to_string(), "would-run": runs}))
            .collect();
        let version = crate::reporter::SCHEMA_VERSION;
        session.printer.data(&serde_json::json!({"version": version, "plan": tasks}).to_string());
        return Ok(ExitStatus::Success);
    }
    for ((task, runs), position) in forecast.iter().zip(plan.nodes()) {
        session.printer.data(&format!("{} {task}", if *runs { "run       " } else { "up to date" }));
        if let (true, Work::Commands(work)) = (*runs, &graph.nodes()[*position].payload.work) {
            for command in &work.commands {
                session.printer.data(&format!("             {}", written(command)));
            }
        }
    }
    Ok(ExitStatus::Success)
}

/// A command as it stands in the configuration.
pub(crate) fn written(command: &CommandLine) -> String {
    match command {
        CommandLine::Argv(argv) => {
            // Placeholders are shown as written, not quoted for a shell.
            let word = |word: &String| {
                if word.contains('{') { word.clone() } else { shell_words::quote(word).into_owned() }
            };
            argv.iter().map(word).collect::<Vec<_>>().join(" ")
        }
        CommandLine::Shell(text) => format!("sh -c {}", shell_words::quote(text)),
    }
}

/// Runs single tasks of a plan, and remembers for each what its result is known by.
struct Runner<'a> {
    session: &'a Session,
    graph: &'a TaskGraph<Job>,
    plan: &'a Plan,
    records: Records,
    /// By place in the plan: what a dependent task's fingerprint takes from this one.
    proofs: Vec<OnceLock<String>>,
}

impl<'a> Runner<'a> {
    fn new(session: &'a Session, graph: &'a TaskGraph<Job>, plan: &'a Plan) -> Self {
        let proofs = (0..plan.len()).map(|_| OnceLock::new()).collect();
        Self { session, graph, plan, records: Records::new(session.state.results()), proofs }
    }

    fn run(&self, place: usize) -> Outcome {
        let node = &self.graph.nodes()[self.plan.nodes()[place]];
        match self.try_run(place, &node.id, &node.payload) {
            Ok(outcome) => outcome,
            Err(failure) => Outcome::Failed(failure),
        }
    }

    fn try_run(&self, place: usize, id: &TaskId, job: &Job) -> Result<Outcome, Failure> {
        if !self.session.options.force && self.up_to_date(place, id, job)? {
            return Ok(Outcome::UpToDate);
        }
        let before = self.inputs(job)?;
        self.work(id, job)?;
        job.checkout.forget_tree();
        self.settle(place, id, job, before)?;
        Ok(Outcome::Passed)
    }

    /// Whether the task's last success still stands; if so, its proof is set.
    fn up_to_date(&self, place: usize, id: &TaskId, job: &Job) -> Result<bool, Failure> {
        let Some(cache) = &job.cache else { return Ok(false) };
        let Some(record) = self.records.read(id) else { return Ok(false) };
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
    fn settle(
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
            if let Err(error) = self.records.write(id, &record) {
                let message = format!("the success of {id} could not be recorded: {error}");
                self.session.reporter.notice(Level::Warning, &message);
            }
        }
        Ok(())
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

    fn work(&self, id: &TaskId, job: &Job) -> Result<(), Failure> {
        let log = self.session.log(id);
        // A log tells of the last run alone.
        if let Err(error) = std::fs::remove_file(&log)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(Failure::environment(format!("{} could not be replaced: {error}", log.display())));
        }
        match &job.work {
            Work::Commands(work) => self.commands(id, job, work, &log),
            Work::Rust { work, arguments } => catch_panic(
                work,
                &TaskContext {
                    task: id,
                    root: &job.checkout.root,
                    directory: &self.session.directory,
                    environment: &job.checkout.environment,
                    launcher: &self.session.launcher,
                    reporter: self.session.events(),
                    printer: &self.session.printer,
                    log: &log,
                    arguments,
                    options: &self.nested_options(),
                },
            ),
        }
    }

    /// The options of this run that a verb run from within a task keeps. Its output is a part of the task's
    /// output, so it is plain.
    fn nested_options(&self) -> Vec<String> {
        let options = &self.session.options;
        let mut nested = vec!["--format=plain".to_owned(), format!("--jobs={}", options.jobs)];
        if let Some(answer) = options.answer {
            nested.push(format!("--answer={}", format!("{answer:?}").to_lowercase()));
        }
        nested
    }

    fn commands(&self, id: &TaskId, job: &Job, work: &CommandWork, log: &Path) -> Result<(), Failure> {
        let mut environment = job.checkout.environment.clone();
        for (name, value) in &work.variables {
            environment.set(name, value);
        }
        let base = Values::new()
            .with("root", job.checkout.root.to_string_lossy())
            .with("dir", work.directory.to_string_lossy())
            .with_list("args", &work.arguments);
        let batches = match &work.files {
            Some(files) if !files.include.is_empty() => batches(job, work, files)?,
            _ => vec![Vec::new()],
        };
        let lines = task_lines(id.clone(), self.session.events());
        for command in &work.commands {
            // A command that is not given the files by name runs once for all of them.
            let times = if command.mentions("files") { batches.len() } else { batches.len().min(1) };
            for batch in batches.iter().take(times) {
                let values = base.clone().with_list("files", batch);
                let expanded = command.expand(&values).map_err(|error| Failure::task(error.to_string()))?;
                let argv = match expanded {
                    CommandLine::Argv(argv) => argv,
                    CommandLine::Shell(text) => vec!["sh".to_owned(), "-c".to_owned(), text],
                };
                let mut spec = ProcessSpec::new(argv, &work.directory, environment.clone());
                spec.log = Some(log.to_path_buf());
                spec.timeout = work.timeout;
                let step = self.session.launcher.secrets().mask(&written(command)).into_owned();
                self.session.reporter.report(Event::TaskStep { task: id.clone(), step });
                self.session.launcher.run(&spec, Arc::clone(&lines))?;
            }
        }
        Ok(())
    }
}

/// Calls a task written in Rust; its panic fails the task and not the whole run.
fn catch_panic(work: &RustWork, context: &TaskContext<'_>) -> Result<(), Failure> {
    // What the task shares with others lies behind locks that survive a panic.
    catch_unwind(AssertUnwindSafe(|| work(context))).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<&str>().map(ToString::to_string);
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();
        Err(Failure::panic(format!("the task panicked: {text}")))
    })
}

/// The files of a formatter or linter, as its commands name them, in lists that fit a command line. No files,
/// no list, no command.
fn batches(
    job: &Job,
    work: &CommandWork,
    files: &onramp_config::FileSet,
) -> Result<Vec<Vec<String>>, Failure> {
    let directory = job.checkout.relative(&work.directory).to_path_buf();
    let mut batches: Vec<Vec<String>> = Vec::new();
    let mut bytes = BATCH_BYTES;
    for file in file_set(&job.checkout, &work.directory, files)? {
        let name = match file.strip_prefix(&directory) {
            Ok(name) => name.to_path_buf(),
            Err(_) => job.checkout.root.join(&file),
        };
        let name = name.into_os_string().into_string().map_err(|name| {
            Failure::task(format!("file name {} is not UTF-8, and cannot be handed on", name.display()))
        })?;
        bytes += name.len() + 1;
        if bytes > BATCH_BYTES {
            batches.push(Vec::new());
            bytes = name.len() + 1;
        }
        if let Some(batch) = batches.last_mut() {
            batch.push(name);
        }
    }
    Ok(batches)
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
