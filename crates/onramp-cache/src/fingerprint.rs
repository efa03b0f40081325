use std::fmt;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::digest::{digest_path, hex};

/// Changed whenever fingerprints are composed in another way, so that old records stop counting.
const FORMAT: &str = "onramp-fingerprint-2";

/// What decides a task's result, as 64 hexadecimal digits of SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint(String);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Composes a fingerprint part by part; the order of the parts matters.
pub struct FingerprintBuilder {
    hasher: Sha256,
}

impl FingerprintBuilder {
    /// A fingerprint of nothing yet.
    pub fn new() -> Self {
        let mut builder = Self { hasher: Sha256::new() };
        builder.part("format", FORMAT);
        builder
    }

    /// Adds a named part. Names and values are length-prefixed, so that no two lists of parts run together.
    pub fn part(&mut self, name: &str, value: impl AsRef<[u8]>) {
        for bytes in [name.as_bytes(), value.as_ref()] {
            self.hasher.update((bytes.len() as u64).to_le_bytes());
            self.hasher.update(bytes);
        }
    }

    /// Adds files by name, mode and content. `paths` are relative to `root` and should be sorted.
    pub fn files<'a>(&mut self, root: &Path, paths: impl IntoIterator<Item = &'a Path>) -> io::Result<()> {
        for path in paths {
            let digest = digest_path(&root.join(path)).map_err(|error| {
                io::Error::new(error.kind(), format!("{} could not be read: {error}", path.display()))
            })?;
            self.part("path", path.as_os_str().as_encoded_bytes());
            self.part("digest", digest);
        }
        Ok(())
    }

    /// The fingerprint of all parts.
    pub fn finish(self) -> Fingerprint {
        Fingerprint(hex(self.hasher.finalize()))
    }
}

impl Default for FingerprintBuilder {
    fn default() -> Self {
        Self::new()
    }
}
