//! Hooks before a commit, by real commits of a real git: whatever happens, nobody loses a byte.

mod commits;
mod contents;
mod faults;
mod kills;
mod many;
mod meanwhile;
mod names;
mod partly_staged;
mod random;
mod randomised;
mod site;
mod tools;
