//! From the plan of a run to the files that a watch waits for.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use onramp_cache::Patterns;
use onramp_config::{Actions, CONFIG_FILE, FileSet, LOCAL_FILE, TaskConfig};
use onramp_core::{Failure, TaskNode};
use onramp_watch::{TreeSpec, WatchSpec};

use crate::Error;
use crate::checkout::Checkout;
use crate::commands::Selected;
use crate::job::Job;
use crate::runner::plan_of;
use crate::session::Session;

/// The files that matter to the selected tasks and those they need: what they declare to read, or any file of a
/// workspace of which one task declares nothing. What one of them writes does not matter, for the tasks that read it
/// run behind it. The configuration matters always.
pub(crate) fn files(session: &Session, selected: &Selected) -> Result<WatchSpec, Error> {
    let plan = plan_of(&selected.graph, &selected.tasks)?;
    let tasks: Vec<Task<'_>> =
        plan.nodes().iter().map(|node| Task::of(&selected.graph.nodes()[*node])).collect();
    let outputs = Arc::new(Outputs::of(&tasks)?);
    let mut spec = WatchSpec::default();
    for checkout in &session.checkouts {
        spec.named.extend([CONFIG_FILE, LOCAL_FILE].map(|name| checkout.root.join(name)));
        let mut tasks = tasks.iter().filter(|task| task.checkout.root == checkout.root).peekable();
        if tasks.peek().is_none() {
            continue;
        }
        let reads = tasks.map(Task::reads).collect::<Result<Option<Vec<_>>, _>>()?;
        let literals = reads.iter().flatten().flat_map(|reads| reads.inputs.literals());
        let literals = literals.map(|path| checkout.root.join(path));
        spec.named.extend(literals.filter(|path| !outputs.has(path)));
        let (root, outputs) = (checkout.root.clone(), Arc::clone(&outputs));
        spec.trees.push(TreeSpec {
            root: root.clone(),
            matters: Arc::new(move |path| {
                let is_read = reads.as_ref().is_none_or(|all| all.iter().any(|reads| reads.matches(path)));
                is_read && !outputs.has(&root.join(path))
            }),
        });
    }
    spec.named.extend(session.origin.configuration_file());
    Ok(spec)
}

/// Whether a file is one of those that the configuration is read from.
pub(crate) fn is_configuration(session: &Session, file: &Path) -> bool {
    has_configuration_name(file) || session.origin.configuration_file().as_deref() == Some(file)
}

/// All files that a configuration may be read from.
pub(crate) fn configuration_files(session: &Session) -> TreeSpec {
    TreeSpec { root: session.workspace().root.clone(), matters: Arc::new(has_configuration_name) }
}

fn has_configuration_name(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name == CONFIG_FILE || name == LOCAL_FILE)
}

/// A task of the plan, with what the configuration says of it. One that is written in Rust stands in none.
struct Task<'a> {
    checkout: &'a Checkout,
    config: Option<&'a TaskConfig>,
}

/// What a task declares to read.
struct Reads {
    inputs: Patterns,
    files: Patterns,
    excluded: Patterns,
}

impl<'a> Task<'a> {
    fn of(node: &'a TaskNode<Job>) -> Self {
        let checkout = &*node.payload.checkout;
        let (section, name) = (node.id.section(), node.id.name());
        let is_meant = |task: &&TaskConfig| task.id.name() == name && task.id.section() == section;
        Self { checkout, config: checkout.config.tasks.iter().find(is_meant) }
    }

    /// What it reads, `None` if it may be any file: it declares no inputs, or its tool looks for files by itself.
    fn reads(&self) -> Result<Option<Reads>, Failure> {
        let Some(config) = self.config else { return Ok(None) };
        let Some(inputs) = &config.inputs else { return Ok(None) };
        let set = match &config.actions {
            Actions::Format { files, .. } | Actions::Lint { files, .. } if files.include.is_empty() => {
                return Ok(None);
            }
            Actions::Format { files, .. } | Actions::Lint { files, .. } => files.clone(),
            Actions::Run { .. } | Actions::RunWithArgs { .. } => FileSet::default(),
        };
        let patterns = |globs: &[String]| self.checkout.patterns(&config.dir, globs);
        Ok(Some(Reads {
            inputs: patterns(inputs)?,
            files: patterns(&set.include)?,
            excluded: patterns(&set.exclude)?,
        }))
    }
}

impl Reads {
    fn matches(&self, path: &Path) -> bool {
        self.inputs.matches(path) || (self.files.matches(path) && !self.excluded.matches(path))
    }
}

/// What tasks declare to write, each with the root that its patterns are relative to.
struct Outputs(Vec<(PathBuf, Patterns)>);

impl Outputs {
    fn of(tasks: &[Task<'_>]) -> Result<Self, Failure> {
        let declared = tasks.iter().filter_map(|task| Some((task.checkout, task.config?)));
        let outputs = declared.map(|(checkout, config)| {
            Ok((checkout.root.clone(), checkout.patterns(&config.dir, &config.outputs)?))
        });
        outputs.collect::<Result<_, Failure>>().map(Self)
    }

    fn has(&self, path: &Path) -> bool {
        self.0
            .iter()
            .any(|(root, patterns)| path.strip_prefix(root).is_ok_and(|relative| patterns.matches(relative)))
    }
}
