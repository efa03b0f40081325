//! Whether the schemas of two dialects are equal.

mod answer;
mod place;
pub(super) mod rules;
mod sides;
pub(super) mod step;
pub(super) mod tell;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use onramp_core::{Dialect, Event, Failure, Problem, Severity, TaskGraph, TaskId};
use onramp_database::catalog::Catalog;
use onramp_migrate::MigrateSpec;
use onramp_parity::{Report, Rules, Stale, compare};

use super::{begin, engine_context, spec};
use crate::commands::db::diff::warn_of_versions;
use crate::commands::db::source::{Scope, Source, tables_of_tool};
use crate::commands::reports::ReportArgs;
use crate::context::TaskContext;
use crate::job::Job;
use crate::session::Session;
use crate::{Error, ExitStatus, runner};
use place::Places;
use rules::Declared;
use sides::Side;
use tell::{Home, Names};

/// Fail where the schemas of two dialects differ beyond their spelling
///
/// Without a word, the heads of the work tree's histories are compared, those of the other dialects with the first one's.
/// Types are compared under a map, expressions and defaults by what they say, keys by their columns. What is meant to
/// differ is declared in [database.parity] of the configuration, or of a file that --declared names, with a reason; what is
/// declared and differs no more is told too.
#[derive(Args, Debug)]
pub(super) struct ParityArgs {
    /// The path of a SQLite file, a database URL, a folder of SQL migrations, or a git revision; histories are applied to
    /// scratch databases. On its own, a database is compared with the head of the other dialect, and of a revision, or of a folder with
    /// a history for each dialect, its own heads are
    #[arg(value_name = "LEFT")]
    left: Option<String>,
    /// The same
    #[arg(value_name = "RIGHT")]
    right: Option<String>,
    /// The dialect of a side that is a git revision; given twice, that of LEFT comes first
    #[arg(long = "dialect", value_name = "DIALECT")]
    dialects: Vec<Dialect>,
    /// A file with a section [database.parity], as an onramp.toml has it: what it declares counts in place of the
    /// configuration's
    #[arg(long, value_name = "FILE")]
    declared: Option<PathBuf>,
    /// Also list what has another name on either side, and what is compared without its statements
    #[arg(long)]
    names: bool,
    #[command(flatten)]
    scope: Scope,
    #[command(flatten)]
    reports: ReportArgs,
}

impl ParityArgs {
    pub(super) fn sources(&self) -> Option<Vec<&str>> {
        let left = self.left.as_deref()?;
        // A folder with a history for each dialect is all that there is to compare.
        Some(vec![left, self.right.as_deref().unwrap_or(left)])
    }
}

/// Two sides and what their comparison came to.
struct Compared {
    /// Their places among the sides.
    pair: [usize; 2],
    report: Report,
}

/// What the tasks of one comparison hand on.
struct Board {
    sides: Vec<Side>,
    pairs: Vec<[usize; 2]>,
    /// What is needed where a side is a history.
    spec: Option<MigrateSpec>,
    declared: Declared,
    /// Whether what was declared is a matter of these sides: both are heads of the project's own histories, or somebody has
    /// named what is declared.
    judges_declarations: bool,
    /// Where it is declared.
    home: Home,
    left_out: Vec<String>,
    /// Where the sides speak of what differs, in the order of the sides.
    places: Places,
    /// The root of the git repository, from which problems name their files.
    root: PathBuf,
    /// Tables that are left out because somebody has said so.
    scope: Scope,
    /// Whether that makes no sense, so that the fault is the command line's.
    is_refused: AtomicBool,
    catalogs: Mutex<Vec<Option<Catalog>>>,
    own_tables: Mutex<BTreeSet<String>>,
    compared: Mutex<Vec<Compared>>,
}

pub(super) fn run(session: &Session, args: &ParityArgs) -> Result<ExitStatus, Error> {
    args.reports.about(session, "migrate parity", || compare_all(session, args))
}

fn compare_all(session: &Session, args: &ParityArgs) -> Result<ExitStatus, Error> {
    let words: Vec<&str> = [&args.left, &args.right].into_iter().flatten().map(String::as_str).collect();
    let declared = match &args.declared {
        Some(file) => Declared::of_file(&session.directory, file)?,
        None => Declared::of(session),
    };
    let (sides, pairs) = sides::of_words(session, &words, &args.dialects)?;
    if session.options.dry_run {
        let steps =
            sides.iter().map(|side| (side.task().to_string(), format!("the catalog of {}", side.label)));
        let steps = steps.chain([(parity_task().to_string(), "the catalogs compared".to_owned())]);
        return Ok(super::show(session, &steps.collect::<Vec<_>>()));
    }
    let has_history = sides.iter().any(|side| matches!(side.source, Source::History(_)));
    let spec = has_history.then(|| spec::spec(session)).transpose()?;
    let is_of_work_tree = sides.iter().all(|side| matches!(side.source, Source::History(None)));
    let mut left_out = tables_of_tool(session);
    left_out.extend(OWN_TABLES.map(str::to_owned));
    let lock = has_history.then(|| begin(session)).transpose()?;
    let count = sides.len();
    // Without a project, the files are those of whoever stands here.
    let base = if session.has_project { &session.workspace().root } else { session.repository_root() };
    let board = Arc::new(Board {
        places: Places::new(base, spec.as_ref(), &sides),
        root: session.repository_root().to_path_buf(),
        sides,
        pairs,
        spec,
        declared,
        judges_declarations: is_of_work_tree || args.declared.is_some(),
        home: match (&args.declared, session.has_project) {
            (Some(file), _) => Home::Named(file.display().to_string()),
            (None, true) => Home::Configuration,
            (None, false) => Home::Nowhere,
        },
        left_out,
        scope: args.scope.clone(),
        is_refused: AtomicBool::new(false),
        catalogs: Mutex::new(vec![None; count]),
        own_tables: Mutex::default(),
        compared: Mutex::default(),
    });
    let graph = board.graph(session)?;
    let status = runner::run(session, "migrate", &graph, &[parity_task()])?;
    drop(lock);
    for Compared { report, .. } in &*board.compared.lock().unwrap_or_else(PoisonError::into_inner) {
        if report.dialects[0] == report.dialects[1] {
            let versions = report.server_versions.each_ref().map(String::as_str);
            warn_of_versions(session, report.dialects[0], versions);
        }
    }
    session.reporter.close();
    if board.is_refused.load(Ordering::Relaxed) {
        return Err(Error::Reported(ExitStatus::Usage));
    }
    let compared = std::mem::take(&mut *board.compared.lock().unwrap_or_else(PoisonError::into_inner));
    if !compared.is_empty() {
        answer::answer(session, &board, &compared, if args.names { Names::Listed } else { Names::Counted });
    }
    Ok(status)
}

/// The tables of Alembic itself, which are no part of a schema.
pub(super) const OWN_TABLES: [&str; 1] = ["alembic_version"];

/// The task that compares.
pub(super) fn parity_task() -> TaskId {
    TaskId::new("migrate", "parity")
}

impl Board {
    fn graph(self: &Arc<Self>, session: &Session) -> Result<TaskGraph<Job>, Error> {
        let ids: Vec<TaskId> = self.sides.iter().map(Side::task).collect();
        let mut nodes = Vec::new();
        for (place, id) in ids.iter().enumerate() {
            let board = Arc::clone(self);
            nodes.push(session.task(id.clone(), Vec::new(), move |task| board.read(place, task)));
        }
        let board = Arc::clone(self);
        nodes.push(session.task(parity_task(), ids, move |task| board.compare(task)));
        TaskGraph::new(nodes).map_err(|_| Error::usage("a side was named twice"))
    }

    fn read(&self, place: usize, task: &TaskContext<'_>) -> Result<(), Failure> {
        let side = &self.sides[place];
        let step = |step: &str| task.step(step);
        let left_out: Vec<&str> = self.left_out.iter().map(String::as_str).collect();
        let context = engine_context(task, &step);
        let reached = side.source.reached(self.spec.as_ref(), side.dialect, &left_out, &context)?;
        self.own_tables.lock().unwrap_or_else(PoisonError::into_inner).extend(reached.own_tables);
        self.catalogs.lock().unwrap_or_else(PoisonError::into_inner)[place] = Some(reached.catalog);
        Ok(())
    }

    fn compare(&self, task: &TaskContext<'_>) -> Result<(), Failure> {
        let mut catalogs = std::mem::take(&mut *self.catalogs.lock().unwrap_or_else(PoisonError::into_inner));
        let mut own_tables = self.left_out.clone();
        own_tables.extend(self.own_tables.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned());
        for table in &own_tables {
            catalogs.iter_mut().flatten().for_each(|catalog| catalog.leave_out(table));
        }
        if let Err(error) = self.scope.leave_out(catalogs.iter_mut().flatten(), &own_tables) {
            self.is_refused.store(true, Ordering::Relaxed);
            let failure = Failure::task(error.to_string());
            return Err(match error {
                Error::Other { hint: Some(hint), .. } => failure.hint(hint),
                _ => failure,
            });
        }
        let mut all = Vec::new();
        for pair in &self.pairs {
            let [Some(left), Some(right)] = pair.map(|place| catalogs.get(place).and_then(Option::as_ref))
            else {
                return Err(Failure::task("a side was not read"));
            };
            let mut report = compare(left, right, self.rules());
            if !self.judges_declarations {
                report.stale.clear();
            }
            all.push(Compared { pair: *pair, report });
        }
        self.settle_stale(&mut all);
        let problems: Vec<Problem> = all.iter().flat_map(|compared| self.problems(compared)).collect();
        for problem in &problems {
            let event = Event::TaskProblem { task: task.task.clone(), problem: problem.clone() };
            task.reporter.report(event);
        }
        let verdict = tell::verdict(self, &all);
        *self.compared.lock().unwrap_or_else(PoisonError::into_inner) = all;
        verdict
    }

    fn rules(&self) -> &Rules {
        &self.declared.rules
    }

    /// What was declared of one pair may be there in another.
    fn settle_stale(&self, all: &mut [Compared]) {
        let everywhere = |stale: &Stale, all: &[Compared]| {
            all.iter().all(|compared| compared.report.stale.contains(stale))
        };
        let Some(first) = all.first() else { return };
        let stale: Vec<Stale> =
            first.report.stale.iter().copied().filter(|stale| everywhere(stale, all)).collect();
        all.iter_mut().for_each(|compared| compared.report.stale.clear());
        if let Some(first) = all.first_mut() {
            first.report.stale = stale;
        }
    }

    /// What has a place in a file.
    fn problems(&self, compared: &Compared) -> Vec<Problem> {
        let labels = self.labels(compared);
        let found = compared.report.findings.iter().filter_map(|finding| {
            let (file, line) = self.places.find(finding, compared.pair)?;
            let file = file.strip_prefix(&self.root).map(Path::to_path_buf).unwrap_or(file);
            Some(problem((file, line), tell::line(finding, labels), tell::code(finding)))
        });
        let stale = compared.report.stale.iter().filter_map(|stale| {
            let place = self.declared.place(*stale)?.clone();
            Some(problem(place, self.declared.stale_line(*stale), "parity-stale"))
        });
        found.chain(stale).collect()
    }

    /// What the sides are called.
    fn labels(&self, compared: &Compared) -> [&str; 2] {
        compared.pair.map(|place| self.sides[place].label.as_str())
    }
}

fn problem((file, line): (PathBuf, u32), message: String, code: &str) -> Problem {
    Problem {
        file: file.to_string_lossy().into_owned(),
        line: Some(line),
        column: None,
        severity: Severity::Error,
        message,
        code: Some(code.to_owned()),
    }
}
