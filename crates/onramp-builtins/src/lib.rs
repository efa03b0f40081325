//! Formatters and checks that need no tool, on the bytes of one file at a time.
//!
//! # Theory of operation
//!
//! A [`Builtin`] is a fixer or a checker. A fixer is a pure function of a file's path and bytes; [`fix`] applies
//! all fixers of a list in one fixed order, in which none of them undoes or begins the work of an earlier one, so
//! one pass is enough and a second one finds nothing. As a check, a fixer tells the lines that it would change.
//! What is not text, by a control character among its first 8 KiB or a byte order mark of UTF-16, is left alone by all
//! but those that look at names, sizes and modes, or at a syntax of which a NUL is no part.
//!
//! A line ends with a line feed and all carriage returns right before it. A carriage return elsewhere is a character
//! like any other, as it is for git.
//!
//! Content may come from anywhere ([`File`]); [`walk`] takes it from the disk: each file is read once for all
//! built-ins, by several threads with a buffer each. A file is replaced by a new one beside it, with its mode and
//! owner, and only while it still is the one that was read. Links are never followed.
//!
//! Architecture Invariant: nothing here starts a process, or lists a folder: files are named by the caller.

mod builtin;
mod checkers;
mod commit_message;
mod file;
mod finding;
mod fixers;
mod forbidden_branch;
mod replace;
mod text;
mod walk;

pub use builtin::{Builtin, LARGE_FILES, LineEndings};
pub use checkers::{case_conflicts, check};
pub use commit_message::CommitMessage;
pub use file::{File, Kind};
pub use finding::Finding;
pub use fixers::fix;
pub use forbidden_branch::ForbiddenBranch;
pub use walk::{Action, Report, Walk, walk};
