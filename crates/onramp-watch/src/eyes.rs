use std::path::{Path, PathBuf};
use std::sync::Arc;

use notify::{Config, ErrorKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::WatchError;
use crate::gathering::Gathering;
use crate::platform;

/// The system's watcher. At the first refusal it closes for good: half of the folders are as good as none.
pub(crate) struct Eyes {
    watcher: Option<RecommendedWatcher>,
    /// The folders that are watched with everything below, where the system does that.
    below: Vec<PathBuf>,
    refusal: Option<WatchError>,
}

impl Eyes {
    /// Tells `gathering` of everything that it sees.
    pub(crate) fn new(gathering: Arc<Gathering>) -> Self {
        let config = Config::default().with_follow_symlinks(false);
        let mut eyes = Self { watcher: None, below: Vec::new(), refusal: None };
        match RecommendedWatcher::new(move |event| gathering.take(event), config) {
            Ok(watcher) => eyes.watcher = Some(watcher),
            Err(error) => eyes.refuse(None, error),
        }
        eyes
    }

    /// Watches a folder from now on. One that is watched already may be named again, and should be where another
    /// folder may have taken its place.
    pub(crate) fn watch(&mut self, folder: &Path) {
        let Some(watcher) = &mut self.watcher else { return };
        if platform::MODE == RecursiveMode::Recursive {
            if self.below.iter().any(|watched| folder.starts_with(watched)) {
                return;
            }
            self.below.push(folder.to_path_buf());
        }
        if let Err(error) = watcher.watch(folder, platform::MODE)
            && !is_of_the_folder(&error)
        {
            self.refuse(Some(folder), error);
        }
    }

    /// Whether the system tells of changes.
    pub(crate) fn are_open(&self) -> bool {
        self.watcher.is_some()
    }

    /// Why the system does not tell of changes, once.
    pub(crate) fn take_refusal(&mut self) -> Option<WatchError> {
        self.refusal.take()
    }

    fn refuse(&mut self, path: Option<&Path>, source: notify::Error) {
        let limit = platform::limit(&source);
        let path = path.map(Path::to_path_buf);
        self.refusal = Some(limit.unwrap_or(WatchError::Refused { path, source }));
        // Its watches are given back to others.
        self.watcher = None;
    }
}

/// Whether the folder is at fault: it is gone, or may not be read, and then it cannot be listed either.
fn is_of_the_folder(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(source) => {
            use std::io::ErrorKind::{NotADirectory, NotFound, PermissionDenied};
            [NotFound, NotADirectory, PermissionDenied].contains(&source.kind())
        }
        _ => false,
    }
}
