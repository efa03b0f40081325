use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The file that keeps everything a process printed.
#[derive(Debug)]
pub(crate) struct Log {
    file: Option<File>,
}

impl Log {
    /// Opens the log for appending, readable by its owner alone. Without a path it keeps nothing.
    pub(crate) fn open(path: Option<&Path>) -> io::Result<Self> {
        let Some(path) = path else { return Ok(Self { file: None }) };
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory).map_err(|error| {
                io::Error::new(error.kind(), format!("its folder could not be made: {error}"))
            })?;
        }
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
        let file = file.map_err(|error| match fs::read_link(path) {
            Ok(target) => {
                io::Error::new(error.kind(), format!("it is a link to {}: {error}", target.display()))
            }
            Err(_) => error,
        })?;
        Ok(Self { file: Some(file) })
    }

    /// Writes a line. A full disk must not fail the process whose output this is, so the first error ends
    /// the log and is otherwise ignored.
    pub(crate) fn write(&mut self, line: &str) {
        if let Some(file) = &mut self.file
            && file.write_all(format!("{line}\n").as_bytes()).is_err()
        {
            self.file = None;
        }
    }
}
