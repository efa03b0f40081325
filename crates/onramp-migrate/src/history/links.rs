//! What revisions follow: others that are there, and not themselves.

use std::collections::BTreeMap;

use onramp_core::Failure;

use super::{History, Revision};

impl History {
    pub(super) fn check_links(&self) -> Result<(), Failure> {
        for revision in self.revisions.values() {
            if let Some(unknown) = revision.down.iter().find(|id| !self.revisions.contains_key(*id)) {
                let file = revision.first_file().display();
                let message = format!("{file} follows revision `{unknown}`, which does not exist");
                return Err(self.due_to(revision, Failure::task(message)));
            }
        }
        match self.member_of_circle() {
            Some(revision) => {
                let file = revision.first_file().display();
                let message = format!("{file} follows itself through other revisions");
                Err(self.due_to(revision, Failure::task(message)))
            }
            None => Ok(()),
        }
    }

    /// A failure that is due to what a revision follows.
    pub(super) fn due_to(&self, revision: &Revision, failure: Failure) -> Failure {
        failure.at(revision.first_file(), self.down_lines.get(&revision.id).copied())
    }

    /// Takes away what follows nothing that is left, again and again; what remains at the end is a circle, or
    /// follows one.
    fn member_of_circle(&self) -> Option<&Revision> {
        let mut followers: BTreeMap<&str, Vec<&Revision>> = BTreeMap::new();
        let mut open: BTreeMap<&str, usize> = BTreeMap::new();
        for revision in self.revisions.values() {
            open.insert(&revision.id, revision.down.len());
            for down in &revision.down {
                followers.entry(down).or_default().push(revision);
            }
        }
        let mut free: Vec<&str> = open.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
        while let Some(id) = free.pop() {
            open.remove(id);
            for follower in followers.get(id).into_iter().flatten() {
                if let Some(count) = open.get_mut(follower.id.as_str()) {
                    *count -= 1;
                    if *count == 0 {
                        free.push(&follower.id);
                    }
                }
            }
        }
        open.keys().next().and_then(|id| self.revisions.get(*id))
    }
}
