//! Git hooks.

mod reports;
mod results;
