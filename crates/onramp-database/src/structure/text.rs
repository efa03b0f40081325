//! Reads the texts of a catalog from left to right.

/// What is left of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a> {
    rest: &'a str,
}

impl<'a> Reading<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text.trim() }
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    /// Takes these words, if they are next.
    pub(super) fn take(&mut self, words: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(words) else { return false };
        if rest.starts_with(|next: char| next.is_alphanumeric() || next == '_') {
            return false;
        }
        self.rest = rest.trim_start();
        true
    }

    /// Takes what stands in parentheses, if that is next.
    pub(super) fn take_parenthesised(&mut self) -> Option<&'a str> {
        let inner = self.rest.strip_prefix('(')?;
        let end = end_of(inner, |_, letter, depth| letter == ')' && depth == 0)?;
        self.rest = inner[end + 1..].trim_start();
        Some(&inner[..end])
    }

    /// Takes all up to these words, and the words; none inside of quotes or parentheses count.
    pub(super) fn take_until(&mut self, words: &str) -> Option<&'a str> {
        let rest = self.rest;
        let is_of_name = |letter: char| letter.is_alphanumeric() || letter == '_';
        let is_meant = |place: usize, _: char, depth: usize| {
            let after = rest[place..].strip_prefix(words);
            depth == 0
                && after.is_some_and(|after| !after.starts_with(is_of_name))
                && !rest[..place].ends_with(is_of_name)
        };
        let end = end_of(rest, is_meant)?;
        self.rest = rest[end + words.len()..].trim_start();
        Some(rest[..end].trim_end())
    }

    /// Takes a name with what qualifies it, without its quotes: `a`, `"a b"`, `s."t"`.
    pub(super) fn take_path(&mut self) -> Vec<String> {
        let mut path = Vec::new();
        loop {
            let (name, rest) = first_name(self.rest);
            path.push(name);
            match rest.strip_prefix('.') {
                Some(after) => self.rest = after,
                None => {
                    self.rest = rest.trim_start();
                    return path;
                }
            }
        }
    }
}

/// The parts of a list.
pub(super) fn parts(list: &str) -> Vec<&str> {
    let (mut parts, mut rest) = (Vec::new(), list);
    while let Some(end) = end_of(rest, |_, letter, depth| letter == ',' && depth == 0) {
        parts.push(rest[..end].trim());
        rest = &rest[end + 1..];
    }
    if !rest.trim().is_empty() {
        parts.push(rest.trim());
    }
    parts
}

/// The name that a text begins with, without its quotes, and what follows it.
pub(super) fn first_name(text: &str) -> (String, &str) {
    if let Some(inner) = text.strip_prefix('"') {
        let mut letters = inner.char_indices().peekable();
        while let Some((place, letter)) = letters.next() {
            match letter {
                '"' if letters.peek().is_some_and(|(_, next)| *next == '"') => drop(letters.next()),
                '"' => return (inner[..place].replace("\"\"", "\""), &inner[place + 1..]),
                _ => {}
            }
        }
        return (inner.replace("\"\"", "\""), "");
    }
    let is_of_name = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    let end = text.find(|letter| !is_of_name(letter)).unwrap_or(text.len());
    (text[..end].to_owned(), &text[end..])
}

/// Where the first letter is that is meant, by its place; none inside of quotes is. The depth is that of the parentheses around
/// it.
fn end_of(text: &str, is_meant: impl Fn(usize, char, usize) -> bool) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    for (place, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, _) if is_meant(place, letter, depth) => return Some(place),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_cut_outside_of_quotes_and_parentheses() {
        assert_eq!(parts("a, \"b, c\" DESC, f(d, e), 'x,('"), ["a", "\"b, c\" DESC", "f(d, e)", "'x,('"]);
        assert_eq!(parts(" "), [""; 0]);
    }

    #[test]
    fn names_lose_their_quotes() {
        let mut reading = Reading::new("s.\"a \"\"b\"\"\".c(x) y");
        assert_eq!(reading.take_path(), ["s", "a \"b\"", "c"]);
        assert_eq!(reading.take_parenthesised(), Some("x"));
        assert!(!reading.take("yes") && reading.take("y"));
        assert_eq!(reading.rest(), "");
    }
}
