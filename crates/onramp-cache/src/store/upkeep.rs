use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{LAYOUT, Store};
use crate::remove::{remove_folder, remove_if_there};
use crate::{ActionResult, Digest};

/// For how long a content is kept that no result needs: somebody may be about to write its result.
const GRACE: Duration = Duration::from_secs(3600);

/// What a store holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// How many results.
    pub results: usize,
    /// How many contents.
    pub blobs: usize,
    /// The size of all of it, in bytes.
    pub bytes: u64,
}

/// What is wrong in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// This file does not have the content that its name says.
    Content(PathBuf),
    /// This file is no result that can be read.
    Result(PathBuf),
    /// This result stands on a content that is not there.
    Incomplete {
        /// The result.
        result: PathBuf,
        /// The task whose result it is.
        task: String,
    },
}

impl Damage {
    /// The file that it is about.
    pub fn file(&self) -> &Path {
        match self {
            Self::Content(file) | Self::Result(file) | Self::Incomplete { result: file, .. } => file,
        }
    }
}

/// How much a store may keep.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The size of all of it, in bytes. Results that were not used for the longest time go first.
    pub bytes: u64,
    /// How long a result may go unused.
    pub age: Duration,
}

impl Default for Limits {
    /// Ten gibibytes, and thirty days.
    fn default() -> Self {
        Self { bytes: 10 << 30, age: Duration::from_secs(30 * 86_400) }
    }
}

/// What was removed from a store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// How many results.
    pub results: usize,
    /// How many contents.
    pub blobs: usize,
    /// The size of all of it, in bytes.
    pub bytes: u64,
}

struct Kept {
    path: PathBuf,
    bytes: u64,
    modified: SystemTime,
}

impl Store {
    /// What it holds.
    pub fn status(&self) -> io::Result<Status> {
        let (results, blobs) = (self.files("results")?, self.files("blobs")?);
        let bytes = results.iter().chain(&blobs).map(|kept| kept.bytes).sum();
        Ok(Status { results: results.len(), blobs: blobs.len(), bytes })
    }

    /// Reads everything in it, and tells what is not as it should be.
    pub fn verify(&self) -> io::Result<Vec<Damage>> {
        let mut damage = Vec::new();
        let mut sound = HashSet::new();
        // Before the contents: whoever keeps a result now has kept its contents before.
        let results = self.files("results")?;
        for kept in self.files("blobs")? {
            match digest_of_name(&kept.path) {
                Some(digest) if self.is_sound(&digest) => drop(sound.insert(digest)),
                _ if !kept.path.exists() => {}
                _ => damage.push(Damage::Content(kept.path)),
            }
        }
        for kept in results {
            match read_result(&kept.path) {
                // Somebody else has removed it since.
                None if !kept.path.exists() => {}
                None => damage.push(Damage::Result(kept.path)),
                Some(result)
                    if result.blobs().any(|blob| !sound.contains(&blob) && !self.is_sound(&blob)) =>
                {
                    damage.push(Damage::Incomplete { result: kept.path, task: result.task });
                }
                Some(_) => {}
            }
        }
        Ok(damage)
    }

    /// Whether a content is there and is what its name says; it may have been kept a moment ago.
    fn is_sound(&self, digest: &Digest) -> bool {
        let content = File::open(self.place("blobs", digest)).and_then(Digest::of_reader);
        content.is_ok_and(|content| content == *digest)
    }

    /// Removes what is damaged. Whatever needs it will be made again.
    pub fn mend(&self, damage: &[Damage]) -> io::Result<()> {
        damage.iter().try_for_each(|damage| remove_if_there(damage.file()))
    }

    /// Removes what is too old, too much, or needed by nothing.
    pub fn collect(&self, limits: Limits) -> io::Result<Collected> {
        let (collected, files) = self.superfluous(limits)?;
        files.iter().try_for_each(|file| remove_if_there(file))?;
        Ok(collected)
    }

    /// What [`collect`](Self::collect) would remove.
    pub fn would_collect(&self, limits: Limits) -> io::Result<Collected> {
        self.superfluous(limits).map(|(collected, _)| collected)
    }

    /// What is too old, too much, or needed by nothing, and its files in the order in which they may go: a result
    /// before the contents that it needs.
    fn superfluous(&self, limits: Limits) -> io::Result<(Collected, Vec<PathBuf>)> {
        let now = SystemTime::now();
        let is_older = |kept: &Kept, age| now.duration_since(kept.modified).is_ok_and(|time| time > age);
        let blobs: HashMap<Digest, Kept> = self
            .files("blobs")?
            .into_iter()
            .filter_map(|kept| Some((digest_of_name(&kept.path)?, kept)))
            .collect();
        let mut results = self.files("results")?;
        results.sort_by_key(|kept| std::cmp::Reverse(kept.modified));
        let mut collected = Collected::default();
        let mut files = Vec::new();
        let mut needed = HashSet::new();
        let mut bytes = 0;
        // The youngest first: what is left over when the room is used up has not been asked for the longest.
        for kept in results {
            let result = read_result(&kept.path).filter(|_| !is_older(&kept, limits.age));
            let new: Vec<Digest> = result.iter().flat_map(ActionResult::blobs).collect();
            let size = |digest: &Digest| blobs.get(digest).map_or(0, |kept| kept.bytes);
            let more: u64 = new.iter().filter(|digest| !needed.contains(*digest)).map(size).sum();
            if result.is_none() || bytes + more + kept.bytes > limits.bytes {
                collected.results += 1;
                collected.bytes += kept.bytes;
                files.push(kept.path);
            } else {
                bytes += more + kept.bytes;
                needed.extend(new);
            }
        }
        for (digest, kept) in blobs {
            if !needed.contains(&digest) && is_older(&kept, GRACE) {
                collected.blobs += 1;
                collected.bytes += kept.bytes;
                files.push(kept.path);
            }
        }
        let abandoned = self.files("new")?.into_iter().filter(|kept| is_older(kept, GRACE));
        files.extend(abandoned.map(|kept| kept.path));
        Ok((collected, files))
    }

    /// Collects like [`collect`](Self::collect) if nobody has for `interval`. `None`: it is too early, or there is no
    /// store.
    pub fn collect_if_due(&self, limits: Limits, interval: Duration) -> io::Result<Option<Collected>> {
        let mark = self.folder.join(LAYOUT).join("collected");
        let last = match fs::metadata(&mark) {
            Ok(metadata) => metadata.modified()?,
            // A store that is new has nothing to collect.
            Err(_) if self.folder.join(LAYOUT).is_dir() => return fs::write(mark, "").map(|()| None),
            Err(_) => return Ok(None),
        };
        if !last.elapsed().is_ok_and(|age| age > interval) {
            return Ok(None);
        }
        fs::write(mark, "")?;
        self.collect(limits).map(Some)
    }

    /// Removes everything.
    pub fn clear(&self) -> io::Result<()> {
        remove_folder(&self.folder.join(LAYOUT))
    }

    /// The files of one kind, however deep they lie.
    fn files(&self, kind: &str) -> io::Result<Vec<Kept>> {
        let mut files = Vec::new();
        let mut folders = vec![self.folder.join(LAYOUT).join(kind)];
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            for entry in entries {
                let entry = entry?;
                // Somebody else may be collecting too.
                let Ok(metadata) = entry.metadata() else { continue };
                if metadata.is_dir() {
                    folders.push(entry.path());
                } else {
                    let modified = metadata.modified()?;
                    files.push(Kept { path: entry.path(), bytes: metadata.len(), modified });
                }
            }
        }
        Ok(files)
    }
}

fn digest_of_name(path: &Path) -> Option<Digest> {
    path.file_name()?.to_str()?.parse().ok()
}

fn read_result(path: &Path) -> Option<ActionResult> {
    let result: ActionResult = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    (Some(result.action) == digest_of_name(path)).then_some(result)
}
