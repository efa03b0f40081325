//! Waits for changes of files, and tells those that matter once they are over.
//!
//! # Theory of operation
//!
//! **Events are hints, the tree is the truth.** What the system tells of changes says only *where* to look: events
//! come late, twice, under the name that a file had before, or not at all when the system's queue is full. So a
//! [`Watch`] keeps a picture of all files that matter, looks again at the folders that events name, and tells the
//! difference between the two pictures. A file that is replaced by another one under its name, one that is deleted
//! and written anew, and one that was never closed all look the same: other content at the same path. A file that
//! was touched or saved as it was is no difference. Lost events mean that everything is looked at again.
//!
//! **What is looked at.** A [`TreeSpec`] is a folder and a question that the caller answers: whether a file of it
//! matters. Folders and files that git ignores are left out with `.git` and `.onramp`, another repository below, and
//! what editors leave beside the files they edit. A path that is named in [`WatchSpec::named`] counts even where git
//! ignores it. A changed `.gitignore`, there or above, or `.git/info/exclude` takes effect at once.
//!
//! **Where the system is asked to look.** On Linux each folder that is not left out is watched by itself, so that
//! a `node_modules` costs nothing: neither time at the start nor watches, of which the system has a limited number. A
//! folder is watched before it is listed, so nothing that appears in a new one is lost in between. Where the system
//! refuses, the picture is taken again every second instead, and the caller is told ([`Watch::remark`]).
//!
//! **When changes are over.** The first event starts a *burst*, which ends when there was none for 50 ms. One that
//! does not end is cut off after two seconds, so that a stream of events delays nothing for ever; while git holds its
//! index, because it replaces the whole tree, after thirty. Events of files that were found not to matter belong to no
//! burst.
//!
//! **Changes that the work makes itself.** Nobody can tell whose hand changed a file while work was under way, so
//! such a change counts like any other. [`Restless`] ends what would go on for ever: a file that has changed during
//! three rounds of work in a row starts no further round, unless it changes while nothing is under way.
//!
//! Architecture Invariant: this crate knows neither tasks nor the cache. It is handed folders and a question, and
//! starts nothing.

mod burst;
mod content;
mod error;
mod eyes;
mod gathering;
mod git;
mod named;
mod platform;
mod restless;
mod snapshot;
mod spec;
mod tree;
mod unheeded;
mod walk;
mod watch;

pub use error::WatchError;
pub use restless::Restless;
pub use spec::{Matters, TreeSpec, WatchSpec};
pub use watch::{Changes, Watch};
