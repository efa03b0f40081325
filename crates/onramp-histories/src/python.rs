//! Migrations in Python, read without Python.

mod django;
mod lines;
mod revision_file;

pub(crate) use django::Migration;
pub use revision_file::{DownSpans, RevisionFile};
