use std::path::{Path, PathBuf};

use onramp_cache::{LastResults, Memo, Patterns, Store, Tree};
use onramp_config::{Config, FileSet, Workspace};
use onramp_core::{Failure, Secrets, TaskId};
use onramp_exec::Environment;

use crate::state::State;
use crate::store_folder::store_folder;

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
    /// The environment of the machine, in which no program is found that lies in this checkout.
    pub(crate) machine: Environment,
    /// Its files. They are walked once; whoever has run a task doubts them.
    pub(crate) tree: Tree,
    /// The digests of its files.
    pub(crate) memo: Memo,
    /// The results of its tasks.
    pub(crate) store: Store,
    /// The last result of each of its tasks. They lie here and not in the workspace that one stands in, so that a
    /// member is as ready as it is, wherever it is looked at from.
    pub(crate) last: LastResults,
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
            let state = State::of(&workspace.root);
            checkouts.push(Self {
                member,
                machine: machine(base, &workspace.root)?,
                tree: Tree::new(&workspace.root),
                memo: Memo::new(state.memo(), workspace.root.clone()),
                store: Store::new(store_folder(&workspace.root)),
                last: LastResults::new(state.last()),
                root: workspace.root,
                config: workspace.config,
                environment,
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

    /// A task as this checkout calls it: the same from wherever one stands.
    pub(crate) fn local_name(&self, task: &TaskId) -> String {
        let name = task.to_string();
        match &self.member {
            None => name,
            Some(member) => {
                match name.strip_prefix(member.as_str()).and_then(|rest| rest.strip_prefix('/')) {
                    Some(own) => own.to_owned(),
                    None => format!("/{name}"),
                }
            }
        }
    }

    /// The files that patterns mean, relative to the root and sorted.
    pub(crate) fn select(&self, patterns: &Patterns) -> Result<Vec<PathBuf>, Failure> {
        self.tree.select(patterns).map_err(|error| {
            let root = self.root.display();
            Failure::environment(format!("the files below {root} could not be listed: {error}"))
        })
    }

    /// The existing files that a set means, relative to the root and sorted; its globs are relative to
    /// `directory`. A set without globs means no file by name: its tool looks for itself.
    pub(crate) fn files(&self, directory: &Path, set: &FileSet) -> Result<Vec<PathBuf>, Failure> {
        let excluded = self.patterns(directory, &set.exclude)?;
        let mut files = self.select(&self.patterns(directory, &set.include)?)?;
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

fn machine(base: &Environment, root: &Path) -> Result<Environment, Failure> {
    let mut machine = base.clone();
    let path = machine.get("PATH").map(ToOwned::to_owned).unwrap_or_default();
    let outside: Vec<PathBuf> =
        std::env::split_paths(&path).filter(|folder| !folder.starts_with(root)).collect();
    machine.unset("PATH");
    machine.prepend_path(outside.iter().map(PathBuf::as_path))?;
    Ok(machine)
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
