//! Brings the tree to a result that is known.

use std::fs;
use std::io;
use std::path::Path;

use onramp_cache::{ActionResult, Entry, Output};
use onramp_core::{Failure, Level, Reporter};

use super::{Freshness, Key, Standing};
use crate::state::State;
use crate::words;

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
        let replaced = State::of(&checkout.root).replaced(ActionResult::now());
        let mut kept = Vec::new();
        let mut is_whole = true;
        for name in changed {
            let Some(output) = result.outputs.get(name) else { continue };
            let is_restored = self.keep_replaced(place, name, &replaced).and_then(|is_kept| {
                kept.extend(is_kept.then_some(name.as_str()));
                checkout.store.restore(&checkout.root, name, output)
            });
            match is_restored {
                Ok(is_restored) => is_whole &= is_restored,
                Err(error) => {
                    self.tell_trouble(&error);
                    is_whole = false;
                }
            }
            if !is_whole {
                break;
            }
        }
        if !kept.is_empty() {
            let (names, id, folder) = (words::some(&kept, 3), &self.node(place).id, replaced.display());
            let message = format!(
                "put back what {id} had left, over other content of {names}, which is kept in {folder}"
            );
            self.session.reporter.notice(Level::Warning, &message);
        }
        if !is_whole {
            return Ok(false);
        }
        for path in superseded {
            if onramp_cache::is_plainly_below(&checkout.root, checkout.relative(path)) {
                fs::remove_file(path)?;
            }
        }
        if let Err(error) = checkout.last.write(&cache.record, result, &key.action) {
            self.tell_trouble(&error);
        }
        Ok(true)
    }

    /// Keeps what lies where an output will be put back in the folder `replaced`, unless the store has it: a task's
    /// outputs are its own, and yet somebody may have written there by hand. Whether there was anything to keep; what cannot
    /// be kept is not put back over.
    fn keep_replaced(&self, place: usize, name: &str, replaced: &Path) -> io::Result<bool> {
        let checkout = &self.node(place).payload.checkout;
        let path = checkout.root.join(name);
        let Some(metadata) = fs::symlink_metadata(&path).ok().filter(fs::Metadata::is_file) else {
            return Ok(false);
        };
        if checkout.memo.digest(&path, &metadata).is_ok_and(|digest| checkout.store.has_blob(&digest)) {
            return Ok(false);
        }
        let kept = replaced.join(name);
        kept.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::copy(&path, &kept)?;
        Ok(true)
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
