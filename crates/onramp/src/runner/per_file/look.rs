//! Which files of a task are not known to be clean, and why.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use onramp_cache::{Action, ActionNumber, CleanFiles, Content, Entry, Knowledge, Part, Witness};
use onramp_core::Failure;

use super::settings::Settings;
use super::{packages, record, tools, work_of};
use crate::job::{Job, Work};
use crate::runner::freshness::Freshness;
use crate::runner::key;
use crate::session::Session;

/// One look at the files of a task.
pub(super) struct Look {
    /// What is known.
    pub(super) clean: CleanFiles,
    /// How many files there are.
    pub(super) total: usize,
    /// Those that are not known to be clean.
    pub(super) pending: Vec<Pending>,
}

/// A file that is not known to be clean.
pub(super) struct Pending {
    /// Relative to the root.
    pub(super) path: PathBuf,
    pub(super) content: Content,
    pub(super) action: ActionNumber,
    /// Taken before it was read: what is done to it from then on is noticed.
    pub(super) witness: Witness,
}

/// A file that a task would be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unknown {
    /// Relative to the root of the task's workspace.
    pub(crate) path: PathBuf,
    pub(crate) reason: Reason,
}

/// Why a task would be given a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Nothing is known of it.
    New,
    /// It has another content than those that were found clean.
    Content,
    /// This part of the action is another one: a command, a program, a variable.
    Aspect(String),
    /// This settings file.
    Settings(String),
    /// What this task has made, which is needed.
    Need(String),
}

impl Look {
    /// Looks at all files of a task, or at those that it is kept to.
    pub(super) fn at_all(
        session: &Session,
        freshness: &Freshness<'_>,
        place: usize,
    ) -> Result<Self, Failure> {
        let job = &freshness.node(place).payload;
        let (Work::Commands(work), checkout) = (&job.work, &job.checkout) else {
            return Err(Failure::task("it has no commands"));
        };
        let set = work.files.clone().unwrap_or_default();
        let mut files = checkout.candidates(&work.directory, &set)?;
        if let Some(only) = &work.only {
            let only: HashSet<&PathBuf> = only.iter().collect();
            files.retain(|file| only.contains(file));
        }
        let mut look = Self::at(session, freshness, place, &files, session.options.force)?;
        if work.only.is_none() {
            let files: HashSet<&OsStr> = files.iter().map(|file| file.as_os_str()).collect();
            look.clean.retain(|path| files.contains(path.as_os_str()));
        }
        Ok(look)
    }

    /// Looks at these files of a task; where all are `wanted`, what is known of them does not count.
    pub(super) fn at(
        session: &Session,
        freshness: &Freshness<'_>,
        place: usize,
        files: &[PathBuf],
        all_wanted: bool,
    ) -> Result<Self, Failure> {
        let node = freshness.node(place);
        let (id, job) = (&node.id, &node.payload);
        let checkout = &job.checkout;
        let work = work_of(session, id, job).ok_or_else(|| Failure::task("it takes no files"))?;
        let mut clean = CleanFiles::load(record(id, job, work));
        let paths: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
        let actions = actions(session, freshness, place, &mut clean, &paths)?;
        let (mut total, mut pending) = (0, Vec::new());
        for (file, action) in files.iter().zip(actions) {
            let path = checkout.root.join(file);
            let Some(content) = content(job, &path)? else { continue };
            total += 1;
            if all_wanted || !clean.is_clean(file, content, action) {
                let witness = Witness::of(&path);
                // What it was before the witness counts for nothing.
                let Some(content) = self::content(job, &path)? else { continue };
                pending.push(Pending { path: file.clone(), content, action, witness });
            }
        }
        Ok(Self { clean, total, pending })
    }

    /// The files that are not known to be clean, with the reasons.
    pub(super) fn unknown(&self) -> Vec<Unknown> {
        let reason = |file: &Pending| match self.clean.knowledge(&file.path, file.content, file.action) {
            Knowledge::Nothing => Reason::New,
            Knowledge::OtherContent => Reason::Content,
            // Its action is too old to be read.
            Knowledge::OtherAction(None) | Knowledge::Clean => Reason::New,
            Knowledge::OtherAction(Some(before)) => {
                let now = self.clean.action(file.action);
                now.and_then(|now| difference(&now, &before)).unwrap_or(Reason::New)
            }
        };
        let unknown = |file: &Pending| Unknown { path: file.path.clone(), reason: reason(file) };
        self.pending.iter().map(unknown).collect()
    }
}

/// The first thing in which two actions differ, as people would ask for it: a setting before a need.
fn difference(now: &Action, before: &Action) -> Option<Reason> {
    let differences = now.differences(before);
    let rank = |part: Part| match part {
        Part::Aspect => 0,
        Part::Input => 1,
        Part::Need => 2,
    };
    let first = differences.iter().min_by_key(|difference| rank(difference.part))?;
    let name = first.name.to_owned();
    Some(match first.part {
        Part::Aspect => Reason::Aspect(name),
        Part::Input => Reason::Settings(name),
        Part::Need => Reason::Need(name),
    })
}

fn content(job: &Job, path: &Path) -> Result<Option<Content>, Failure> {
    let entry = Entry::at(path, &job.checkout.memo)
        .map_err(|error| Failure::from(error).context(format!("read {}", path.display())))?;
    Ok(entry.content())
}

/// For each file the action that decides what the task finds in it.
pub(super) fn actions(
    session: &Session,
    freshness: &Freshness<'_>,
    place: usize,
    clean: &mut CleanFiles,
    files: &[&Path],
) -> Result<Vec<ActionNumber>, Failure> {
    let node = freshness.node(place);
    let job = &node.payload;
    let work = work_of(session, &node.id, job).ok_or_else(|| Failure::task("it takes no files"))?;
    let mut base = Action::new();
    base.aspects = key::aspects(session, job);
    // Which other files it is for does not matter to one of them.
    for other in ["files", "exclude", "outputs"] {
        base.aspects.remove(other);
    }
    for program in tools::programs(&work.commands) {
        if let Some(packages) = packages::of_program(program, &job.checkout, work) {
            base.aspects.insert(format!("packages of {program}"), packages);
        }
    }
    base.needs = freshness.needs(place);
    let mut settings = Settings::new(session, job, work)?;
    let root = &job.checkout.root;
    let mut numbers = Vec::with_capacity(files.len());
    // Files of one folder stand together.
    let mut last: Option<(&OsStr, usize)> = None;
    for file in files {
        let folder = file.parent().unwrap_or(Path::new("")).as_os_str();
        let number = match last {
            Some((same, number)) if same == folder => number,
            _ => settings.number(&root.join(folder))?,
        };
        last = Some((folder, number));
        numbers.push(number);
    }
    let actions: Vec<ActionNumber> = settings
        .all()
        .iter()
        .map(|inputs| {
            let mut action = base.clone();
            action.inputs.clone_from(inputs);
            clean.number(&action)
        })
        .collect();
    Ok(numbers.into_iter().map(|number| actions[number]).collect())
}
