use std::fs;
use std::io;

use crate::{GitError, Shadow};

/// What `before` has become in `after`, done to `ours` as well; `None` where both have changed the same lines, or where
/// it is no text.
pub(super) fn merged(
    shadow: &Shadow<'_>,
    ours: &[u8],
    before: &[u8],
    after: &[u8],
) -> io::Result<Option<Vec<u8>>> {
    let folder = shadow.folder().join("merge");
    fs::create_dir_all(&folder)?;
    let names = ["ours", "before", "after"];
    for (name, content) in names.iter().zip([ours, before, after]) {
        fs::write(folder.join(name), content)?;
    }
    let answer = shadow.repository().ask(&folder, ["merge-file", "--quiet"].iter().chain(&names));
    let content = fs::read(folder.join(names[0]));
    fs::remove_dir_all(&folder)?;
    match answer.map(|answer| (answer.code(), answer)) {
        Ok((Some(0), _)) => content.map(Some),
        // So many places do not go together, or one of the three is no text.
        Ok((Some(1..=127 | 255), _)) => Ok(None),
        Ok((_, answer)) => Err(other(&answer.complaint())),
        Err(error) => Err(other(&error)),
    }
}

fn other(error: &GitError) -> io::Error {
    io::Error::other(error.to_string())
}
