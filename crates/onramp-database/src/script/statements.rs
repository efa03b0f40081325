//! Where the statements of a script begin and end.

use std::ops::Range;

use onramp_core::Dialect;

/// The statements of a script, each without the blanks and comments before it and with its semicolon.
pub(super) fn statements(text: &str, dialect: Dialect) -> Vec<Range<usize>> {
    let mut statements = Vec::new();
    let mut scan = Scan { text, at: 0, dialect };
    let mut statement: Option<Statement> = None;
    while let Some(piece) = scan.next() {
        let open = statement.get_or_insert_with(|| Statement::at(piece.start));
        open.end = scan.at;
        if open.takes(&text[piece]) {
            statements.extend(statement.take().map(|whole| whole.start..whole.end));
        }
    }
    // The last one needs no semicolon.
    statements.extend(statement.map(|whole| whole.start..whole.end));
    statements.retain(|range| text[range.clone()].trim() != ";");
    statements
}

/// A statement that is being read.
struct Statement {
    start: usize,
    end: usize,
    /// The first words, as far as they tell whether semicolons can stand inside.
    words: Vec<String>,
    /// Whether a body is open, `BEGIN ATOMIC` of a function or `BEGIN` of a trigger.
    in_body: bool,
    previous: String,
}

impl Statement {
    fn at(start: usize) -> Self {
        Self { start, end: start, words: Vec::new(), in_body: false, previous: String::new() }
    }

    /// Whether the statement ends with this piece.
    fn takes(&mut self, piece: &str) -> bool {
        let word = piece.to_ascii_uppercase();
        if word != ";" && self.words.len() < 8 {
            self.words.push(word.clone());
        }
        let has = |wanted: &str| self.words.iter().any(|word| word == wanted);
        let is_body = |wanted: &str| has("CREATE") && has(wanted);
        match (word.as_str(), self.previous.as_str()) {
            (";", _) if !self.in_body => return true,
            ("BEGIN", _) if is_body("TRIGGER") => self.in_body = true,
            ("ATOMIC", "BEGIN") if is_body("FUNCTION") || is_body("PROCEDURE") => self.in_body = true,
            // Any other ends a `CASE`, or is the name of a column.
            ("END", ";" | "ATOMIC") => self.in_body = false,
            _ => {}
        }
        self.previous = word;
        false
    }
}

/// Reads words, texts in quotes and symbols, without what stands between them.
struct Scan<'a> {
    text: &'a str,
    at: usize,
    dialect: Dialect,
}

impl Scan<'_> {
    fn next(&mut self) -> Option<Range<usize>> {
        loop {
            let rest = &self.text[self.at..];
            let first = rest.chars().next()?;
            if first.is_whitespace() || first == '\u{feff}' {
                self.at += first.len_utf8();
            } else if rest.starts_with("--") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.at += self.comment(rest);
            } else {
                let start = self.at;
                self.at += self.piece(rest, first);
                return Some(start..self.at);
            }
        }
    }

    /// How long a comment is; PostgreSQL has comments in comments.
    fn comment(&self, rest: &str) -> usize {
        let (mut at, mut depth) = (2, 1);
        while depth > 0 {
            let Some(found) = rest[at..].find(['*', '/']) else { return rest.len() };
            at += found;
            let here = &rest[at..];
            if here.starts_with("*/") {
                depth -= 1;
                at += 2;
            } else if here.starts_with("/*") && self.dialect == Dialect::Postgresql {
                depth += 1;
                at += 2;
            } else {
                at += 1;
            }
        }
        at
    }

    /// How long the word, text or symbol is that is next.
    fn piece(&self, rest: &str, first: char) -> usize {
        let is_postgresql = self.dialect == Dialect::Postgresql;
        match first {
            '\'' => 1 + quoted(&rest[1..], '\'', false),
            'e' | 'E' if is_postgresql && rest[1..].starts_with('\'') => 2 + quoted(&rest[2..], '\'', true),
            '"' => 1 + quoted(&rest[1..], '"', false),
            '`' if !is_postgresql => 1 + quoted(&rest[1..], '`', false),
            '[' if !is_postgresql => rest.find(']').map_or(rest.len(), |end| end + 1),
            '$' if is_postgresql => dollar(rest).unwrap_or(1),
            _ if is_letter(first) => rest.find(|letter| !is_of_word(letter)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        }
    }
}

fn is_letter(letter: char) -> bool {
    letter.is_alphabetic() || letter == '_'
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '$'
}

/// How long a text is behind the quote that opens it, its last quote included. A doubled quote is one of the text.
fn quoted(text: &str, quote: char, has_escapes: bool) -> usize {
    let mut letters = text.char_indices().peekable();
    while let Some((place, letter)) = letters.next() {
        if letter == '\\' && has_escapes {
            letters.next();
        } else if letter == quote {
            if letters.peek().is_none_or(|(_, next)| *next != quote) {
                return place + 1;
            }
            letters.next();
        }
    }
    text.len()
}

/// How long a text in `$tag$` is that begins here, if one does.
fn dollar(text: &str) -> Option<usize> {
    let tag_end = text[1..].find(|letter| !is_of_word(letter) || letter == '$')? + 1;
    let tag = text.get(..=tag_end).filter(|tag| tag.ends_with('$'))?;
    if tag[1..].starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let end = text[tag.len()..].find(tag).map_or(text.len(), |end| 2 * tag.len() + end);
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, dialect: Dialect, expected: &[&str]) {
        let found: Vec<&str> = statements(text, dialect).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn semicolons_in_texts_comments_and_bodies_end_nothing() {
        check(
            "-- a;\nA /* b; /* c; */ d; */ 1;; B",
            Dialect::Postgresql,
            &["A /* b; /* c; */ d; */ 1;", "B"],
        );
        check("A /* /* */; B */;", Dialect::Sqlite, &["A /* /* */;", "B */;"]);
        check(r"A 'it''s;' E'\';' '\'; B", Dialect::Postgresql, &[r"A 'it''s;' E'\';' '\';", "B"]);
        check("DO $x$ a; $$ b; $$ $x$; B $1;", Dialect::Postgresql, &["DO $x$ a; $$ b; $$ $x$;", "B $1;"]);
        check("A \"b;\"; [c;] `d;`;", Dialect::Sqlite, &["A \"b;\";", "[c;] `d;`;"]);
        check("\u{feff}\n", Dialect::Sqlite, &[]);
        check("ä'ö", Dialect::Postgresql, &["ä'ö"]);
    }

    #[test]
    fn bodies_end_with_their_end() {
        let trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = CASE WHEN 1 THEN 2 END; SELECT 1; END;";
        check(&format!("{trigger} BEGIN; A; END;"), Dialect::Sqlite, &[trigger, "BEGIN;", "A;", "END;"]);
        let trigger = "CREATE TRIGGER t AFTER UPDATE OF end ON a BEGIN UPDATE a SET end = NEW.end; SELECT NEW.begin, OLD . END; END;";
        check(&format!("{trigger} A;"), Dialect::Sqlite, &[trigger, "A;"]);
        let function = "CREATE PROCEDURE p() BEGIN ATOMIC END;";
        check(&format!("{function} B;"), Dialect::Postgresql, &[function, "B;"]);
        let function = "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END;";
        check(&format!("{function} B;"), Dialect::Postgresql, &[function, "B;"]);
        let trigger = "CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION f();";
        check(&format!("{trigger} BEGIN; COMMIT;"), Dialect::Postgresql, &[trigger, "BEGIN;", "COMMIT;"]);
    }
}
