//! Files of SQL that no configuration tells of.

mod asked;
mod elsewhere;
mod ground;
mod shelf;
mod trials;
mod tried;
mod unreadable;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use onramp_core::{Dialect, Event, Failure, Severity, TaskGraph, TaskId};
use onramp_database::DatabasesSpec;
use onramp_histories::{Chain, Finding};
use onramp_migration_lint::RULES;
use onramp_replay::Rows;

use super::answer::{self, Names};
use super::linted::Linted;
use super::settings::Opinions;
use super::tool::tool_of;
use super::{Elsewhere, LintArgs, Looked};
use crate::context::TaskContext;
use crate::reporter::repository_root;
use crate::session::Session;
use crate::words::count;
use crate::{Error, ExitStatus, databases, runner};
use asked::{Asked, asked};
use ground::Onto;

/// Whether all words name files of SQL, or folders.
pub(super) fn are_named(words: &[String], directory: &Path) -> bool {
    let is_one = |word: &String| {
        let path = directory.join(word);
        path.is_dir() || is_sql(&path) && path.is_file()
    };
    !words.is_empty() && words.iter().all(is_one)
}

fn is_sql(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("sql"))
}

/// A history, and the files of it that are looked at.
struct Part {
    chain: Chain,
    dialect: Dialect,
    files: BTreeSet<PathBuf>,
}

/// What the tasks of one run hand on.
struct Board {
    opinions: Opinions,
    databases: DatabasesSpec,
    onto: Option<Onto>,
    rows: Rows,
    /// Whether all is tried, known or not.
    is_forced: bool,
    /// What problems are told from.
    root: PathBuf,
    looked: Mutex<Looked>,
}

pub(super) fn lint(session: &Session, args: &LintArgs) -> Result<ExitStatus, Error> {
    let opinions = Opinions::of(session).with(args.strictness());
    let Asked { parts, elsewhere } = asked(session, args, &opinions)?;
    let onto = args.onto.as_deref().map(|word| Onto::of_word(session, word, &parts)).transpose()?;
    let mut ids = ids(&parts);
    if session.options.dry_run {
        let steps = ids.iter().zip(&parts).map(|(id, part)| {
            let what =
                format!("{} of {}, applied on a scratch database and looked at", files(part), part.dialect);
            (id.to_string(), what)
        });
        return Ok(super::super::show(session, &steps.collect::<Vec<_>>()));
    }
    // What is found out is kept there; without it all is tried again.
    drop(session.own_state().create());
    let board = Arc::new(Board {
        opinions,
        databases: databases::spec_of_servers(session)?,
        onto,
        rows: if args.no_rows { Rows::Leave } else { Rows::Seed },
        is_forced: session.options.force,
        root: repository_root(&session.directory).to_path_buf(),
        looked: Mutex::new(Looked { linted: Vec::new(), elsewhere, ..Looked::default() }),
    });
    let nodes = ids.iter().cloned().zip(parts).map(|(id, part)| {
        let board = Arc::clone(&board);
        let work = move |task: &TaskContext<'_>| board.lint(&part, task);
        session.task(id, Vec::new(), work)
    });
    let mut nodes: Vec<_> = nodes.collect();
    if !board.looked().elsewhere.is_empty() {
        let board = Arc::clone(&board);
        let work = move |task: &TaskContext<'_>| board.tell_elsewhere(task);
        ids.push(TaskId::new("migrate", "elsewhere"));
        nodes.extend(ids.last().map(|id| session.task(id.clone(), Vec::new(), work)));
    }
    let graph = TaskGraph::new(nodes).map_err(|_| Error::usage("a history was named twice"))?;
    let status = runner::run_all(session, "migrate lint", &graph, &ids)?;
    session.reporter.close();
    let mut looked = std::mem::take(&mut *board.looked());
    let of_note = |(dialect, note): &(Dialect, Finding)| (*dialect, note.file.clone(), note.line);
    looked.notes.sort_by_key(of_note);
    looked.notes.dedup_by(|left, right| of_note(left) == of_note(right) && left.1.message == right.1.message);
    looked.linted.sort_by(|left, right| (left.dialect, &left.file).cmp(&(right.dialect, &right.file)));
    let names = Names {
        label: &|dialect| dialect.name().to_owned(),
        noun: "migration",
        relative: &|path| path.strip_prefix(&session.directory).unwrap_or(path).display().to_string(),
    };
    let since = (!args.all).then(|| args.base.as_deref().unwrap_or(super::base::DEFAULT));
    answer::answer(session, &names, &looked, &[], status, since);
    Ok(status)
}

/// Whether a rule may find something in a dialect.
fn is_of(rule: &str, dialect: Dialect) -> bool {
    let of = RULES.iter().find(|known| known.code == rule).and_then(|known| known.dialect);
    of.is_none_or(|of| of == dialect)
}

/// A task for each part.
fn ids(parts: &[Part]) -> Vec<TaskId> {
    let number = |place: usize| {
        let same = |part: &&Part| part.dialect == parts[place].dialect;
        match parts[..place].iter().filter(same).count() {
            0 => String::new(),
            several => format!("-{}", several + 1),
        }
    };
    (0..parts.len())
        .map(|place| TaskId::new("migrate", format!("{}{}", parts[place].dialect, number(place))))
        .collect()
}

fn files(part: &Part) -> String {
    count(part.files.len(), "file")
}

impl Board {
    /// A file as it is told of, from the root of the repository.
    fn inside(&self, file: &Path) -> String {
        file.strip_prefix(&self.root).unwrap_or(file).display().to_string()
    }

    fn looked(&self) -> MutexGuard<'_, Looked> {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells of what nobody here can look at.
    fn tell_elsewhere(&self, task: &TaskContext<'_>) -> Result<(), Failure> {
        let mut errors = 0;
        for mut problem in self.looked().elsewhere.iter().filter_map(Elsewhere::problem) {
            problem.file = self.inside(Path::new(&problem.file));
            errors += usize::from(problem.severity == Severity::Error);
            task.reporter.report(Event::TaskProblem { task: task.task.clone(), problem });
        }
        if errors == 0 {
            return Ok(());
        }
        let hint =
            "onramp migrate lint --help\n--dialect DIALECT looks at the histories of one dialect alone";
        Err(Failure::task(format!("{} could not be looked at", count(errors, "migration"))).hint(hint))
    }

    fn lint(&self, part: &Part, task: &TaskContext<'_>) -> Result<(), Failure> {
        if part.files.is_empty() {
            return Ok(());
        }
        self.require_readable(part, task)?;
        let kind = (part.dialect, tool_of(&part.chain));
        let mut errors = 0;
        let all = self.trials(part, task)?;
        // With the last one all of it is told.
        if let Some(last) = all.last() {
            let notes = last.notes.iter().map(|note| (part.dialect, note.clone()));
            self.looked().notes.extend(notes);
        }
        for tried in all {
            let mut linted = match tried.untried {
                Some(untried) => Linted::untried(kind, tried.facts, untried, &self.opinions)?,
                None => Linted::of(kind, tried.facts, &self.opinions)?,
            };
            // The same file may be looked at in another dialect, today or elsewhere, where a rule of that dialect finds
            // what is allowed.
            linted.stale.retain(|stale| is_of(&stale.rule, part.dialect));
            errors += linted.errors();
            for mut problem in linted.problems() {
                problem.file = self.inside(Path::new(&problem.file));
                task.reporter.report(Event::TaskProblem { task: task.task.clone(), problem });
            }
            self.looked().linted.push(linted);
        }
        if errors == 0 {
            return Ok(());
        }
        let hint = "onramp migrate lint --rules\nto allow one: `-- onramp: allow RULE: REASON` in the file";
        Err(Failure::task(format!("{} in what the files do", count(errors, "error"))).hint(hint))
    }
}
