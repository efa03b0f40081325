//! Statements, read as far as the rules need it. What is not understood is [`Parsed::Other`], and no rule speaks of it.

mod alter_table;
mod assignments;
mod bound;
mod condition;
mod cursor;
mod parse;
mod parsed;
mod queries;
mod required;
mod split;
mod token;

pub(crate) use assignments::assigned;
pub(crate) use condition::Reach;
pub(crate) use cursor::{Cursor, outer, parts};
pub(crate) use parse::{parse, parse_each};
pub(crate) use parsed::{Action, AddedColumn, AddedConstraint, Parsed, Path, Validation};
pub(crate) use required::parse_required;
pub(crate) use split::{Piece, split};
pub(crate) use token::{Kind as TokenKind, Token, tokens};
