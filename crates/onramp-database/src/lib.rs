//! Databases that live as long as one job: a PostgreSQL server from local binaries, a file for SQLite.
//!
//! # Theory of operation
//!
//! Everything a database leaves on the disk lies in one [`ScratchFolder`]: in memory where the system has a
//! `tmpfs`, with a path short enough for a unix socket. Before the folder is made, a [lease](ScratchFolder)
//! that names it is written into the workspace. A lease says who owns the folder (process id, start mark,
//! boot), and later which server runs in it. The owner removes both when it is done; if it was killed, the
//! next start of any database in the workspace finds the lease, sees that its owner is gone, ends the server
//! and removes the folder ([`reap_leftovers`]).
//!
//! A server gets a random password that no command line, log or error message ever holds: it goes to `initdb`
//! through a file that only the server's user may read, and to clients through their environment.
//!
//! Architecture Invariant: processes are started through [`onramp_exec::Launcher`] alone, and nothing here
//! reads environment variables or the current directory.

pub mod catalog;
mod client;
mod database;
mod database_url;
mod databases;
mod digest;
mod expand;
mod facts;
mod file_lock;
mod keeper;
mod lease;
mod listen;
mod owner;
mod place;
mod platform;
pub mod postgresql;
mod random;
mod reap;
pub mod rows;
mod scratch_folder;
mod server_spec;
mod sources;
pub mod sqlite;
mod template;

pub use client::Client;
pub use database::Database;
pub use database_url::{DatabaseUrl, hide_password};
pub use databases::{Databases, DatabasesSpec};
pub use keeper::keep_server;
pub use listen::Listen;
pub use place::Place;
pub use reap::reap_leftovers;
pub use scratch_folder::ScratchFolder;
pub use server_spec::{Keep, Remote, ServerSpec, Source};
pub use sources::{Sight, sources};
pub use template::Template;
