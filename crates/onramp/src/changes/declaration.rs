use std::path::{Path, PathBuf};

use onramp_cache::Patterns;
use onramp_core::Failure;

use super::affected::{Declares, Role};
use super::seen::{Place, Seen};
use crate::job::Job;

/// What a task declares to read and to make, by the same patterns as its key.
pub(super) struct Declaration<'a> {
    /// Where its workspace lies, `None` if git does not look there.
    folder: Option<&'a Path>,
    inputs: Option<Patterns>,
    outputs: Option<Patterns>,
    /// Files and those excluded from them.
    files: Option<(Patterns, Patterns)>,
    open: bool,
}

impl<'a> Declaration<'a> {
    /// That of a task.
    pub(super) fn of(job: &Job, seen: &'a Seen) -> Result<Self, Failure> {
        let folder = match seen.place(&job.checkout) {
            Place::At(folder) => Some(folder.as_path()),
            Place::OutOfSight => None,
        };
        let patterns = |globs: &[String]| job.checkout.patterns(job.work.directory(), globs);
        let set = job.work.files().filter(|set| !set.include.is_empty());
        let cache = job.cache.as_ref();
        Ok(Self {
            folder,
            inputs: cache.map(|cache| patterns(&cache.inputs)).transpose()?,
            outputs: cache.map(|cache| patterns(&cache.outputs)).transpose()?,
            open: job.cache.is_none() && set.is_none(),
            files: match set {
                Some(set) => Some((patterns(&set.include)?, patterns(&set.exclude)?)),
                None => None,
            },
        })
    }

    /// A path relative to the workspace as one relative to the workspace that the task belongs to.
    pub(super) fn within(&self, path: &Path) -> Option<PathBuf> {
        self.inside(path).map(Path::to_path_buf)
    }

    fn inside<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        path.strip_prefix(self.folder?).ok().filter(|path| !path.as_os_str().is_empty())
    }
}

impl Declares for Declaration<'_> {
    fn role(&self, path: &Path) -> Option<Role> {
        let path = self.inside(path)?;
        let has = |patterns: &Option<Patterns>| patterns.as_ref().is_some_and(|all| all.matches(path));
        let is_single = self
            .files
            .as_ref()
            .is_some_and(|(files, excluded)| files.matches(path) && !excluded.matches(path));
        if has(&self.inputs) {
            Some(Role::Whole)
        } else if has(&self.outputs) {
            Some(Role::Made)
        } else {
            is_single.then_some(Role::Single)
        }
    }

    fn is_open(&self) -> bool {
        self.open
    }

    fn is_out_of_sight(&self) -> bool {
        self.folder.is_none()
    }
}
