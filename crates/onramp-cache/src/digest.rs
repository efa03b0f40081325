use std::fs::{self, File};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use sha2::{Digest, Sha256};

/// The digest of what lies at a path: kind, executable bit and content of a file; text of a link, and the file
/// that it leads to. `absent` where there is nothing, because that too decides a result.
pub(crate) fn digest_path(path: &Path) -> io::Result<String> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if is_absence(&error) => return Ok("absent".to_owned()),
        Err(error) => return Err(error),
    };
    if !metadata.is_symlink() {
        return digest_of(path, &metadata);
    }
    let target = fs::read_link(path)?;
    let text = hex(Sha256::digest(target.as_os_str().as_bytes()));
    // A link that leads nowhere, or round in a circle, is a link all the same.
    let content = match fs::metadata(path) {
        Ok(metadata) => digest_of(path, &metadata)?,
        Err(_) => "absent".to_owned(),
    };
    Ok(format!("link:{text} {content}"))
}

/// A path through what is a file and no folder leads to nothing, as one through nothing does.
fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn digest_of(path: &Path, metadata: &fs::Metadata) -> io::Result<String> {
    if metadata.is_dir() {
        return Ok("directory".to_owned());
    }
    if !metadata.is_file() {
        // To read from a pipe or a socket would be to wait for somebody.
        return Ok("special".to_owned());
    }
    let mut hasher = Sha256::new();
    io::copy(&mut File::open(path)?, &mut Writer(&mut hasher))?;
    let kind = if metadata.permissions().mode() & 0o111 == 0 { "file" } else { "program" };
    Ok(format!("{kind}:{}", hex(hasher.finalize())))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().fold(String::with_capacity(64), |mut text, byte| {
        use std::fmt::Write;
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

struct Writer<'a>(&'a mut Sha256);

impl io::Write for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_link_is_its_text_and_the_file_it_leads_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let digest = |name: &str| digest_path(&path(name)).unwrap();
        symlink("file", path("link")).unwrap();
        symlink("circle", path("circle")).unwrap();
        symlink(".", path("folder")).unwrap();
        let dangling = digest("link");
        assert!(dangling.ends_with(" absent") && digest("circle").ends_with(" absent"));
        assert!(digest("folder").ends_with(" directory"));
        fs::write(path("file"), "one").unwrap();
        let first = digest("link");
        fs::write(path("file"), "two").unwrap();
        let digests = [dangling, first, digest("link"), digest("file")];
        assert_eq!(digests.iter().collect::<std::collections::HashSet<_>>().len(), digests.len());
    }

    #[test]
    fn a_socket_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        assert_eq!(digest_path(&path).unwrap(), "special");
    }
}
