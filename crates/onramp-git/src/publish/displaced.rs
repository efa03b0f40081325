//! Replaces a file of the work tree by a change of places: what lay there comes to lie where the new content was, so
//! that whatever it turns out to be, it is still there.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder};
use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
use sha2::{Digest, Sha256};

use super::ended;

/// A file that gets other content.
pub(super) struct Exchange<'a> {
    pub(super) place: &'a Path,
    pub(super) content: &'a [u8],
    pub(super) rest: Rest,
}

/// Where else the bytes are that lie in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// Git has them.
    Staged,
    /// Nowhere, at least not all of them.
    Unstaged,
}

/// A file is being written that was written so shortly before.
const RECENT: Duration = Duration::from_secs(2);

/// What lay in a file that has other content now. Whoever had it open may still write to it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kept {
    folder: PathBuf,
    pub(super) expected: Vec<u8>,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Exchanged {
    /// What lay there is kept, where the file had been written to just before.
    Done(Option<Kept>),
    /// The file was another one than expected, and still is.
    Overtaken,
}

/// Bytes of the user that a killed hook had moved away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rescued {
    /// The file that they belong to.
    pub path: PathBuf,
    /// Where they lie now.
    pub place: PathBuf,
}

impl Exchange<'_> {
    /// Puts the content in the place of a file that has this content. The files change places in the first of the
    /// folders that is on the same disk.
    pub(super) fn over(&self, expected: &[u8], folders: &[PathBuf]) -> io::Result<Exchanged> {
        let mut last = None;
        for folder in folders {
            match self.over_in(folder, expected) {
                Err(error) if error.kind() == io::ErrorKind::CrossesDevices => last = Some(error),
                other => return other,
            }
        }
        Err(last.unwrap_or_else(|| io::ErrorKind::CrossesDevices.into()))
    }

    fn over_in(&self, folder: &Path, expected: &[u8]) -> io::Result<Exchanged> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let [file, note, partial] = ["file", "note", "partial"].map(|name| folder.join(name));
        let metadata = fs::symlink_metadata(self.place)?;
        fs::write(&note, self.note(expected))?;
        // Only whole files have the name that is looked at after a kill.
        let written =
            self.write(&partial, &metadata).and_then(|()| fs::rename(&partial, &file)).and_then(|()| {
                if fs::read(self.place)? != expected {
                    return Ok(Exchanged::Overtaken);
                }
                self.exchange(&file, expected)
            });
        match written {
            Ok(Exchanged::Done(_)) if is_recent(&metadata) => {
                let (folder, expected) = (folder.to_path_buf(), expected.to_vec());
                Ok(Exchanged::Done(Some(Kept { folder, expected })))
            }
            // It is not known what lies there: whoever comes next looks at it.
            Err(error) if fs::read(&file).is_ok_and(|there| there != self.content) => Err(error),
            written => {
                clear(folder)?;
                written
            }
        }
    }

    fn exchange(&self, file: &Path, expected: &[u8]) -> io::Result<Exchanged> {
        match swap(file, self.place) {
            Ok(()) => {}
            // The file system cannot do that: there is a moment in which nobody would notice another writer.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
                fs::rename(file, self.place)?;
                return Ok(Exchanged::Done(None));
            }
            Err(error) => return Err(error.into()),
        }
        if fs::read(file)? == expected {
            return Ok(Exchanged::Done(None));
        }
        swap(file, self.place)?;
        if fs::read(file)? != self.content {
            let message = "another program writes to it; what it wrote last is kept for the next hook";
            return Err(io::Error::other(format!("{}: {message}", self.place.display())));
        }
        Ok(Exchanged::Overtaken)
    }

    fn write(&self, file: &Path, like: &fs::Metadata) -> io::Result<()> {
        discard(file)?;
        let mut out = fs::File::create_new(file)?;
        out.write_all(self.content)?;
        out.set_permissions(like.permissions())?;
        let own = out.metadata()?;
        if (own.uid(), own.gid()) != (like.uid(), like.gid()) {
            // Who may not do that owns what he writes.
            let _ = std::os::unix::fs::chown(file, Some(like.uid()), Some(like.gid()));
        }
        match self.rest {
            Rest::Staged => Ok(()),
            // The only other copy goes when this one is in its place, so this one must outlast a power cut.
            Rest::Unstaged => out.sync_all(),
        }
    }

    /// The file's path, and what may lie in the other place.
    fn note(&self, expected: &[u8]) -> Vec<u8> {
        let mut note = ended(self.place);
        note.extend_from_slice(hex(expected).as_bytes());
        note.extend_from_slice(hex(self.content).as_bytes());
        note
    }
}

impl Kept {
    /// Where it lies. Nobody writes to it any more who does not have it open.
    pub(super) fn file(&self) -> PathBuf {
        self.folder.join("file")
    }

    /// What somebody has written to it since, if anybody has.
    pub(super) fn late(&self) -> io::Result<Option<Vec<u8>>> {
        let now = fs::read(self.file())?;
        Ok((now != self.expected).then_some(now))
    }

    /// Nobody needs it any more.
    pub(super) fn discard(self) -> io::Result<()> {
        clear(&self.folder)
    }
}

fn is_recent(metadata: &fs::Metadata) -> bool {
    // A time that lies ahead is as good as none.
    metadata.modified().is_ok_and(|time| time.elapsed().map_or(true, |elapsed| elapsed < RECENT))
}

/// Looks at all that killed hooks have left in a folder of folders in which files change places.
pub(super) fn rescue_all(folder: &Path) -> io::Result<Vec<Rescued>> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let slots: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    let rescued = slots.iter().map(|slot| rescue(slot)).filter_map(Result::transpose).collect();
    // It stays where something is kept in it.
    let _ = fs::remove_dir(folder);
    rescued
}

/// Looks at what a killed hook has left in a folder of files that change places. Bytes that nobody else has are put
/// back, or beside it where their file has changed since.
fn rescue(folder: &Path) -> io::Result<Option<Rescued>> {
    let (file, note) = (folder.join("file"), folder.join("note"));
    let Ok(content) = fs::read(&file) else {
        clear(folder)?;
        return Ok(None);
    };
    let rescued = match parse(&fs::read(&note).unwrap_or_default()) {
        // The note comes first, so there is nothing of the user's here.
        None => None,
        Some((_, known)) if known.contains(&hex(&content)) => None,
        Some((path, [_, new])) => {
            let is_ours = fs::read(&path).is_ok_and(|there| hex(&there) == new);
            let place = if is_ours {
                swap(&file, &path)?;
                path.clone()
            } else {
                let beside = |number: u32| folder.with_file_name(format!("rescued-{number}"));
                let number = (0..).find(|number| !beside(*number).exists());
                let place = beside(number.unwrap_or_default());
                fs::rename(&file, &place)?;
                place
            };
            Some(Rescued { path, place })
        }
    };
    clear(folder)?;
    Ok(rescued)
}

/// Removes what nobody needs any more, the note last, and the folder if nothing is left in it.
fn clear(folder: &Path) -> io::Result<()> {
    for name in ["partial", "file", "note"] {
        discard(&folder.join(name))?;
    }
    let _ = fs::remove_dir(folder);
    Ok(())
}

fn parse(note: &[u8]) -> Option<(PathBuf, [String; 2])> {
    let end = note.iter().position(|byte| *byte == 0)?;
    let digests = std::str::from_utf8(&note[end + 1..]).ok()?;
    let (old, new) = digests.split_at_checked(64)?;
    (new.len() == 64).then(|| (OsStr::from_bytes(&note[..end]).into(), [old.to_owned(), new.to_owned()]))
}

fn swap(one: &Path, other: &Path) -> Result<(), Errno> {
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)
}

fn discard(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Scene {
        folder: tempfile::TempDir,
        place: PathBuf,
    }

    impl Scene {
        fn new(content: &str) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let place = folder.path().join("f");
            fs::write(&place, content).unwrap();
            Self { folder, place }
        }

        fn exchange<'a>(&'a self, content: &'a str) -> Exchange<'a> {
            Exchange { place: &self.place, content: content.as_bytes(), rest: Rest::Unstaged }
        }

        fn over(&self, content: &str, expected: &str) -> Exchanged {
            self.exchange(content).over(expected.as_bytes(), &[self.exchange_folder()]).unwrap()
        }

        fn exchange_folder(&self) -> PathBuf {
            self.folder.path().join("exchange/0")
        }

        fn content(&self) -> String {
            fs::read_to_string(&self.place).unwrap()
        }

        /// What a hook leaves that is killed with `other` in the other place.
        fn leave(&self, other: &str) {
            let exchange = self.exchange("new");
            let folder = self.exchange_folder();
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("note"), exchange.note(b"old")).unwrap();
            fs::write(folder.join("file"), other).unwrap();
        }

        fn rescue(&self) -> Option<Rescued> {
            let rescued = rescue(&self.exchange_folder()).unwrap();
            assert!(!self.exchange_folder().join("file").exists());
            rescued
        }
    }

    #[test]
    fn a_file_is_replaced_if_it_is_what_was_read() {
        let scene = Scene::new("old");
        assert_eq!(scene.over("new", "other"), Exchanged::Overtaken);
        assert_eq!(scene.content(), "old");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o751);
        fs::set_permissions(&scene.place, mode).unwrap();
        let Exchanged::Done(Some(kept)) = scene.over("new", "old") else { panic!("it was written just now") };
        assert_eq!(kept.late().unwrap(), None);
        fs::write(scene.exchange_folder().join("file"), "old, and more").unwrap();
        assert_eq!(kept.late().unwrap().unwrap(), b"old, and more");
        kept.discard().unwrap();
        assert_eq!(scene.content(), "new");
        assert_eq!(fs::metadata(&scene.place).unwrap().mode() & 0o777, 0o751);
        assert!(!scene.exchange_folder().exists());
    }

    #[test]
    fn what_is_known_needs_no_rescue() {
        let scene = Scene::new("new");
        for other in ["old", "new"] {
            scene.leave(other);
            assert_eq!(scene.rescue(), None);
            assert_eq!(scene.content(), "new");
        }
        assert_eq!(scene.rescue(), None);
        // A hook that was killed while it wrote has not touched anything yet.
        scene.leave("of no use");
        let folder = scene.exchange_folder();
        fs::rename(folder.join("file"), folder.join("partial")).unwrap();
        assert_eq!(scene.rescue(), None);
        assert!(!folder.exists());
    }

    #[test]
    fn bytes_that_nobody_else_has_are_put_back_or_kept_beside_it() {
        let scene = Scene::new("new");
        scene.leave("of the user");
        assert_eq!(scene.rescue().unwrap().place, scene.place);
        assert_eq!(scene.content(), "of the user");
        scene.leave("older of the user");
        let rescued = scene.rescue().unwrap();
        assert_eq!(scene.content(), "of the user");
        assert_eq!(fs::read_to_string(&rescued.place).unwrap(), "older of the user");
        assert_eq!(rescued.path, scene.place);
    }
}
