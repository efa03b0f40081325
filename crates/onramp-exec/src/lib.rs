//! Starts processes, and sees to their end. Everything that Onramp runs goes through a [`Launcher`].
//!
//! # Theory of operation
//!
//! A process gets a session of its own (`setsid`), so that it can be ended together with what it started
//! and cannot take the terminal away. Its working directory and its whole environment are given, never
//! inherited by accident, and its program is looked up on the `PATH` of *that* environment: a virtual
//! environment at the head of that `PATH` is as active as if its `activate` had been sourced.
//!
//! Two threads read its outputs and never wait for anybody but the disk, a third waits for its exit. The
//! caller's thread waits for messages of these three and of [`Cancel`](onramp_core::Cancel): asked to stop,
//! it sends TERM to every process of the session and to all descendants, waits until none of them lives
//! (the leader's exit alone means nothing), and sends KILL when the grace period is over or when it is asked
//! again. What a process leaves behind in its session after an ordinary exit is ended in the same way.
//!
//! Secrets are masked where a line is read, so neither log, event nor error message ever holds one.
//!
//! Architecture Invariant: no other module of the workspace starts a process, and this crate reads neither
//! environment variables nor the current directory of Onramp itself.

mod environment;
mod error;
mod launcher;
mod lines;
mod log;
mod platform;
mod running;
mod spec;
mod tail;

pub use environment::Environment;
pub use error::{ProcessError, ProcessFailure};
pub use launcher::{Captured, Launcher};
pub use lines::{Discard, LineSink};
pub use platform::{ProcessId, is_alive, own_process, process};
pub use running::{Running, StopSignal};
pub use rustix::process::Signal;
pub use spec::{ProcessSpec, RunAs, Stdin};
