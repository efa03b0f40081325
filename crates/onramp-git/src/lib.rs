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
//! Git is asked about the repository that the workspace lies in, whatever `GIT_DIR` of a hook says. Of a hook's
//! variables only `GIT_INDEX_FILE` is kept, and only if it names an index of that very repository: a commit of
//! some of the staged files has one of its own.
//!
//! A changed file is one that a reader of the work tree could notice: committed since the common ancestor,
//! staged, unstaged, deleted, or new and not ignored. What git ignores it cannot tell about. A submodule is told
//! by its folder, and so is a repository that lies in the work tree and is none.
//!
//! What is staged is copied into a [`Shadow`], a work tree of its own beside the user's, and
//! [`publish`](Shadow::publish) takes what tools have made of it back into the index and the work tree: each file of
//! the work tree by a change of places with the new one, after a look at what lies there, and the index in one step,
//! by its lock.
//!
//! Architecture Invariant: nothing here writes to a repository or its work tree, not even to refresh an index, but
//! [`publish`](Shadow::publish), and [`hooks`] into the folder of hooks.

mod changes;
mod error;
mod git_directory;
pub mod hooks;
mod index;
mod platform;
mod publish;
mod quoted;
mod repository;
mod shadow;
mod staged;
mod tree;

pub use changes::Changes;
pub use error::GitError;
pub use git_directory::GitDirectory;
pub use publish::{Conflict, Published, Rescued, rescue};
pub use repository::Repository;
pub use shadow::{InUse, Shadow};
pub use staged::{Blob, Mode, Staged};
pub use tree::Tree;
