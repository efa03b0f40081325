//! Reads migration histories of any tool, without its configuration, and tells what is wrong with them.
//!
//! # Theory of operation
//!
//! [`Histories::below`] lists all folders below some, and asks of each whether it is one of the layouts of `forms`: what
//! decides are names, and the content of few files where names decide nothing. Layouts whose entries are folders come first
//! and claim those, so that a folder with `up.sql` is an entry and no history of its own. What is found is a [`Chain`]: one
//! history, of one dialect, its [entries](Entry) in the order in which they are applied, and where it is SQL the
//! [scripts](Script) of both ways, which can be read and given to a server. A folder whose files name several dialects has
//! one chain for each of them, with the files that are for all in each.
//!
//! A dialect is told by the innermost folder that is called after one, by the names of files, by a file that a tool has left
//! beside them, or by words that only one dialect knows; what tells it is a part of the answer. Histories in folders that
//! differ by their dialect alone belong together, and are paired: by ids, or where those differ by names.
//!
//! [`Audit::of`] holds each history against itself: a rule is what at least four of five entries keep, and only whoever
//! breaks a rule is told. So a history without a way back at all is a fact, and one migration without it among fifty with it
//! is a finding. What was released is told by the caller as [`Released`], because nothing here asks git.
//!
//! Changelogs of Liquibase are a history in the order in which the one that nobody includes leads through all others; an include
//! leads to what was listed, and nowhere else. JavaScript and TypeScript are cut into tokens, and what a file exports is looked for
//! among those at its top: what is in comments, strings and functions is no export, and nothing is parsed that is no export.
//!
//! Whatever is audited is a stranger's. Only regular files are opened, without waiting; of each no more is read than a few
//! MiB; links to folders are not followed; and what cannot be read is a finding, never the end.
//!
//! Architecture Invariant: nothing here writes, and nothing of what is read is run: neither Python, JavaScript or SQL, nor
//! the configuration of a tool.

mod audit;
mod chain;
mod checks;
mod declared;
mod dialect;
mod find;
mod finding;
mod forms;
mod graph;
mod javascript;
mod lone;
mod name;
mod number;
mod pairing;
mod parts;
mod python;
mod released;
mod sections;
mod sql;
mod text;
mod walk;
mod yaml;

pub use audit::{Audit, Audited};
pub use chain::{Chain, Down, Entry, Form, Script, ToldBy};
pub use checks::Set;
pub use declared::{Declared, Twins};
pub use dialect::DialectName;
pub use find::Histories;
pub use finding::{Code, Finding, Level};
pub use number::Number;
pub use python::{DownSpans, RevisionFile};
pub use released::{Fate, Released};
pub use sections::Marks;
