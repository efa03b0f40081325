use onramp_git::{Changes, GitError, Repository};

use super::seen::Seen;
use crate::words::count;

/// Which changes are asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Question<'a> {
    /// Those since this revision and what is checked out have parted.
    Since(&'a str),
    /// Those that are staged.
    Staged,
}

impl Question<'_> {
    pub(super) fn put_to(self, repository: &Repository) -> Result<Changes, GitError> {
        match self {
            Self::Since(revision) => repository.changes_since(revision),
            Self::Staged => repository.staged(),
        }
    }

    /// What becomes of a verb for which `asked` tasks were selected.
    pub(super) fn told(self, seen: &Seen, affected: usize, asked: usize) -> String {
        let (changes, outside) = (seen.told(), seen.outside);
        let mut text = match self {
            Self::Since(revision) => format!("{} changed since {revision}", count(changes, "file")),
            Self::Staged => format!("{} staged", count(changes, "file")),
        };
        if outside > 0 {
            text.push_str(&format!(", and {outside} outside of the workspace, which do not count"));
        }
        match (affected, changes) {
            (0, 0) => format!("nothing to do: {text}"),
            (0, _) => format!("nothing to do: {text}, affecting none of {}", count(asked, "selected task")),
            _ => format!("{text}, affecting {affected} of {}", count(asked, "selected task")),
        }
    }
}
