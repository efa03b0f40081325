use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

/// How much of a file is read, in bytes. The largest hand-written migrations known are a tenth of that.
pub(crate) const LIMIT: u64 = 4 << 20;

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    /// Its text without a byte order mark; what is no UTF-8 in it is replaced.
    pub(crate) text: String,
    /// Whether it begins with a byte order mark.
    pub(crate) has_mark: bool,
    /// Whether all of it is UTF-8.
    pub(crate) is_utf8: bool,
    /// Whether there is more of it than was read.
    pub(crate) is_cut: bool,
}

impl Text {
    /// Reads a file as far as the limit. Anything but a regular file is an error, and the open of a FIFO does not wait for
    /// a writer.
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        let file = open(path)?;
        let size = file.metadata()?.len();
        let mut bytes = Vec::with_capacity(usize::try_from(size.min(LIMIT)).unwrap_or_default());
        file.take(LIMIT).read_to_end(&mut bytes)?;
        let content = bytes.strip_prefix(b"\xef\xbb\xbf");
        let (has_mark, content) = (content.is_some(), content.unwrap_or(&bytes));
        let is_cut = size > LIMIT;
        // The limit may have cut a letter in two.
        let is_utf8 = match std::str::from_utf8(content) {
            Ok(_) => true,
            Err(error) => is_cut && error.error_len().is_none(),
        };
        Ok(Self { text: String::from_utf8_lossy(content).into_owned(), has_mark, is_utf8, is_cut })
    }
}

impl Text {
    /// How a file begins, as far as so many bytes go.
    pub(crate) fn begin(path: &Path, bytes: usize) -> io::Result<String> {
        let mut begin = Vec::with_capacity(bytes);
        open(path)?.take(bytes as u64).read_to_end(&mut begin)?;
        Ok(String::from_utf8_lossy(&begin).into_owned())
    }
}

/// Opens a regular file to read it.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("no regular file"));
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn marks_other_encodings_and_size() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sql");
        let read = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            Text::read(&path).unwrap()
        };
        let text = read(b"\xef\xbb\xbfSELECT 1");
        assert_eq!((text.text.as_str(), text.has_mark, text.is_utf8), ("SELECT 1", true, true));
        assert!(!read(b"caf\xe9").is_utf8);
        File::create(&path).unwrap().set_len(1 << 30).unwrap();
        let text = Text::read(&path).unwrap();
        assert!(text.is_cut && text.text.len() as u64 == LIMIT);
        assert!(Text::read(folder.path()).is_err());
    }
}
