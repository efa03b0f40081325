//! The crate against the real git.

mod changes;
mod scratch;
mod sides;
mod trees;
