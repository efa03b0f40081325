use super::token::{Token, canonical};

/// A place among the tokens of a statement.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a, 'b> {
    rest: &'b [Token<'a>],
}

impl<'a, 'b> Cursor<'a, 'b> {
    /// Before the first of these.
    pub(super) fn new(tokens: &'b [Token<'a>]) -> Self {
        Self { rest: tokens }
    }

    /// The next token, which is not passed.
    pub(super) fn peek(&self) -> Option<&'b Token<'a>> {
        self.rest.first()
    }

    /// Passes the next token.
    pub(super) fn next(&mut self) -> Option<&'b Token<'a>> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    /// The tokens between this place and a later one.
    pub(super) fn until(&self, later: &Self) -> &'b [Token<'a>] {
        &self.rest[..self.rest.len() - later.rest.len()]
    }

    /// Whether these words or symbols are next.
    pub(super) fn is_at(&self, words: &[&str]) -> bool {
        self.rest.len() >= words.len() && words.iter().zip(self.rest).all(|(word, token)| token.is(word))
    }

    /// Passes these words if they are next.
    pub(super) fn take(&mut self, words: &[&str]) -> bool {
        let is_at = self.is_at(words);
        if is_at {
            self.rest = &self.rest[words.len()..];
        }
        is_at
    }

    /// Passes a pair of parentheses if one is next, and returns what stands in it.
    pub(super) fn take_parenthesised(&mut self) -> Option<&'b [Token<'a>]> {
        if !self.is_at(&["("]) {
            return None;
        }
        let mut depth = 0_usize;
        let end = self.rest.iter().position(|token| {
            depth = depth + usize::from(token.is("(")) - usize::from(token.is(")"));
            depth == 0
        })?;
        let inner = &self.rest[1..end];
        self.rest = &self.rest[end + 1..];
        Some(inner)
    }
}

/// The parts between the commas that are in no parentheses.
pub(super) fn split_at_commas<'a, 'b>(tokens: &'b [Token<'a>]) -> Vec<&'b [Token<'a>]> {
    let mut depth = 0_usize;
    let parts = tokens.split(|token| {
        depth = (depth + usize::from(token.is("("))).saturating_sub(usize::from(token.is(")")));
        depth == 0 && token.is(",")
    });
    parts.collect()
}

/// An expression in its one spelling, without parentheses around the whole of it.
pub(super) fn expression(mut tokens: &[Token<'_>]) -> String {
    loop {
        let mut cursor = Cursor::new(tokens);
        match cursor.take_parenthesised() {
            Some(inner) if cursor.peek().is_none() && !inner.is_empty() => tokens = inner,
            _ => return canonical(tokens),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    #[test]
    fn only_parentheses_around_the_whole_are_taken_off() {
        assert_eq!(expression(&tokens("((a > 0))")), "a > 0");
        assert_eq!(expression(&tokens("(a) > (0)")), "(a) > (0)");
    }

    #[test]
    fn commas_in_parentheses_part_nothing() {
        let tokens = tokens("a, f(b, (c)), d");
        let parts: Vec<String> = split_at_commas(&tokens).into_iter().map(canonical).collect();
        assert_eq!(parts, ["a", "f(b, (c))", "d"]);
    }
}
