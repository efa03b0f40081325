//! What git knows of a work tree: which files differ from a revision, and which are staged.
//!
//! # Theory of operation
//!
//! Questions that need objects are put to the real git, version 2.30 or later: [`Repository`] starts it without
//! a pager, without locks that are not necessary and without what a user's configuration could change about its
//! output. Names come back in git's own quotes and are unquoted here, because that form is plain ASCII: it
//! survives being read line by line, whatever bytes a name is made of. For the same reason git runs without the
//! launcher's secrets; a name in which one was masked would be another name.
//!
//! Git is asked about the repository that the workspace lies in, whatever `GIT_DIR` of a hook says, and whatever
//! `GIT_INDEX_FILE` says unless it names an index of that very repository. The hook itself is the exception: what git
//! has told it is what the commit is made of, wherever that lies ([`Repository::of_hook`]).
//!
//! What tools make of staged files is taken from a [`Shadow`]: a copy of the staged tree, whose files they change. What
//! they were given is kept beside it, so that their change is a matter of those two alone, whatever somebody stages or
//! writes meanwhile. A file of the work tree gets a change by a change of places, and what lay there is looked at again
//! before it goes, so that whoever writes at that moment loses nothing either.
//!
//! A changed file is one that a reader of the work tree could notice: committed since the common ancestor,
//! staged, unstaged, deleted, or new and not ignored. What git ignores it cannot tell about. A submodule is told
//! by its folder, and so is a repository that lies in the work tree and is none.
//!
//! Architecture Invariant: nothing here writes to a repository or its work tree, not even to refresh an index, but a shadow
//! that is [published](Shadow::publish), and [`hooks`] into the folder of hooks.

mod changes;
mod error;
mod git_directory;
pub mod hooks;
mod index;
mod platform;
mod publish;
mod quoted;
mod released;
mod repository;
mod shadow;
mod sides;
mod staged;
mod tree;

pub use changes::Changes;
pub use error::GitError;
pub use git_directory::GitDirectory;
pub use publish::{Conflict, Published, Rescued};
pub use released::CommittedFile;
pub use repository::Repository;
pub use shadow::{InUse, Shadow};
pub use sides::FileState;
pub use staged::{Blob, Mode, Staged};
pub use tree::Tree;
