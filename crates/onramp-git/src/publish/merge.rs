use std::fs;
use std::io;
use std::path::Path;

use crate::Shadow;

/// What `before` has become in `after`, done to `ours` as well; `None` where both have changed the same lines, or where
/// it is no text.
pub(super) fn merged(
    shadow: &Shadow<'_>,
    ours: &[u8],
    before: &Path,
    after: &Path,
) -> io::Result<Option<Vec<u8>>> {
    let file = shadow.folder().join("merge");
    fs::write(&file, ours)?;
    let words =
        ["merge-file".as_ref(), "--quiet".as_ref(), file.as_os_str(), before.as_os_str(), after.as_os_str()];
    let answer = shadow.repository().ask(shadow.folder(), words);
    let content = fs::read(&file);
    fs::remove_file(&file)?;
    match answer {
        Ok(answer) if answer.code() == Some(0) => content.map(Some),
        Ok(_) => Ok(None),
        Err(error) => Err(io::Error::other(error.to_string())),
    }
}
