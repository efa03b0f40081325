use notify::RecursiveMode;

use crate::WatchError;

/// FSEvents watches a folder with everything below it, at no cost for each folder; events of what is left out are
/// dropped here.
pub(crate) const MODE: RecursiveMode = RecursiveMode::Recursive;

/// No limit is known that a user could raise.
pub(crate) fn limit(_error: &notify::Error) -> Option<WatchError> {
    None
}
