//! Decides whether a task has to run: what it reads, what it wrote, and what is known of its last success.
//!
//! # Theory of operation
//!
//! A task's [`Fingerprint`] is a SHA-256 over everything that decides its result: its definition as the
//! caller describes it, and path, mode and content of every file it declares to read. Modification times
//! never count. After a success the caller stores a [`Record`] with the fingerprint and the digest of each
//! output, in one atomic step; a failed or interrupted task stores nothing. The task is up to date when its
//! fingerprint equals the recorded one and each output still has its digest.
//!
//! One [`Tree`] is walked per run and workspace, honours `.gitignore`, and is shared by all tasks. Paths
//! that a task names literally count even where git ignores them.
//!
//! Architecture Invariant: nothing here runs a task or knows what one does.

mod digest;
mod fingerprint;
mod outputs;
mod patterns;
mod record;
mod tree;

pub use fingerprint::{Fingerprint, FingerprintBuilder};
pub use outputs::{OutputDigests, digest_outputs};
pub use patterns::{PatternError, Patterns};
pub use record::{Record, Records};
pub use tree::Tree;
