//! Runs what the configuration names for a git hook.
//!
//! # Theory of operation
//!
//! Before a commit, tasks work on what is staged. What may change files (formatters, and linters that mend) works in a
//! [shadow](onramp_git::Shadow), a copy of the staged tree, so that no tool ever has a file of the user's in its hands.
//! What it has changed in staged files is then taken into the index and the work tree, file by file, each in one step
//! and only over what was read. After that come those that only look. Where the files that concern them are in the work
//! tree as they are staged, they look there, with all caches warm; otherwise in the shadow.
//!
//! Nothing has to be put back when a hook ends, because nothing was taken away. Whatever kills it, the work tree and the
//! index are what they were, or have the change of a formatter. The one moment in which bytes of the user are not in
//! their place, an exchange of two files, is noted before it begins, and the next hook looks at it.
//!
//! Other hooks run their tasks in the work tree.

mod before_commit;
mod branch;
mod clean;
mod ending;
mod environment;
mod fixes;
mod given;
mod graph;
mod place;
mod plain;
pub(crate) mod pre_commit_file;
mod published;
mod push;
mod selection;
mod skipped;
mod tree_paths;
mod types;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use onramp_config::Stage;
use onramp_core::{Level, Reporter, TaskId};
use onramp_git::GitDirectory;

pub(crate) use environment::HookVariables;
pub(crate) use tree_paths::TreePaths;

use crate::session::Session;
use crate::state::State;
use crate::{Error, ExitStatus, plan, runner};
use pre_commit_file::{FILE, FileHooks};
use selection::Selected;
use skipped::Skipped;

/// A hook that git runs.
#[derive(Debug)]
pub(crate) struct Hook {
    pub(crate) stage: Stage,
    /// What git hands to it.
    pub(crate) arguments: Vec<String>,
    /// What git writes to it.
    pub(crate) stdin: Vec<u8>,
    /// What git told it by its environment.
    pub(crate) variables: HookVariables,
}

/// What a hook hands to the commands of a task.
#[derive(Clone, Debug, Default)]
pub(crate) struct Handed {
    /// What `{files}` stands for, where it is not looked for.
    pub(crate) files: Option<Vec<OsString>>,
    pub(crate) stdin: Vec<u8>,
    /// What `{message-file}` stands for.
    pub(crate) message_file: String,
    /// What `{staged}` stands for.
    pub(crate) staged: Vec<OsString>,
    /// What `{refs}` stands for.
    pub(crate) refs: Vec<String>,
    /// How the paths of a copy of the tree are told, where the task runs in one.
    pub(crate) paths: Option<TreePaths>,
    /// The branch that is checked out, if one is.
    pub(crate) branch: Option<String>,
}

/// Runs what is configured for a hook.
pub(crate) fn run(session: &Session, hook: &Hook) -> Result<ExitStatus, Error> {
    let mut skipped = Skipped::default();
    let file = of_file(session, hook)?;
    let selected = Selected::of(session, hook, file.as_ref(), &mut skipped)?;
    if selected.is_empty() && file.is_none() {
        if skipped.is_empty() {
            let message = format!("nothing to do: no [hooks] {} in the configuration", hook.stage);
            session.reporter.notice(Level::Note, &message);
            return Ok(ExitStatus::Success);
        }
        return nothing_but(session, hook.stage, &skipped);
    }
    match hook.stage {
        Stage::PreCommit | Stage::PreMergeCommit => {
            before_commit::run(session, hook, selected, file, skipped)
        }
        _ => plain::run(session, hook, selected, file, skipped),
    }
}

/// Tells of a hook all of whose tasks are skipped.
fn nothing_but(session: &Session, stage: Stage, skipped: &Skipped) -> Result<ExitStatus, Error> {
    let graph = plan::build(Vec::new())?;
    let plan = runner::plan_of(&graph, &[])?;
    let policy = session.options.policy;
    let summary = runner::run_with(session, stage.name(), &graph, &plan, policy, skipped.tasks())?;
    Ok(ExitStatus::of_run(&summary))
}

/// Whether a verb is a hook that looks at what is staged.
pub(crate) fn is_before_commit(verb: &str) -> bool {
    [Stage::PreCommit, Stage::PreMergeCommit].iter().any(|stage| stage.name() == verb)
}

/// The verb of the run of what a hook's tasks need.
fn verb_of_needs(stage: Stage) -> String {
    format!("{stage} needs")
}

/// Whether a verb is that of the run of what a hook's tasks need. The hook's own run follows where it succeeds.
pub(crate) fn is_of_needs(verb: &str) -> bool {
    Stage::ALL.into_iter().any(|stage| verb_of_needs(stage) == verb)
}

/// Whether a task is what a hook itself does between others. It is worth a word where it fails.
pub(crate) fn is_own_step(task: &TaskId) -> bool {
    task.section() == graph::OWN_SECTION && task.name() == graph::OWN_NAME
}

/// Where the copy of the tree is that tools may run in, of an outermost workspace.
pub(crate) fn copy_below(workspace: &Path) -> PathBuf {
    State::of(workspace).directory().join(before_commit::SHADOW).join("tree")
}

/// The hooks of `.pre-commit-config.yaml`, where the configuration asks for some of this stage. What is staged decides
/// before a commit.
fn of_file(session: &Session, hook: &Hook) -> Result<Option<FileHooks>, Error> {
    let wanted = FileHooks::wanted(session);
    if wanted.is_empty() {
        return Ok(None);
    }
    let repository = before_commit::repository(session, hook)?;
    let staged = match hook.stage {
        Stage::PreCommit | Stage::PreMergeCommit => repository.staged_text(Path::new(FILE)),
        _ => Ok(None),
    };
    let file = match staged.map_err(before_commit::failure)? {
        Some(text) => Some(FileHooks::parse(text.as_bytes(), &wanted)?),
        None => FileHooks::of_work_tree(repository.work_tree(), &wanted)?,
    };
    let Some(file) = file else {
        let message = format!("[hooks] delegate asks for hooks of {FILE}, which is not there");
        session.reporter.notice(Level::Warning, &message);
        return Ok(None);
    };
    let unknown = file.unknown(&wanted);
    if !unknown.is_empty() {
        let message = format!("[hooks] delegate names {}, and {FILE} has no such hook", unknown.join(", "));
        session.reporter.notice(Level::Warning, &message);
    }
    Ok(file.has_stage(hook.stage).then_some(file))
}

impl Hook {
    /// The file of the commit message, for hooks that have one.
    fn message_file(&self) -> Option<&str> {
        let has_one = matches!(self.stage, Stage::CommitMsg | Stage::PrepareCommitMsg);
        self.arguments.first().filter(|_| has_one).map(String::as_str)
    }

    /// What is handed to a task that takes no files.
    fn handed(&self, session: &Session) -> Arc<Handed> {
        // Git names it from the root of the work tree.
        let root = &session.outermost().root;
        let directory = GitDirectory::around(root).ok().flatten();
        let work_tree = directory.as_ref().map_or(root.as_path(), GitDirectory::work_tree);
        let message_file = self.message_file().map(|file| work_tree.join(file));
        let message_file = message_file.map(|file| OsString::from(file).to_string_lossy().into_owned());
        Arc::new(Handed {
            files: None,
            stdin: self.stdin.clone(),
            message_file: message_file.unwrap_or_default(),
            staged: Vec::new(),
            refs: push::updates(self).into_iter().map(|update| update.local).collect(),
            paths: None,
            branch: branch::branch(&session.outermost().root),
        })
    }
}
