use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// The SHA-256 digest in lower-case hexadecimal: 64 digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
