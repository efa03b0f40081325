//! What the hooks of `.pre-commit-config.yaml` see of a commit, and may change.

use std::collections::BTreeMap;
use std::path::PathBuf;

use onramp_core::Failure;
use onramp_git::Blob;

use super::{Commit, failure};
use crate::hooks::pre_commit_file::{Candidate, FILE, FileHooks, FileNode, Setting};
use crate::hooks::skipped::Skipped;
use crate::hooks::types;
use crate::words::count;

impl Commit<'_> {
    /// The staged files that have content of their own.
    pub(super) fn all_candidates(&self) -> BTreeMap<PathBuf, Blob> {
        let files = self.staged.files.iter().filter(|(_, blob)| blob.mode.is_file());
        files.map(|(path, blob)| (path.clone(), blob.clone())).collect()
    }

    /// Fails where something was changed that is no part of the commit: it would be lost.
    pub(super) fn refuse_others(&self, candidates: &BTreeMap<PathBuf, Blob>) -> Result<(), Failure> {
        let changed = self.shadow.changed_beside(candidates).map_err(failure)?;
        let Some(first) = changed.first() else { return Ok(()) };
        let (first, others) = (first.display(), changed.len() - 1);
        let more = if others == 0 { String::new() } else { format!(" and {}", count(others, "other file")) };
        let message = format!("a hook of {FILE} changes {first}{more}, which this commit does not change");
        Err(Failure::task(message).hint(format!("run the hook by hand, then: git add {first}")))
    }

    /// The nodes of the hooks of `.pre-commit-config.yaml`, in its order.
    pub(super) fn nodes_of_file(&self, file: Option<&FileHooks>, skipped: &mut Skipped) -> Vec<FileNode> {
        let Some(file) = file else { return Vec::new() };
        let tree = self.shadow.tree();
        let candidate =
            |(path, blob): (&PathBuf, &Blob)| Candidate::new(path.clone(), types::mode(blob.mode));
        let candidates: Vec<Candidate> = self.staged.files.iter().map(candidate).collect();
        let checkout = self.places.moved(self.session.outermost(), &tree);
        let setting = Setting {
            hook: self.hook,
            checkout: &checkout,
            root: &tree,
            work_tree: self.repository.work_tree(),
            candidates: &candidates,
        };
        setting.nodes(file, skipped)
    }
}
