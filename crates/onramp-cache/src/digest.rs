use std::fs::{self, File};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use sha2::{Digest, Sha256};

/// The digest of what lies at a path: kind, executable bit and content of a file, target of a link.
/// `absent` where there is nothing, because that too decides a result.
pub(crate) fn digest_path(path: &Path) -> io::Result<String> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok("absent".to_owned()),
        Err(error) => return Err(error),
    };
    if metadata.is_symlink() {
        let target = fs::read_link(path)?;
        return Ok(format!("link:{}", hex(Sha256::digest(target.as_os_str().as_bytes()))));
    }
    if metadata.is_dir() {
        return Ok("directory".to_owned());
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
