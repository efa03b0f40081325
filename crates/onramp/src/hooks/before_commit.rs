//! The hooks that look at what is staged, and may change it.

mod of_file;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use onramp_config::Stage;
use onramp_core::{Event, Failure, FailurePolicy, Level, Reporter, Stream, TaskId, TaskNode};
use onramp_git::{Blob, GitError, InUse, Published, Repository, Shadow, Staged};

use super::fixes::Watched;
use super::given::Given;
use super::place::Places;
use super::pre_commit_file::{FileHooks, FileNode, Turns, policy, take_turns};
use super::selection::Selected;
use super::skipped::{NO_FILE, Skipped};
use super::{Hook, HookVariables, clean, graph};
use crate::job::{Form, Job};
use crate::plan::{self, Request};
use crate::session::Session;
use crate::state::STATE_FOLDER;
use crate::task_lock::TaskLock;
use crate::words::count;
use crate::{Error, ExitStatus, runner};

/// The folder of the shadow, in that of the state.
const SHADOW: &str = "shadow";

pub(super) fn run(
    session: &Session,
    hook: &Hook,
    selected: Selected,
    file: Option<FileHooks>,
    mut skipped: Skipped,
) -> Result<ExitStatus, Error> {
    let repository = repository(session, hook)?;
    let work_tree = repository.work_tree().to_path_buf();
    if hook.variables.within.as_ref().is_some_and(|within| is_of(&work_tree, Path::new(within))) {
        let message = "this commit is made from within a hook of the same work tree";
        return Err(Failure::task(message).hint("git commit --no-verify").into());
    }
    session.create_state()?;
    let _lock = lock(session)?;
    let folder = session.state.directory().join(SHADOW);
    let shadow = Shadow::new(&repository, &folder);
    rescue(session, &shadow)?;
    let staged = repository.staged_files().map_err(failure)?;
    if let Some(path) = staged.unmerged.first() {
        let message = format!("{} is not merged yet", count_unmerged(&staged, path));
        return Err(Failure::task(message).hint("git status").into());
    }
    let places = Places::of(&repository);
    let mut tasks = Vec::new();
    for chosen in selected.tasks {
        let id = chosen.id.clone();
        match Given::of(chosen, &staged, &places)? {
            Some(given) => tasks.push(given),
            None => skipped.add(id, NO_FILE),
        }
    }
    skipped.tell(session, hook.stage);
    if let Some(status) = meet_needs(session, &tasks, &selected.others)? {
        return Ok(status);
    }
    if tasks.is_empty() && file.is_none() {
        return Ok(ExitStatus::Success);
    }
    Commit { session, hook, staged: &staged, places: &places, repository: &repository, shadow: &shadow }
        .run(tasks, file.as_ref())
}

/// Whether a work tree is this one or a copy in its state.
fn is_of(work_tree: &Path, this: &Path) -> bool {
    let below = work_tree.strip_prefix(this);
    below.is_ok_and(|below| {
        below.as_os_str().is_empty() || below.components().any(|part| part.as_os_str() == STATE_FOLDER)
    })
}

pub(super) fn repository(session: &Session, hook: &Hook) -> Result<Repository, Error> {
    let outermost = session.outermost();
    let mut environment = outermost.environment.clone();
    let HookVariables { index_file, git_dir, git_work_tree, .. } = &hook.variables;
    let told = [("GIT_INDEX_FILE", index_file), ("GIT_DIR", git_dir), ("GIT_WORK_TREE", git_work_tree)];
    for (name, value) in told {
        if let Some(value) = value {
            environment.set(name, value);
        }
    }
    Ok(Repository::of_hook(&outermost.root, &session.launcher, &environment).map_err(failure)?)
}

/// Two hooks at once would share a shadow.
fn lock(session: &Session) -> Result<TaskLock, Failure> {
    let path = session.state.lock("hooks");
    TaskLock::acquire(&path, session.launcher.cancel(), |pid| {
        let message = format!("waiting for a hook in this work tree, process {pid}");
        session.reporter.notice(Level::Note, &message);
    })
}

fn rescue(session: &Session, shadow: &Shadow<'_>) -> Result<(), Failure> {
    let rescued = shadow.rescue().map_err(|error| {
        Failure::environment(format!("what a killed hook has left cannot be looked at: {error}"))
    })?;
    for rescued in rescued {
        let (path, place) = (rescued.path.display(), rescued.place.display());
        let message = if rescued.path == rescued.place {
            format!("{path} was put back: a hook was killed while it changed it")
        } else {
            format!("a hook was killed while it changed {path}; what was in it then lies in {place}")
        };
        session.reporter.notice(Level::Warning, &message);
    }
    Ok(())
}

fn count_unmerged(staged: &Staged, first: &Path) -> String {
    match staged.unmerged.len() {
        1 => first.display().to_string(),
        more => format!("{}, {} among them,", count(more, "file"), first.display()),
    }
}

/// Runs what the tasks need, and tasks written in Rust. Tells how that ended where it did not succeed.
fn meet_needs(session: &Session, tasks: &[Given], others: &[TaskId]) -> Result<Option<ExitStatus>, Error> {
    let name = |given: &Given| {
        let checkout = Arc::clone(&given.chosen.checkout);
        given.chosen.config().needs.iter().map(move |need| checkout.name(need)).collect::<Vec<_>>()
    };
    let needs: Vec<TaskId> = tasks.iter().flat_map(name).chain(others.iter().cloned()).collect();
    if needs.is_empty() {
        return Ok(None);
    }
    let graph = plan::graph(session, &Request::default())?;
    let plan = runner::plan_of(&graph, &needs)?;
    let status = ExitStatus::of_run(&runner::run_plan(session, "hooks", &graph, &plan)?);
    Ok((status != ExitStatus::Success).then_some(status))
}

pub(super) fn failure(error: GitError) -> Failure {
    match &error {
        GitError::Cancelled => Failure::interrupted(),
        GitError::Locked { lock, holder: None } => {
            Failure::environment(error.to_string()).hint(format!("rm {}", lock.display()))
        }
        GitError::Storage { folder, .. } => {
            onramp_database::blame_storage(Failure::environment(error.to_string()), &[folder])
        }
        _ => Failure::environment(error.to_string()),
    }
}

/// A commit that is about to be made.
struct Commit<'a> {
    session: &'a Session,
    hook: &'a Hook,
    staged: &'a Staged,
    places: &'a Places,
    repository: &'a Repository,
    shadow: &'a Shadow<'a>,
}

/// What a node does.
enum Step<'a> {
    Fix(&'a Given),
    /// It is a hook of the file, which may change any file.
    Turn,
    Publish,
    Look,
}

/// What is done at which node, and in which order.
struct Run<'a> {
    steps: BTreeMap<TaskId, Step<'a>>,
    turns: Turns,
    /// The files that hooks of `.pre-commit-config.yaml` may change.
    all: Vec<PathBuf>,
    policy: FailurePolicy,
}

impl Commit<'_> {
    fn run(&self, mut tasks: Vec<Given>, file: Option<&FileHooks>) -> Result<ExitStatus, Error> {
        let unstaged = self.unstaged(&tasks)?;
        for given in tasks.iter_mut().filter(|given| clean::can_be_asked(given)) {
            if self.places.is_as_staged(given, &unstaged)? && clean::is_clean(self.session, given) {
                given.form = Form::Check;
            }
        }
        let mut in_shadow = Vec::with_capacity(tasks.len());
        for given in &tasks {
            in_shadow.push(graph::fixes(given) || !self.places.is_as_staged(given, &unstaged)?);
        }
        let candidates = if file.is_some() { self.all_candidates() } else { self.candidates(&tasks) };
        let is_needed = in_shadow.contains(&true) || file.is_some();
        let in_use = if is_needed { Some(self.refresh(&candidates)?) } else { None };
        let handed = self.hook.handed(self.session);
        let mut nodes: Vec<TaskNode<Job>> = Vec::new();
        let mut steps: BTreeMap<TaskId, Step<'_>> = BTreeMap::new();
        let fixers: Vec<usize> = (0..tasks.len()).filter(|place| graph::fixes(&tasks[*place])).collect();
        for place in &fixers {
            let mut node = self.node(&tasks[*place], true, &handed)?;
            // Those that change the same files take turns, the one first that is written first.
            let earlier = fixers.iter().take_while(|other| *other != place).map(|other| &tasks[*other]);
            let ahead = earlier.filter(|other| other.overlaps(&tasks[*place]));
            node.needs.extend(ahead.map(|other| other.chosen.id.clone()));
            steps.insert(node.id.clone(), Step::Fix(&tasks[*place]));
            nodes.push(node);
        }
        let mut of_file = self.nodes_of_file(file);
        let turns = take_turns(&mut of_file);
        let ids: Vec<TaskId> = nodes.iter().map(|fixer| fixer.id.clone()).collect();
        let mut before_publishing = ids.clone();
        for FileNode { mut node, looks, .. } in of_file {
            node.needs.extend(ids.iter().cloned());
            steps.insert(node.id.clone(), if looks { Step::Look } else { Step::Turn });
            before_publishing.extend(Some(node.id.clone()).filter(|_| !looks));
            nodes.push(node);
        }
        let mut before_looking = Vec::new();
        if !before_publishing.is_empty() {
            let node = graph::publishing(self.session.outermost(), before_publishing);
            before_looking.push(node.id.clone());
            steps.insert(node.id.clone(), Step::Publish);
            nodes.push(node);
        }
        for (place, given) in tasks.iter().enumerate().filter(|(place, _)| !fixers.contains(place)) {
            let mut node = self.node(given, in_shadow[place], &handed)?;
            node.needs.extend(before_looking.iter().cloned());
            steps.insert(node.id.clone(), Step::Look);
            nodes.push(node);
        }
        if nodes.is_empty() {
            return Ok(ExitStatus::Success);
        }
        let tree = self.shadow.tree();
        let all: Vec<PathBuf> = candidates.keys().map(|path| tree.join(path)).collect();
        let run = Run { steps, turns, all, policy: policy(self.session, file) };
        self.run_steps(nodes, &run, &|task| match &in_use {
            Some(in_use) => {
                if file.is_some() {
                    self.refuse_others(&candidates)?;
                }
                self.publish(task, &candidates, in_use)
            }
            None => Ok(()),
        })
    }

    fn run_steps(
        &self,
        nodes: Vec<TaskNode<Job>>,
        run: &Run<'_>,
        publish: &(dyn Fn(&TaskId) -> Result<(), Failure> + Sync),
    ) -> Result<ExitStatus, Error> {
        let ids: Vec<TaskId> = nodes.iter().map(|node| node.id.clone()).collect();
        let graph = plan::build(nodes)?;
        let mut plan = runner::plan_of(&graph, &ids)?;
        run.turns.order(&graph, &mut plan);
        let watched = Watched::default();
        let stage = self.hook.stage.name();
        let summary =
            runner::run_each(self.session, stage, &graph, &plan, run.policy, &|node, work| match run
                .steps
                .get(&node.id)
            {
                Some(Step::Fix(given)) => {
                    let files = graph::places(given, &node.payload.checkout);
                    watched.fix(self.session, &node.id, &files, work)
                }
                Some(Step::Turn) => watched.fix(self.session, &node.id, &run.all, work),
                Some(Step::Publish) => publish(&node.id),
                Some(Step::Look) | None => work(),
            });
        Ok(ExitStatus::of_run(&summary))
    }

    /// The staged files that fixers are given, relative to the root of the work tree.
    fn candidates(&self, tasks: &[Given]) -> BTreeMap<PathBuf, Blob> {
        let mut candidates = BTreeMap::new();
        for given in tasks.iter().filter(|given| graph::fixes(given)) {
            let below = self.places.below(&given.chosen.checkout);
            for file in &given.files {
                let path = below.join(file);
                if let Some(blob) = self.staged.files.get(&path) {
                    candidates.insert(path, blob.clone());
                }
            }
        }
        candidates
    }

    /// Which files are not in the work tree as they are staged, as far as that matters.
    fn unstaged(&self, tasks: &[Given]) -> Result<std::collections::BTreeSet<PathBuf>, Failure> {
        let looking = || tasks.iter().filter(|given| !graph::fixes(given) || clean::can_be_asked(given));
        let unstaged = if looking().any(|given| !given.by_name) {
            self.repository.unstaged_files(None)
        } else {
            let path = |given: &Given| {
                let below = self.places.below(&given.chosen.checkout);
                given.files.iter().map(move |file| below.join(file)).collect::<Vec<_>>()
            };
            let mut paths: Vec<PathBuf> = looking().flat_map(path).collect();
            paths.sort_unstable();
            paths.dedup();
            let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
            self.repository.unstaged_files(Some(&paths))
        };
        unstaged.map_err(failure)
    }

    fn refresh(&self, fixed: &BTreeMap<PathBuf, Blob>) -> Result<InUse, Failure> {
        let needed = self.places.needed(self.session);
        let told = |files: usize| {
            let message = format!("copy what is staged, once: {}", count(files, "file"));
            self.session.reporter.notice(Level::Note, &message);
        };
        self.shadow.refresh(self.staged, fixed, &needed, &told).map_err(failure)
    }

    fn node(
        &self,
        given: &Given,
        in_shadow: bool,
        handed: &Arc<super::Handed>,
    ) -> Result<TaskNode<Job>, Failure> {
        let checkout = &given.chosen.checkout;
        let checkout = match in_shadow {
            true => self.places.moved(checkout, &self.shadow.tree()),
            false => Arc::clone(checkout),
        };
        graph::node(given, &checkout, handed, self.repository.work_tree())
    }

    /// Takes what the fixers have made into the index and the work tree.
    fn publish(
        &self,
        task: &TaskId,
        candidates: &BTreeMap<PathBuf, Blob>,
        in_use: &InUse,
    ) -> Result<(), Failure> {
        let published = self.shadow.publish(candidates, in_use).map_err(failure)?;
        let Published { taken, conflicts, overtaken, reverted } = &published;
        let step = |step: String| self.session.reporter.report(Event::TaskStep { task: task.clone(), step });
        for path in taken {
            step(format!("staged the changes of {}", path.display()));
        }
        if published == Published::default() {
            step("nothing to stage: no file was changed".to_owned());
        }
        for line in conflicts.iter().flat_map(|conflict| conflict.patch.lines()) {
            let (task, stream, line) = (task.clone(), Stream::Stdout, line.to_owned());
            self.session.reporter.report(Event::TaskOutput { task, stream, line });
        }
        if let Some(conflict) = conflicts.first() {
            let path = conflict.path.display();
            let message = match conflicts.len() {
                1 => format!("what was changed in {path} does not go together with what is not staged there"),
                more => format!(
                    "what was changed in {}, {path} among them, does not go together with what is not staged there",
                    count(more, "file")
                ),
            };
            return Err(Failure::task(message).hint(format!("git diff -- {path}")));
        }
        if let Some(path) = reverted.first() {
            let message = format!("a task has taken {} back to the newest commit by git", path.display());
            return Err(Failure::task(message).hint("git stash list"));
        }
        if self.hook.stage == Stage::PreMergeCommit && !taken.is_empty() {
            // Git has made the tree of the merge before it runs the hook.
            let message = "git takes what was changed into a commit that is made by hand alone";
            return Err(Failure::task(message).hint("git commit"));
        }
        if let Some(path) = overtaken.first() {
            let path = path.display();
            return Err(
                Failure::task(format!("{path} was staged anew while the hook ran")).hint("git commit")
            );
        }
        Ok(())
    }
}
