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
        if token.is_sign("(") {
            parentheses += 1;
        } else if token.is_sign(")") {
            parentheses = parentheses.saturating_sub(1);
        }
        if blocks > 0 {
            match dialect {
                Dialect::Sqlite if is_end_of_trigger(&token, &open) => blocks = 0,
                Dialect::Postgresql => blocks = blocks_behind(&token, &open, blocks),
                Dialect::Sqlite => {}
            }
        } else if parentheses == 0 && begins_body(&token, &open, dialect) {
            blocks = 1;
        }
        open.push(token);
    }
    close(text, &mut open, &mut pieces);
    pieces
}

/// Whether a body of statements begins with a word: that of a trigger of SQLite, or of a function that PostgreSQL reads
/// (`BEGIN ATOMIC`).
fn begins_body(token: &Token, before: &[Token], dialect: Dialect) -> bool {
    let begins = match dialect {
        Dialect::Sqlite => token.is("begin"),
        Dialect::Postgresql => token.is("atomic") && before.last().is_some_and(|last| last.is("begin")),
    };
    let makes = match dialect {
        Dialect::Sqlite => &["trigger"][..],
        Dialect::Postgresql => &["function", "procedure"],
    };
    let ahead = ["or", "replace", "temp", "temporary"];
    let mut words = before.iter();
    begins
        && words.next().is_some_and(|first| first.is("create"))
        && words
            .find(|token| !ahead.iter().any(|word| token.is(word)))
            .is_some_and(|kind| makes.iter().any(|word| kind.is(word)))
}

/// The body's own `END` stands behind the semicolon of its last statement; that of a `CASE` does not.
fn is_end_of_trigger(token: &Token, before: &[Token]) -> bool {
    token.is("end") && before.last().is_some_and(|last| last.is_sign(";"))
}

/// How many blocks are open behind a word in the body of a function. Behind a point or `AS` it is a name.
fn blocks_behind(token: &Token, before: &[Token], blocks: usize) -> usize {
    let is_name = before.last().is_some_and(|last| last.is_sign(".") || last.is("as"));
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

    #[test]
    fn only_signs_and_the_words_of_bodies_count() {
        check(
            Dialect::Sqlite,
            "insert into sep values (2, '('); update sep set s = ')'; delete from sep;",
            &["insert into sep values (2, '(')", "update sep set s = ')'", "delete from sep"],
        );
        for dialect in [Dialect::Sqlite, Dialect::Postgresql] {
            check(
                dialect,
                "create table a (begin int, \"(\" int); create index i on a (begin); create view v as select begin from a; x",
                &[
                    "create table a (begin int, \"(\" int)",
                    "create index i on a (begin)",
                    "create view v as select begin from a",
                    "x",
                ],
            );
        }
        let trigger =
            "CREATE TEMP TRIGGER t AFTER UPDATE OF begin ON a BEGIN SELECT begin, a.end FROM a; END";
        check(Dialect::Sqlite, &format!("{trigger}; x"), &[trigger, "x"]);
        let trigger = "create trigger t after insert on a for each row execute function begin()";
        check(Dialect::Postgresql, &format!("{trigger}; x"), &[trigger, "x"]);
        let function = "create or replace procedure f(begin int) begin atomic select a.end, case 1 when 1 then 2 end as end from a; end";
        check(Dialect::Postgresql, &format!("{function}; x"), &[function, "x"]);
    }
}
