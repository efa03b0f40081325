//! Catalogs of real databases. Where there are no server programs, the tests of PostgreSQL say so and pass,
//! except in CI.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod kinds;
mod machine;
mod random;
mod reading;
mod structure;
