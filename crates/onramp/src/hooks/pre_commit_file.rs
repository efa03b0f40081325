//! The hooks of `.pre-commit-config.yaml`, run where the configuration asks for them.
//!
//! What needs nothing but the repository and the machine runs here, each hook as a node of the graph. All others are one
//! node: prek or pre-commit, kept to them. Both are given their files by name, because without that they would put
//! aside what is not staged.

mod arguments;
mod builtin;
mod delegated;
mod native;
mod order;
mod program;
mod read;
mod setting;

pub(crate) use order::{Turns, policy, take_turns};
pub(crate) use program::Delegate;
pub(crate) use read::{FILE, FileHook, FileHooks, How};
pub(crate) use setting::{Candidate, FileNode, Setting};
