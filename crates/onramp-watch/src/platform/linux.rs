use notify::{ErrorKind, RecursiveMode};

use crate::WatchError;

/// inotify watches one folder at a time, and each counts against a limit of the user. To let it descend would be to
/// watch what git ignores too.
pub(crate) const MODE: RecursiveMode = RecursiveMode::NonRecursive;

/// Too many open files of this process, or of its user's inotify instances.
const EMFILE: i32 = 24;

/// Which limit an error tells of.
pub(crate) fn limit(error: &notify::Error) -> Option<WatchError> {
    match &error.kind {
        ErrorKind::MaxFilesWatch => Some(WatchError::Limit {
            what: "watched folders (inotify watches)",
            remedy: "sudo sysctl fs.inotify.max_user_watches=1048576",
        }),
        ErrorKind::Io(source) if source.raw_os_error() == Some(EMFILE) => Some(WatchError::Limit {
            what: "programs that watch files (inotify instances)",
            remedy: "sudo sysctl fs.inotify.max_user_instances=1024",
        }),
        _ => None,
    }
}
