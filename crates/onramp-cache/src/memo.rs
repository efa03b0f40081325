use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use crate::Digest;
use crate::record::{RecordReader, RecordWriter};
use crate::remove::remove_if_there;
use crate::stat::{Stat, now};

const TITLE: &str = "onramp memo 2\n";

/// How many files may be remembered that nobody has asked for in this run.
const MOST_UNUSED: usize = 50_000;

/// Remembers the digests of files, so that a file is read again only after it has changed.
///
/// Whether it has is told by size, both times, inode, device and mode. A file that was changed a moment before it was
/// read is not remembered: a second change within the grain of the file system's clock would leave no trace.
/// What is remembered is kept in a file from run to run; without it every file is read once more.
#[derive(Debug)]
pub struct Memo {
    file: PathBuf,
    root: PathBuf,
    known: OnceLock<Mutex<Known>>,
}

#[derive(Debug, Default)]
struct Known {
    /// By their names as bytes: paths are compared part by part, which takes far longer.
    files: HashMap<OsString, Seen>,
    /// Whether there is something to keep that the file does not have yet.
    is_new: bool,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    stat: Stat,
    digest: Digest,
    used: bool,
}

impl Memo {
    /// A memo of the files below `root`, and of others, that is kept in `file`. It is read when it is needed first;
    /// one that cannot be read is as good as an empty one.
    pub fn new(file: PathBuf, root: PathBuf) -> Self {
        Self { file, root, known: OnceLock::new() }
    }

    /// The digest of the regular file at `path`, of which the caller has the metadata already.
    pub fn digest(&self, path: &Path, metadata: &Metadata) -> io::Result<Digest> {
        let name = self.name(path);
        let stat = Stat::of(metadata);
        if let Some(seen) = self.lock().files.get_mut(name)
            && seen.stat == stat
        {
            seen.used = true;
            return Ok(seen.digest);
        }
        let moment = now();
        let file = File::open(path)?;
        let before = Stat::of(&file.metadata()?);
        let digest = Digest::of_reader(&file)?;
        let after = Stat::of(&file.metadata()?);
        if before == stat && after == stat && !stat.is_racy(moment) {
            let mut known = self.lock();
            known.files.insert(name.to_os_string(), Seen { stat, digest, used: true });
            known.is_new = true;
        }
        Ok(digest)
    }

    /// A path as it is remembered: below the root without the root.
    fn name<'p>(&self, path: &'p Path) -> &'p OsStr {
        let path = path.as_os_str();
        let below = path.as_encoded_bytes().strip_prefix(self.root.as_os_str().as_encoded_bytes());
        let name = below.and_then(|below| below.strip_prefix(b"/"));
        name.map_or(path, crate::text_of)
    }

    /// Whether there is something to keep.
    pub fn is_new(&self) -> bool {
        self.known.get().is_some_and(|known| known.lock().unwrap_or_else(PoisonError::into_inner).is_new)
    }

    /// Keeps what is remembered for later runs, in one step. Does nothing where nothing is new.
    pub fn save(&self) -> io::Result<()> {
        let Some(known) = self.known.get() else { return Ok(()) };
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        if !std::mem::take(&mut known.is_new) {
            return Ok(());
        }
        let unused = known.files.values().filter(|seen| !seen.used).count();
        let kept = known.files.iter().filter(|(_, seen)| seen.used || unused <= MOST_UNUSED);
        let mut writer = RecordWriter::new(TITLE);
        for (name, seen) in kept {
            writer.text(name.as_encoded_bytes());
            seen.stat.write(&mut writer);
            writer.digest(&seen.digest);
        }
        writer.write(&self.file)?;
        Ok(())
    }

    /// Forgets everything that is kept for later runs.
    pub fn clear(&self) -> io::Result<()> {
        remove_if_there(&self.file)
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        let known = self.known.get_or_init(|| Mutex::new(Known { files: self.load(), is_new: false }));
        known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn load(&self) -> HashMap<OsString, Seen> {
        fs::read(&self.file).ok().and_then(|bytes| read(&bytes)).unwrap_or_default()
    }
}

fn read(bytes: &[u8]) -> Option<HashMap<OsString, Seen>> {
    let mut reader = RecordReader::new(bytes, TITLE)?;
    let mut files = HashMap::new();
    while !reader.is_at_end() {
        let name = crate::text_of(reader.text()?).to_os_string();
        let stat = Stat::read(&mut reader)?;
        files.insert(name, Seen { stat, digest: reader.digest()?, used: false });
    }
    Some(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::FileTimes;
    use std::time::{Duration, SystemTime};

    fn digest(memo: &Memo, path: &Path) -> Digest {
        memo.digest(path, &fs::metadata(path).unwrap()).unwrap()
    }

    /// Writes a file and waits until the clock has moved on, so that it is not a racy one.
    fn settled(path: &Path, text: &str) {
        fs::write(path, text).unwrap();
        while Stat::of(&fs::metadata(path).unwrap()).is_racy(now()) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_change_of_the_same_size_and_time_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let memo = Memo::new(folder.path().join("memo"), folder.path().to_path_buf());
        settled(&path, "one");
        let times = FileTimes::new().set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000));
        let set = || File::options().write(true).open(&path).unwrap().set_times(times).unwrap();
        set();
        assert_eq!(digest(&memo, &path), Digest::of("one"));
        fs::write(&path, "two").unwrap();
        set();
        assert_eq!(digest(&memo, &path), Digest::of("two"));
    }

    #[test]
    fn a_change_within_the_grain_of_the_clock_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let memo = Memo::new(folder.path().join("memo"), folder.path().to_path_buf());
        for number in 1000..3000 {
            // Many of these fall into one tick of the clock, and all have the same size and inode.
            fs::write(&path, number.to_string()).unwrap();
            assert_eq!(digest(&memo, &path), Digest::of(number.to_string()));
        }
    }

    #[test]
    fn what_is_remembered_survives_and_a_broken_memo_is_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let (path, file) = (folder.path().join("a"), folder.path().join("memo"));
        let memo = || Memo::new(file.clone(), folder.path().to_path_buf());
        settled(&path, "one");
        let first = memo();
        digest(&first, &path);
        first.save().unwrap();
        let second = memo();
        assert_eq!(second.lock().files.len(), 1);
        digest(&second, &path);
        assert!(!second.lock().is_new, "nothing was read again");
        fs::write(&file, "onramp memo 2\nnonsense").unwrap();
        assert_eq!(digest(&memo(), &path), Digest::of("one"));
    }
}
