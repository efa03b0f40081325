/// A place as tools write it: `src/a.py:3` or `src/a.py:3:5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    pub(super) line: u32,
    pub(super) column: Option<u32>,
}

/// The place at the beginning of a text, and what follows it.
pub(super) fn place(text: &str) -> Option<(Place<'_>, &str)> {
    let mut colons = text.match_indices(':');
    let (file, rest) = colons.find_map(|(at, _)| {
        let rest = &text[at + 1..];
        rest.starts_with(|c: char| c.is_ascii_digit()).then_some((&text[..at], rest))
    })?;
    let (line, rest) = number(rest)?;
    let (column, rest) = match rest.strip_prefix(':').and_then(number) {
        Some((column, rest)) => (Some(column), rest),
        None => (None, rest),
    };
    is_file_name(file).then_some((Place { file, line, column }, rest))
}

/// A text that is a place and nothing else.
pub(super) fn whole_place(text: &str) -> Option<Place<'_>> {
    place(text.trim()).filter(|(_, rest)| rest.is_empty()).map(|(place, _)| place)
}

/// The number at the beginning of a text, and what follows it. No line and no column has the number 0.
pub(super) fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number = text[..end].parse().ok().filter(|number| *number > 0)?;
    Some((number, &text[end..]))
}

/// Whether a text may be the name of a file. An address is none, and neither is what begins with a blank.
pub(super) fn is_file_name(text: &str) -> bool {
    !text.is_empty()
        && text.trim() == text
        && !text.contains("://")
        && !text.contains(['"', '<', '>', '|', '\t'])
        && !text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_from_what_looks_like_one() {
        let found = |text| place(text).map(|(at, rest)| (at.file, at.line, at.column, rest));
        assert_eq!(found("a b.py:3:5: no"), Some(("a b.py", 3, Some(5), ": no")));
        assert_eq!(found("a.py:3: no"), Some(("a.py", 3, None, ": no")));
        assert_eq!(found("a.py:3"), Some(("a.py", 3, None, "")));
        assert_eq!(found("a.py:3:x"), Some(("a.py", 3, None, ":x")));
        for text in
            ["http://host:80: no", "12:30:45: no", " a.py:3: no", "a.py:0: no", "a.py: no", ":3: no", ""]
        {
            assert_eq!(found(text), None, "{text}");
        }
        assert_eq!(place("a.py:99999999999"), None);
    }
}
