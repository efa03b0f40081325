//! Has formatters look again at what they have changed, until nothing changes any more.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use onramp_core::{Failure, Outcome, Plan, TaskId};

use super::look::Look;
use super::{give, lock, work_of};
use crate::declared::{FilePatterns, Task};
use crate::job::Form;
use crate::runner::freshness::Freshness;
use crate::session::Session;
use crate::words::count;

/// How often a formatter is given a file, the first time included, before it is told that this leads nowhere.
const ROUNDS: usize = 3;

/// What the formatters of a run have changed.
///
/// Those that are for the same files run one after the other, so the last one for a file knows that all others have
/// seen it. It has all of them look at the file again, each as long as the file's content is none that it has left as
/// it was.
pub(in crate::runner) struct Convergence {
    /// In the order in which they run.
    owners: Vec<Owner>,
    /// Absolute.
    changed: Mutex<BTreeSet<PathBuf>>,
    /// Tasks that were given a file again although they had nothing to do in their own turn.
    worked: Mutex<BTreeSet<TaskId>>,
}

/// A task that changes files.
struct Owner {
    place: usize,
    root: PathBuf,
    files: FilePatterns,
    only: Option<Vec<PathBuf>>,
}

impl Owner {
    /// The path of a file in the task's workspace, if the task is for it.
    fn own<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        let path = path.strip_prefix(&self.root).ok()?;
        let is_meant = self.only.as_ref().is_none_or(|only| only.iter().any(|other| other == path));
        (is_meant && self.files.matches(path)).then_some(path)
    }
}

impl Convergence {
    /// Nothing has changed yet.
    pub(in crate::runner) fn new(
        session: &Session,
        freshness: &Freshness<'_>,
        plan: &Plan,
    ) -> Result<Self, Failure> {
        let mut owners = Vec::new();
        for place in 0..plan.len() {
            let node = freshness.node(place);
            let work = work_of(session, &node.id, &node.payload).filter(|work| work.form == Some(Form::Fix));
            if let Some(work) = work
                && let Some(files) = Task::of(node).files()?
            {
                let (root, only) = (node.payload.checkout.root.clone(), work.only.clone());
                owners.push(Owner { place, root, files, only });
            }
        }
        Ok(Self { owners, changed: Mutex::default(), worked: Mutex::default() })
    }

    /// Remembers files that a task has changed.
    pub(super) fn note(&self, changed: Vec<PathBuf>) {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).extend(changed);
    }

    /// How a task ended that had nothing to do in its own turn.
    pub(super) fn outcome(&self, task: &TaskId, outcome: Outcome) -> Outcome {
        let worked = self.worked.lock().unwrap_or_else(PoisonError::into_inner);
        if worked.contains(task) { Outcome::Passed } else { outcome }
    }

    /// After the turn of a task: has the files looked at again that it is the last one for. Fails with the names of
    /// those that never come to rest.
    pub(super) fn settle(
        &self,
        session: &Session,
        freshness: &Freshness<'_>,
        place: usize,
    ) -> Result<(), Failure> {
        let mut files = self.take(place);
        let mut changed_by = BTreeMap::new();
        for _ in 1..ROUNDS {
            if files.is_empty() {
                return Ok(());
            }
            changed_by = self.look_again(session, freshness, place, &files)?;
            files = changed_by.keys().cloned().collect();
        }
        match restless(freshness, place, &changed_by) {
            Some(failure) => Err(failure),
            None => Ok(()),
        }
    }

    /// The files that have changed and that nobody else will be given in this run.
    fn take(&self, place: usize) -> BTreeSet<PathBuf> {
        if !self.owners.iter().any(|owner| owner.place == place) {
            return BTreeSet::new();
        }
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        let last = |path: &Path| {
            let owners = self.owners.iter().filter(|owner| owner.own(path).is_some());
            owners.map(|owner| owner.place).max()
        };
        let (mine, others) =
            std::mem::take(&mut *changed).into_iter().partition(|path| last(path) == Some(place));
        *changed = others;
        mine
    }

    /// Gives the files to all tasks that are for them and do not know them as they are, and tells by whom each was
    /// changed.
    fn look_again(
        &self,
        session: &Session,
        freshness: &Freshness<'_>,
        place: usize,
        files: &BTreeSet<PathBuf>,
    ) -> Result<BTreeMap<PathBuf, Vec<usize>>, Failure> {
        let mut changed_by: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
        let id = &freshness.node(place).id;
        for owner in &self.owners {
            let own = files.iter().filter_map(|file| owner.own(file).map(Path::to_path_buf));
            let own: Vec<PathBuf> = own.collect();
            if own.is_empty() {
                continue;
            }
            let _lock = lock(session, freshness.node(owner.place))?;
            let look = Look::at(session, freshness, owner.place, &own, false)?;
            if look.pending.is_empty() {
                continue;
            }
            self.worked.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
            let log = session.has_state().then(|| session.log(id));
            for file in give(session, freshness, owner.place, look, (id, log.as_deref()))? {
                changed_by.entry(file).or_default().push(owner.place);
            }
        }
        Ok(changed_by)
    }
}

/// The failure that names a file that never comes to rest, and who changes it.
fn restless(
    freshness: &Freshness<'_>,
    place: usize,
    changed_by: &BTreeMap<PathBuf, Vec<usize>>,
) -> Option<Failure> {
    let (file, owners) = changed_by.first_key_value()?;
    let file = freshness.node(place).payload.checkout.relative(file).display();
    let names: Vec<String> = owners.iter().map(|owner| freshness.node(*owner).id.to_string()).collect();
    let more = match changed_by.len() - 1 {
        0 => String::new(),
        more => format!(", nor on {}", count(more, "other file")),
    };
    let failure = match names.as_slice() {
        [name] => Failure::task(format!(
            "{name} does not converge on {file}{more}: it changed its own output {ROUNDS} times"
        )),
        names => {
            let names = names.join(" and ");
            let more = more.replace(", nor on", " and on");
            Failure::task(format!("{names} undo one another on {file}{more}, in each of {ROUNDS} rounds"))
                .hint(format!("leave the file out of one of them: `exclude = [\"{file}\"]`"))
        }
    };
    Some(failure)
}
