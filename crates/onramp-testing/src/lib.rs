//! What the tests of several crates stand on: one PostgreSQL server per test program, databases on it, and the choice
//! of the server.
//!
//! # Theory of operation
//!
//! **The choice.** [`environment`] is what tests start programs in. Its `PATH` begins with the folder that the variable
//! [`POSTGRESQL`] names, so that everything that looks for a server finds that one first, the product under test
//! included. A folder without server programs is an error and no reason to take another server: a run that was asked
//! to look at one version must not pass with another.
//!
//! **One server.** The first [`Scratch`] of a test program starts it, all later ones share it. Statics are never dropped,
//! so nothing in this process ends it; a *guard* does, a shell that reads from a pipe which nobody ever writes to. The
//! only open end of the pipe is ours. The system closes it when we end, be it by the last test, by a panic, by an abort
//! or by KILL, and then the guard stops the server and removes its folders.
//!
//! **Databases.** Each test has databases of its own. Those with the same statements in them are copies of one template,
//! which takes the server a fraction of the time that the statements take. Roles belong to the whole server; tests ask for
//! them with [`Scratch::roles`], and two may ask for the same. A line `-- from version 15` or `-- before version 15` among
//! the statements says which servers know what follows, up to the next such line or `-- every version`.
//!
//! Architecture Invariant: this crate is a dependency of tests only.

mod guard;
mod programs;
mod scratch;
mod server;
mod surroundings;

pub use programs::{client_program, environment, major, server_programs};
pub use scratch::{BOTH, Scratch};
pub use surroundings::{POSTGRESQL, is_ci, say, skip};
