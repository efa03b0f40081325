//! The claims of the rules, on real servers. Where no PostgreSQL is installed its tests say so and pass, though not in CI.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod claims;
mod proofs;
mod rules;
mod sqlite;
mod squawk;
mod trials;
mod types;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use onramp_core::Dialect;
use onramp_database::catalog::Catalog;
use onramp_testing::Scratch;

/// The catalog of a database that has nothing but a scene in it: the same for all of them, and read once.
fn catalog_of(scene: &'static str, scratch: &mut Scratch) -> Catalog {
    static KNOWN: Mutex<Option<HashMap<(Dialect, &str), Catalog>>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    known
        .entry((scratch.client.dialect(), scene))
        .or_insert_with(|| Catalog::read(&mut scratch.client, &[]).unwrap())
        .clone()
}
