//! Hooks before a commit, by real commits of a real git: whatever happens, nobody loses a byte.

mod commits;
mod contents;
mod many;
mod meanwhile;
mod names;
mod partly_staged;
mod site;
mod tools;
