//! PostgreSQL servers, and the databases on them.

mod account;
mod admin;
mod binaries;
mod connection;
mod databases;
mod in_use;
mod mark;
mod server;
mod start;

pub use binaries::Binaries;
pub use connection::Connection;
pub(crate) use databases::{ServerDatabase, ServerDatabases};
pub(crate) use in_use::InUse;
pub(crate) use mark::Purpose;
pub use server::{Listen, Server, ServerSpec};
