use std::collections::BTreeSet;

use onramp_core::Dialect;

use crate::sql::{self, Parsed, Token, TokenKind};

/// How deep texts are read that stand in texts.
const DEPTH: usize = 5;

/// A block of code.
pub(super) struct Block {
    words: BTreeSet<String>,
    updates: Vec<Update>,
}

/// An `UPDATE` of all rows in a block.
struct Update {
    /// The name of the table without its schema; `None` where it is put together.
    table: Option<String>,
    /// `None` where they cannot be read.
    columns: Option<Vec<String>>,
}

impl Block {
    pub(super) fn new(text: &str, tokens: &[Token]) -> Self {
        let mut block = Self { words: super::code::words_of(text), updates: Vec::new() };
        block.read(tokens, DEPTH);
        block
    }

    /// Whether it has a word and those names in it.
    pub(super) fn speaks_of(&self, word: &str, names: &[&str]) -> bool {
        self.words.contains(word) && names.iter().all(|name| self.words.contains(&name.to_lowercase()))
    }

    /// Whether it gives values to a column of all rows, as far as that can be read.
    pub(super) fn updates_all(&self, table: &str, column: &str) -> bool {
        let is_it = |name: &String, wanted: &str| name.eq_ignore_ascii_case(wanted);
        self.updates.iter().any(|update| {
            update.table.as_ref().is_none_or(|name| is_it(name, table))
                && update.columns.as_ref().is_none_or(|names| names.iter().any(|name| is_it(name, column)))
        })
    }

    fn read(&mut self, tokens: &[Token], depth: usize) {
        for (at, token) in tokens.iter().enumerate() {
            if token.kind == TokenKind::Text && depth > 0 {
                self.read(&sql::tokens(&token.text, Dialect::Postgresql), depth - 1);
                continue;
            }
            // `FOR UPDATE` locks rows.
            let is_lock = at > 0 && tokens[at - 1].is("for");
            if token.is("update") && !is_lock {
                let rest = &tokens[at..];
                let end = rest.iter().position(|token| token.is_sign(";")).unwrap_or(rest.len());
                // What is put together may go on elsewhere.
                let is_whole = depth == DEPTH - 1 || !self.words.contains("where");
                self.updates.extend(of_all(&rest[..end], is_whole));
            }
        }
    }
}

/// The `UPDATE`, if it is one of all rows.
fn of_all(tokens: &[Token], is_whole: bool) -> Option<Update> {
    let is_name = |token: &Token| matches!(token.kind, TokenKind::Word | TokenKind::Name);
    if tokens.get(1).is_none_or(|next| !is_name(next)) {
        return is_whole.then_some(Update { table: None, columns: None });
    }
    let Parsed::Update { mut table, reach: sql::Reach::All } = sql::parse(tokens) else { return None };
    let columns = sql::assigned(tokens).filter(|_| is_whole)?;
    Some(Update { table: table.0.pop(), columns: Some(columns) })
}
