use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use onramp_core::{TaskId, TaskNode};
use onramp_exec::Environment;
use onramp_file_types::{FileMode, first_bytes};
use onramp_import::NativeRun;

use super::{Delegate, FILE, FileHook, FileHooks, How, arguments, builtin, delegated, native};
use crate::checkout::Checkout;
use crate::context::RustWork;
use crate::env_vars;
use crate::hooks::Hook;
use crate::hooks::skipped::{NO_FILE, Skipped};
use crate::job::Job;

/// A file that hooks may see, relative to the root of the work tree.
#[derive(Debug)]
pub(crate) struct Candidate {
    path: PathBuf,
    mode: FileMode,
    /// How it begins, once a hook has asked.
    first: OnceLock<Vec<u8>>,
}

impl Candidate {
    /// A file of this kind.
    pub(crate) fn new(path: PathBuf, mode: FileMode) -> Self {
        Self { path, mode, first: OnceLock::new() }
    }

    /// Where it is, from the root of the work tree.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A file as it lies in a folder; `None` where it does not.
    pub(crate) fn at(root: &Path, path: PathBuf) -> Option<Self> {
        let mode = FileMode::at(&root.join(&path))?;
        Some(Self::new(path, mode))
    }
}

/// Where and on what the hooks of a stage run.
pub(crate) struct Setting<'a> {
    pub(crate) hook: &'a Hook,
    /// The checkout that their nodes belong to.
    pub(crate) checkout: &'a Arc<Checkout>,
    /// The root of the work tree, or of the copy of what is staged.
    pub(crate) root: &'a Path,
    /// The root of the work tree itself.
    pub(crate) work_tree: &'a Path,
    pub(crate) candidates: &'a [Candidate],
}

/// The node of one hook, or of all that are delegated.
pub(crate) struct FileNode {
    pub(crate) node: TaskNode<Job>,
    /// Whether it looks at files and cannot change any.
    pub(crate) looks: bool,
    /// Whether its failure ends the run of the file's hooks.
    pub(crate) ends_run: bool,
}

impl Setting<'_> {
    /// The nodes of the hooks that run at this stage, in the order of the file.
    pub(crate) fn nodes(&self, file: &FileHooks, skipped: &mut Skipped) -> Vec<FileNode> {
        let mut names = vec!["stage".to_owned()];
        let mut nodes = Vec::new();
        let mut delegated = Vec::new();
        let mut place = 0;
        let branch = crate::hooks::branch::branch(self.work_tree);
        let runs = |hook: &&FileHook| hook.is_wanted && hook.runs_at(self.hook.stage);
        for hook in file.hooks.iter().filter(runs) {
            if let Some(variable) = self.hook.skips(hook) {
                skipped.add(TaskId::new("hooks", hook.own_name()), variable);
                continue;
            }
            match &hook.how {
                How::Delegated(_) => {
                    if delegated.is_empty() {
                        place = nodes.len();
                    }
                    delegated.push(hook);
                }
                How::Native(native) => {
                    let files = self.files(native);
                    if files.is_empty() && !native.always_run {
                        skipped.add(TaskId::new("hooks", &hook.id), NO_FILE);
                        continue;
                    }
                    let work = native::work(
                        (**native).clone(),
                        self.root,
                        files,
                        self.environment(),
                        branch.clone(),
                    );
                    nodes.push(FileNode {
                        node: self.node(own(&mut names, &hook.id), native.name.clone(), work),
                        looks: looks(&native.run),
                        ends_run: file.fail_fast || native.fail_fast,
                    });
                }
            }
        }
        if !delegated.is_empty() {
            let program = Delegate::find(&self.checkout.environment, self.root, file);
            let name = program.map_or("delegated", Delegate::name);
            let work = delegated::work(self, file, &delegated, program);
            let ids: Vec<&str> = delegated.iter().map(|hook| hook.own_name()).collect();
            let node = self.node(own(&mut names, name), ids.join(", "), work);
            nodes.insert(place, FileNode { node, looks: false, ends_run: file.fail_fast });
        }
        nodes
    }

    fn node(&self, name: String, description: String, work: RustWork) -> TaskNode<Job> {
        let job = Job::rust(Arc::clone(self.checkout), work);
        let payload = Job { description: Some(description), ..job };
        TaskNode { id: TaskId::new("hooks", name), needs: Vec::new(), payload }
    }

    /// The files that a hook sees.
    fn files(&self, hook: &onramp_import::NativeHook) -> Vec<PathBuf> {
        let sees = |candidate: &&Candidate| {
            let first =
                || candidate.first.get_or_init(|| first_bytes(&self.root.join(&candidate.path))).clone();
            hook.files.accepts(&candidate.path, candidate.mode, first)
        };
        self.candidates.iter().filter(sees).map(|candidate| candidate.path.clone()).collect()
    }

    /// What hooks learn by their environment.
    pub(super) fn environment(&self) -> Environment {
        let mut environment = self.checkout.environment.clone();
        environment.set(env_vars::ONRAMP_HOOK, self.work_tree);
        for (name, value) in arguments::variables(self.hook) {
            environment.set(name, value);
        }
        environment
    }

    /// The file, as it is staged where that decides.
    pub(super) fn config(&self) -> PathBuf {
        let staged = self.root.join(FILE);
        if staged.is_file() { staged } else { self.work_tree.join(FILE) }
    }
}

/// Whether it cannot change a file.
fn looks(run: &NativeRun) -> bool {
    match run {
        NativeRun::Command(_) => false,
        NativeRun::Fail(_) | NativeRun::Grep(_) => true,
        NativeRun::Builtin { id, args } => {
            builtin::counterpart(id, args).is_some_and(|builtin| !builtin.is_fixer())
        }
    }
}

/// A name that no other node has, and that a path can have.
fn own(names: &mut Vec<String>, id: &str) -> String {
    let plain: String =
        id.chars().map(|c| if c.is_alphanumeric() || "._-".contains(c) { c } else { '-' }).collect();
    let numbered = (2..).map(|number| format!("{plain}-{number}"));
    let name = std::iter::once(plain.clone()).chain(numbered).find(|name| !names.contains(name));
    let name = name.unwrap_or(plain);
    names.push(name.clone());
    name
}
