//! What revisions do, looked at by rules.

mod answer;
mod files;
mod linted;
mod page;
mod settings;
mod stale;
mod told;
mod tool;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clap::Args;
use onramp_core::{Dialect, Event, Failure, Level, Problem, Reporter, Severity, TaskGraph, TaskId};
use onramp_exec::Discard;
use onramp_migrate::{EngineSpec, History, MigrateSpec, Request, RowsPolicy, Subjects, facts};

use super::subjects::{named, new_ones};
use super::{base, begin, spec};
use crate::commands::reports::ReportArgs;
use crate::context::TaskContext;
use crate::job::Job;
use crate::reporter::{Verbosity, repository_root};
use crate::session::Session;
use crate::words::count;
use crate::{Error, ExitStatus, runner};
use answer::Names;
use linted::Linted;
pub(in crate::commands) use page::rules_markdown;
use settings::{Opinions, Strictness};
use stale::{Coverage, StaleAllow};
pub(super) use told::{tell, tell_written};

/// Look at what revisions do, and fail for what loses data, holds long locks or cannot work
///
/// Each revision is applied to a scratch database, and the catalogs before and behind it and the statements in between
/// are looked at. Without a name these are the revisions whose files the base revision does not have as they are now,
/// committed or not. What they do to tables that they make themselves is passed over. A finding is allowed by a comment in the
/// revision, `# onramp: allow RULE: REASON` (`--` in SQL), or in `[database.lint]`.
///
/// Files of SQL that belong to no configured history are looked at in the same way, in any folder: what the history around them
/// has before them is applied first, and a file that lies in none meets an empty database, or that of --onto. Of a folder
/// these are the files that the base revision does not have as they are now. A file that was tried once is known as long as
/// it, what comes before it and the server are the same; --force has all tried again.
///
/// What no server was given, because one before it fails or because no server knows its commands, is a warning of the rule
/// `not-tried`. In CI, `onramp migrate lint --strict --base origin/main` makes it an error: the exit code is 1, as for any
/// other error that is found.
#[derive(Args, Debug)]
pub(super) struct LintArgs {
    /// These revisions only: each an id, the beginning of one, or a file; or files of SQL and folders with migrations of any
    /// tool, which need no onramp.toml
    #[arg(value_name = "REVISION|FILE|DIR")]
    revisions: Vec<String>,
    /// This dialect only; may be given more than once
    #[arg(long = "dialect", value_name = "DIALECT")]
    dialects: Vec<Dialect>,
    /// Every revision of the histories
    #[arg(long)]
    all: bool,
    /// The git revision whose revisions are not looked at [default: HEAD]
    #[arg(long, visible_alias = "since", value_name = "REVISION", conflicts_with = "all")]
    base: Option<String>,
    /// Apply files of SQL onto this instead of what comes before them: a file with a schema, a folder of SQL migrations, a
    /// SQLite file or a database URL, of which the schema alone is read
    #[arg(long, value_name = "SOURCE", requires = "revisions")]
    onto: Option<String>,
    /// Try the revisions with empty tables. Whether rows would stop them is not known then
    #[arg(long)]
    no_rows: bool,
    /// Fail for what no server was given: what comes behind one that fails, or could not be run there. Otherwise that
    /// is a warning
    #[arg(long)]
    strict: bool,
    /// List the rules
    #[arg(long, conflicts_with_all = ["all", "revisions", "base", "no_rows", "strict"])]
    rules: bool,
    #[command(flatten)]
    reports: ReportArgs,
}

pub(super) fn run(session: &Session, args: &LintArgs) -> Result<ExitStatus, Error> {
    if args.rules {
        answer::rules(session);
        return Ok(ExitStatus::Success);
    }
    if is_about_files(session, args)? {
        let root = repository_root(&session.directory);
        return args.reports.about_in(session, "migrate lint", root, || files::lint(session, args));
    }
    args.reports.about(session, "migrate lint", || lint(session, args))
}

impl LintArgs {
    fn strictness(&self) -> Strictness {
        if self.strict { Strictness::NothingUntried } else { Strictness::AsConfigured }
    }

    /// What is read, where the command line names all of it.
    pub(super) fn sources(&self) -> Option<Vec<&str>> {
        let is_all_named = self.rules || !self.revisions.is_empty();
        is_all_named.then(|| self.revisions.iter().chain(&self.onto).map(String::as_str).collect())
    }
}

/// Whether what is named are files of SQL that are in no history of the configuration.
fn is_about_files(session: &Session, args: &LintArgs) -> Result<bool, Error> {
    let is_about = files::are_named(&args.revisions, &session.directory) && !are_configured(session, args)?;
    if is_about || args.revisions.is_empty() {
        return Ok(is_about);
    }
    if !session.has_project {
        let names = args.revisions.join(" ");
        let error = Error::usage(format!("no file of SQL and no folder: {names}"));
        return Err(error.hint("only in a project with an onramp.toml, it may be a revision"));
    }
    for (option, is_given) in
        [("--all", args.all), ("--base", args.base.is_some()), ("--onto", args.onto.is_some())]
    {
        if is_given {
            let names = args.revisions.join(" ");
            let error =
                Error::usage(format!("{option} is for folders and files of SQL, and not for {names}"));
            return Err(error.hint(format!("onramp migrate lint {names}")));
        }
    }
    Ok(false)
}

/// Whether the files and folders that are named are those of the configured histories.
fn are_configured(session: &Session, args: &LintArgs) -> Result<bool, Error> {
    if session.workspace().config.database.is_none() {
        return Ok(false);
    }
    let spec = spec::spec(session)?;
    let histories = spec.dialects.iter().filter_map(|dialect| History::of(&spec, dialect).ok());
    let own: BTreeSet<_> = histories
        .flat_map(|history| history.iter().flat_map(|revision| revision.files.clone()).collect::<Vec<_>>())
        .collect();
    let is_own = |word: &String| {
        let path = session.directory.join(word);
        own.iter().any(|file| *file == path || path.is_dir() && file.starts_with(&path))
    };
    let (configured, others): (Vec<&String>, Vec<&String>) =
        args.revisions.iter().partition(|word| is_own(word));
    match (configured.first(), others.first()) {
        (Some(own), Some(other)) => {
            let message = format!("{own} is of a configured history, and {other} is not");
            Err(Error::usage(message).hint(format!("onramp migrate lint {own}")))
        }
        (Some(own), None) if session.directory.join(own).is_dir() => {
            let error = Error::usage(format!("{own} has a configured history"));
            Err(error.hint("onramp migrate lint --all"))
        }
        (own, _) => Ok(own.is_some()),
    }
}

fn lint(session: &Session, args: &LintArgs) -> Result<ExitStatus, Error> {
    let spec = spec::spec(session)?;
    let opinions = Opinions::of(session).with(args.strictness());
    let dialects: Vec<Dialect> = match args.dialects.as_slice() {
        [] => spec.dialects.iter().map(|dialect| dialect.dialect).collect(),
        asked => asked.to_vec(),
    };
    let subjects = subjects(session, &spec, &dialects, args)?;
    if session.options.dry_run {
        let steps = subjects.keys().map(|dialect| {
            let what = "revisions of the tree, applied on a scratch database and looked at";
            (format!("migrate:{dialect}"), what.to_owned())
        });
        return Ok(super::show(session, &steps.collect::<Vec<_>>()));
    }
    let lock = begin(session)?;
    let mut request = Request::new("lint");
    if args.no_rows {
        request.rows = RowsPolicy::Leave;
    }
    let verbosity = session.options.verbosity;
    let board = Arc::new(Board { spec, opinions, request, verbosity, looked: Mutex::default() });
    let graph = board.graph(session, subjects)?;
    let ids: Vec<TaskId> = graph.nodes().iter().map(|node| node.id.clone()).collect();
    let mut status = runner::run_all(session, "migrate lint", &graph, &ids)?;
    drop(lock);
    let looked = board.looked();
    let mut coverage = Coverage::of(&board.spec);
    if args.all {
        coverage.whole = looked.whole.clone();
    }
    let stale = stale::of_configuration(&board.opinions, &looked.linted, &coverage, &board.spec);
    if !stale.is_empty() {
        let told = tell_stale(session, &stale)?;
        if status == ExitStatus::Success {
            status = told;
        }
    }
    if args.no_rows && !looked.linted.is_empty() {
        let message = "the tables were empty: whether rows would stop a revision was not tried";
        session.reporter.notice(Level::Note, message);
    }
    session.reporter.close();
    let since =
        (!args.all && args.revisions.is_empty()).then(|| args.base.as_deref().unwrap_or(base::DEFAULT));
    let names = Names {
        label: &|dialect| {
            board.spec.dialect(dialect).map_or(dialect.name(), |spec| spec.label.as_str()).to_owned()
        },
        noun: "revision",
        relative: &|path| session.workspace().relative(path).display().to_string(),
    };
    answer::answer(session, &names, &looked, &stale, status, since);
    Ok(status)
}

/// Tells of allows of the configuration that nothing meets, as a task of its own: they belong to no dialect.
fn tell_stale(session: &Session, stale: &[StaleAllow]) -> Result<ExitStatus, Error> {
    let problems: Vec<Problem> = stale.iter().map(StaleAllow::problem).collect();
    let work = move |task: &TaskContext<'_>| {
        for problem in problems.clone() {
            task.reporter.report(Event::TaskProblem { task: task.task.clone(), problem });
        }
        let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
        if errors == 0 {
            return Ok(());
        }
        let message = format!("{} in [database.lint] that nothing meets", count(errors, "allow"));
        Err(Failure::task(message))
    };
    let id = TaskId::new("migrate", "allows");
    let graph = TaskGraph::new(vec![session.task(id.clone(), Vec::new(), work)]);
    let graph = graph.map_err(|_| Error::usage("a task was named twice"))?;
    runner::run(session, "migrate lint", &graph, &[id])
}

fn subjects(
    session: &Session,
    spec: &MigrateSpec,
    dialects: &[Dialect],
    args: &LintArgs,
) -> Result<BTreeMap<Dialect, Subjects>, Error> {
    if args.all {
        let all = dialects.iter().map(|dialect| {
            // Why one cannot be read is told by its own task, beside what is found in the others.
            let Ok(history) = History::of(spec, spec.dialect(*dialect)?) else {
                return Ok((*dialect, Subjects::Newest));
            };
            let files = history.iter().flat_map(|revision| revision.files.iter().cloned()).collect();
            Ok((*dialect, Subjects::Files(files)))
        });
        return all.collect();
    }
    if args.revisions.is_empty() {
        return new_ones(session, spec, dialects, args.base.as_deref());
    }
    let mut files: BTreeMap<Dialect, BTreeSet<_>> = BTreeMap::new();
    for name in &args.revisions {
        for (dialect, subject) in named(session, spec, dialects, name, "lint")? {
            let history = History::of(spec, spec.dialect(dialect)?)?;
            let Subjects::Revision(id) = subject else { continue };
            let revision = history.get(&id).into_iter();
            files
                .entry(dialect)
                .or_default()
                .extend(revision.flat_map(|revision| revision.files.iter().cloned()));
        }
    }
    Ok(files.into_iter().map(|(dialect, files)| (dialect, Subjects::Files(files))).collect())
}

/// What the tasks of one run hand on.
struct Board {
    spec: MigrateSpec,
    opinions: Opinions,
    request: Request,
    verbosity: Verbosity,
    looked: Mutex<Looked>,
}

/// A migration that nobody here can look at: of a dialect without a server, or written in a language.
struct Elsewhere {
    /// Its dialect, or what it is written in.
    of: String,
    id: String,
    file: PathBuf,
    /// How much that matters, if at all.
    level: Option<Severity>,
    why: String,
    /// Why its file allows that.
    allowed: Option<String>,
}

/// What was looked at.
#[derive(Default)]
struct Looked {
    linted: Vec<Linted>,
    /// What nobody here can look at.
    elsewhere: Vec<Elsewhere>,
    /// What was made for files, or left out of them, on a server of a dialect.
    notes: Vec<(Dialect, onramp_histories::Finding)>,
    /// The dialects all of whose chosen revisions were looked at.
    whole: BTreeSet<Dialect>,
}

impl Board {
    fn graph(
        self: &Arc<Self>,
        session: &Session,
        subjects: BTreeMap<Dialect, Subjects>,
    ) -> Result<TaskGraph<Job>, Error> {
        let nodes = subjects.into_iter().map(|(dialect, subjects)| {
            let board = Arc::clone(self);
            let work = move |task: &TaskContext<'_>| board.lint(dialect, &subjects, task);
            let id = TaskId::new("migrate", dialect.name());
            session.task(id, Vec::new(), work)
        });
        TaskGraph::new(nodes.collect()).map_err(|_| Error::usage("a dialect was named twice"))
    }

    fn lint(&self, dialect: Dialect, subjects: &Subjects, task: &TaskContext<'_>) -> Result<(), Failure> {
        let step = |step: &str| task.step(step);
        let mut context = super::engine_context(task, &step);
        if self.verbosity != Verbosity::Verbose {
            // What an engine says of a statement that is refused is a finding, and the log has all of it.
            context.output = Arc::new(Discard);
        }
        let found = facts(&self.spec, dialect, subjects, &self.request, &context)?;
        let mut errors = 0;
        let mut refusal = None;
        let failed = found.revisions.iter().rfind(|revision| revision.refusal.is_some());
        let failed = failed.map(|revision| revision.id.clone());
        let number = found.beyond.len();
        let kind = (dialect, tool::tool_in(&self.spec, &self.spec.dialect(dialect)?.versions));
        let looked = found.revisions.into_iter().map(|revision| Linted::of(kind, revision, &self.opinions));
        let behind = found.beyond.into_iter();
        let behind = behind.map(|revision| Linted::behind(kind, revision, failed.clone(), &self.opinions));
        for linted in looked.chain(behind) {
            let linted = linted?;
            errors += linted.errors();
            for problem in linted.problems() {
                task.reporter.report(Event::TaskProblem { task: task.task.clone(), problem });
            }
            refusal = refusal.or_else(|| linted.refusal.clone().filter(|_| linted.untried.is_none()));
            self.state().linted.push(linted);
        }
        if number == 0 {
            self.state().whole.insert(dialect);
        }
        let mut told = Vec::new();
        if errors > 0 {
            told.push(format!("{} in what the revisions do", count(errors, "error")));
        }
        if number > 0 {
            let beyond = count(number, "revision");
            told.push(format!("{beyond} could not be looked at, behind one that fails"));
        }
        if told.is_empty() {
            return Ok(());
        }
        let comment = match self.spec.engine {
            EngineSpec::Alembic(_) => "#",
            EngineSpec::Command(_) => "--",
        };
        let allow = format!("to allow one: `{comment} onramp: allow RULE: REASON` in the revision");
        let failure = Failure::task(told.join("; ")).hint(format!("onramp migrate lint --rules\n{allow}"));
        Err(match refusal {
            Some(Failure { log, .. }) => {
                let of_task = || Some(task.log().to_path_buf()).filter(|log| log.exists());
                Failure { log: log.or_else(of_task), ..failure }
            }
            None => failure,
        })
    }

    fn state(&self) -> MutexGuard<'_, Looked> {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was looked at, in the order of the dialects and histories.
    fn looked(&self) -> Looked {
        let mut looked = std::mem::take(&mut *self.state());
        looked.linted.sort_by_key(|one| one.dialect);
        looked
    }
}
