use crate::{File, Finding};

const NAME: &str = "byte-order-mark";
const MARK: &[u8] = b"\xef\xbb\xbf";

pub(super) fn fix(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes.strip_prefix(MARK)?;
    // Some editors add one at each save.
    while let Some(less) = rest.strip_prefix(MARK) {
        rest = less;
    }
    Some(rest.to_vec())
}

pub(super) fn findings(file: &File<'_>) -> Vec<Finding> {
    let found = file.bytes.starts_with(MARK);
    found.then(|| file.finding_at(0, NAME, "byte order mark of UTF-8")).into_iter().collect()
}
