//! PostgreSQL servers, and the databases on them.

mod account;
mod admin;
mod binaries;
mod clusters;
mod connection;
#[cfg(feature = "containers")]
mod container;
mod databases;
mod given;
mod home;
mod in_use;
mod local;
mod mark;
mod owned;
mod segments;
mod start;

use onramp_core::Failure;

pub(crate) use account::server_user;
pub(crate) use admin::Admin;

pub(crate) use clusters::clear_unfinished;

pub use binaries::Binaries;
pub use connection::Connection;
#[cfg(feature = "containers")]
pub(crate) use container::{find_engine, remove_leftovers, require_tag, sweep_engine};
pub(crate) use databases::{RoleMaker, ServerDatabase, ServerDatabases, drop_template, template_ids};
pub(crate) use given::{given, unusable};
pub(crate) use home::Home;
pub(crate) use in_use::{InUse, Whereabouts};
pub use local::{LocalServer, LocalSpec};
pub(crate) use mark::{Mark, Purpose};
#[cfg(feature = "containers")]
pub(crate) use owned::suits_containers;
pub(crate) use owned::{Owned, OwnedSpec};

use crate::random;

/// The superuser of a server that is started here.
const USER: &str = "onramp";

/// What makes a server faster whose data nobody needs after it. A database has one client at a time there, so a lock that
/// is waited for is one that will never be free.
const SCRATCH_SETTINGS: [&str; 7] = [
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    "lock_timeout=10s",
];

/// Length of a password in letters and digits: 190 bits.
const PASSWORD_LENGTH: usize = 32;

pub(crate) fn new_password() -> Result<String, Failure> {
    random::word(PASSWORD_LENGTH)
        .map_err(|error| Failure::environment(format!("PostgreSQL: no random password: {error}")))
}
