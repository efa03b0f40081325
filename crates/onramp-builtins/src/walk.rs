//! Built-ins over many files of the disk.

use std::fs::{self, File as DiskFile, Metadata};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use crate::checkers::{case_conflicts, check_sized, reads, reads_all};
use crate::replace::{Replacement, replace};
use crate::{Builtin, File, Finding, Kind, fix, text};

/// So much of a file is read to see whether it is text, before the rest is.
const FIRST_BYTES: usize = 64 * 1024;

/// So many files a thread takes at a time.
const PORTION: usize = 16;

/// What to do with which files.
pub struct Walk<'a> {
    /// What `files` are relative to.
    pub root: &'a Path,
    /// The files, links among them. What is not there, or is neither file nor link, is passed over.
    pub files: &'a [PathBuf],
    /// All names that a name could be in conflict with, relative to the root; `files` may be among them.
    pub names: &'a [PathBuf],
    /// What is looked for.
    pub builtins: &'a [Builtin],
    /// What is done about it.
    pub action: Action,
    /// How many threads may work.
    pub threads: usize,
    /// Asked now and then whether to give up.
    pub is_over: &'a (dyn Fn() -> bool + Sync),
}

/// What is done about what fixers find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is told.
    Check,
    /// It is mended.
    Fix,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Report {
    /// How many files there were.
    pub files: usize,
    /// Those that were changed, in the order of the files.
    pub changed: Vec<PathBuf>,
    /// What is wrong, in the order of the files; names that are in conflict last.
    pub findings: Vec<Finding>,
    /// Files that could not be read or replaced, and why.
    pub troubles: Vec<(PathBuf, io::Error)>,
    /// Whether all files were looked at, because nobody had it give up before.
    pub is_complete: bool,
}

/// Has the built-ins look at the files.
pub fn walk(walk: &Walk<'_>) -> Report {
    let next = AtomicUsize::new(0);
    let threads = walk.threads.clamp(1, walk.files.len() / PORTION + 1);
    let mut seen: Vec<Seen> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(|| work(walk, &next))).collect();
        let mut seen = work(walk, &next);
        for other in others {
            seen.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        seen
    });
    seen.sort_unstable_by_key(|seen| seen.place);
    // Who has taken a portion has come to its end.
    let is_complete = next.load(Ordering::Relaxed) >= walk.files.len();
    let mut report = Report { is_complete, ..Report::default() };
    for Seen { place, what } in seen {
        let path = &walk.files[place];
        report.files += 1;
        match what {
            Ok(result) => {
                report.findings.extend(result.findings);
                if result.is_changed {
                    report.changed.push(path.clone());
                }
            }
            Err(error) => report.troubles.push((path.clone(), error)),
        }
    }
    if walk.builtins.contains(&Builtin::CaseConflicts) {
        report.findings.extend(case_conflicts(walk.files, walk.names));
    }
    report
}

/// A file that was there.
struct Seen {
    place: usize,
    what: io::Result<Looked>,
}

#[derive(Default)]
struct Looked {
    findings: Vec<Finding>,
    is_changed: bool,
}

/// What one thread does.
fn work(walk: &Walk<'_>, next: &AtomicUsize) -> Vec<Seen> {
    let mut seen = Vec::new();
    let mut buffer = Vec::new();
    while !(walk.is_over)() {
        let start = next.fetch_add(PORTION, Ordering::Relaxed);
        if start >= walk.files.len() {
            break;
        }
        for place in start..walk.files.len().min(start + PORTION) {
            match look(walk, &walk.files[place], &mut buffer) {
                Ok(None) => {}
                Ok(Some(looked)) => seen.push(Seen { place, what: Ok(looked) }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => seen.push(Seen { place, what: Err(error) }),
            }
        }
    }
    seen
}

/// Looks at one file; `None` if it is none.
fn look(walk: &Walk<'_>, path: &Path, buffer: &mut Vec<u8>) -> io::Result<Option<Looked>> {
    let place = walk.root.join(path);
    if !walk.builtins.iter().any(|builtin| reads(builtin, path)) {
        let metadata = fs::symlink_metadata(&place)?;
        if metadata.is_symlink() {
            return look_at_link(walk, path, &place).map(Some);
        }
        let file = File { path, bytes: &[], kind: kind_of(&metadata) };
        let findings = check_sized(walk.builtins.iter(), &file, metadata.size());
        return Ok(metadata.is_file().then_some(Looked { findings, is_changed: false }));
    }
    // It does not wait for the other end of a pipe.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = match rustix::fs::open(&place, flags, Mode::empty()) {
        Ok(file) => DiskFile::from(file),
        Err(Errno::LOOP) => return look_at_link(walk, path, &place).map(Some),
        // A socket.
        Err(Errno::NXIO) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Ok(None);
    }
    let extent = match walk.builtins.iter().any(|builtin| reads_all(builtin, path)) {
        true => Extent::All,
        false => Extent::Text,
    };
    let bytes = read(file, &metadata, extent, buffer)?;
    let mut looked = Looked::default();
    let fixed = match walk.action {
        Action::Fix => fix(walk.builtins, path, bytes),
        Action::Check => None,
    };
    if let Some(fixed) = &fixed {
        match replace(&place, &metadata, fixed)? {
            Replacement::Done => looked.is_changed = true,
            Replacement::Overtaken => {
                return Err(io::Error::other("it was changed by another program meanwhile"));
            }
        }
    }
    let (bytes, size) = match &fixed {
        Some(fixed) => (fixed.as_slice(), fixed.len() as u64),
        None => (bytes, metadata.size()),
    };
    // What a fixer has mended is not to be told.
    let tells = |builtin: &&Builtin| walk.action == Action::Check || !builtin.is_fixer();
    let file = File { path, bytes, kind: kind_of(&metadata) };
    looked.findings = check_sized(walk.builtins.iter().filter(tells), &file, size);
    Ok(Some(looked))
}

fn look_at_link(walk: &Walk<'_>, path: &Path, place: &Path) -> io::Result<Looked> {
    let target = fs::read_link(place)?;
    // A link in a circle leads nowhere either; what may not be looked at is there.
    let is_broken = fs::metadata(place).is_err_and(|error| error.kind() != io::ErrorKind::PermissionDenied);
    let kind = if is_broken { Kind::BrokenLink } else { Kind::Link };
    let bytes = target.as_os_str().as_bytes();
    let file = File { path, bytes, kind };
    let findings = check_sized(walk.builtins.iter(), &file, bytes.len() as u64);
    Ok(Looked { findings, is_changed: false })
}

fn kind_of(metadata: &Metadata) -> Kind {
    if metadata.mode() & 0o100 == 0 { Kind::Regular } else { Kind::Executable }
}

/// How much of a file is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// All of it.
    All,
    /// All of it if it is text, and otherwise enough to see that it is not.
    Text,
}

/// The content of a file. The buffer only ever grows, and its old content is overwritten.
fn read<'b>(
    mut file: DiskFile,
    metadata: &Metadata,
    extent: Extent,
    buffer: &'b mut Vec<u8>,
) -> io::Result<&'b [u8]> {
    let size = usize::try_from(metadata.size()).map_err(io::Error::other)?;
    let mut length = 0;
    // One more byte than there should be shows whether that is all.
    let mut wanted = (size + 1).min(FIRST_BYTES);
    loop {
        if buffer.len() < wanted {
            buffer.resize(wanted, 0);
        }
        let got = match file.read(&mut buffer[length..wanted]) {
            Ok(got) => got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        length += got;
        let is_all = got == 0 || (length == size && length < wanted);
        let is_enough =
            extent == Extent::Text && length >= text::SAMPLE && text::is_binary(&buffer[..length]);
        if is_all || is_enough {
            return Ok(&buffer[..length]);
        }
        if length == wanted {
            wanted = wanted.saturating_mul(2).max(size + 1);
        }
    }
}

#[cfg(test)]
mod tests;
