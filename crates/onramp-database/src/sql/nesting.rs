use onramp_core::Dialect;

use super::token::Token;

/// What is open in a statement, and makes semicolons a part of it.
#[derive(Default)]
pub(super) struct Nesting {
    /// Of PostgreSQL alone, which has statements in parentheses: those of a rule.
    parentheses: usize,
    /// The body of a trigger or a function, and each `CASE` in the second.
    blocks: usize,
}

impl Nesting {
    /// Whether a semicolon ends the statement.
    pub(super) fn is_none(&self) -> bool {
        self.parentheses == 0 && self.blocks == 0
    }

    /// Takes the next token of a statement that has these before it.
    pub(super) fn take(&mut self, token: &Token<'_>, before: &[Token<'_>], dialect: Dialect) {
        match dialect {
            Dialect::Postgresql if token.is("(") => self.parentheses += 1,
            Dialect::Postgresql if token.is(")") => self.parentheses = self.parentheses.saturating_sub(1),
            Dialect::Postgresql if self.blocks > 0 => self.blocks = blocks_behind(token, before, self.blocks),
            Dialect::Sqlite if self.blocks > 0 => {
                // That of a `CASE` stands behind no semicolon.
                let is_end = token.is("end") && before.last().is_some_and(|last| last.is(";"));
                self.blocks -= usize::from(is_end);
            }
            _ if self.parentheses == 0 && begins_body(token, before, dialect) => self.blocks = 1,
            _ => {}
        }
    }
}

/// Whether a body of statements begins with a word: that of a trigger of SQLite, or of a function that PostgreSQL reads
/// (`BEGIN ATOMIC`).
fn begins_body(token: &Token<'_>, before: &[Token<'_>], dialect: Dialect) -> bool {
    let (begins, kinds) = match dialect {
        Dialect::Sqlite => (token.is("begin"), &["trigger"][..]),
        Dialect::Postgresql => {
            let is_behind_begin = before.last().is_some_and(|last| last.is("begin"));
            (token.is("atomic") && is_behind_begin, &["function", "procedure"][..])
        }
    };
    let is_one_of = |token: &Token<'_>, words: &[&str]| words.iter().any(|word| token.is(word));
    // `CREATE OR REPLACE FUNCTION`
    let mut words = before.iter().take(4);
    begins
        && words.next().is_some_and(|first| first.is("create"))
        && words
            .find(|token| !is_one_of(token, &["or", "replace", "temp", "temporary"]))
            .is_some_and(|kind| is_one_of(kind, kinds))
}

/// How many blocks are open behind a word in the body of a function. Behind a point or `AS` it is a name.
fn blocks_behind(token: &Token<'_>, before: &[Token<'_>], blocks: usize) -> usize {
    let is_name = before.last().is_some_and(|last| last.is(".") || last.is("as"));
    if is_name {
        blocks
    } else if token.is("end") {
        blocks - 1
    } else if token.is("case") {
        blocks + 1
    } else {
        blocks
    }
}
