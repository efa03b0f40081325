use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::quoted::unquoted;
use crate::staged::{Blob, Mode};
use crate::{GitError, Repository};

/// Everything that an index has and a checkout would write, in the order of the index: by the bytes of the paths, which
/// are relative to the root of the work tree. To compare thousands of paths part by part takes longer than git does.
#[derive(Debug, Default)]
pub(crate) struct Entries(Vec<(PathBuf, Blob)>);

impl Entries {
    pub(crate) fn get(&self, path: &Path) -> Option<&Blob> {
        let place = self.0.binary_search_by(|(other, _)| bytes(other).cmp(bytes(path)));
        place.ok().map(|place| &self.0[place].1)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(PathBuf, Blob)> {
        self.0.iter()
    }
}

/// What paths are ordered by.
pub(crate) fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_bytes()
}

impl Repository {
    /// What the index has.
    pub(crate) fn index_entries(&self) -> Result<Entries, GitError> {
        let answer = self.ask(&self.work_tree, ["ls-files", "--stage", "-t", "--full-name"])?;
        let unclear = |line: &str| GitError::Other(format!("git printed a line that cannot be read: {line}"));
        let mut entries = Vec::new();
        for line in answer.text()?.lines() {
            let (facts, name) = line.split_once('\t').ok_or_else(|| unclear(line))?;
            let mut facts = facts.split(' ');
            let (tag, mode, id) = (facts.next(), facts.next(), facts.next());
            // Nothing of a sparse checkout lies in the work tree either; of what is not merged there is no one content.
            if tag != Some("H") {
                continue;
            }
            let mode = mode.and_then(Mode::of).ok_or_else(|| unclear(line))?;
            let path = unquoted(name).ok_or_else(|| unclear(line))?;
            entries.push((path, Blob { mode, id: id.unwrap_or_default().to_owned() }));
        }
        entries.sort_by(|(one, _), (other, _)| bytes(one).cmp(bytes(other)));
        Ok(Entries(entries))
    }
}
