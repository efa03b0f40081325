use std::collections::HashSet;
use std::path::{Path, PathBuf};

use onramp_core::{TaskGraph, TaskId};

use super::Cause;

/// A file that has changed, or is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// Its path, relative to the workspace.
    pub(super) path: PathBuf,
    /// Names under which links lead to it, relative to the workspace.
    pub(super) aliases: Vec<PathBuf>,
    /// To whom it matters.
    pub(super) concern: Concern,
}

/// To which tasks a change matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Concern {
    /// To all: it is one of the configuration.
    All,
    /// To those that declare it, and if there are none, to any.
    Readers,
    /// To those that declare it.
    Declared,
}

/// What a file is to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It decides the result as a whole.
    Whole,
    /// It is made by the task, and not read.
    Made,
    /// It is one of those that a formatter or linter looks at one by one.
    Single,
}

/// What a task declares.
pub(super) trait Declares {
    /// What a path relative to the workspace is to it, whether there is a file or was one.
    fn role(&self, path: &Path) -> Option<Role>;

    /// Whether it declares nothing, so that nobody knows what it reads.
    fn is_open(&self) -> bool;

    /// Whether changes to what it declares cannot be seen.
    fn is_out_of_sight(&self) -> bool;
}

/// What changes do to the tasks of a graph; the lists are by position in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Affected {
    /// Why a task is affected, `None` if it is not.
    pub(super) causes: Vec<Option<Cause>>,
    /// The changed files that a formatter or linter looks at, where nothing else affects it. Relative to the
    /// workspace, as the task knows them.
    pub(super) files: Vec<Option<Vec<PathBuf>>>,
    /// Changed files that no task declares and that may matter to any.
    pub(super) undeclared: Vec<PathBuf>,
}

/// Which tasks the changes affect. Linear in tasks times changes; `declarations` are in the order of the graph.
pub(super) fn affected<T, D: Declares>(
    graph: &TaskGraph<T>,
    declarations: &[D],
    changes: &[Change],
) -> Affected {
    let mut hits: Vec<Hits> = declarations.iter().map(|declaration| Hits::of(declaration, changes)).collect();
    let declared: HashSet<usize> = hits.iter().flat_map(|hits| hits.changes.iter().copied()).collect();
    let is_undeclared =
        |(place, change): &(usize, &Change)| change.concern == Concern::Readers && !declared.contains(place);
    let undeclared = changes.iter().enumerate().filter(is_undeclared).map(|(_, change)| change.path.clone());
    let undeclared: Vec<PathBuf> = undeclared.collect();
    let configuration = changes.iter().find(|change| change.concern == Concern::All);
    let everything = configuration
        .map(|change| Cause::Configuration(change.path.clone()))
        .or_else(|| undeclared.first().map(|path| Cause::Undeclared(path.clone())));
    let concerns_open = changes.iter().any(|change| change.concern != Concern::Declared);

    let mut causes: Vec<Option<Cause>> = vec![None; hits.len()];
    let mut files = vec![None; hits.len()];
    let all: Vec<TaskId> = graph.nodes().iter().map(|node| node.id.clone()).collect();
    let plan = graph.plan(&all).expect("the tasks of a graph are in it");
    for (place, position) in plan.nodes().iter().copied().enumerate() {
        let declaration = &declarations[position];
        let needs = plan.needs(place).iter().map(|need| plan.nodes()[*need]);
        // What affects a need as it affects everything is the reason of this task as well.
        let need =
            needs.clone().find(|need| causes[*need].as_ref().is_some_and(|cause| !cause.is_of_everything()));
        let need = need.map(|need| Cause::Need(graph.nodes()[need].id.clone()));
        let Hits { whole, made, single, .. } = std::mem::take(&mut hits[position]);
        if whole.is_none()
            && made.is_none()
            && need.is_none()
            && everything.is_none()
            && !declaration.is_out_of_sight()
        {
            files[position] = (!single.is_empty()).then(|| single.clone());
        }
        causes[position] = whole
            .or(single.into_iter().next())
            .map(Cause::File)
            .or(made.map(Cause::Output))
            .or(need)
            .or_else(|| (declaration.is_open() && concerns_open).then_some(Cause::NoInputs))
            .or_else(|| declaration.is_out_of_sight().then_some(Cause::OutOfSight))
            .or_else(|| everything.clone());
    }
    Affected { causes, files, undeclared }
}

/// What the changes are to one task.
#[derive(Default)]
struct Hits {
    /// The first one that decides its result as a whole.
    whole: Option<PathBuf>,
    /// The first one that it makes.
    made: Option<PathBuf>,
    /// Those that it looks at one by one.
    single: Vec<PathBuf>,
    /// The places of those that it declares.
    changes: Vec<usize>,
}

impl Hits {
    fn of(declaration: &impl Declares, changes: &[Change]) -> Self {
        let mut hits = Self::default();
        for (place, change) in changes.iter().enumerate() {
            for name in std::iter::once(&change.path).chain(&change.aliases) {
                match declaration.role(name) {
                    Some(Role::Whole) => hits.whole = hits.whole.or_else(|| Some(name.clone())),
                    Some(Role::Made) => hits.made = hits.made.or_else(|| Some(name.clone())),
                    Some(Role::Single) => hits.single.push(name.clone()),
                    None => continue,
                }
                hits.changes.push(place);
            }
        }
        hits
    }
}

#[cfg(test)]
mod tests;
