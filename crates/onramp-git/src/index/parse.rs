use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use super::bytes::Bytes;
use super::{Entry, IndexError, ObjectId, Time};

/// The length of the digest behind everything else.
const DIGEST: usize = 20;

/// The fewest bytes that an entry has: times, numbers, digest, flags and a NUL.
const SHORTEST_ENTRY: usize = 63;

const ASSUMED_VALID: u16 = 0x8000;
const EXTENDED: u16 = 0x4000;
const STAGE: u16 = 0x3000;
const LENGTH: u16 = 0x0fff;

const SKIP_WORKTREE: u16 = 0x4000;
const INTENT_TO_ADD: u16 = 0x2000;

/// The entries of an index file.
pub(super) fn entries(file: &[u8]) -> Result<Vec<Entry>, IndexError> {
    let mut bytes = Bytes::new(file);
    if bytes.array()? != *b"DIRC" {
        return Err(IndexError::Broken { reason: "it is no index", place: 0 });
    }
    let version = bytes.u32()?;
    if !(2..=4).contains(&version) {
        return Err(IndexError::NotUsable("its version is none of 2, 3 and 4"));
    }
    let count = usize::try_from(bytes.u32()?).map_err(|_| bytes.broken("too many entries"))?;
    // So that a broken number does not ask for all of the memory.
    if count > bytes.left() / SHORTEST_ENTRY {
        return Err(bytes.broken("it has more entries than bytes for them"));
    }
    let mut entries: Vec<Entry> = Vec::with_capacity(count);
    let mut name = Vec::new();
    for _ in 0..count {
        let place = bytes.place();
        let before = entries.last().map(|entry| (name.clone(), entry.stage));
        let entry = entry(&mut bytes, version, &mut name)?;
        if before.is_some_and(|before| before >= (name.clone(), entry.stage)) {
            return Err(IndexError::Broken { reason: "its entries are not sorted", place });
        }
        entries.push(entry);
    }
    extensions(&mut bytes)?;
    Ok(entries)
}

/// One entry; `name` is that of the entry before it, and becomes its own.
fn entry(bytes: &mut Bytes<'_>, version: u32, name: &mut Vec<u8>) -> Result<Entry, IndexError> {
    let begin = bytes.place();
    let changed = time(bytes)?;
    let modified = time(bytes)?;
    let [_device, inode, mode, _user, _group, size] =
        [bytes.u32()?, bytes.u32()?, bytes.u32()?, bytes.u32()?, bytes.u32()?, bytes.u32()?];
    let object = ObjectId(bytes.array()?);
    let flags = bytes.u16()?;
    let more = match (flags & EXTENDED != 0, version) {
        (false, _) => 0,
        (true, 2) => return Err(bytes.broken("an entry has flags that its version does not know")),
        (true, _) => bytes.u16()?,
    };
    if more & !(SKIP_WORKTREE | INTENT_TO_ADD) != 0 {
        return Err(bytes.broken("an entry has unknown flags"));
    }
    match mode {
        0o040000 => return Err(IndexError::NotUsable("it is sparse")),
        0o100644 | 0o100755 | 0o120000 | 0o160000 => {}
        _ => return Err(bytes.broken("an entry has an unknown mode")),
    }
    if version == 4 {
        let removed = bytes.offset()?;
        let kept = name.len().checked_sub(removed);
        name.truncate(kept.ok_or(bytes.broken("a name goes back too far"))?);
        name.extend_from_slice(bytes.until_nul()?);
    } else {
        name.clear();
        name.extend_from_slice(bytes.until_nul()?);
        // Up to a multiple of eight bytes, of which the name's own NUL was the first.
        let padding = (bytes.place() - begin).next_multiple_of(8) - (bytes.place() - begin);
        if bytes.take(padding)?.iter().any(|byte| *byte != 0) {
            return Err(bytes.broken("an entry is not padded with zeros"));
        }
    }
    let told = usize::from(flags & LENGTH);
    if told != name.len().min(LENGTH.into()) {
        return Err(bytes.broken("a name is not as long as it is said to be"));
    }
    if name.is_empty() {
        // So is an entry that stands for one in the other file.
        return Err(IndexError::NotUsable("it is split over two files"));
    }
    if !is_path(name) {
        return Err(bytes.broken("a name leads out of the work tree"));
    }
    Ok(Entry {
        path: OsString::from_vec(name.clone()).into(),
        stage: u8::try_from((flags & STAGE) >> 12).expect("two bits fit"),
        object,
        mode,
        size,
        modified,
        changed,
        inode,
        assumed_valid: flags & ASSUMED_VALID != 0,
        skip_worktree: more & SKIP_WORKTREE != 0,
        intent_to_add: more & INTENT_TO_ADD != 0,
    })
}

fn time(bytes: &mut Bytes<'_>) -> Result<Time, IndexError> {
    let (seconds, nanoseconds) = (bytes.u32()?, bytes.u32()?);
    if nanoseconds >= 1_000_000_000 {
        return Err(bytes.broken("a second has too many nanoseconds"));
    }
    Ok(Time { seconds: seconds.into(), nanoseconds })
}

/// Whether it is a relative path without any part that git would not keep.
fn is_path(name: &[u8]) -> bool {
    name.split(|byte| *byte == b'/')
        .all(|part| !matches!(part, b"" | b"." | b"..") && !part.eq_ignore_ascii_case(b".git"))
}

/// Steps over what follows the entries. What begins with a capital may be passed over by those who do not know it.
fn extensions(bytes: &mut Bytes<'_>) -> Result<(), IndexError> {
    while bytes.left() > DIGEST {
        let name: [u8; 4] = bytes.array()?;
        match &name {
            b"link" => return Err(IndexError::NotUsable("it is split over two files")),
            b"sdir" => return Err(IndexError::NotUsable("it is sparse")),
            [first, ..] if !first.is_ascii_uppercase() => {
                return Err(IndexError::NotUsable("it has an extension that must be understood"));
            }
            _ => {}
        }
        let length = bytes.u32()?.try_into();
        let length = length.map_err(|_| bytes.broken("an extension is too long"))?;
        bytes.take(length)?;
        if bytes.left() < DIGEST {
            return Err(bytes.broken("an extension reaches into the digest"));
        }
    }
    bytes.take(DIGEST)?;
    Ok(())
}
