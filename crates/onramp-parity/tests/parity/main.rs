//! Parity of real databases: one of SQLite in memory, one of a PostgreSQL server. Where there are no server programs, a
//! test says so and passes, except in CI.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod declared;
mod exact;
mod foreign;
mod itself;
mod machine;
mod majors;
mod nulls;
mod planted;
mod silent;
