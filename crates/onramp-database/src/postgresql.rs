//! PostgreSQL servers from local binaries.

mod account;
mod binaries;
mod connection;
mod server;
mod session;
mod start;

pub use binaries::Binaries;
pub use connection::Connection;
pub use server::{Listen, Server, ServerSpec};
