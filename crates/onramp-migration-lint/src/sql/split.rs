use onramp_core::Dialect;

use super::token::{Token, tokens};

/// A statement of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Without the semicolon behind it, and without what stands before it.
    pub(crate) text: String,
    /// Where it begins in the text, in bytes.
    pub(crate) start: usize,
    pub(crate) tokens: Vec<Token>,
}

/// The statements of a text. Bodies of triggers and functions are parts of theirs.
pub(crate) fn split(text: &str, dialect: Dialect) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut open: Vec<Token> = Vec::new();
    let (mut parentheses, mut blocks) = (0_usize, 0_usize);
    for token in tokens(text, dialect) {
        if token.is_sign(";") && parentheses == 0 && blocks == 0 {
            close(text, &mut open, &mut pieces);
            continue;
        }
        match token.text.as_str() {
            "(" => parentheses += 1,
            ")" => parentheses = parentheses.saturating_sub(1),
            _ => {}
        }
        let makes = open.first().is_some_and(|first| first.is("create"));
        if blocks > 0 && token.is("end") {
            blocks -= 1;
        } else if makes && token.is("begin") || blocks > 0 && token.is("case") {
            blocks += 1;
        }
        open.push(token);
    }
    close(text, &mut open, &mut pieces);
    pieces
}

fn close(text: &str, open: &mut Vec<Token>, pieces: &mut Vec<Piece>) {
    if let Some((first, last)) = open.first().zip(open.last()) {
        let (start, end) = (first.start, last.end);
        pieces.push(Piece { text: text[start..end].to_owned(), start, tokens: std::mem::take(open) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dialect: Dialect, text: &str, expected: &[&str]) {
        let pieces = split(text, dialect);
        assert_eq!(pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn statements_end_at_their_semicolons_alone() {
        check(Dialect::Postgresql, " a ; -- c;\n b 'x;y' ;; ", &["a", "b 'x;y'"]);
        check(Dialect::Postgresql, "do $$ a; b; $$; c", &["do $$ a; b; $$", "c"]);
        let trigger =
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; DELETE FROM b; END";
        check(Dialect::Sqlite, &format!("{trigger}; BEGIN; a; END"), &[trigger, "BEGIN", "a", "END"]);
        let function = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END";
        check(Dialect::Postgresql, &format!("{function};x"), &[function, "x"]);
        check(
            Dialect::Postgresql,
            "BEGIN; CREATE TABLE a (b int); COMMIT",
            &["BEGIN", "CREATE TABLE a (b int)", "COMMIT"],
        );
    }
}
