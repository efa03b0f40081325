//! The hooks that look at what is staged, and may change it.

mod of_file;
mod opening;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use onramp_config::Stage;
use onramp_core::{Failure, FailurePolicy, Level, Reporter, TaskFiles, TaskId, TaskNode};
use onramp_git::{Blob, InUse, Repository, Shadow, Staged};

use super::fixes::Watched;
use super::given::Given;
use super::place::Places;
use super::pre_commit_file::{FileHooks, FileNode, Turns, policy, take_turns};
use super::selection::Selected;
use super::skipped::{NO_FILE, Skipped};
use super::types::Types;
use super::{Hook, TreePaths, clean, ending, graph, is_own_step, nothing_but, published, verb_of_needs};
use crate::job::{Form, Job, Work};
use crate::plan::{self, Request};
use crate::session::Session;
use crate::state::STATE_FOLDER;
use crate::words::count;
use crate::{Error, ExitStatus, runner};
use opening::{count_unmerged, lock, rescue};
pub(super) use opening::{failure, repository};

/// So many files take long enough to copy that somebody wonders.
const WORTH_A_WORD: usize = 1000;

/// The folder of the shadow, in that of the state.
pub(super) const SHADOW: &str = "shadow";

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
    let types = Types::new(&repository, &staged);
    let mut tasks = Vec::new();
    for chosen in selected.tasks {
        let id = chosen.id.clone();
        match Given::of(chosen, &staged, &places, &types)? {
            Some(given) => tasks.push(given),
            None => skipped.add(id, NO_FILE),
        }
    }
    if let Some(status) = meet_needs(session, hook.stage, &tasks, &selected.others)? {
        return Ok(status);
    }
    if tasks.is_empty() && file.is_none() {
        return if skipped.is_empty() {
            Ok(ExitStatus::Success)
        } else {
            nothing_but(session, hook.stage, &skipped)
        };
    }
    let paths = TreePaths::of(&shadow.tree(), &work_tree);
    Commit {
        session,
        hook,
        staged: &staged,
        places: &places,
        repository: &repository,
        shadow: &shadow,
        skipped: &skipped,
        paths: paths.as_ref(),
    }
    .run(tasks, file.as_ref())
}

/// Whether a work tree is this one or a copy in its state.
fn is_of(work_tree: &Path, this: &Path) -> bool {
    let below = work_tree.strip_prefix(this);
    below.is_ok_and(|below| {
        below.as_os_str().is_empty() || below.components().any(|part| part.as_os_str() == STATE_FOLDER)
    })
}

/// Runs what the tasks need, and tasks written in Rust. Tells how that ended where it did not succeed.
fn meet_needs(
    session: &Session,
    stage: Stage,
    tasks: &[Given],
    others: &[TaskId],
) -> Result<Option<ExitStatus>, Error> {
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
    let verb = verb_of_needs(stage);
    let status = ending::status(session, stage, &runner::run_plan(session, &verb, &graph, &plan)?, others);
    Ok((status != ExitStatus::Success).then_some(status))
}

/// A commit that is about to be made.
struct Commit<'a> {
    session: &'a Session,
    hook: &'a Hook,
    staged: &'a Staged,
    places: &'a Places,
    repository: &'a Repository,
    shadow: &'a Shadow<'a>,
    skipped: &'a Skipped,
    paths: Option<&'a TreePaths>,
}

/// What a node does.
enum Step<'a> {
    Fix(&'a Given),
    /// It is a hook of the file, which may change any file.
    Turn,
    Publish,
    /// `None`: it is a hook of the file.
    Look(Option<&'a Given>),
}

/// What is done at which node, and in which order.
struct Run<'a> {
    steps: BTreeMap<TaskId, Step<'a>>,
    turns: Turns,
    /// The files that hooks of `.pre-commit-config.yaml` may change.
    all: Vec<PathBuf>,
    policy: FailurePolicy,
    skipped: Skipped,
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
        let mut skipped = self.skipped.clone();
        let mut of_file = self.nodes_of_file(file, &mut skipped);
        let turns = take_turns(&mut of_file);
        let ids: Vec<TaskId> = nodes.iter().map(|fixer| fixer.id.clone()).collect();
        let mut before_publishing = ids.clone();
        for FileNode { mut node, looks, .. } in of_file {
            node.needs.extend(ids.iter().cloned());
            steps.insert(node.id.clone(), if looks { Step::Look(None) } else { Step::Turn });
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
            steps.insert(node.id.clone(), Step::Look(Some(given)));
            nodes.push(node);
        }
        if nodes.is_empty() {
            return nothing_but(self.session, self.hook.stage, &skipped);
        }
        let tree = self.shadow.tree();
        let all: Vec<PathBuf> = candidates.keys().map(|path| tree.join(path)).collect();
        let run = Run { steps, turns, all, policy: policy(self.session, file), skipped };
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
        let named: Vec<TaskId> = ids.iter().filter(|id| !is_own_step(id)).cloned().collect();
        let graph = plan::build(nodes)?;
        let mut plan = runner::plan_of(&graph, &ids)?;
        run.turns.order(&graph, &mut plan);
        let watched = Watched::default();
        let each =
            |node: &TaskNode<Job>, work: &dyn Fn() -> Result<(), Failure>| match run.steps.get(&node.id) {
                Some(Step::Fix(given)) => {
                    // Also a built-in, whose checkout is that of the tree, works on the copy.
                    let root = self.shadow.tree().join(self.places.below(&given.chosen.checkout));
                    let files: Vec<PathBuf> = given.files.iter().map(|file| root.join(file)).collect();
                    let (done, changed) = watched.fix(self.session, &files, work);
                    self.note_files(&node.id, files.len(), &changed);
                    done
                }
                Some(Step::Turn) => {
                    let (done, changed) = watched.fix(self.session, &run.all, work);
                    let given = given_by_name(node).unwrap_or(run.all.len());
                    self.note_files(&node.id, given, &changed);
                    done
                }
                Some(Step::Publish) => publish(&node.id),
                Some(Step::Look(given)) => {
                    let Some(given) = given else { return work() };
                    self.note_files(&node.id, given.files.len(), &[]);
                    // Of a formatter that only checks, people want to see what it would do.
                    let explain = |failure| {
                        runner::explain_files(self.session, &node.id, &node.payload, &given.files, failure)
                    };
                    work().map_err(|failure| if given.by_name { explain(failure) } else { failure })
                }
                None => work(),
            };
        let each = |node: &TaskNode<Job>, work: &dyn Fn() -> Result<(), Failure>| {
            each(node, work).map_err(|failure| match self.paths {
                Some(paths) => paths.told_failure(failure),
                None => failure,
            })
        };
        let stage = self.hook.stage;
        let skipped = run.skipped.tasks();
        let summary = runner::run_each(self.session, stage.name(), &graph, &plan, run.policy, skipped, &each);
        Ok(ending::status(self.session, stage, &summary, &named))
    }

    /// Tells how many files a task was given, and which of them it has changed, wherever they lie.
    fn note_files(&self, task: &TaskId, given: usize, changed: &[PathBuf]) {
        let (copy, tree) = (self.shadow.tree(), self.repository.work_tree());
        let inside =
            |path: &PathBuf| path.strip_prefix(&copy).or(path.strip_prefix(tree)).unwrap_or(path).to_owned();
        let mut changed: Vec<String> =
            changed.iter().map(inside).map(|path| path.to_string_lossy().into_owned()).collect();
        changed.sort_unstable();
        self.session.note_files(task, TaskFiles { given, changed });
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
            let message = format!("copying {}, this first time", count(files, "staged file"));
            // A copy of few files is over before anybody has read about it.
            let level = if files < WORTH_A_WORD { Level::Detail } else { Level::Note };
            self.session.reporter.notice(level, &message);
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
        let (checkout, paths) = match in_shadow {
            true => (self.places.moved(checkout, &self.shadow.tree()), self.paths.cloned()),
            false => (Arc::clone(checkout), None),
        };
        graph::node(given, &checkout, handed, self.repository.work_tree(), paths)
    }

    /// Takes what the fixers have made into the index and the work tree.
    fn publish(
        &self,
        task: &TaskId,
        candidates: &BTreeMap<PathBuf, Blob>,
        in_use: &InUse,
    ) -> Result<(), Failure> {
        let published = self.shadow.publish(candidates, in_use).map_err(failure)?;
        self.note_files(task, candidates.len(), &published.taken);
        published::tell(self.session, self.hook.stage, task, &published)
    }
}

/// How many files a task is given by name.
fn given_by_name(node: &TaskNode<Job>) -> Option<usize> {
    let Work::Commands(work) = &node.payload.work else { return None };
    work.handed.as_ref()?.files.as_ref().map(Vec::len)
}
