//! Expressions of both dialects in one form.
//!
//! What a server prints is read into a tree, and the tree is brought into one spelling: what is written in several
//! ways and means the same is written in one. What cannot be read counts as its tokens, so a gap shows as a difference
//! too many and never as one too few.

mod asked;
mod functions;
mod operand;
mod parse;
mod settle;
mod token;

use crate::types::Meaning;
use asked::Asked;
pub(crate) use functions::RANDOM_UUID;
pub(crate) use settle::literal;
pub(crate) use token::{Token, tokens};

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Expression {
    Null,
    Bool(bool),
    /// In its shortest spelling.
    Number(String),
    Text(String),
    /// In hexadecimal digits.
    Bytes(String),
    /// A column, in lower case.
    Column(String),
    /// A function with its arguments.
    Call(String, Vec<Expression>),
    /// An operator or a form of the grammar with its operands.
    Operation(&'static str, Vec<Expression>),
    /// A cast that is no matter of spelling.
    Cast(Box<Expression>, String),
    /// What could not be read, as its tokens.
    Unread(String),
}

/// What is known of the columns that an expression names.
pub(crate) trait Scope {
    /// What the values of a column are, its name being in lower case.
    fn meaning(&self, column: &str) -> Option<Meaning>;

    /// Whether a column is known to have no nulls, its name being in lower case.
    fn is_required(&self, column: &str) -> bool;
}

/// What the row is called that a trigger runs for, as it will be, and as it was. A column of it has that in front.
pub(crate) const NEW: &str = "new";
pub(crate) const OLD: &str = "old";

/// No column is known.
pub(crate) struct Nowhere;

impl Scope for Nowhere {
    fn meaning(&self, _column: &str) -> Option<Meaning> {
        None
    }

    fn is_required(&self, _column: &str) -> bool {
        false
    }
}

impl Expression {
    /// Reads an expression whose value is not asked for its truth, such as a key or a default.
    pub(crate) fn value(text: &str, scope: &dyn Scope) -> Self {
        settle::value(parse::parse(text), scope)
    }

    /// The same of what has been cut into pieces.
    pub(crate) fn value_of_tokens(tokens: &[Token], scope: &dyn Scope) -> Self {
        settle::value(parse::parse_tokens(tokens), scope)
    }

    /// Reads the condition of a query: rows are in its answer where this is true.
    pub(crate) fn condition_of_tokens(tokens: &[Token], scope: &dyn Scope) -> Self {
        settle::condition(parse::parse_tokens(tokens), Asked::IsTrue, scope)
    }

    /// Reads the predicate of an index: rows are in it where this is true.
    pub(crate) fn predicate(text: &str, scope: &dyn Scope) -> Self {
        settle::condition(parse::parse(text), Asked::IsTrue, scope)
    }

    /// Reads a check: it takes rows where this is not false.
    pub(crate) fn check(text: &str, scope: &dyn Scope) -> Self {
        settle::condition(parse::parse(text), Asked::IsFalse, scope)
    }

    /// The same of the check of a domain, whose `VALUE` is a column.
    pub(crate) fn check_of(text: &str, column: &str, scope: &dyn Scope) -> Self {
        let mut expression = parse::parse(text);
        expression.rename("value", column);
        settle::condition(expression, Asked::IsFalse, scope)
    }

    /// Gives a column another name wherever it stands.
    fn rename(&mut self, from: &str, to: &str) {
        match self {
            Self::Column(name) if name == from => to.clone_into(name),
            Self::Call(_, parts) | Self::Operation(_, parts) => {
                parts.iter_mut().for_each(|part| part.rename(from, to));
            }
            Self::Cast(inner, _) => inner.rename(from, to),
            _ => {}
        }
    }

    /// Whether all of it could be read.
    pub(crate) fn is_read(&self) -> bool {
        match self {
            Self::Unread(_) => false,
            Self::Call(_, parts) | Self::Operation(_, parts) => parts.iter().all(Self::is_read),
            Self::Cast(inner, _) => inner.is_read(),
            _ => true,
        }
    }

    /// The conditions that must all hold for this one to hold.
    pub(crate) fn conjuncts(self) -> Vec<Self> {
        match self {
            Self::Operation("and", parts) => parts,
            other => vec![other],
        }
    }
}

/// The texts in quotes of a list such as `'a', 'b'`.
pub(crate) fn texts(list: &str) -> Vec<String> {
    let texts = tokens(list).into_iter().filter_map(|token| match token {
        Token::Text(text) => Some(text),
        _ => None,
    });
    texts.collect()
}

#[cfg(test)]
mod tests;
