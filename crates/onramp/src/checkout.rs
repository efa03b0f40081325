use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use onramp_cache::{LastResults, Marks, Memo, Patterns, Store, Tree};
use onramp_config::{Config, FileSet, Workspace};
use onramp_core::{Failure, Secrets, TaskId};
use onramp_exec::Environment;
use onramp_file_types::{FileMode, first_bytes};

use crate::state::State;
use crate::store_folder::{self, store_folder};

/// A workspace or one of its members, with the environment that its commands run in.
pub(crate) struct Checkout {
    /// The names of the members on the way down from the outermost workspace, joined by slashes. Empty for
    /// the outermost workspace itself.
    pub(crate) path: String,
    /// The same of the workspace that one stands in.
    place: Arc<str>,
    /// Its root, absolute.
    pub(crate) root: PathBuf,
    /// What is kept of it.
    pub(crate) state: State,
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
    /// Which of its tasks have begun and not come to their end.
    pub(crate) unfinished: Marks,
    /// Whether the folders for these are there.
    is_prepared: OnceLock<()>,
}

impl Checkout {
    /// The workspace and all its members, each before its own members, for somebody who stands in the one
    /// whose root is `here`, with all links followed. Values of declared secrets are added to `secrets`. Fails
    /// where a folder of `[env] path` cannot be put there.
    pub(crate) fn all(
        workspace: Workspace,
        here: &Path,
        base: &Environment,
        secrets: &Secrets,
    ) -> Result<Vec<Self>, Failure> {
        let workspaces = with_paths(workspace);
        let place: Arc<str> = place(&workspaces, here).into();
        let mut checkouts = Vec::with_capacity(workspaces.len());
        for (path, Workspace { root, config, .. }) in workspaces {
            let environment = environment_of(&config, base)?;
            for name in &config.env.secrets {
                let everywhere = environment.get(name).and_then(|value| value.to_str());
                let of_tasks = config.tasks.iter().filter_map(|task| task.env.get(name));
                everywhere
                    .into_iter()
                    .chain(of_tasks.map(String::as_str))
                    .for_each(|value| secrets.add(value));
            }
            let state = State::for_user_of(base, &root);
            let store = if state.is_elsewhere() { state.store() } else { store_folder(&root) };
            checkouts.push(Self {
                path,
                place: Arc::clone(&place),
                machine: machine(base, &root)?,
                tree: Tree::new(&root),
                memo: Memo::new(state.memo(), root.clone()),
                store: Store::new(store),
                last: LastResults::new(state.last()),
                unfinished: Marks::new(state.unfinished()),
                is_prepared: OnceLock::new(),
                state,
                root,
                config,
                environment,
            });
        }
        Ok(checkouts)
    }

    /// The same checkout with its files in another folder, and nothing known of them.
    pub(crate) fn at(&self, root: PathBuf) -> Self {
        let state = self.state.clone();
        Self {
            path: self.path.clone(),
            place: Arc::clone(&self.place),
            config: self.config.clone(),
            environment: self.environment.clone(),
            machine: self.machine.clone(),
            tree: Tree::new(&root),
            memo: Memo::new(state.memo(), root.clone()),
            store: Store::new(self.store.folder().to_path_buf()),
            last: LastResults::new(state.last()),
            unfinished: Marks::new(state.unfinished()),
            is_prepared: OnceLock::new(),
            state,
            root,
        }
    }

    /// A task as this checkout's files name it, named from where one stands: the one place where the names of
    /// the graph are made.
    pub(crate) fn name(&self, task: &TaskId) -> TaskId {
        task.named_from_outermost(&self.path).seen_from(&self.place)
    }

    /// Where one stands, as a path of members from the outermost workspace.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// Whether one stands in it.
    pub(crate) fn is_here(&self) -> bool {
        self.path == *self.place
    }

    /// Whether one stands in it or in a workspace around it.
    pub(crate) fn is_here_or_below(&self) -> bool {
        let rest = self.path.strip_prefix(&*self.place);
        rest.is_some_and(|rest| rest.is_empty() || self.place.is_empty() || rest.starts_with('/'))
    }

    /// Whether a run may write into its state what it has started: the outermost workspace is where runs keep
    /// that, and each history has its own.
    pub(crate) fn may_have_leases(&self) -> bool {
        self.path.is_empty() || self.config.database.is_some()
    }

    /// A task as this checkout calls it: the same from wherever one stands.
    pub(crate) fn local_name(&self, task: &TaskId) -> TaskId {
        task.named_from_outermost(&self.place).seen_from(&self.path)
    }

    /// Makes the folders that git must ignore before anything is kept in them.
    pub(crate) fn prepare_state(&self) -> io::Result<()> {
        if self.is_prepared.get().is_none() {
            self.state.create()?;
            store_folder::prepare(self.store.folder())?;
            self.is_prepared.get_or_init(|| ());
        }
        Ok(())
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
        let mut files = self.candidates(directory, set)?;
        files.retain(|file| self.root.join(file).is_file());
        Ok(files)
    }

    /// All files and links that a set means, relative to the root and sorted, whether or not a link leads anywhere: nobody
    /// has looked at them.
    pub(crate) fn candidates(&self, directory: &Path, set: &FileSet) -> Result<Vec<PathBuf>, Failure> {
        let excluded = self.patterns(directory, &set.exclude)?;
        let mut files = self.select(&self.patterns(directory, &set.include)?)?;
        files.retain(|file| !excluded.matches(file) && self.is_of(set, file));
        Ok(files)
    }

    /// Whether a file, relative to the root, is of the types of a set as it lies in the tree.
    pub(crate) fn is_of(&self, set: &FileSet, file: &Path) -> bool {
        self.would_be_of(set, file, || first_bytes(&self.root.join(file)))
    }

    /// The same of a file that would begin with other bytes.
    pub(crate) fn would_be_of(&self, set: &FileSet, file: &Path, first: impl FnOnce() -> Vec<u8>) -> bool {
        let mode = || FileMode::at(&self.root.join(file)).unwrap_or(FileMode::File);
        set.types.is_empty() || onramp_file_types::has_any(&set.types, file, mode(), first)
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

/// The workspace and all its members, each with the path of members that leads there and before its own
/// members.
fn with_paths(workspace: Workspace) -> Vec<(String, Workspace)> {
    let mut workspaces = Vec::new();
    let mut pending = vec![(String::new(), workspace)];
    while let Some((path, mut workspace)) = pending.pop() {
        for nested in std::mem::take(&mut workspace.members).into_iter().rev() {
            let below = if path.is_empty() { nested.name } else { format!("{path}/{}", nested.name) };
            pending.push((below, nested.workspace));
        }
        workspaces.push((path, workspace));
    }
    workspaces
}

/// The path of the workspace whose root is `here`; the outermost one where there is none.
fn place(workspaces: &[(String, Workspace)], here: &Path) -> String {
    let found = workspaces.iter().find(|(_, workspace)| workspace.root == here).or_else(|| {
        let leads_here = |root: &Path| root.canonicalize().is_ok_and(|real| real == here);
        workspaces.iter().find(|(_, workspace)| leads_here(&workspace.root))
    });
    found.map(|(path, _)| path.clone()).unwrap_or_default()
}

/// The environment without the programs that lie in the checkout.
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
