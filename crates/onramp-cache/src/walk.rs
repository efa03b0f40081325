use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder, WalkState};

/// Which of the files below a folder are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visibility {
    /// Those that git would show. `.gitignore` files count whether or not the folder is a git repository.
    Git,
    /// All of them.
    All,
}

/// What a walk comes by.
pub(crate) enum Found {
    /// A file, or a link to anything.
    File(PathBuf),
    /// A folder, told before anything in it is read.
    Folder(PathBuf),
}

/// Walks the files below `folder`, links among them, and tells each by its path relative to `root`. `.git` and
/// `.onramp` are left out, unless they are `folder` itself: what they hold changes whatever a task does. `depth`
/// is how deep to look: 1 means what lies in the folder itself, folders included.
pub(crate) fn walk(
    root: &Path,
    folder: &Path,
    visibility: Visibility,
    depth: Option<usize>,
    take: impl FnMut(Found) + Send,
) -> io::Result<()> {
    let mut walk = WalkBuilder::new(folder);
    match visibility {
        Visibility::Git => walk.hidden(false).ignore(false).require_git(false).parents(true),
        Visibility::All => walk.standard_filters(false),
    };
    let is_state = |entry: &DirEntry| entry.file_name() == ".git" || entry.file_name() == ".onramp";
    // Another repository, a submodule or a worktree that happens to lie here: git shows its folder, not its files.
    let is_foreign = move |entry: &DirEntry| {
        visibility == Visibility::Git
            && entry.depth() > 0
            && entry.file_type().is_some_and(|kind| kind.is_dir())
            && entry.path().join(".git").exists()
    };
    walk.max_depth(depth).filter_entry(move |entry| !is_state(entry) && !is_foreign(entry));
    // The walk for several threads reads a folder before it looks for rules in it, and asks for none that are not there. In
    // folders with two files each that halves its calls to the system; one thread is enough.
    let (take, failure) = (Mutex::new(take), Mutex::new(None));
    walk.threads(1).build_parallel().run(|| {
        Box::new(|entry| {
            let entry = match entry {
                Ok(entry) => entry,
                // What vanishes while it is looked at is not there, and what cannot be read is as good as that.
                Err(error) if error.io_error().is_some_and(is_out_of_reach) => return WalkState::Continue,
                Err(error) => {
                    failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                    return WalkState::Quit;
                }
            };
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir()) || entry.depth() == 0;
            if let Ok(path) = entry.path().strip_prefix(root) {
                let path = path.to_path_buf();
                let mut take = take.lock().unwrap_or_else(PoisonError::into_inner);
                take(if is_folder { Found::Folder(path) } else { Found::File(path) });
            }
            WalkState::Continue
        })
    });
    let failure = failure.into_inner().unwrap_or_else(PoisonError::into_inner);
    failure.map_or(Ok(()), |error| Err(io::Error::other(error)))
}

fn is_out_of_reach(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied)
}

/// The files below `folder`, relative to `root` and sorted by the bytes of their names.
pub(crate) fn files_below(root: &Path, folder: &Path, visibility: Visibility) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    walk(root, folder, visibility, None, |found| {
        if let Found::File(path) = found {
            files.push(path);
        }
    })?;
    sort(&mut files);
    Ok(files)
}

/// Sorts by the bytes of the names, so that everything below one folder stands together and is quickly found.
pub(crate) fn sort(files: &mut [PathBuf]) {
    files.sort_unstable_by(|one, two| one.as_os_str().cmp(two.as_os_str()));
}
