//! Answers that go to a file instead of standard output.

use std::path::Path;

use crate::{Error, whole_file};

/// Writes the file, which appears whole or not at all.
pub(crate) fn write(file: &Path, text: &str) -> Result<(), Error> {
    whole_file::replace(file, |new| std::fs::write(new, format!("{text}\n")))
        .map_err(|error| Error::environment(format!("{} could not be written: {error}", file.display())))
}
