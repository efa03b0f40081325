use crate::glob::{MOST, Piece, globs, simplified};

/// Globs instead of a regular expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Globs {
    pub(crate) globs: Vec<String>,
    /// Whether they match exactly the same paths: a `.` that was meant to be a dot makes the difference.
    pub(crate) exact: bool,
}

/// The globs for an expression of Python that is searched in paths; `None` where it has what no glob can say.
pub(crate) fn from_regex(pattern: &str) -> Option<Globs> {
    let (flags, pattern) = match pattern.trim_start().strip_prefix("(?") {
        Some(rest) if rest.starts_with(|letter: char| letter.is_ascii_alphabetic() && letter != 'P') => {
            rest.split_once(')')?
        }
        _ => ("", pattern),
    };
    if !flags.chars().all(|flag| flag == 'x') {
        return None;
    }
    let letters = if flags.is_empty() { pattern.chars().collect() } else { without_blanks(pattern) };
    let mut parser = Parser { letters, at: 0, exact: true };
    let alternatives = parser.alternatives()?;
    if parser.at < parser.letters.len() {
        return None;
    }
    let mut all = Vec::new();
    for tokens in alternatives {
        let Some(pieces) = anchored(&tokens) else { continue };
        all.extend(globs(&pieces)?);
    }
    let globs = simplified(all);
    (!globs.is_empty() && globs.len() <= MOST).then_some(Globs { globs, exact: parser.exact })
}

/// What `(?x)` leaves out.
fn without_blanks(pattern: &str) -> Vec<char> {
    let mut letters = Vec::new();
    for line in pattern.lines() {
        let mut is_escaped = false;
        let mut in_class = false;
        for letter in line.chars() {
            if !is_escaped && !in_class && letter == '#' {
                break;
            }
            if is_escaped || in_class || !letter.is_whitespace() {
                letters.push(letter);
            }
            match letter {
                '[' if !is_escaped => in_class = true,
                ']' if !is_escaped => in_class = false,
                _ => {}
            }
            is_escaped = letter == '\\' && !is_escaped;
        }
    }
    letters
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Start,
    End,
    Piece(Piece),
}

/// The pieces that the whole path must match; `None` where the anchors cannot be met.
fn anchored(tokens: &[Token]) -> Option<Vec<Piece>> {
    let may_be_empty = |token: &Token| {
        matches!(token, Token::Start | Token::End | Token::Piece(Piece::Any | Piece::Segment))
    };
    let start = tokens.iter().rposition(|token| *token == Token::Start);
    let end = tokens.iter().position(|token| *token == Token::End);
    let first = start.map_or(0, |at| at + 1);
    let last = end.unwrap_or(tokens.len());
    if first > last || !tokens[..first].iter().all(may_be_empty) || !tokens[last..].iter().all(may_be_empty) {
        return None;
    }
    let mut pieces = Vec::new();
    if start.is_none() {
        pieces.push(Piece::Any);
    }
    for token in &tokens[first..last] {
        if let Token::Piece(piece) = token {
            add(&mut pieces, piece.clone());
        }
    }
    if end.is_none() {
        add(&mut pieces, Piece::Any);
    }
    Some(pieces)
}

fn add(pieces: &mut Vec<Piece>, piece: Piece) {
    match (pieces.last(), &piece) {
        (Some(Piece::Any | Piece::AnyPlus), Piece::Any | Piece::Segment) => {}
        (Some(Piece::Any), Piece::AnyPlus) | (Some(Piece::Segment), Piece::Any) => {
            pieces.pop();
            pieces.push(piece);
        }
        _ => pieces.push(piece),
    }
}

type Alternatives = Vec<Vec<Token>>;

struct Parser {
    letters: Vec<char>,
    at: usize,
    exact: bool,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn alternatives(&mut self) -> Option<Alternatives> {
        let mut all = self.sequence()?;
        while self.take('|') {
            all.extend(self.sequence()?);
        }
        (all.len() <= MOST).then_some(all)
    }

    fn sequence(&mut self) -> Option<Alternatives> {
        let mut all: Alternatives = vec![Vec::new()];
        while self.peek().is_some_and(|letter| letter != '|' && letter != ')') {
            let item = self.item()?;
            if all.len() * item.len() > MOST {
                return None;
            }
            all = all
                .iter()
                .flat_map(|front| item.iter().map(move |back| [front.as_slice(), back.as_slice()].concat()))
                .collect();
        }
        Some(all)
    }

    /// An atom with its quantifier.
    fn item(&mut self) -> Option<Alternatives> {
        let one = |piece: Piece| Some(vec![vec![Token::Piece(piece)]]);
        let letter = self.peek()?;
        self.at += 1;
        let atom = match letter {
            '^' => return Some(vec![vec![Token::Start]]),
            '$' => return Some(vec![vec![Token::End]]),
            '(' => {
                if self.take('?') && !self.take(':') {
                    if !self.take('P') || !self.take('<') {
                        return None;
                    }
                    while !self.take('>') {
                        self.peek()?;
                        self.at += 1;
                    }
                }
                // No recursion without end: there is a letter for each level, and few people write hundreds.
                if self.letters[..self.at].iter().filter(|letter| **letter == '(').count() > 64 {
                    return None;
                }
                let inner = self.alternatives()?;
                self.take(')').then_some(inner)?
            }
            '.' => {
                if self.take('*') {
                    self.take('?');
                    return one(Piece::Any);
                }
                if self.take('+') {
                    self.take('?');
                    return one(Piece::AnyPlus);
                }
                self.exact = false;
                vec![vec![Token::Piece(Piece::One)]]
            }
            '[' => {
                let pieces = self.class()?;
                if pieces == [Piece::One] {
                    if self.take('*') {
                        return one(Piece::Segment);
                    }
                    if self.take('+') {
                        return one(Piece::SegmentPlus);
                    }
                }
                pieces.into_iter().map(|piece| vec![Token::Piece(piece)]).collect()
            }
            '\\' => {
                let escaped = self.peek()?;
                self.at += 1;
                match escaped {
                    'd' => vec![vec![Token::Piece(Piece::Class("[0-9]".to_owned()))]],
                    'Z' => return Some(vec![vec![Token::End]]),
                    'A' => return Some(vec![vec![Token::Start]]),
                    letter if letter.is_ascii_alphanumeric() => return None,
                    letter => vec![vec![Token::Piece(Piece::Letter(letter))]],
                }
            }
            '*' | '+' | '?' | '{' => return None,
            letter => vec![vec![Token::Piece(Piece::Letter(letter))]],
        };
        match self.peek() {
            Some('?') => {
                self.at += 1;
                let mut atom = atom;
                atom.push(Vec::new());
                Some(atom)
            }
            Some('*' | '+' | '{') => None,
            _ => Some(atom),
        }
    }

    /// A class of letters after its `[`: each letter on its own, a range, or anything but a slash.
    fn class(&mut self) -> Option<Vec<Piece>> {
        let start = self.at;
        let length = self.letters[start..].iter().position(|letter| *letter == ']')?;
        let inner: String = self.letters[start..start + length].iter().collect();
        self.at = start + length + 1;
        if inner == "^/" {
            return Some(vec![Piece::One]);
        }
        if inner.is_empty() || inner.starts_with('^') || inner.contains(['[', '/']) {
            return None;
        }
        let letters: Vec<char> = inner.chars().filter(|letter| *letter != '\\').collect();
        if inner.contains('\\') && letters.iter().any(char::is_ascii_alphanumeric) {
            return None;
        }
        let is_range = letters.len() > 2 && letters[1..letters.len() - 1].contains(&'-');
        if is_range || letters.len() > 4 {
            let plain = letters.iter().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter));
            return plain.then(|| vec![Piece::Class(format!("[{inner}]"))]);
        }
        Some(letters.into_iter().map(Piece::Letter).collect())
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use fancy_regex::Regex;
    use globset::GlobBuilder;

    use super::*;

    fn check(pattern: &str, expected: Expect) {
        let globs = from_regex(pattern);
        let shown = match &globs {
            None => "none".to_owned(),
            Some(globs) => {
                format!("{}{}", globs.globs.join("  "), if globs.exact { "" } else { "  (about)" })
            }
        };
        expected.assert_eq(&shown);
        if let Some(Globs { globs, exact: true }) = globs {
            same(pattern, &globs);
        }
    }

    /// Compares both on every path of up to three parts of few names, and on some that are near the pattern.
    #[track_caller]
    fn same(pattern: &str, globs: &[String]) {
        let regex = Regex::new(pattern).unwrap();
        let globs: Vec<_> = globs
            .iter()
            .map(|glob| GlobBuilder::new(glob).literal_separator(true).build().unwrap().compile_matcher())
            .collect();
        let names = [
            "a",
            "src",
            "docs",
            "a.py",
            "x.pyi",
            ".py",
            "foo.py",
            "foobar.py",
            "foo",
            "test_a.py",
            "tests",
            "b.js",
            "b.jsx",
            "b.ts",
            "v1",
            "README.md",
            "setup.cfg",
            "migrations",
            "0001.py",
            "src2",
            "xsrc",
            "[id].tsx",
        ];
        let mut paths: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        for depth in 0..2 {
            let longer: Vec<String> = paths
                .iter()
                .filter(|path| path.matches('/').count() == depth)
                .flat_map(|path| names.iter().map(move |name| format!("{path}/{name}")))
                .collect();
            paths.extend(longer);
        }
        for path in paths {
            let wanted = regex.is_match(&path).unwrap();
            assert_eq!(globs.iter().any(|glob| glob.is_match(&path)), wanted, "{pattern}: {path}");
        }
    }

    #[test]
    fn the_usual_expressions_are_globs() {
        check(r"", expect!["**/*"]);
        check(r"^src/", expect!["src/**"]);
        check(r"^src/.*\.py$", expect!["src/**/*.py"]);
        check(r"\.py$", expect!["**/*.py"]);
        check(r"\.(js|jsx|ts)$", expect!["**/*.js  **/*.jsx  **/*.ts"]);
        check(r"\.[jt]sx?$", expect!["**/*.jsx  **/*.js  **/*.tsx  **/*.ts"]);
        check(r"^(src|tests)/.*\.pyi?$", expect!["src/**/*.pyi  src/**/*.py  tests/**/*.pyi  tests/**/*.py"]);
        check(r"(^|/)foo\.py$", expect!["**/foo.py"]);
        check(r"^(.*/)?foo\.py$", expect!["**/foo.py"]);
        check(r".*/migrations/.*", expect!["*/**/migrations/**"]);
        check(r"migrations/", expect!["**/*migrations/**"]);
        check(r"^docs/[^/]+\.py$", expect!["docs/?*.py"]);
        check(r"^src/[^/]*/foo", expect!["src/*/foo*  src/*/foo*/**"]);
        check(r"^README\.md$|^setup\.cfg$", expect!["README.md  setup.cfg"]);
        check(r"^.+\.py$", expect!["?*.py  */**/*.py"]);
        check(r"^foo.*\.py$", expect!["foo*.py  foo*/**/*.py"]);
        check(r"^src/test_\w\.py$", expect!["none"]);
        check(r"^v\d$", expect!["v[0-9]"]);
        check(
            "(?x)^(\n  src/.*\\.py  # sources\n| docs/\n)",
            expect!["src/**/*.py*  src/**/*.py*/**  docs/**"],
        );
        check(r"^a/\[id\]\.tsx$", expect!["a/[[]id[]].tsx"]);
    }

    #[test]
    fn what_no_glob_says_is_none() {
        check(r"^(?!src/)", expect!["none"]);
        check(r"(ab)+", expect!["none"]);
        check(r"[^a]\.py", expect!["none"]);
        check(r"(?i)\.py$", expect!["none"]);
        check(r"\bfoo", expect!["none"]);
        check(r"(", expect!["none"]);
        check(r"a{2}", expect!["none"]);
        check(r"$a", expect!["none"]);
        check(r"^src/.*.py$", expect!["src/**/*?py  (about)"]);
        check(&"(".repeat(10_000), expect!["none"]);
        check(&"(a|b)".repeat(100), expect!["none"]);
    }
}
