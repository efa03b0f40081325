//! Servers that several commands share, each kept by a process of its own. See the chapter at the head of the crate.

mod acquire;
mod files;
mod record;
mod request;
mod serve;
mod stop;
#[cfg(test)]
pub(crate) mod test_tools;

pub(crate) use acquire::{Kept, acquire, join, record_of, while_down};
pub(crate) use files::{ServerFiles, forget_dead, names};
pub(crate) use record::Record;
pub(crate) use request::Role;
pub use serve::keep_server;
pub(crate) use stop::stop;
