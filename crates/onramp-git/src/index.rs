use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::quoted::unquoted;
use crate::staged::{Blob, Mode};
use crate::{GitError, Repository};

/// What the index has at a path.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) blob: Blob,
    /// It is not to be in the work tree, as most of a sparse checkout.
    pub(crate) is_skipped: bool,
    /// Git is not to look whether it has changed.
    pub(crate) is_assumed_unchanged: bool,
}

/// Everything that an index has, in its order: by the bytes of the paths, which are relative to the root of the work
/// tree. To compare thousands of paths part by part takes longer than git does.
#[derive(Debug, Default)]
pub(crate) struct Entries(Vec<(PathBuf, Entry)>);

impl Entries {
    pub(crate) fn get(&self, path: &Path) -> Option<&Entry> {
        let place = self.0.binary_search_by(|(other, _)| bytes(other).cmp(bytes(path)));
        place.ok().map(|place| &self.0[place].1)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(PathBuf, Entry)> {
        self.0.iter()
    }

    pub(crate) fn retain(&mut self, wanted: impl Fn(&Path, &Entry) -> bool) {
        self.0.retain(|(path, entry)| wanted(path, entry));
    }
}

/// What paths are ordered by.
pub(crate) fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_bytes()
}

impl Repository {
    /// What the index has. Of what is not merged there is no one content.
    pub(crate) fn index_entries(&self) -> Result<Entries, GitError> {
        self.entries_in(&self.work_tree)
    }

    /// The same, asked in the root of another work tree.
    pub(crate) fn entries_in(&self, tree: &Path) -> Result<Entries, GitError> {
        let answer = self.ask(tree, ["ls-files", "--stage", "-v", "--full-name"])?;
        let unclear = |line: &str| GitError::Other(format!("git printed a line that cannot be read: {line}"));
        let mut entries = Vec::new();
        for line in answer.text()?.lines() {
            let (facts, name) = line.split_once('\t').ok_or_else(|| unclear(line))?;
            let mut facts = facts.split(' ');
            let (tag, mode, id) = (facts.next().unwrap_or_default(), facts.next(), facts.next());
            if !["H", "h", "S", "s"].contains(&tag) {
                continue;
            }
            let mode = mode.and_then(Mode::of).ok_or_else(|| unclear(line))?;
            let entry = Entry {
                blob: Blob { mode, id: id.unwrap_or_default().to_owned() },
                is_skipped: tag.eq_ignore_ascii_case("s"),
                is_assumed_unchanged: ["h", "s"].contains(&tag),
            };
            entries.push((unquoted(name).ok_or_else(|| unclear(line))?, entry));
        }
        entries.sort_by(|(one, _), (other, _)| bytes(one).cmp(bytes(other)));
        Ok(Entries(entries))
    }
}
