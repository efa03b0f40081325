use super::parsed::Path;
use super::token::{Kind, Token};

/// A place in the tokens of a statement.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    tokens: &'a [Token],
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(tokens: &'a [Token]) -> Self {
        Self { tokens }
    }

    /// What has not been taken.
    pub(crate) fn rest(&self) -> &'a [Token] {
        self.tokens
    }

    pub(crate) fn next(&mut self) -> Option<&'a Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    /// Whether these keywords come next.
    pub(crate) fn is_at(&self, words: &[&str]) -> bool {
        words.len() <= self.tokens.len() && words.iter().zip(self.tokens).all(|(word, token)| token.is(word))
    }

    /// Takes these keywords where they come next.
    pub(crate) fn take(&mut self, words: &[&str]) -> bool {
        let found = self.is_at(words);
        if found {
            self.tokens = &self.tokens[words.len()..];
        }
        found
    }

    /// Takes that sign where it comes next.
    pub(crate) fn take_sign(&mut self, sign: &str) -> bool {
        let found = self.tokens.first().is_some_and(|token| token.is_sign(sign));
        if found {
            self.tokens = &self.tokens[1..];
        }
        found
    }

    /// Takes a name.
    pub(crate) fn name(&mut self) -> Option<String> {
        let token = self.tokens.first().filter(|token| matches!(token.kind, Kind::Word | Kind::Name))?;
        self.tokens = &self.tokens[1..];
        Some(token.text.clone())
    }

    /// Takes a name that may stand behind that of its schema.
    pub(crate) fn path(&mut self) -> Option<Path> {
        let mut names = vec![self.name()?];
        while self.take_sign(".") {
            names.push(self.name()?);
        }
        Some(Path::new(names))
    }

    /// Takes names with commas between them, to the first that is none.
    pub(crate) fn paths(&mut self) -> Vec<Path> {
        let mut paths = Vec::new();
        loop {
            self.take(&["only"]);
            let Some(path) = self.path() else { return paths };
            self.take_sign("*");
            paths.push(path);
            if !self.take_sign(",") {
                return paths;
            }
        }
    }

    /// Takes what stands in parentheses, where they come next.
    pub(crate) fn parenthesised(&mut self) -> Option<&'a [Token]> {
        if !self.tokens.first()?.is_sign("(") {
            return None;
        }
        let mut depth = 0;
        for (place, token) in self.tokens.iter().enumerate() {
            if token.is_sign("(") {
                depth += 1;
            } else if token.is_sign(")") {
                depth -= 1;
                if depth == 0 {
                    let inner = &self.tokens[1..place];
                    self.tokens = &self.tokens[place + 1..];
                    return Some(inner);
                }
            }
        }
        None
    }
}

/// The parts of a list: what stands between commas that are in no parentheses.
pub(crate) fn parts(tokens: &[Token]) -> Vec<&[Token]> {
    let mut depth = 0_i32;
    tokens
        .split(|token| {
            match token.text.as_str() {
                "(" | "[" if token.kind == Kind::Symbol => depth += 1,
                ")" | "]" if token.kind == Kind::Symbol => depth -= 1,
                _ => {}
            }
            depth == 0 && token.is_sign(",")
        })
        .filter(|part| !part.is_empty())
        .collect()
}

/// The tokens that are in no parentheses, with their places; the parentheses themselves are left out.
pub(crate) fn outer(tokens: &[Token]) -> impl Iterator<Item = (usize, &Token)> {
    let mut depth = 0_i32;
    tokens.iter().enumerate().filter(move |(_, token)| {
        depth += i32::from(token.is_sign("(")) - i32::from(token.is_sign(")"));
        depth == 0 && !token.is_sign(")")
    })
}
