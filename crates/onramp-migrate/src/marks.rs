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
    ours: Range<usize>,
    /// What both sides come from, where git was told to show it.
    base: Option<Range<usize>>,
    theirs: Range<usize>,
}

/// One of the texts that a merge was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    Ours,
    Base,
    Theirs,
}

/// What has been read of a conflict.
struct Open {
    begin: usize,
    base: Option<usize>,
    middle: Option<usize>,
    is_clear: bool,
}

/// The conflicts of a text, in its order. A line of seven `=` is a mark only behind one of `<`: elsewhere it makes a
/// heading.
pub(crate) fn conflicts(text: &str) -> Vec<Conflict> {
    let mut found = Vec::new();
    let mut open: Option<Open> = None;
    let unclear = |lines: Range<usize>| Conflict { lines, sides: None };
    let mut count = 0;
    for (place, line) in text.split_inclusive('\n').enumerate() {
        count = place + 1;
        let Some(mark) = mark_of(line) else { continue };
        match (mark, &mut open) {
            ('<', _) => {
                found.extend(open.take().map(|open| unclear(open.begin..place)));
                open = Some(Open { begin: place, base: None, middle: None, is_clear: true });
            }
            ('>', None) => found.push(unclear(place..place + 1)),
            ('>', Some(_)) => found.extend(open.take().map(|open| open.closed(place))),
            ('|', Some(open)) if open.base.is_none() && open.middle.is_none() => open.base = Some(place),
            ('=', Some(open)) if open.middle.is_none() => open.middle = Some(place),
            (_, Some(open)) => open.is_clear = false,
            (_, None) => {}
        }
    }
    found.extend(open.map(|open| unclear(open.begin..count)));
    found
}

impl Open {
    fn closed(self, end: usize) -> Conflict {
        let sides = self.middle.filter(|_| self.is_clear).map(|middle| Sides {
            ours: self.begin + 1..self.base.unwrap_or(middle),
            base: self.base.map(|base| base + 1..middle),
            theirs: middle + 1..end,
        });
        Conflict { lines: self.begin..end + 1, sides }
    }
}

/// The letter of a mark: it stands seven times at the beginning of its line, and then comes a blank and a name, or nothing.
fn mark_of(line: &str) -> Option<char> {
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
