use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use onramp_config::Section;
use onramp_core::Failure;
use onramp_git::Repository;

use super::given::{Concern, Given};
use crate::checkout::Checkout;
use crate::session::Session;

/// Where tasks look at staged content.
pub(super) struct Places {
    /// The root of the work tree, all links followed.
    work_tree: PathBuf,
}

impl Places {
    pub(super) fn of(repository: &Repository) -> Self {
        Self { work_tree: repository.work_tree().to_path_buf() }
    }

    /// The way from the root of the work tree to a checkout.
    pub(super) fn below(&self, checkout: &Checkout) -> PathBuf {
        let root = checkout.root.canonicalize().unwrap_or_else(|_| checkout.root.clone());
        root.strip_prefix(&self.work_tree).unwrap_or(Path::new("")).to_path_buf()
    }

    /// The same checkout in a copy of the work tree.
    pub(super) fn moved(&self, checkout: &Arc<Checkout>, tree: &Path) -> Arc<Checkout> {
        let below = self.below(checkout);
        let root = if below.as_os_str().is_empty() { tree.to_path_buf() } else { tree.join(below) };
        Arc::new(checkout.at(root))
    }

    /// What tools need and nobody stages: what `setup` makes, and the folders of programs. Relative to the root of the
    /// work tree.
    pub(super) fn needed(&self, session: &Session) -> Vec<PathBuf> {
        let mut needed = BTreeSet::new();
        for checkout in &session.checkouts {
            let below = self.below(checkout);
            let mut add = |path: &Path| {
                if let Ok(inside) = path.strip_prefix(&checkout.root) {
                    let plain = inside.components().take_while(|part| !is_glob(part.as_os_str()));
                    needed.insert(below.join(plain.collect::<PathBuf>()));
                }
            };
            let setups = checkout.config.tasks.iter().filter(|task| task.section == Section::Setup);
            for setup in setups {
                setup.outputs.iter().for_each(|output| add(&setup.dir.join(output)));
            }
            checkout.config.env.path.iter().for_each(|folder| add(folder));
        }
        needed.into_iter().collect()
    }

    /// Whether all that concerns a task lies in the work tree as it is staged.
    pub(super) fn is_as_staged(&self, given: &Given, unstaged: &BTreeSet<PathBuf>) -> Result<bool, Failure> {
        let below = self.below(&given.chosen.checkout);
        if given.by_name {
            return Ok(!given.files.iter().any(|file| unstaged.contains(&below.join(file))));
        }
        let concern = Concern::of(&given.chosen)?;
        let inside = unstaged.iter().filter_map(|path| path.strip_prefix(&below).ok());
        Ok(!inside.into_iter().any(|path| concern.covers(path)))
    }
}

fn is_glob(part: &std::ffi::OsStr) -> bool {
    part.as_encoded_bytes().iter().any(|byte| matches!(byte, b'*' | b'?' | b'[' | b'{'))
}
