//! Files that are seen old or new, and never half-written.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// Has `write` make a new file beside `file`, and puts it in the place of that. On an error `file` is as it was. Where a
/// link leads is replaced, and not the link; a device or a pipe stays what it is, and is written to.
pub(crate) fn replace(file: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let file = &target(file)?;
    if is_special(file) {
        let folder = tempfile::tempdir()?;
        let new = folder.path().join("new");
        write(&new)?;
        let mut through = OpenOptions::new().write(true).open(file)?;
        return io::copy(&mut fs::File::open(new)?, &mut through).map(drop);
    }
    let new = file.with_extension(format!("{}.new", std::process::id()));
    let written = write(&new).and_then(|()| fs::rename(&new, file));
    if written.is_err() {
        drop(fs::remove_file(new));
    }
    written
}

/// Removes a file that is about to be made anew, so that nobody takes the old one for the new. A link stays, and so does a
/// device or a pipe.
pub(crate) fn remove(file: &Path) -> io::Result<()> {
    let file = target(file)?;
    if is_special(&file) { Ok(()) } else { fs::remove_file(file) }
}

/// Where a path leads, links followed. What it leads to need not be there.
fn target(file: &Path) -> io::Result<PathBuf> {
    let mut file = file.to_path_buf();
    // So many links does the system follow, too.
    for _ in 0..40 {
        match fs::read_link(&file) {
            Ok(next) => file = file.parent().unwrap_or(Path::new("")).join(next),
            // It is no link, or not there.
            Err(_) => return Ok(file),
        }
    }
    Err(io::Error::other("its links lead nowhere"))
}

/// Whether something is there that no file can take the place of.
fn is_special(file: &Path) -> bool {
    fs::symlink_metadata(file).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::os::unix::fs::{FileTypeExt, symlink};

    #[test]
    fn links_are_followed_and_stay() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("deep")).unwrap();
        symlink("deep/other", at("link")).unwrap();
        symlink("target", at("deep/other")).unwrap();
        for text in ["one", "two"] {
            replace(&at("link"), |new| fs::write(new, text)).unwrap();
            assert_eq!(fs::read_to_string(at("deep/target")).unwrap(), text);
        }
        assert!(at("link").is_symlink() && at("deep/other").is_symlink());
        symlink("circle", at("circle")).unwrap();
        assert!(replace(&at("circle"), |new| fs::write(new, "x")).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }

    #[test]
    fn a_pipe_is_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &pipe,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || {
                let mut text = String::new();
                fs::File::open(pipe).unwrap().read_to_string(&mut text).unwrap();
                text
            }
        });
        replace(&pipe, |new| fs::write(new, "text")).unwrap();
        assert_eq!(reader.join().unwrap(), "text");
        assert!(fs::symlink_metadata(&pipe).unwrap().file_type().is_fifo());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
