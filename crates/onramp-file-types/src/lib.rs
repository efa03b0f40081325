//! What kind of file a file is.
//!
//! # Theory of operation
//!
//! A file has tags: `python`, `shell`, `text`, `executable`. They are told by its mode, by its name ([`tags`] has one
//! table for whole names and one for what stands behind the last dot), and where these do not say enough, by its first
//! bytes: the program that `#!` names in a file that may be run, and whether they are text. They are named as
//! pre-commit names them, so that what is known of its `types` holds.
//!
//! Architecture Invariant: this crate decides by what it is given; it opens files in [`FileMode::at`] and
//! [`first_bytes`] alone.

mod tags;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tags::{EXTENSIONS, INTERPRETERS, KINDS, NAMES};

/// What lies at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileMode {
    /// A file that may not be run.
    File,
    /// A file that may be run.
    Executable,
    /// A symbolic link.
    Symlink,
    /// A folder: the work tree of a submodule.
    Directory,
}

impl FileMode {
    /// What lies at a path; `None` where nothing does.
    pub fn at(path: &Path) -> Option<Self> {
        let metadata = std::fs::symlink_metadata(path).ok()?;
        Some(match metadata.permissions().mode() & 0o111 {
            _ if metadata.is_symlink() => Self::Symlink,
            _ if metadata.is_dir() => Self::Directory,
            0 => Self::File,
            _ => Self::Executable,
        })
    }
}

/// How many of a file's first bytes decide whether it is text, and hold its first line.
pub const FIRST_BYTES: usize = 1024;

/// The tags of a file, as pre-commit understands them. `first` is called once at most, for the file's first
/// [`FIRST_BYTES`] bytes, and only where neither mode nor name tell enough.
pub fn tags(path: &Path, mode: FileMode, first: impl FnOnce() -> Vec<u8>) -> BTreeSet<&'static str> {
    let executable = match mode {
        FileMode::Directory => return BTreeSet::from(["directory"]),
        FileMode::Symlink => return BTreeSet::from(["symlink"]),
        FileMode::File => "non-executable",
        FileMode::Executable => "executable",
    };
    let mut tags = BTreeSet::from(["file", executable]);
    let by_name = of_name(&path.file_name().unwrap_or_default().to_string_lossy());
    tags.extend(&by_name);
    if tags.contains("text") || tags.contains("binary") {
        return tags;
    }
    let first = first();
    let first = &first[..first.len().min(FIRST_BYTES)];
    if mode == FileMode::Executable && by_name.is_empty() {
        tags.extend(of_first_line(first));
    }
    tags.insert(if is_text(first) { "text" } else { "binary" });
    tags
}

/// Whether a file has one of these tags.
pub fn has_any(wanted: &[String], path: &Path, mode: FileMode, first: impl FnOnce() -> Vec<u8>) -> bool {
    let tags = tags(path, mode, first);
    wanted.iter().any(|tag| tags.contains(tag.as_str()))
}

/// How a file begins, as far as it matters; nothing where it cannot be read: it has no tags but those of its name then.
pub fn first_bytes(path: &Path) -> Vec<u8> {
    let mut first = Vec::new();
    if let Ok(file) = File::open(path) {
        drop(file.take(FIRST_BYTES as u64).read_to_end(&mut first));
    }
    first
}

/// Whether mode and name of a file tell all of its tags.
pub fn is_told_by_name(path: &Path, mode: FileMode) -> bool {
    let mut is_told = true;
    tags(path, mode, || {
        is_told = false;
        Vec::new()
    });
    is_told
}

/// All tags that a file could have, sorted.
pub fn known() -> BTreeSet<&'static str> {
    let tables = [EXTENSIONS, NAMES, INTERPRETERS].into_iter().flatten();
    tables.flat_map(|(_, tags)| *tags).chain(KINDS).copied().collect()
}

/// Whether any file could ever have the tag.
pub fn is_known(tag: &str) -> bool {
    let tables = [EXTENSIONS, NAMES, INTERPRETERS];
    KINDS.contains(&tag) || tables.iter().any(|table| table.iter().any(|(_, tags)| tags.contains(&tag)))
}

/// Globs of the files whose names alone give them the tag; none where names do not decide.
pub fn globs(tag: &str) -> Vec<String> {
    if KINDS.contains(&tag) {
        return Vec::new();
    }
    let having = |table: &'static [(&'static str, &'static [&'static str])]| {
        table.iter().filter(move |(_, tags)| tags.contains(&tag)).map(|(name, _)| *name)
    };
    let extensions = having(EXTENSIONS).map(|extension| format!("**/*.{extension}"));
    extensions.chain(having(NAMES).map(|name| format!("**/{name}"))).collect()
}

/// Whether the tag says nothing of the content's language: `text`, `executable` and the like.
pub fn is_kind(tag: &str) -> bool {
    KINDS.contains(&tag)
}

/// Whether the first line of a script may give a file the tag, too.
pub fn is_of_scripts(tag: &str) -> bool {
    INTERPRETERS.iter().any(|(_, tags)| tags.contains(&tag))
}

fn of_name(name: &str) -> BTreeSet<&'static str> {
    let lookup = |wanted: &str| NAMES.iter().find(|(name, _)| *name == wanted).map(|(_, tags)| *tags);
    let whole = std::iter::once(name).chain(name.split('.')).find_map(lookup).unwrap_or_default();
    whole.iter().chain(of_extension(name).unwrap_or_default()).copied().collect()
}

fn of_extension(name: &str) -> Option<&'static [&'static str]> {
    let (_, extension) = name.rsplit_once('.')?;
    let extension = extension.to_lowercase();
    EXTENSIONS.iter().find(|(known, _)| *known == extension).map(|(_, tags)| *tags)
}

fn of_first_line(first: &[u8]) -> &'static [&'static str] {
    let Some(line) = first.strip_prefix(b"#!").and_then(|rest| rest.split(|byte| *byte == b'\n').next())
    else {
        return &[];
    };
    let line = String::from_utf8_lossy(line);
    let mut words = line.split_whitespace();
    let mut program = words.next().unwrap_or_default();
    if program.rsplit('/').next() == Some("env") {
        program = words.find(|word| *word != "-S" && !word.contains('=')).unwrap_or_default();
    }
    let mut program = program.rsplit('/').next().unwrap_or_default();
    loop {
        if let Some((_, tags)) = INTERPRETERS.iter().find(|(known, _)| *known == program) {
            return tags;
        }
        // `python3.12`, then `python3`, then `python`.
        let shorter = match program.rsplit_once('.') {
            Some((front, _)) => front,
            None => program.trim_end_matches(|letter: char| letter.is_ascii_digit()),
        };
        if shorter == program {
            return &[];
        }
        program = shorter;
    }
}

/// Text has no control characters but those of typewriters.
fn is_text(first: &[u8]) -> bool {
    first.iter().all(|byte| matches!(byte, 7..=13 | 27 | 32..=126 | 128..=255))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, mode: FileMode, content: &str, expected: &str) {
        let tags = tags(Path::new(path), mode, || content.as_bytes().to_vec());
        assert_eq!(tags.into_iter().collect::<Vec<_>>().join(" "), expected, "{path}");
    }

    #[test]
    fn names_modes_and_contents_give_tags() {
        use FileMode::{Directory, Executable, File, Symlink};
        check("src/a.py", File, "", "file non-executable python text");
        check("a.PY", Executable, "", "executable file python text");
        check("run", Executable, "#!/usr/bin/env -S python3.12 -u\n", "executable file python text");
        check("run", Executable, "#!/bin/sh -e\n", "executable file sh shell text");
        check("run", File, "#!/bin/sh\n", "file non-executable text");
        check("Dockerfile.dev", File, "", "dockerfile file non-executable text");
        check("README.md", File, "", "file markdown non-executable plain-text text");
        check("unknown.xyz", File, "a\0b", "binary file non-executable");
        check("unknown.xyz", File, "äö\n", "file non-executable text");
        check("picture.png", File, "", "binary file image non-executable png");
        check("link.py", Symlink, "", "symlink");
        check("module", Directory, "", "directory");
        check("empty", Executable, "", "executable file text");
    }

    #[test]
    fn a_content_is_only_read_where_the_name_does_not_tell() {
        tags(Path::new("a.py"), FileMode::Executable, || panic!("is not needed"));
    }

    #[test]
    fn no_line_of_a_table_is_there_twice() {
        for table in [EXTENSIONS, NAMES, INTERPRETERS] {
            let names: BTreeSet<_> = table.iter().map(|(name, _)| name).collect();
            assert_eq!(names.len(), table.len());
        }
        assert_eq!(globs("toml").len(), 6);
        assert!(is_known("python") && !is_known("pyton"));
    }
}
