use memchr::memmem;

use crate::{File, Finding};

const NAME: &str = "private-keys";

const PUTTY: &[u8] = b"PuTTY-User-Key-File-";

/// So many bytes the header of a key has at most.
const HEADER: usize = 100;

pub(super) fn findings(file: &File<'_>) -> Vec<Finding> {
    // In two parts, so that this file has no key in it.
    let begin = [&b"-----BEGIN"[..], b" "].concat();
    let mut found: Vec<Finding> = memmem::find_iter(file.bytes, &begin)
        .filter(|place| is_private(&file.bytes[place + begin.len()..]))
        .map(|place| file.finding_at(place, NAME, "a private key"))
        .collect();
    if file.bytes.starts_with(PUTTY) {
        found.push(file.finding_at(0, NAME, "a private key of PuTTY"));
    }
    found
}

/// Whether a header goes on as that of something that nobody else may have.
fn is_private(rest: &[u8]) -> bool {
    let rest = &rest[..rest.len().min(HEADER)];
    let Some(end) = memmem::find(rest, b"-----") else { return false };
    let label = &rest[..end];
    let is_label = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b' ';
    let is_private = [&b"PRIVATE KEY"[..], b"PRIVATE KEY BLOCK", b"OpenVPN Static key V1"]
        .iter()
        .any(|name| label.ends_with(name));
    is_private && label.iter().all(is_label)
}
