//! The claims of the rules, on real servers. Where no PostgreSQL is installed its tests say so and pass, though not in CI.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod claims;
mod proofs;
mod rules;
mod sqlite;
mod squawk;
mod trials;
mod types;
