use memchr::memmem;

use crate::text::{lines, number};
use crate::{File, Finding};

const NAME: &str = "merge-markers";

const OURS: &[u8] = b"<<<<<<<";
const BASE: &[u8] = b"|||||||";
const SPLIT: &[u8] = b"=======";
const THEIRS: &[u8] = b">>>>>>>";

pub(super) fn findings(file: &File<'_>) -> Vec<Finding> {
    // One search for each decides for nearly all files.
    if [OURS, THEIRS].iter().all(|marker| memmem::find(file.bytes, marker).is_none()) {
        return Vec::new();
    }
    let mut is_open = false;
    let mut found = Vec::new();
    for (place, line) in lines(file.bytes).enumerate() {
        let marker = if labelled(line.text, OURS) {
            is_open = true;
            OURS
        } else if labelled(line.text, THEIRS) {
            is_open = false;
            THEIRS
        } else if is_open && (labelled(line.text, BASE) || line.text == BASE) {
            BASE
        } else if is_open && line.text == SPLIT {
            // Without a beginning above it, it underlines a heading.
            SPLIT
        } else {
            continue;
        };
        let message = format!("a merge was not finished: `{}`", String::from_utf8_lossy(marker));
        found.push(Finding { line: Some(number(place + 1)), column: Some(1), ..file.finding(NAME, message) });
    }
    found
}

/// Whether a line is a marker with a label, as git writes them.
fn labelled(line: &[u8], marker: &[u8]) -> bool {
    line.strip_prefix(marker).is_some_and(|label| label.len() > 1 && label[0] == b' ')
}
