use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use onramp_cache::{Patterns, Tree};
use onramp_config::{Config, FileSet, Workspace};
use onramp_core::{Failure, Secrets, TaskId};
use onramp_exec::Environment;

/// A workspace or one of its members, with the environment that its commands run in.
pub(crate) struct Checkout {
    /// Its name as a member, `None` for the workspace one stands in. Nested members are named by their path.
    pub(crate) member: Option<String>,
    /// Its root, absolute.
    pub(crate) root: PathBuf,
    /// What its `onramp.toml` says.
    pub(crate) config: Config,
    /// The complete environment of its commands.
    pub(crate) environment: Environment,
    tree: Mutex<Option<Arc<Tree>>>,
}

impl Checkout {
    /// The workspace and all its members, the workspace first. Values of declared secrets are added to
    /// `secrets`. Fails where a folder of `[env] path` cannot be put there.
    pub(crate) fn all(
        workspace: Workspace,
        base: &Environment,
        secrets: &Secrets,
    ) -> Result<Vec<Self>, Failure> {
        let mut checkouts = Vec::new();
        let mut pending = vec![(None, workspace)];
        while let Some((member, workspace)) = pending.pop() {
            let environment = environment_of(&workspace.config, base)?;
            for name in &workspace.config.env.secrets {
                let everywhere = environment.get(name).and_then(|value| value.to_str());
                let of_tasks = workspace.config.tasks.iter().filter_map(|task| task.env.get(name));
                everywhere
                    .into_iter()
                    .chain(of_tasks.map(String::as_str))
                    .for_each(|value| secrets.add(value));
            }
            for nested in workspace.members.into_iter().rev() {
                let name = match &member {
                    Some(member) => format!("{member}/{}", nested.name),
                    None => nested.name,
                };
                pending.push((Some(name), nested.workspace));
            }
            checkouts.push(Self {
                member,
                root: workspace.root,
                config: workspace.config,
                environment,
                tree: Mutex::default(),
            });
        }
        Ok(checkouts)
    }

    /// A task of this checkout, named from where one stands.
    pub(crate) fn name(&self, task: &TaskId) -> TaskId {
        match &self.member {
            Some(member) => task.in_member(member),
            None => task.clone(),
        }
    }

    /// Its files. They are walked once, and again after a task has run that may have written some.
    pub(crate) fn tree(&self) -> Result<Arc<Tree>, Failure> {
        let mut tree = self.tree.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tree) = &*tree {
            return Ok(Arc::clone(tree));
        }
        let walked = Tree::walk(&self.root).map(Arc::new).map_err(|error| {
            Failure::environment(format!(
                "the files below {} could not be listed: {error}",
                self.root.display()
            ))
        })?;
        *tree = Some(Arc::clone(&walked));
        Ok(walked)
    }

    /// Forgets the files, because a task may have written some.
    pub(crate) fn forget_tree(&self) {
        *self.tree.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The existing files that a set means, relative to the root and sorted; its globs are relative to
    /// `directory`. A set without globs means no file by name: its tool looks for itself.
    pub(crate) fn files(&self, directory: &Path, set: &FileSet) -> Result<Vec<PathBuf>, Failure> {
        let excluded = self.patterns(directory, &set.exclude)?;
        let mut files = self.tree()?.select(&self.patterns(directory, &set.include)?)?;
        files.retain(|file| !excluded.matches(file) && self.root.join(file).is_file());
        Ok(files)
    }

    /// Globs that are written relative to `directory`.
    pub(crate) fn patterns(&self, directory: &Path, globs: &[String]) -> Result<Patterns, Failure> {
        Patterns::new(self.relative(directory), globs).map_err(|error| Failure::task(error.to_string()))
    }

    /// A path as it is written relative to this checkout's root.
    pub(crate) fn relative<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}

fn environment_of(config: &Config, base: &Environment) -> Result<Environment, Failure> {
    let mut environment = base.clone();
    for name in &config.env.unset {
        environment.unset(name);
    }
    environment.prepend_path(config.env.path.iter().map(PathBuf::as_path))?;
    for (name, value) in &config.env.vars {
        environment.set(name, value);
    }
    Ok(environment)
}
