//! Expressions of both dialects in one form.
//!
//! What a server prints is read into a tree, and the tree is brought into one spelling: what is written in several
//! ways and means the same is written in one. What cannot be read counts as its tokens, so a gap shows as a difference
//! too many and never as one too few.

mod functions;
mod operand;
mod parse;
mod settle;
mod token;

use crate::types::Meaning;
pub(crate) use functions::RANDOM_UUID;
pub(crate) use settle::literal;

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
}

/// No column is known.
pub(crate) struct Nowhere;

impl Scope for Nowhere {
    fn meaning(&self, _column: &str) -> Option<Meaning> {
        None
    }
}

impl Expression {
    /// Reads an expression whose value is not asked for its truth, such as a key or a default.
    pub(crate) fn value(text: &str, scope: &dyn Scope) -> Self {
        settle::value(parse::parse(text), scope)
    }

    /// Reads an expression that is true or false, such as a check or a predicate.
    pub(crate) fn condition(text: &str, scope: &dyn Scope) -> Self {
        settle::condition(parse::parse(text), scope)
    }

    /// The same of the check of a domain, whose `VALUE` is a column.
    pub(crate) fn condition_of(text: &str, column: &str, scope: &dyn Scope) -> Self {
        let mut expression = parse::parse(text);
        expression.rename("value", column);
        settle::condition(expression, scope)
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
    let texts = token::tokens(list).into_iter().filter_map(|token| match token {
        token::Token::Text(text) => Some(text),
        _ => None,
    });
    texts.collect()
}

#[cfg(test)]
mod tests;
