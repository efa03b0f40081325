use std::borrow::Cow;
use std::path::Path;

use onramp_core::Failure;

/// What tools say that run in the copy of the tree, told as if they ran in the tree itself: nobody should open a file
/// of the copy because a tool has named it.
#[derive(Clone, Debug)]
pub(crate) struct TreePaths {
    copy: String,
    tree: String,
}

impl TreePaths {
    /// For a copy and the tree that it is of. `None` where a path is not UTF-8, so that no line can be trusted to have
    /// it as it is.
    pub(super) fn of(copy: &Path, tree: &Path) -> Option<Self> {
        Some(Self { copy: copy.to_str()?.to_owned(), tree: tree.to_str()?.to_owned() })
    }

    /// A text with the paths of the tree.
    pub(crate) fn told<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if text.contains(&self.copy) { Cow::Owned(text.replace(&self.copy, &self.tree)) } else { text.into() }
    }

    /// A failure with the paths of the tree.
    pub(crate) fn told_failure(&self, failure: Failure) -> Failure {
        Failure {
            message: self.told(&failure.message).into_owned(),
            tail: failure.tail.iter().map(|line| self.told(line).into_owned()).collect(),
            hint: failure.hint.map(|hint| self.told(&hint).into_owned()),
            ..failure
        }
    }
}
