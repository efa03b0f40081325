use crate::{File, Finding, Kind};

const NAME: &str = "executables";

pub(super) fn finding(file: &File<'_>) -> Option<Finding> {
    match (file.kind, has_shebang(file.bytes)) {
        (Kind::Executable, false) => {
            Some(file.finding_at(0, NAME, "executable, but its first line does not say what runs it"))
        }
        (Kind::Regular, true) => {
            Some(file.finding_at(0, NAME, "its first line says what runs it, but it is not executable"))
        }
        _ => None,
    }
}

/// Whether the first line names a program, as the kernel reads it. An attribute of Rust, `#![..]`, names none.
fn has_shebang(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.strip_prefix(b"#!") else { return false };
    let name = rest.iter().find(|byte| **byte != b' ' && **byte != b'\t');
    name == Some(&b'/')
}
