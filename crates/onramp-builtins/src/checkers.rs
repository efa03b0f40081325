//! What looks at files and changes nothing.

mod case_conflicts;
mod executables;
mod json;
mod merge_markers;
mod private_keys;
mod toml;
mod yaml;

pub use case_conflicts::case_conflicts;

use std::ffi::OsStr;
use std::path::Path;

use crate::{Builtin, File, Finding, Kind, LARGE_FILES, fixers, text};

/// What the `builtins` find in a file, in their order. Fixers tell what they would mend. What looks at a whole list
/// of names, or at a commit, finds nothing here: see [`case_conflicts`], [`ForbiddenBranch`](crate::ForbiddenBranch)
/// and [`CommitMessage`](crate::CommitMessage).
pub fn check(builtins: &[Builtin], file: &File<'_>) -> Vec<Finding> {
    check_sized(builtins.iter(), file, file.bytes.len() as u64)
}

/// The same of a file of `size` bytes, of which no more than the first may be there where it is no text, or where
/// nobody wants to see them.
pub(crate) fn check_sized<'a>(
    builtins: impl Iterator<Item = &'a Builtin>,
    file: &File<'_>,
    size: u64,
) -> Vec<Finding> {
    let is_text = !file.kind.is_link() && !text::is_binary(file.bytes);
    builtins.flat_map(|builtin| check_one(builtin, file, size, is_text)).collect()
}

/// Whether a built-in wants to see what is in the file at `path`.
pub(crate) fn reads(builtin: &Builtin, path: &Path) -> bool {
    match builtin {
        Builtin::Toml => toml::is_meant(path),
        Builtin::Json => json::is_meant(path),
        Builtin::Yaml => yaml::is_meant(path),
        Builtin::LargeFiles { .. } | Builtin::CaseConflicts | Builtin::BrokenSymlinks => false,
        builtin => !builtin.is_of_commits(),
    }
}

/// Whether it also wants to see all of a file that is no text.
pub(crate) fn reads_all(builtin: &Builtin, path: &Path) -> bool {
    matches!(builtin, Builtin::Toml | Builtin::Json | Builtin::Yaml) && reads(builtin, path)
}

fn check_one(builtin: &Builtin, file: &File<'_>, size: u64, is_text: bool) -> Vec<Finding> {
    match builtin {
        Builtin::LargeFiles { max } => large_file(file, size, *max).into_iter().collect(),
        Builtin::BrokenSymlinks => broken_link(file).into_iter().collect(),
        Builtin::CaseConflicts | Builtin::ForbiddenBranch(_) | Builtin::CommitMessage(_) => Vec::new(),
        _ if file.kind.is_link() => Vec::new(),
        Builtin::Toml => toml::finding(file).into_iter().collect(),
        Builtin::Json => json::finding(file).into_iter().collect(),
        Builtin::Yaml => yaml::finding(file).into_iter().collect(),
        _ if !is_text => Vec::new(),
        Builtin::MergeMarkers => merge_markers::findings(file),
        Builtin::PrivateKeys => private_keys::findings(file),
        Builtin::Executables => executables::finding(file).into_iter().collect(),
        Builtin::TrailingWhitespace { .. }
        | Builtin::EndOfFile
        | Builtin::LineEndings(_)
        | Builtin::ByteOrderMark => fixers::findings(builtin, file),
    }
}

fn large_file(file: &File<'_>, size: u64, max: u64) -> Option<Finding> {
    let is_large = !file.kind.is_link() && size > max;
    is_large.then(|| {
        let message = format!("{} KiB, and at most {} KiB are allowed", size.div_ceil(1024), max / 1024);
        file.finding(LARGE_FILES, message)
    })
}

fn broken_link(file: &File<'_>) -> Option<Finding> {
    (file.kind == Kind::BrokenLink).then(|| {
        let target = String::from_utf8_lossy(file.bytes);
        file.finding(
            "broken-symlinks",
            format!("the link leads to `{}`, which is not there", target.escape_debug()),
        )
    })
}

/// Whether a file is called `name`, or has one of these extensions.
fn is_called(path: &Path, names: &[&str], extensions: &[&str]) -> bool {
    let text = |part: Option<&OsStr>| part.and_then(OsStr::to_str).unwrap_or_default().to_owned();
    let extension = text(path.extension()).to_ascii_lowercase();
    extensions.contains(&extension.as_str()) || names.contains(&text(path.file_name()).as_str())
}

/// The text of a file that must be UTF-8, without its byte order mark.
fn utf8<'a>(file: &File<'a>, code: &'static str) -> Result<&'a str, Finding> {
    let bytes = file.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file.bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let offset = file.bytes.len() - bytes.len() + error.valid_up_to();
        file.finding_at(offset, code, "this byte is not UTF-8")
    })
}

#[cfg(test)]
mod tests;
