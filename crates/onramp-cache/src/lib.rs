//! Decides whether a task has to run: what it reads, what it wrote, and what is known of its earlier successes.
//!
//! # Theory of operation
//!
//! **Keys.** An [`Action`] is everything that decides a task's result: what is run (the caller's aspects), what lies
//! at each path that it declares to read ([`Entry`]: content, whether it is a program, of a link also what it leads
//! to), and what it takes from the tasks that it needs. Modification times never count. Its SHA-256 is the key.
//!
//! **Digests of files.** A [`Memo`] remembers the digest of each file on size, both times, inode and device, so a file
//! is read again only after it has changed. What was changed a moment before it was read is not remembered: a second
//! change within the grain of the clock would leave no trace. A [`Tree`] is the list of files that git would show. It
//! is walked once for all tasks of a run; where something may have come or gone, the folders are asked for their
//! times and only those that changed are read again.
//!
//! **Clean files.** A formatter, and a linter that looks at each file by itself, is not a matter of one key for all files. Of
//! each file [`CleanFiles`] remembers with which [`Content`] it was found clean, and by which action; so a run costs
//! one look at each file, and a read of those that were touched.
//!
//! **Results.** After a success the caller keeps an [`ActionResult`] in a [`Store`]: contents first, each under its
//! digest, the result last, each in one step. Before that it makes sure that the key is still the one that the task
//! was started with: an input that was edited meanwhile is never taken for the state that was built. A failed or
//! interrupted task keeps nothing. The store is shaped like the Remote Execution API: action digest, action result,
//! contents by digest. It may be shared by any number of processes and worktrees.
//!
//! **Hits.** A result answers when its key does, and then the tree is made to agree with it: [`changed_outputs`] are
//! restored, and [`superseded`] files of the task's last result are removed. Contents are copied, never linked, and
//! read back against their digest. A task that changes more of the tree than it declares is satisfied by its own last
//! result alone ([`LastResults`]), and only while that still lies there: a formatter has not been run because it once
//! was, in a tree that looked like this one.
//!
//! Architecture Invariant: nothing here runs a task or knows what one does.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

mod action;
mod clean;
mod digest;
mod entry;
mod last;
mod listing;
mod marks;
mod memo;
mod outputs;
mod patterns;
mod record;
mod remove;
mod result;
mod stat;
mod store;
mod transcript;
mod tree;
mod walk;

pub use action::{Action, Difference, Part};
pub use clean::{ActionNumber, CleanFiles, Knowledge};
pub use digest::{Digest, NoDigest};
pub use entry::{Content, Entry, Witness};
pub use last::LastResults;
pub use marks::Marks;
pub use memo::Memo;
pub use outputs::{Before, Output, Outputs, Written, changed_outputs, is_plainly_below, superseded};
pub use patterns::{PatternError, Patterns};
pub use remove::remove_folder;
pub use result::ActionResult;
pub use store::{Collected, Damage, Limits, Status, Store};
pub use transcript::Transcript;
pub use tree::Tree;

/// The text that these bytes are, as `OsStr::as_encoded_bytes` has given them.
fn text_of(bytes: &[u8]) -> &OsStr {
    OsStr::from_bytes(bytes)
}
