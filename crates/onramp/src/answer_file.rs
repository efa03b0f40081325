//! Answers that go to a file instead of standard output.

use std::io::Write;
use std::path::Path;

use crate::Error;

/// Writes the file, which appears whole or not at all.
pub(crate) fn write(file: &Path, text: &str) -> Result<(), Error> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let written = tempfile::Builder::new().permissions(mode()).tempfile_in(folder).and_then(|mut new| {
        writeln!(new, "{text}")?;
        new.persist(file).map_err(|error| error.error)
    });
    written
        .map(drop)
        .map_err(|error| Error::environment(format!("{} could not be written: {error}", file.display())))
}

/// What the system makes of a file that is meant for everybody, within the user's own mask.
fn mode() -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o666)
}
