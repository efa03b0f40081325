//! What SQLite keeps as text alone: the checks of a table, the columns of an index on expressions.

use crate::rows::tokens::{Brackets, Token, Word, tokens};

/// A check as it stands in a `CREATE TABLE`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct StoredCheck {
    /// The name that it is given.
    pub(super) name: Option<String>,
    /// The expression, without the parentheses around it.
    pub(super) text: String,
}

/// The checks of a stored statement, those of columns included.
pub(super) fn checks(sql: &str) -> Vec<StoredCheck> {
    let tokens = tokens(sql, Brackets::QuoteNames);
    let mut checks = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let opens = tokens.get(at + 1).filter(|next| next.word.is_symbol("("));
        let Some(open) = opens.filter(|_| token.word.is_plain("check")) else { continue };
        let Some(close) = closing(&tokens[at + 1..]) else { continue };
        let named = at >= 2 && tokens[at - 2].word.is_plain("constraint");
        let name = named.then(|| tokens[at - 1].word.name().map(str::to_owned)).flatten();
        // The names of plain words are folded; the message spells it as the statement does.
        let name = name.map(|name| match tokens[at - 1].word {
            Word::Plain(_) => sql[tokens[at - 1].start..tokens[at - 1].end].to_owned(),
            _ => name,
        });
        checks.push(StoredCheck { name, text: sql[open.end..close.start].trim().to_owned() });
    }
    checks
}

/// The parenthesis that closes the first one.
fn closing(tokens: &[Token]) -> Option<&Token> {
    let mut depth = 0;
    tokens.iter().find(|token| {
        depth += i32::from(token.word.is_symbol("(")) - i32::from(token.word.is_symbol(")"));
        depth == 0
    })
}

/// The part of a statement after its first opening parenthesis: the keys of an index and its predicate.
pub(super) fn body(sql: &str) -> &str {
    let tokens = tokens(sql, Brackets::QuoteNames);
    tokens.iter().find(|token| token.word.is_symbol("(")).map_or("", |open| &sql[open.end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_found_wherever_they_stand() {
        let sql = "CREATE TABLE t (a INT CHECK (a > (1)), \"check\" TEXT, -- CHECK (x)\n
            CONSTRAINT Ck_B CHECK(\"check\" <> ')'))";
        let found = checks(sql);
        let check = |name: Option<&str>, text: &str| StoredCheck {
            name: name.map(str::to_owned),
            text: text.to_owned(),
        };
        assert_eq!(found, [check(None, "a > (1)"), check(Some("Ck_B"), "\"check\" <> ')'")]);
        assert_eq!(body("CREATE UNIQUE INDEX a ON a (lower(b)) WHERE c"), "lower(b)) WHERE c");
    }
}
