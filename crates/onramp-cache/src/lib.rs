//! Decides whether a task has to run: what it reads, what it wrote, and what is known of its last success.
//!
//! # Theory of operation
//!
//! A task's [`Fingerprint`] is a SHA-256 over everything that decides its result: its definition as the
//! caller describes it, and path, mode and content of every file it declares to read, of a link also the
//! content of the file it leads to. Modification times never count. After a success the caller stores a
//! [`Record`] with the fingerprint and the digest of each output, in one atomic step; a failed or interrupted
//! task stores nothing. The task is up to date when its fingerprint equals the recorded one and each output
//! still has its digest.
//!
//! A [`Tree`] is the list of files that git would show, as of one moment. It is walked for many tasks at once,
//! and the caller forgets it whenever a task has run that may have written files. The content of files is
//! not kept anywhere: each fingerprint reads them. A path that a task names literally counts even where git
//! ignores it. If it is a folder, that means the files in it that git shows, or all of them where git shows
//! none; of an output, always all.
//!
//! Architecture Invariant: nothing here runs a task or knows what one does.

mod digest;
mod fingerprint;
mod outputs;
mod patterns;
mod record;
mod tree;
mod walk;

pub use fingerprint::{Fingerprint, FingerprintBuilder};
pub use outputs::{OutputDigests, digest_outputs};
pub use patterns::{PatternError, Patterns};
pub use record::{Record, Records};
pub use tree::Tree;
