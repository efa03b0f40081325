use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::index::bytes;
use crate::staged::{Blob, Mode};

/// The first line of the file.
const TITLE: &[u8] = b"onramp shadow 1\n";

/// What was written, and how each file looked then.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// In the order of an index.
    pub(super) files: Vec<(PathBuf, Known)>,
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) blob: Blob,
    pub(super) stat: Stat,
}

/// What changes of a file whenever somebody writes to it. The time of the last change of its own record cannot be set by
/// anybody, so a file that was written and given back its other time is noticed too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stat([i64; 6]);

impl Stat {
    /// That of a file, or of a link itself.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        fs::symlink_metadata(path).map(|metadata| Self::of(&metadata))
    }

    /// The same of a path below an open folder: the way to the folder is not walked for each file.
    pub(super) fn below(folder: &fs::File, path: &Path) -> io::Result<Self> {
        let stat = rustix::fs::statat(folder, path, rustix::fs::AtFlags::SYMLINK_NOFOLLOW)?;
        let number = |value: u64| value.cast_signed();
        Ok(Self([
            i64::from(stat.st_mode),
            stat.st_size,
            stat.st_mtime,
            number(stat.st_mtime_nsec),
            stat.st_ctime * 1_000_000_000 + number(stat.st_ctime_nsec),
            number(stat.st_ino),
        ]))
    }

    fn of(metadata: &Metadata) -> Self {
        Self([
            i64::from(metadata.mode()),
            metadata.size().cast_signed(),
            metadata.mtime(),
            metadata.mtime_nsec(),
            metadata.ctime() * 1_000_000_000 + metadata.ctime_nsec(),
            metadata.ino().cast_signed(),
        ])
    }
}

impl Manifest {
    /// What the file says; nothing where it is not whole.
    pub(super) fn read(file: &Path) -> Self {
        fs::read(file).ok().and_then(|bytes| Self::parse(&bytes)).unwrap_or_default()
    }

    /// Brings it into its order.
    pub(super) fn sort(&mut self) {
        self.files.sort_by(|(one, _), (other, _)| bytes(one).cmp(bytes(other)));
    }

    /// Writes it in one step.
    pub(super) fn write(&self, file: &Path) -> io::Result<()> {
        let partial = file.with_extension("partial");
        let mut out = io::BufWriter::new(fs::File::create(&partial)?);
        out.write_all(TITLE)?;
        for (path, Known { blob, stat }) in &self.files {
            write!(out, "{} {}", blob.mode.text(), blob.id)?;
            for number in stat.0 {
                write!(out, " {number}")?;
            }
            out.write_all(b"\t")?;
            out.write_all(path.as_os_str().as_bytes())?;
            out.write_all(b"\0")?;
        }
        out.flush()?;
        fs::rename(&partial, file)
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(TITLE)?;
        let mut files = Vec::new();
        for line in rest.strip_suffix(b"\0").unwrap_or(rest).split(|byte| *byte == 0) {
            if line.is_empty() {
                continue;
            }
            let tab = line.iter().position(|byte| *byte == b'\t')?;
            let mut facts = std::str::from_utf8(&line[..tab]).ok()?.split(' ');
            let blob = Blob { mode: Mode::of(facts.next()?)?, id: facts.next()?.to_owned() };
            let mut numbers = [0; 6];
            for number in &mut numbers {
                *number = i64::from_str(facts.next()?).ok()?;
            }
            files.push((OsStr::from_bytes(&line[tab + 1..]).into(), Known { blob, stat: Stat(numbers) }));
        }
        Some(Self { files })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_looks_the_same_from_wherever_one_looks() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "text").unwrap();
        std::os::unix::fs::symlink("a", folder.path().join("b")).unwrap();
        let open = fs::File::open(folder.path()).unwrap();
        for name in ["a", "b"] {
            let stat = Stat::below(&open, Path::new(name)).unwrap();
            assert_eq!(stat, Stat::at(&folder.path().join(name)).unwrap());
        }
        assert!(Stat::below(&open, Path::new("c")).is_err());
    }

    #[test]
    fn what_was_written_is_read_and_half_of_it_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("manifest");
        let mut manifest = Manifest::default();
        for name in [&b"plain"[..], b"new\nline and\ttab", b"\xff"] {
            let blob = Blob { mode: Mode::Executable, id: "ab".repeat(20) };
            let known = Known { blob, stat: Stat([1, -2, 3, 4, 5, i64::MAX]) };
            manifest.files.push((OsStr::from_bytes(name).into(), known));
        }
        manifest.write(&file).unwrap();
        assert_eq!(Manifest::read(&file).files, manifest.files);
        let bytes = fs::read(&file).unwrap();
        fs::write(&file, &bytes[..bytes.len() - 9]).unwrap();
        assert!(Manifest::read(&file).files.len() < 3);
        fs::write(&file, &bytes[1..]).unwrap();
        assert!(Manifest::read(&file).files.is_empty());
    }
}
