use std::path::PathBuf;

use crate::file::ConfigFile;
use crate::node::Node;
use crate::resolve::Context;
use crate::source::Source;

/// A workspace whose files were read, and those of its members, before anything in them was given a meaning:
/// what a task needs may stand in any of them.
#[derive(Debug)]
pub(crate) struct Draft {
    /// The names of the members on the way down from the outermost workspace, joined by slashes. Empty for
    /// the outermost workspace itself.
    pub(crate) path: String,
    /// Its folder as it was handed in.
    pub(crate) root: PathBuf,
    /// The same with all links followed.
    pub(crate) real_root: PathBuf,
    pub(crate) sources: Vec<Source>,
    pub(crate) tree: Node,
    /// `None` where the text has errors: much else would only look wrong because they hide what is there.
    pub(crate) file: Option<ConfigFile>,
    /// Its members as far as they have a tree.
    pub(crate) members: Vec<Draft>,
    /// Whether there are members of which nobody knows what tasks they have.
    pub(crate) members_missing: bool,
}

impl Draft {
    /// What its meaning is found with.
    pub(crate) fn context(&self) -> Context<'_> {
        Context::new(&self.root, &self.real_root, &self.sources, &self.tree)
    }

    /// It and all workspaces nested in it, each before its members.
    pub(crate) fn all(&self) -> Vec<&Self> {
        let mut all = Vec::new();
        let mut pending = vec![self];
        while let Some(draft) = pending.pop() {
            all.push(draft);
            pending.extend(draft.members.iter().rev());
        }
        all
    }
}

/// The path of a member in the workspace at `around`, `None` for what is nobody's member.
pub(crate) fn path_of(around: Option<&str>, name: &str) -> String {
    match around {
        None => String::new(),
        Some("") => name.to_owned(),
        Some(path) => format!("{path}/{name}"),
    }
}
