use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The file that keeps everything a process printed. One that prints nothing has none.
#[derive(Debug)]
pub(crate) struct Log {
    path: Option<PathBuf>,
    file: Option<File>,
}

impl Log {
    /// A log that is made when there is something to keep, readable by its owner alone. Without a path it keeps
    /// nothing. The error is that something else lies there already, into which nobody can write.
    pub(crate) fn new(path: Option<&Path>) -> io::Result<Self> {
        let file = match path {
            Some(path) if path.symlink_metadata().is_ok() => Some(Self::open(path)?),
            _ => None,
        };
        Ok(Self { path: path.map(Path::to_path_buf), file })
    }

    fn open(path: &Path) -> io::Result<File> {
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
        Ok(file)
    }

    /// Writes a line. A full disk must not fail the process whose output this is, so the first error ends
    /// the log and is otherwise ignored.
    pub(crate) fn write(&mut self, line: &str) {
        if self.file.is_none()
            && let Some(path) = self.path.take()
        {
            self.file = Self::open(&path).ok();
        }
        if let Some(file) = &mut self.file
            && file.write_all(format!("{line}\n").as_bytes()).is_err()
        {
            self.file = None;
        }
    }
}
