//! The marks that a merge leaves in a file where it does not know which side is right.

use std::ops::Range;

/// A place in a text that a merge has left to a person. Lines are counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Conflict {
    /// From the line of the first mark to that of the last one.
    pub(crate) lines: Range<usize>,
    /// What stands between the marks; `None` where they are not those of one conflict, so that nobody can tell.
    pub(crate) sides: Option<Sides>,
}

/// The lines of each side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sides {
    pub(crate) ours: Range<usize>,
    /// What both sides come from, where git was told to show it.
    base: Option<Range<usize>>,
    pub(crate) theirs: Range<usize>,
}

/// One of the texts that a merge was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    Ours,
    Base,
    Theirs,
}

/// The conflicts of a text, in its order. A line of seven `=` is a mark only behind one of `<`: elsewhere it makes a
/// heading.
pub(crate) fn conflicts(text: &str) -> Vec<Conflict> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut found: Vec<Conflict> = Vec::new();
    let mut place = 0;
    while place < lines.len() {
        let conflict = conflict_at(&lines, place);
        place = conflict.as_ref().map_or(place + 1, |conflict| conflict.lines.end);
        found.extend(conflict);
    }
    found
}

/// The conflict whose first mark is the line at `begin`; `None` where that is no mark which begins or ends one.
pub(crate) fn conflict_at(lines: &[&str], begin: usize) -> Option<Conflict> {
    match mark_of(lines[begin])? {
        '<' => {}
        '>' => return Some(Conflict { lines: begin..begin + 1, sides: None }),
        _ => return None,
    }
    let (mut base, mut middle, mut is_clear) = (None, None, true);
    for (place, line) in lines.iter().enumerate().skip(begin + 1) {
        match mark_of(line) {
            None => {}
            Some('<') => return Some(Conflict { lines: begin..place, sides: None }),
            Some('>') => {
                let sides = middle.filter(|_| is_clear).map(|middle| Sides {
                    ours: begin + 1..base.unwrap_or(middle),
                    base: base.map(|base: usize| base + 1..middle),
                    theirs: middle + 1..place,
                });
                return Some(Conflict { lines: begin..place + 1, sides });
            }
            Some('|') if base.is_none() && middle.is_none() => base = Some(place),
            Some('=') if middle.is_none() => middle = Some(place),
            Some(_) => is_clear = false,
        }
    }
    Some(Conflict { lines: begin..lines.len(), sides: None })
}

/// The letter of a mark: it stands seven times at the beginning of its line, and then comes a blank and a name, or nothing.
pub(crate) fn mark_of(line: &str) -> Option<char> {
    let letter = line.chars().next().filter(|letter| "<|=>".contains(*letter))?;
    let rest = line.trim_start_matches(letter);
    let is_mark = line.len() - rest.len() == 7 && (rest.trim().is_empty() || rest.starts_with(' '));
    is_mark.then_some(letter)
}

/// The text as one side has it. `None` where the marks do not tell.
pub(crate) fn as_of(version: Version, text: &str, conflicts: &[Conflict]) -> Option<String> {
    let mut result = String::with_capacity(text.len());
    let mut left = conflicts.iter().peekable();
    for (place, line) in text.split_inclusive('\n').enumerate() {
        left.next_if(|conflict| conflict.lines.end <= place);
        let conflict = left.peek().filter(|conflict| conflict.lines.contains(&place));
        let is_kept = match conflict {
            None => true,
            Some(conflict) => {
                let sides = conflict.sides.as_ref()?;
                match version {
                    Version::Ours => &sides.ours,
                    Version::Base => sides.base.as_ref()?,
                    Version::Theirs => &sides.theirs,
                }
                .contains(&place)
            }
        };
        if is_kept {
            result.push_str(line);
        }
    }
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "a\n<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> main\r\nb\n<<<<<<< HEAD\n||||||| 1234567\nold\n\
                       =======\r\nnew\n>>>>>>> main\nc";

    #[test]
    fn each_side_can_be_read() {
        let found = conflicts(TWO);
        assert_eq!(found.iter().map(|one| one.lines.clone()).collect::<Vec<_>>(), [1..6, 7..13]);
        assert_eq!(as_of(Version::Ours, TWO, &found).unwrap(), "a\nours\nb\nc");
        assert_eq!(as_of(Version::Theirs, TWO, &found).unwrap(), "a\ntheirs\nb\nnew\nc");
        assert_eq!(as_of(Version::Base, TWO, &found), None);
    }

    #[test]
    fn what_only_looks_like_a_mark_is_none() {
        for text in
            ["Title\n=======\n", "||||||| \n", "<<<<<<<< x\n", "  <<<<<<< x\n", "<<<<<<<x\n", "=======\n"]
        {
            assert_eq!(conflicts(text), [], "{text:?}");
        }
    }

    #[test]
    fn marks_that_do_not_belong_together_are_told_all_the_same() {
        for (text, lines) in [
            ("<<<<<<< a\nx\n", "0..2"),
            ("x\n>>>>>>> b\n", "1..2"),
            ("<<<<<<< a\n>>>>>>> b\n", "0..2"),
            ("<<<<<<< a\n<<<<<<< a\n=======\n>>>>>>> b\n", "0..1, 1..4"),
            ("<<<<<<< a\nTitle\n=======\nx\n=======\ny\n>>>>>>> b\n", "0..7"),
        ] {
            let found = conflicts(text);
            let shown: Vec<String> = found.iter().map(|one| format!("{:?}", one.lines)).collect();
            assert_eq!(shown.join(", "), lines, "{text:?}");
            assert!(found.iter().any(|one| one.sides.is_none()), "{text:?}");
            assert_eq!(as_of(Version::Ours, text, &found), None);
        }
    }
}
