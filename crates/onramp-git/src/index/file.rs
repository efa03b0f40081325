//! Reads an index as git writes it: versions 2 and 3, whole and not sparse, which is what nearly all are. Of any other git
//! itself is asked. Its documentation is `gitformat-index`.

use std::ffi::OsStr;
use std::fs::Metadata;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::staged::Mode;

/// The lengths that the digests of a repository may have.
const DIGESTS: [usize; 2] = [20, 32];

/// How many bytes of an entry come before the digest: ten numbers of four bytes.
const NUMBERS: usize = 40;

/// Extensions without which an index is not understood: one part of two, and folders in place of what is in them.
const NEEDED: [&[u8; 4]; 2] = [b"link", b"sdir"];

/// A file, as an index has it.
pub(super) struct Raw<'a> {
    pub(super) path: &'a Path,
    pub(super) mode: Mode,
    pub(super) digest: &'a [u8],
    pub(super) is_skipped: bool,
    pub(super) is_assumed_unchanged: bool,
    is_merged: bool,
    is_only_intended: bool,
    numbers: [u32; 10],
}

impl Raw<'_> {
    /// Whether it has a content of its own that is staged: no side of a merge, and not only announced.
    pub(super) fn is_staged(&self) -> bool {
        self.is_merged && !self.is_only_intended
    }

    /// Whether it has one content, be it that of a file that was only announced.
    pub(super) fn is_merged(&self) -> bool {
        self.is_merged
    }

    /// Whether a file of the work tree is certain to have the staged content: nothing of it has changed since it was
    /// looked at, and that was not in the second in which the index was written.
    pub(super) fn is_as(&self, file: &Metadata, index: &Metadata) -> bool {
        let [ctime, ctime_nsec, mtime, mtime_nsec, _, ino, mode, uid, gid, size] = self.numbers;
        let low = |number: i64| (number & 0xffff_ffff) as u32;
        let of_file = [
            low(file.ctime()),
            low(file.ctime_nsec()),
            low(file.mtime()),
            low(file.mtime_nsec()),
            (file.ino() & 0xffff_ffff) as u32,
            file.uid(),
            file.gid(),
            (file.size() & 0xffff_ffff) as u32,
        ];
        let is_executable = file.mode() & 0o100 != 0;
        !self.is_assumed_unchanged
            && !self.is_skipped
            && self.is_staged()
            && self.mode.is_file()
            && file.is_file()
            && (mode & 0o111 != 0) == is_executable
            && of_file == [ctime, ctime_nsec, mtime, mtime_nsec, ino, uid, gid, size]
            && i64::from(mtime) < index.mtime()
    }
}

/// The entries, in the order of the index; `None` where only git understands it.
pub(super) fn parse(bytes: &[u8]) -> Option<Vec<Raw<'_>>> {
    DIGESTS.into_iter().find_map(|digest| parse_with(bytes, digest))
}

fn parse_with(bytes: &[u8], digest: usize) -> Option<Vec<Raw<'_>>> {
    let rest = bytes.strip_prefix(b"DIRC")?;
    let version = number(rest)?;
    let count = number(rest.get(4..)?)?;
    if !(2..=3).contains(&version) {
        return None;
    }
    let mut entries = Vec::with_capacity(count.min(1 << 20) as usize);
    let mut place = 12;
    for _ in 0..count {
        let (entry, length) = entry(bytes.get(place..)?, digest)?;
        entries.push(entry);
        place += length;
    }
    // What is left says whether the digests are that long.
    let end = bytes.len().checked_sub(digest)?;
    while place < end {
        let name = bytes.get(place..place + 4)?;
        if NEEDED.iter().any(|needed| needed.as_slice() == name) || !name.iter().all(u8::is_ascii_alphabetic)
        {
            return None;
        }
        place += 8 + number(bytes.get(place + 4..)?)? as usize;
    }
    (place == end).then_some(entries)
}

/// The entry at the beginning, and how many bytes it takes.
fn entry(bytes: &[u8], digest: usize) -> Option<(Raw<'_>, usize)> {
    let mut numbers = [0; 10];
    for (place, value) in numbers.iter_mut().enumerate() {
        *value = number(bytes.get(place * 4..)?)?;
    }
    let flags = pair(bytes.get(NUMBERS + digest..)?)?;
    let (more, name) = match flags & 0x4000 {
        0 => (0, NUMBERS + digest + 2),
        _ => (pair(bytes.get(NUMBERS + digest + 2..)?)?, NUMBERS + digest + 4),
    };
    let path = bytes.get(name..)?;
    let length = match usize::from(flags & 0x0fff) {
        // It is longer than can be said.
        0x0fff => path.iter().position(|byte| *byte == 0)?,
        length => length,
    };
    let path = path.get(..length).filter(|path| !path.is_empty() && !path.contains(&0))?;
    let raw = Raw {
        path: Path::new(OsStr::from_bytes(path)),
        mode: Mode::of(match numbers[6] & 0o170_000 {
            0o120_000 => "120000",
            0o160_000 => "160000",
            0o100_000 if numbers[6] & 0o111 != 0 => "100755",
            0o100_000 => "100644",
            _ => return None,
        })?,
        digest: bytes.get(NUMBERS..NUMBERS + digest)?,
        is_skipped: more & 0x4000 != 0,
        is_assumed_unchanged: flags & 0x8000 != 0,
        is_merged: flags & 0x3000 == 0,
        is_only_intended: more & 0x2000 != 0,
        numbers,
    };
    // At least one byte of nothing, up to a multiple of eight.
    Some((raw, (name + length + 8) & !7))
}

fn number(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().copied().map(u32::from_be_bytes)
}

fn pair(bytes: &[u8]) -> Option<u16> {
    bytes.first_chunk().copied().map(u16::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_index_or_none_of_these_is_left_to_git() {
        let header =
            |version: u8, count: u8| [b"DIRC".as_slice(), &[0, 0, 0, version, 0, 0, 0, count]].concat();
        let empty = [header(2, 0), vec![0; 20]].concat();
        assert_eq!(parse(&empty).map(|entries| entries.len()), Some(0));
        let with =
            |extension: &[u8]| [header(2, 0), extension.to_vec(), vec![0, 0, 0, 1, 7], vec![0; 20]].concat();
        assert!(parse(&with(b"TREE")).is_some());
        for other in [header(4, 0), header(2, 1), with(b"link"), with(b"sdir"), b"DIRC".to_vec(), Vec::new()]
        {
            assert!(parse(&other).is_none());
        }
        for length in 0..empty.len() {
            assert!(parse(&empty[..length]).is_none(), "{length}");
        }
    }
}
