use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::WatchSpec;
use crate::burst::Batch;
use crate::content::Budget;
use crate::eyes::Eyes;
use crate::git;
use crate::named::{Named, watch_around};
use crate::tree::{Look, Tree};

/// A picture of everything that matters.
pub(crate) struct Snapshot {
    trees: Vec<Tree>,
    named: Named,
    /// Files outside the trees that say what is ignored in them.
    rules: Vec<PathBuf>,
}

impl Snapshot {
    /// Looks at everything for the first time, and has the system watch it.
    pub(crate) fn new(spec: WatchSpec, eyes: &mut Eyes) -> Self {
        let mut rules: Vec<PathBuf> =
            spec.trees.iter().flat_map(|tree| git::rules_above(&tree.root)).collect();
        rules.sort_unstable();
        rules.dedup();
        rules.iter().for_each(|rules| watch_around(rules, eyes));
        let trees = spec.trees.into_iter().map(Tree::new).collect();
        let mut snapshot = Self { trees, named: Named::new(spec.named), rules };
        let mut look = Look { eyes, budget: Budget::first(), changes: BTreeSet::new() };
        snapshot.look_everywhere(&mut look);
        snapshot
    }

    /// Looks again where something may have changed, and returns the files that have.
    pub(crate) fn look_again(&mut self, batch: &Batch, eyes: &mut Eyes) -> BTreeSet<PathBuf> {
        let mut look = Look { eyes, budget: Budget::unlimited(), changes: BTreeSet::new() };
        if batch.anything || batch.paths.iter().any(|path| self.rules_outside(path)) {
            self.look_everywhere(&mut look);
        } else {
            self.trees.iter_mut().for_each(|tree| tree.look_at(&batch.paths, &mut look));
            self.named.look_at(&batch.paths, &self.trees, &mut look);
        }
        look.changes
    }

    /// Whether what was found not to matter may matter from now on.
    pub(crate) fn changes_rules(&self, batch: &Batch) -> bool {
        batch.anything || batch.paths.iter().any(|path| git::has_rules(path) || self.rules_outside(path))
    }

    /// Whether something at this path matters, or something below it may.
    pub(crate) fn heeds(&self, path: &Path) -> bool {
        self.trees.iter().any(|tree| tree.has(path) || tree.root().starts_with(path))
            || self.named.concerns(path)
            || self.rules_outside(path)
    }

    /// Whether what lies at this path says what is ignored in a tree, though it is no part of it.
    fn rules_outside(&self, path: &Path) -> bool {
        self.rules.iter().any(|rules| rules.starts_with(path))
    }

    fn look_everywhere(&mut self, look: &mut Look<'_>) {
        self.trees.iter_mut().for_each(|tree| tree.look_everywhere(look));
        self.named.look_everywhere(&self.trees, look);
    }
}
