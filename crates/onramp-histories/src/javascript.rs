//! Migrations in JavaScript and TypeScript: what they export is read from their tokens, and nothing of them is run.

mod exports;
mod statements;
mod tokens;
mod value;

pub(crate) use exports::Exports;
pub(crate) use value::Value;
