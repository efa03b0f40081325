//! Only what changed: keeps a verb to the tasks that a diff affects, through the graph.
//!
//! A task is affected by a changed file that it declares to read or to make, by an affected task that it needs,
//! and by any change if it declares nothing. A change to a file that no task at all declares affects everything,
//! because nobody knows who reads it, and so does one to the configuration. Where git has no answer, everything
//! selected runs: to be asked for less is no reason to do nothing.

mod affected;
mod cause;
mod declaration;
mod links;
mod mend;
mod question;
mod seen;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use clap::Args;
use onramp_core::{Failure, Level, Reporter, TaskGraph, TaskId};
use onramp_git::GitError;

use crate::Error;
use crate::job::Job;
use crate::plan;
use crate::session::Session;
use affected::{Affected, affected};
pub(crate) use cause::Cause;
use declaration::Declaration;
use question::Question;

/// How a verb is kept to what has changed.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ChangeArgs {
    /// Only what is affected by the changes since REF: committed since HEAD branched off from it, staged,
    /// unstaged and new files
    #[arg(long, value_name = "REF", conflicts_with = "staged")]
    since: Option<String>,
    /// Only what is affected by the staged files, which are looked at as they lie in the work tree
    #[arg(long)]
    staged: bool,
}

impl ChangeArgs {
    /// Whether the user asked for that.
    pub(crate) fn is_given(&self) -> bool {
        self.since.is_some() || self.staged
    }
}

/// Keeps the selected tasks to the affected ones, and says which changes affect how many. In the graph that is
/// returned each of them has its cause. Formatters and linters that take files by name are given the changed
/// ones alone, where nothing else affects them.
pub(crate) fn restrict(
    session: &Session,
    graph: TaskGraph<Job>,
    selected: Vec<TaskId>,
    args: &ChangeArgs,
) -> Result<(TaskGraph<Job>, Vec<TaskId>), Error> {
    let question = match (&args.since, args.staged) {
        (Some(revision), _) => Question::Since(revision),
        (None, true) => Question::Staged,
        (None, false) => return Ok((graph, selected)),
    };
    let seen = match seen::look(session, &question) {
        Ok(seen) => seen,
        Err(GitError::Cancelled) => return Err(Failure::interrupted().into()),
        Err(error) => {
            session.reporter.notice(Level::Warning, &without_answer(&error));
            let causes = vec![Some(Cause::Unknown); graph.nodes().len()];
            return marked(&graph, selected, &causes, |_| None);
        }
    };
    let declarations = graph.nodes().iter().map(|node| Declaration::of(&node.payload, &seen));
    let declarations = declarations.collect::<Result<Vec<_>, Failure>>()?;
    let Affected { causes, files, undeclared } = affected(&graph, &declarations, &seen.changes);
    let asked = selected.len();
    let (graph, selected) = marked(&graph, selected, &causes, |position| {
        let files = files[position].as_ref()?;
        Some(files.iter().filter_map(|file| declarations[position].within(file)).collect())
    })?;
    session.reporter.notice(Level::Note, &question.told(&seen, selected.len(), asked));
    if let Some(everything) = seen.everything(&undeclared) {
        session.reporter.notice(Level::Note, &everything);
    }
    Ok((graph, selected))
}

fn without_answer(error: &GitError) -> String {
    let mend = mend::command(error).map(|command| format!("; to mend it: {command}")).unwrap_or_default();
    format!("what has changed is not known, so everything selected runs: {error}{mend}")
}

/// The graph with the causes of the affected ones among the selected tasks, and these.
fn marked(
    graph: &TaskGraph<Job>,
    selected: Vec<TaskId>,
    causes: &[Option<Cause>],
    files: impl Fn(usize) -> Option<Vec<PathBuf>>,
) -> Result<(TaskGraph<Job>, Vec<TaskId>), Error> {
    let mut nodes = graph.nodes().to_vec();
    let positions: HashMap<TaskId, usize> =
        nodes.iter().enumerate().map(|(position, node)| (node.id.clone(), position)).collect();
    let is_affected = |task: &TaskId| positions.get(task).is_some_and(|position| causes[*position].is_some());
    let selected: Vec<TaskId> = selected.into_iter().filter(is_affected).collect();
    // What needs a task counts on all of its work.
    let needed: HashSet<usize> = match graph.plan(&selected) {
        Ok(plan) => {
            let needs = (0..plan.len()).flat_map(|place| plan.needs(place));
            needs.map(|need| plan.nodes()[*need]).collect()
        }
        Err(_) => HashSet::new(),
    };
    for task in &selected {
        let position = positions[task];
        let job = &mut nodes[position].payload;
        job.cause = causes[position].clone();
        if job.work.takes_files() && !needed.contains(&position) {
            job.work.keep_to(files(position));
        }
    }
    Ok((plan::build(nodes)?, selected))
}
