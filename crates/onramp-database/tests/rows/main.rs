//! Rows are put into real databases, and what became of them is told. Where there are no programs of PostgreSQL,
//! its tests say so and pass, except in CI.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod losses;
mod nasty;
mod random;
mod rebuild;
mod seeding;

use onramp_core::Dialect;

/// The tables of the example as its history leaves them, dumped once.
fn flowline(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => include_str!("../fixtures/flowline.sqlite.sql"),
        Dialect::Postgresql => include_str!("../fixtures/flowline.postgresql.sql"),
    }
}
