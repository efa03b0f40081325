//! Files of records: fields one behind the other, each as long as it says, and a digest of everything at the end.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::Digest;
use crate::digest::HASH_BYTES;

/// Writes a file of records.
pub(crate) struct RecordWriter {
    bytes: Vec<u8>,
}

impl RecordWriter {
    /// Begins with the `title`, which says what the records are and in which form.
    pub(crate) fn new(title: &str) -> Self {
        Self { bytes: title.as_bytes().to_vec() }
    }

    pub(crate) fn number(&mut self, number: u64) {
        self.bytes.extend_from_slice(&number.to_le_bytes());
    }

    pub(crate) fn text(&mut self, text: &[u8]) {
        self.number(text.len() as u64);
        self.bytes.extend_from_slice(text);
    }

    pub(crate) fn digest(&mut self, digest: &Digest) {
        self.bytes.extend_from_slice(digest.hash_bytes());
        self.number(digest.size());
    }

    /// Writes the file in one step, and makes its folder where that is missing.
    pub(crate) fn write(mut self, path: &Path) -> io::Result<()> {
        let digest = Digest::of(&self.bytes);
        self.bytes.extend_from_slice(digest.hash_bytes());
        let folder = path.parent().unwrap_or(Path::new("."));
        let new = || tempfile::NamedTempFile::new_in(folder);
        let mut file = new().or_else(|_| fs::create_dir_all(folder).and_then(|()| new()))?;
        file.write_all(&self.bytes)?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }
}

/// Reads a file of records. Each field is `None` where the file does not have it.
pub(crate) struct RecordReader<'a> {
    rest: &'a [u8],
}

impl<'a> RecordReader<'a> {
    /// The records of a file that begins with the `title`, if no byte of it was changed.
    pub(crate) fn new(bytes: &'a [u8], title: &str) -> Option<Self> {
        let (content, hash) = bytes.split_at_checked(bytes.len().checked_sub(HASH_BYTES)?)?;
        let rest = content.strip_prefix(title.as_bytes())?;
        (Digest::of(content).hash_bytes() == hash).then_some(Self { rest })
    }

    /// Whether all fields have been read.
    pub(crate) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn number(&mut self) -> Option<u64> {
        self.take(8)?.try_into().ok().map(u64::from_le_bytes)
    }

    pub(crate) fn text(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        self.take(length)
    }

    pub(crate) fn digest(&mut self) -> Option<Digest> {
        let hash = self.take(HASH_BYTES)?.try_into().ok()?;
        Some(Digest::from_parts(hash, self.number()?))
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_no_changed_byte_goes_unnoticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/records");
        let mut writer = RecordWriter::new("title 1\n");
        writer.number(7);
        writer.text(b"a\nb\xff");
        writer.digest(&Digest::of("x"));
        writer.write(&path).unwrap();
        let bytes = fs::read(&path).unwrap();
        let mut reader = RecordReader::new(&bytes, "title 1\n").unwrap();
        assert_eq!((reader.number(), reader.text()), (Some(7), Some(&b"a\nb\xff"[..])));
        assert!(!reader.is_at_end());
        assert_eq!(reader.digest(), Some(Digest::of("x")));
        assert!(reader.is_at_end() && reader.number().is_none());
        assert!(RecordReader::new(&bytes, "title 2\n").is_none());
        for place in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= 1;
            assert!(RecordReader::new(&damaged, "title 1\n").is_none(), "{place}");
            assert!(RecordReader::new(&bytes[..place], "title 1\n").is_none(), "{place}");
        }
    }
}
