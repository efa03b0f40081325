//! The hooks that look at the work tree.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use onramp_config::Stage;
use onramp_core::{Failure, TaskFiles, TaskId, TaskNode};

use super::given::Concern;
use super::place::Places;
use super::pre_commit_file::{Candidate, FileHooks, FileNode, Setting, policy, take_turns};
use super::selection::{Chosen, Selected};
use super::skipped::{NO_FILE, Skipped};
use super::{Hook, ending, nothing_but, push};
use crate::job::{Job, Work};
use crate::plan::{self, Request};
use crate::session::Session;
use crate::{Error, ExitStatus, runner};

pub(super) fn run(
    session: &Session,
    hook: &Hook,
    mut selected: Selected,
    file: Option<FileHooks>,
    mut skipped: Skipped,
) -> Result<ExitStatus, Error> {
    if hook.stage == Stage::PrePush && push::updates(hook).is_empty() && !hook.stdin.is_empty() {
        // Nothing is pushed, something is only removed.
        return Ok(ExitStatus::Success);
    }
    let pushed = match hook.stage {
        Stage::PrePush if !hook.stdin.is_empty() => Some(Pushed::of(session, hook)?),
        _ => None,
    };
    let mut given = Vec::new();
    for chosen in std::mem::take(&mut selected.tasks) {
        let files = pushed.as_ref().map(|pushed| pushed.files_of(&chosen)).transpose()?.flatten();
        if files.as_ref().is_some_and(Vec::is_empty) {
            skipped.add(chosen.id, NO_FILE);
        } else {
            given.push((chosen.id, files));
        }
    }
    let tasks: Vec<TaskId> = given.iter().map(|(id, _)| id.clone()).chain(selected.others).collect();
    let policy = policy(session, file.as_ref());
    let mut file = match &file {
        Some(file) => from_file(session, hook, file, pushed.as_ref(), &mut skipped)?,
        None => Vec::new(),
    };
    if tasks.is_empty() && file.is_empty() {
        return if skipped.is_empty() {
            Ok(ExitStatus::Success)
        } else {
            nothing_but(session, hook.stage, &skipped)
        };
    }
    let mut nodes = plan::graph(session, &Request::default())?.nodes().to_vec();
    let handed = hook.handed(session);
    for node in nodes.iter_mut().filter(|node| tasks.contains(&node.id)) {
        let files = given.iter().find(|(id, _)| *id == node.id).and_then(|(_, files)| files.clone());
        hand(node, hook, files, &handed);
    }
    let ids = tasks.into_iter().chain(file.iter().map(|file| file.node.id.clone()));
    let ids: Vec<TaskId> = ids.collect();
    let turns = take_turns(&mut file);
    nodes.extend(file.into_iter().map(|file| file.node));
    let graph = plan::build(nodes)?;
    let mut plan = runner::plan_of(&graph, &ids)?;
    turns.order(&graph, &mut plan);
    for (task, files) in &given {
        if let Some(files) = files {
            session.note_files(task, TaskFiles { given: files.len(), changed: Vec::new() });
        }
    }
    let summary = runner::run_with(session, hook.stage.name(), &graph, &plan, policy, skipped.tasks())?;
    Ok(ending::status(session, hook.stage, &summary, &ids))
}

/// The nodes of the hooks of `.pre-commit-config.yaml`, on the files that the stage is about.
fn from_file(
    session: &Session,
    hook: &Hook,
    file: &FileHooks,
    pushed: Option<&Pushed>,
    skipped: &mut Skipped,
) -> Result<Vec<FileNode>, Error> {
    let repository = super::before_commit::repository(session, hook)?;
    let root = repository.work_tree();
    let message = hook.message_file().map(PathBuf::from);
    let pushed = pushed.into_iter().flat_map(|pushed| pushed.files.iter().cloned());
    let paths = message.into_iter().chain(pushed);
    let candidates: Vec<Candidate> = paths.filter_map(|path| Candidate::at(root, path)).collect();
    let checkout = session.outermost();
    let setting = Setting { hook, checkout, root, work_tree: root, candidates: &candidates };
    Ok(setting.nodes(file, skipped))
}

fn hand(node: &mut TaskNode<Job>, hook: &Hook, files: Option<Vec<PathBuf>>, handed: &Arc<super::Handed>) {
    let job = &mut node.payload;
    let work = match &mut job.work {
        Work::Commands(work) => work,
        Work::Builtin(work) => {
            work.only = files;
            work.handed = Some(Arc::clone(handed));
            job.cache = None;
            return;
        }
        Work::Rust { .. } => return,
    };
    if work.arguments.is_empty() {
        work.arguments.clone_from(&hook.arguments);
    }
    work.handed = Some(Arc::clone(handed));
    work.only = files;
    if hook.message_file().is_some() || !hook.stdin.is_empty() {
        // What git has said decides the result, and is said once.
        job.cache = None;
    }
}

/// The files of the commits that are about to be pushed.
struct Pushed {
    places: Places,
    files: Vec<PathBuf>,
}

impl Pushed {
    fn of(session: &Session, hook: &Hook) -> Result<Self, Failure> {
        let outermost = session.outermost();
        let (root, environment) = (&outermost.root, &outermost.environment);
        let ask = || {
            let repository = onramp_git::Repository::of_hook(root, &session.launcher, environment)?;
            let files = push::files(hook, &repository)?.into_iter().collect();
            Ok(Self { places: Places::of(&repository), files })
        };
        ask().map_err(super::before_commit::failure)
    }

    /// Those that a formatter or linter is for which takes them by name.
    fn files_of(&self, chosen: &Chosen) -> Result<Option<Vec<PathBuf>>, Failure> {
        let Some(concern) = Concern::of_names(chosen)? else { return Ok(None) };
        let below = self.places.below(&chosen.checkout);
        let inside = self.files.iter().filter_map(|file| file.strip_prefix(&below).ok());
        let mut files: Vec<PathBuf> = inside.map(Path::to_path_buf).collect();
        files.retain(|file| concern.covers(file));
        files.sort_unstable();
        Ok(Some(files))
    }
}
