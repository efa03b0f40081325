use onramp_core::Dialect;

use super::scanner::Scanner;
use super::split::{Piece, PieceKind, split};

/// The comments of a script that end with their line, each with the place in bytes where it begins. What looks like one in
/// a string, in the body of a function, in another comment or in the rows of a `COPY` is none.
pub fn line_comments(script: &str, dialect: Dialect) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for piece in split(script, dialect) {
        let mut from = piece.whole.start;
        for (start, end) in solid(&piece).into_iter().chain([(piece.whole.end, piece.whole.end)]) {
            between(&script[..start], from, dialect, &mut found);
            from = end;
        }
    }
    found
}

/// What of a piece is no blank and no comment: where each part begins and ends.
fn solid(piece: &Piece<'_>) -> Vec<(usize, usize)> {
    match piece.kind {
        PieceKind::Statement | PieceKind::Nothing => {
            piece.tokens.iter().map(|token| (token.start, token.start + token.text.len())).collect()
        }
        PieceKind::Command | PieceKind::Rows => vec![(piece.start, piece.whole.end)],
    }
}

/// The comments from a place to the end of a text that has nothing else there but blanks and semicolons.
fn between<'a>(text: &'a str, from: usize, dialect: Dialect, found: &mut Vec<(usize, &'a str)>) {
    let mut scanner = Scanner::new(text, dialect);
    scanner.at = from.min(text.len());
    loop {
        while let Some(comment) = scanner.comment() {
            if comment.starts_with("--") {
                found.push((scanner.at - comment.len(), comment));
            }
        }
        match scanner.rest().chars().next() {
            Some(sign) => scanner.at += sign.len_utf8(),
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_no_strings_bodies_and_rows() {
        let script = "-- one\nSELECT '-- no', \"-- no\" -- two\n; -- three\n/* -- no\n */ SELECT 1 /* no */ -- four\n;\n\
            CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN -- no\n END $$;\n\
            COPY a FROM stdin;\n-- no\n\\.\nSELECT 2; -- five";
        let comments = line_comments(script, Dialect::Postgresql);
        let texts: Vec<&str> = comments.iter().map(|(_, text)| *text).collect();
        assert_eq!(texts, ["-- one", "-- two", "-- three", "-- four", "-- five"]);
        assert!(comments.iter().all(|(at, text)| script[*at..].starts_with(text)));
    }
}
