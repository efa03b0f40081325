//! The vocabulary that every other crate of Onramp speaks: task names, the task graph, events, outcomes,
//! cancellation and secrets.
//!
//! Architecture Invariant: this crate depends on std alone. It starts no process, opens no file and prints
//! nothing; what happens is told to a [`Reporter`].

mod cancel;
mod dialect;
mod event;
mod execute;
mod failure;
mod graph;
mod outcome;
mod problem;
mod schedule;
mod secrets;
mod shard;
mod task_id;

pub use cancel::{Cancel, CancelLevel, Subscription};
pub use dialect::Dialect;
pub use event::{Event, Level, Reporter, RunSummary, Silent, Stream, TaskFiles, TaskSummary};
pub use execute::Execution;
pub use failure::{Failure, FailureKind, FilePlace};
pub use graph::{GraphError, Plan, TaskGraph, TaskNode};
pub use outcome::Outcome;
pub use problem::{Problem, Recogniser, Severity};
pub use schedule::{FailurePolicy, Schedule};
pub use secrets::Secrets;
pub use shard::{Bundle, Shard, ShardError, split};
pub use task_id::{TaskId, TaskIdError};
