//! The claims of the rules, on real servers. Where no PostgreSQL is installed its tests say so and pass, though not in CI.
#![expect(clippy::print_stderr, reason = "a skipped test says why")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "whether this is CI stands in the environment")]

mod claims;
mod machine;
mod proofs;
mod rules;
mod sqlite;
mod squawk;
mod trials;
mod types;
