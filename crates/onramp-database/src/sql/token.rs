use std::borrow::Cow;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A word that stands without quotes: a keyword, or a name.
    Word,
    /// A name in quotes.
    Name,
    /// A text in quotes.
    Text,
    /// A text of bytes or bits: `x'0A'`, `b'01'`.
    Bytes,
    /// A number.
    Number,
    /// What stands for a value that is given later: `?1`, `$1`.
    Parameter,
    /// An operator, a bracket or another sign.
    Symbol,
}

/// A piece of a text that means something. Blanks and comments are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: TokenKind,
    /// As it is written, quotes included.
    pub text: &'a str,
    /// Where it begins, in bytes.
    pub start: usize,
    /// Whether a backslash in it means something.
    pub(super) has_escapes: bool,
}

impl<'a> Token<'a> {
    /// One that stands by itself.
    pub(crate) fn alone(kind: TokenKind, text: &'a str) -> Self {
        Self { kind, text, start: 0, has_escapes: false }
    }

    /// Where it ends, in bytes.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it is that keyword, in whatever case, or that symbol.
    pub fn is(&self, word: &str) -> bool {
        match self.kind {
            TokenKind::Word => self.text.eq_ignore_ascii_case(word),
            TokenKind::Symbol => self.text == word,
            _ => false,
        }
    }

    /// What stands in its quotes, as it is meant; without quotes, the text as it is written. A quote that nothing closes is
    /// closed by the end.
    pub fn value(&self) -> Cow<'a, str> {
        let text = match self.kind {
            TokenKind::Name | TokenKind::Text | TokenKind::Bytes => self.text,
            _ => return Cow::Borrowed(self.text),
        };
        let Some(open) = text.find(['\'', '"', '`', '[', '$']) else { return Cow::Borrowed(text) };
        let text = &text[open..];
        let close = match text.as_bytes()[0] {
            b'$' => return Cow::Borrowed(in_dollars(text)),
            b'[' => ']',
            _ => text.chars().next().unwrap_or_default(),
        };
        let inner = text[1..].strip_suffix(close).unwrap_or(&text[1..]);
        if self.has_escapes && inner.contains('\\') {
            return Cow::Owned(without_escapes(inner));
        }
        let doubled = [close, close].iter().collect::<String>();
        match inner.contains(&doubled) && close != ']' {
            true => Cow::Owned(inner.replace(&doubled, &doubled[..1])),
            false => Cow::Borrowed(inner),
        }
    }
}

/// What stands between `$tag$` and `$tag$`.
fn in_dollars(text: &str) -> &str {
    let tag = text[1..].find('$').map_or(text.len(), |end| end + 2);
    let inner = &text[tag..];
    inner.strip_suffix(&text[..tag]).unwrap_or(inner)
}

/// A text whose letters behind a backslash mean themselves or a control character.
fn without_escapes(text: &str) -> String {
    let mut meant = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => meant.extend(letters.next().map(|letter| match letter {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                other => other,
            })),
            '\'' => {
                letters.next();
                meant.push('\'');
            }
            other => meant.push(other),
        }
    }
    meant
}
