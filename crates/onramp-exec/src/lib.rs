//! Starts processes, and sees to their end. Everything that Onramp runs goes through a [`Launcher`].
//!
//! # Theory of operation
//!
//! **Start.** A process gets a session of its own (`setsid`), so that it can be ended together with what it
//! started and cannot take the terminal away. Its working directory and its whole environment are given,
//! never inherited by accident, and its program is looked up on the `PATH` of *that* environment: a virtual
//! environment at the head of that `PATH` is as active as if its `activate` had been sourced. `PWD` alone is
//! added, because the caller's tells of another folder. Whatever can fail, the log above all, comes before
//! the start, so that no error leaves a process behind. On Linux one thread, whose working directory is its own,
//! starts all processes without a copy of this one (`launcher/spawner.rs`); elsewhere, as another user, or where the
//! system forbids such a thread, the standard library forks.
//!
//! **End.** Two threads read the outputs of a process and never wait for anybody but the disk, a third waits
//! for its exit. The caller's thread waits for messages of these three and of
//! [`Cancel`](onramp_core::Cancel): asked to stop, it sends TERM to every process of the session and to all
//! descendants, waits until none of them lives (the leader's exit alone means nothing), and sends KILL when
//! the grace period is over or when it is asked again. What is started in the meantime is asked too if its
//! parent has ended, and left to its parent otherwise. What a process leaves behind in its session after an
//! ordinary exit is ended in the same way, and the user may ask while that goes on. A process that may not be
//! signalled, because it runs as another user, is not waited for.
//!
//! **Orphans.** A process that changes its session and lets its parents end has cut every tie. On Linux, this
//! process becomes a *subreaper* before its first start: such orphans become its children instead of the
//! system's. Who is a child of ours, is not in our own session and is not known as a *leader*, a process that
//! was started here, is an orphan. Nothing tells whose, so the rules are cautious:
//!
//! - A cancelled run ends all orphans with their descendants.
//! - A process over its time ends the orphans that have started since it has, if it is the only leader then.
//! - After any other end they live on: who starts a compiler cache, a device bridge or a server of his own
//!   wants it to stay. A success even *releases* the orphans that have started since its leader has: they
//!   survive a later cancel too.
//! - Orphans that are older than the first leader are none of ours.
//!
//! The set of leaders is locked while one is started, so that nobody takes a child that is not noted yet for
//! an orphan. Orphans that have ended are reaped whenever the processes are looked at; leaders are left to
//! their waiting thread, and children in our own session to whoever has started them by other means. Before
//! another program takes our place ([`Launcher::replace`]), the setting is taken back, for it would survive.
//!
//! **A killed Onramp** can end nothing. With [`Launcher::with_leases`] each leader is noted in a file as soon
//! as it is started, by number and start mark, and [`reap_leftovers`] of the next command ends what is left of
//! the leaders' sessions: but only if the owner is dead, and only processes of which number, start mark and
//! boot prove that they are meant. Between the start and its note lie some microseconds that nothing covers,
//! and an orphan that has cut every tie is not found any more once its subreaper is dead.
//!
//! **A process that stays** ([`Running::release`]) is a leader for as long as this Onramp lives, so it is never taken
//! for an orphan, and is in no lease. What it does with its freedom is its own affair: it is asked for where something
//! is shared by several runs, and must end by itself.
//!
//! **A process that another one forks for us** ([`Launcher::fork`]) is no child of ours: it gets its streams and a
//! *lifeline*, a socket, from us, and ends when our side of that closes, be it because we were killed. As long as it holds
//! its own side it lives, so its number can be trusted.
//!
//! **Secrets** are masked where a line is read, so neither log, event nor error message ever holds one. A
//! line that is too long to be kept is handed on in pieces, and never cut within a secret.
//!
//! What other systems cannot do is told in `platform/other.rs`.
//!
//! Architecture Invariant: no other module of the workspace starts a process, and this crate reads neither
//! environment variables nor the current directory of Onramp itself.

mod crew;
mod environment;
mod error;
mod forked;
mod launcher;
mod leader;
mod lease;
mod lines;
mod log;
mod platform;
mod reap;
mod running;
mod spec;
mod tail;
#[cfg(test)]
mod test_tools;

pub use environment::Environment;
pub use error::{Ended, ProcessError, ProcessFailure};
pub use forked::{Forked, Handles};
pub use launcher::{Captured, Launcher};
pub use lines::{Discard, LineSink};
pub use platform::{ProcessId, ignores, is_alive, own_process, process};
pub use reap::reap_leftovers;
pub use running::{Running, StopSignal};
pub use rustix::process::Signal;
pub use spec::{ProcessSpec, RunAs, Stdin};
