//! Brings the tree to a result that is known.

use onramp_cache::{ActionResult, Entry, Output};
use onramp_core::{Failure, Level, Reporter, TaskNode};

use super::{Freshness, Key, Standing};
use crate::state::State;

impl Freshness<'_> {
    /// Brings the tree to a result. `false`: the store has not everything that it is made of, or it cannot be put
    /// there; the task has to run then, and will put everything right.
    pub(in crate::runner) fn restore(
        &self,
        place: usize,
        key: &Key,
        standing: &Standing,
    ) -> Result<bool, Failure> {
        let job = &self.node(place).payload;
        let (Some(cache), Standing::Restorable { result, changed, superseded }) = (&job.cache, standing)
        else {
            // Somebody else has put everything right, or nothing is known any more.
            return Ok(matches!(standing, Standing::UpToDate(_)));
        };
        let checkout = &job.checkout;
        for name in changed {
            let Some(output) = result.outputs.get(name) else { continue };
            self.keep_replaced(place, name);
            match checkout.store.restore(&checkout.root, name, output) {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(error) => {
                    self.tell_trouble(&error);
                    return Ok(false);
                }
            }
        }
        for path in superseded {
            if onramp_cache::is_plainly_below(&checkout.root, checkout.relative(path)) {
                std::fs::remove_file(path)?;
            }
        }
        if let Err(error) = checkout.last.write(&cache.record, result, &key.action) {
            self.tell_trouble(&error);
        }
        Ok(true)
    }

    /// Keeps what lies where an output will be put back, unless the store has it: a task's outputs are its own, and
    /// yet somebody may have written there by hand.
    fn keep_replaced(&self, place: usize, name: &str) {
        let TaskNode { id, payload: job, .. } = self.node(place);
        let (checkout, path) = (&job.checkout, job.checkout.root.join(name));
        let Ok(metadata) = std::fs::symlink_metadata(&path) else { return };
        if !metadata.is_file() {
            return;
        }
        let known =
            checkout.memo.digest(&path, &metadata).is_ok_and(|digest| checkout.store.has_blob(&digest));
        if known {
            return;
        }
        let kept = State::of(&checkout.root).replaced(ActionResult::now()).join(name);
        let folder = kept.parent().map_or(Ok(()), std::fs::create_dir_all);
        let message = match folder.and_then(|()| std::fs::copy(&path, &kept)) {
            Ok(_) => format!(
                "{name} was not as {id} has left it, and is put back; what lay there is in {}",
                kept.display()
            ),
            Err(error) => {
                format!("{name} was not as {id} has left it, and is put back; it could not be kept: {error}")
            }
        };
        self.session.reporter.notice(Level::Warning, &message);
    }

    /// Takes what a restoration would do for done, so that what would follow can be foreseen.
    pub(in crate::runner) fn foresee_restored(&self, place: usize, standing: &Standing) {
        let Standing::Restorable { result, changed, superseded } = standing else { return };
        let root = &self.node(place).payload.checkout.root;
        let mut foreseen = self.foreseen();
        for name in changed {
            foreseen.insert(root.join(name), result.outputs.get(name).cloned());
        }
        foreseen.extend(superseded.iter().map(|path| (path.clone(), None)));
    }
}

/// What a file that will be restored will say as an input.
pub(super) fn foreseen_text(output: &Output) -> String {
    match output {
        Output::File { digest, mode } => {
            Entry::File { digest: *digest, executable: mode & 0o111 != 0 }.to_string()
        }
        Output::Link { target } => {
            Entry::Link { target: target.clone(), leads_to: Box::new(Entry::Absent) }.to_string()
        }
        Output::Folder => Entry::Folder.to_string(),
    }
}
