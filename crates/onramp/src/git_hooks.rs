//! Which stages a workspace has hooks for, where git looks for them, and the shims that belong there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use onramp_config::{Selection, Stage};
use onramp_core::TaskId;
use onramp_git::hooks::{HookError, HookPlace, HooksFolder, Program, Shim};
use onramp_git::{GitDirectory, GitError, Repository};

use crate::checkout::Checkout;
use crate::env_vars;
use crate::hooks::pre_commit_file::{FILE, FileHooks};
use crate::session::Session;

/// The hooks of the work tree that one stands in.
pub(crate) struct GitHooks {
    /// Where git looks for them.
    pub(crate) folder: HooksFolder,
    /// The root of the work tree.
    pub(crate) work_tree: PathBuf,
    /// The stages that the configuration names, in the order of [`Stage::ALL`].
    pub(crate) configured: Vec<ConfiguredStage>,
    /// What the shims run.
    pub(crate) program: Program,
}

/// A stage that the configuration names.
pub(crate) struct ConfiguredStage {
    pub(crate) stage: Stage,
    /// What runs, as one would name it; `format:*` for a whole section.
    pub(crate) tasks: Vec<String>,
    /// Whether hooks of `.pre-commit-config.yaml` run as well.
    pub(crate) has_file: bool,
    /// The text of the shim.
    pub(crate) text: Vec<u8>,
}

impl GitHooks {
    /// Those of the repository around the workspace one stands in. What the workspaces in the same work tree name,
    /// from the one that is outermost there, is together.
    pub(crate) fn find(session: &Session) -> Result<Self, GitError> {
        let here = session.workspace();
        let repository = Repository::around(&here.root, &session.launcher, &here.environment)?;
        let work_tree = repository.work_tree().to_path_buf();
        let inside: Vec<(PathBuf, &Arc<Checkout>)> = session
            .checkouts
            .iter()
            .filter_map(|checkout| Some((checkout.root.canonicalize().ok()?, checkout)))
            .filter(|(root, _)| lies_in(root, &work_tree))
            .collect();
        let home = inside.iter().map(|(root, _)| root).find(|root| repository.root().starts_with(root));
        let home = home.map_or_else(|| repository.root().to_path_buf(), Clone::clone);
        let program = program(session, &home);
        let workspace = home.strip_prefix(&work_tree).unwrap_or(Path::new("")).to_path_buf();
        let wanted = FileHooks::wanted(session);
        // What is wrong with the file is told where it is run, or looked at.
        let file = FileHooks::of_work_tree(&work_tree, &wanted).ok().flatten();
        let configured = Stage::ALL.into_iter().filter_map(|stage| {
            let nested = inside.iter().filter(|(root, _)| root.starts_with(&home));
            let mut tasks: Vec<String> = nested.flat_map(|(_, checkout)| named(checkout, stage)).collect();
            let has_file = file.as_ref().is_some_and(|file| file.has_stage(stage));
            tasks.extend(Some(FILE.to_owned()).filter(|_| has_file));
            let (program, workspace) = (program.clone(), workspace.clone());
            let text = Shim { stage: stage.name().to_owned(), program, workspace }.text();
            (!tasks.is_empty()).then_some(ConfiguredStage { stage, tasks, has_file, text })
        });
        let configured = configured.collect();
        Ok(Self { folder: repository.hooks_folder()?, work_tree, configured, program })
    }

    /// What lies in the place of each stage, with what the configuration names for it.
    pub(crate) fn places(
        &self,
    ) -> impl Iterator<Item = Result<(HookPlace, Option<&ConfiguredStage>), HookError>> {
        Stage::ALL.into_iter().map(|stage| {
            let place = HookPlace::look(&self.folder.path, stage.name())?;
            Ok((place, self.configured.iter().find(|configured| configured.stage == stage)))
        })
    }

    /// A path as it is written from the root of the work tree, where it lies in that.
    pub(crate) fn shown<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.work_tree).unwrap_or(path).display()
    }
}

/// Whether a folder belongs to this work tree, and not to a submodule in it.
fn lies_in(folder: &Path, work_tree: &Path) -> bool {
    GitDirectory::around(folder).ok().flatten().is_some_and(|directory| directory.work_tree() == work_tree)
}

/// What a workspace names for a stage.
fn named(checkout: &Checkout, stage: Stage) -> Vec<String> {
    let hooks = checkout.config.hooks.iter().filter(|hook| hook.stage == stage);
    let name = |selection: &Selection| match selection {
        Selection::Section(section) => checkout.name(&TaskId::new(section.name(), "*")).to_string(),
        Selection::Task(task) => checkout.name(task).to_string(),
    };
    hooks.flat_map(|hook| hook.selections.iter().map(name)).collect()
}

/// This program, as a shim finds it: a repository's own xtask has tasks that no other program knows.
fn program(session: &Session, workspace: &Path) -> Program {
    if !session.printer.is_xtask() {
        return Program::Onramp;
    }
    let own = std::env::current_exe().ok().and_then(|file| file.canonicalize().ok());
    let folder =
        session.origin.environment.get(env_vars::CARGO_TARGET_DIR).map(|folder| workspace.join(folder));
    let built = own.and_then(|file| {
        let in_folder = folder
            .and_then(|folder| Some(file.strip_prefix(folder.canonicalize().ok()?).ok()?.to_path_buf()));
        match in_folder {
            Some(file) => Some((PathBuf::from("target"), file)),
            None => {
                let below = file.strip_prefix(workspace).ok()?;
                let target = PathBuf::from(below.components().next()?.as_os_str());
                Some((target.clone(), below.strip_prefix(&target).ok()?.to_path_buf()))
            }
        }
    });
    let plain = |path: &Path| path.to_str().filter(|text| text.chars().all(is_plain)).map(str::to_owned);
    let built = built.and_then(|(target, file)| Some((plain(&target)?, plain(&file)?)));
    // Where it was not built here, cargo is asked each time that it is not found in its usual place.
    let (target, file) = built.unwrap_or_else(|| ("target".to_owned(), "debug/xtask".to_owned()));
    Program::Xtask { target, file }
}

/// Whether a shell reads it as it is.
fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "/._-".contains(letter)
}
