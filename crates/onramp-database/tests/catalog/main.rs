//! Catalogs of real databases. Where there are no server programs, the tests of PostgreSQL say so and pass,
//! except in CI.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod kinds;
mod random;
mod reading;
mod structure;

use onramp_database::Client;
use onramp_database::catalog::Catalog;

/// The catalog of a database.
#[track_caller]
fn read(client: &mut Client) -> Catalog {
    Catalog::read(client, &[]).unwrap_or_else(|failure| panic!("{failure}"))
}
