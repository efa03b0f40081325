use crate::text::{lines, trim_end};
use crate::{File, Finding};

const NAME: &str = "end-of-file";

pub(super) fn fix(bytes: &[u8]) -> Option<Vec<u8>> {
    let (body, rest) = parts(bytes);
    if is_fine(body, rest) {
        return None;
    }
    let mut fixed = Vec::with_capacity(body.len() + 2);
    fixed.extend_from_slice(body);
    if !body.is_empty() {
        fixed.extend_from_slice(ending(body, rest));
    }
    Some(fixed)
}

pub(super) fn findings(file: &File<'_>) -> Vec<Finding> {
    let (body, rest) = parts(file.bytes);
    if is_fine(body, rest) {
        return Vec::new();
    }
    let (offset, message) = match lines(rest).next().filter(|line| line.end.ends_with(b"\n")) {
        None => (file.bytes.len(), "no newline at the end of the file"),
        Some(_) if body.is_empty() => (0, "nothing but empty lines"),
        Some(first) => (body.len() + first.end.len(), "empty lines at the end of the file"),
    };
    vec![file.finding_at(offset, NAME, message)]
}

/// A file up to its last character, and the line ends behind that.
fn parts(bytes: &[u8]) -> (&[u8], &[u8]) {
    bytes.split_at(trim_end(bytes, |byte| byte == b'\r' || byte == b'\n').len())
}

fn is_fine(body: &[u8], rest: &[u8]) -> bool {
    match body {
        [] => rest.is_empty(),
        // One line feed, with the carriage returns that belong to it.
        _ => rest.ends_with(b"\n") && rest[..rest.len() - 1].iter().all(|byte| *byte == b'\r'),
    }
}

/// How the last line shall end: as it does; where it has no end, as the line before it does.
fn ending<'a>(body: &'a [u8], rest: &'a [u8]) -> &'a [u8] {
    match lines(rest).next() {
        Some(line) if line.end.ends_with(b"\n") => line.end,
        _ => match memchr::memrchr(b'\n', body) {
            Some(feed) if body[..feed].ends_with(b"\r") => b"\r\n",
            _ => b"\n",
        },
    }
}
