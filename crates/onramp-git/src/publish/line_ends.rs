//! The ends of lines, which git may change on the way into a work tree: a copy that is written by today's settings need
//! not end its lines as the file does that was written by yesterday's.

use std::borrow::Cow;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Lf,
    CrLf,
}

impl Ending {
    /// How the lines of a text end, if they all end alike.
    fn of(content: &[u8]) -> Option<Self> {
        if content.contains(&0) {
            return None;
        }
        let ends = content.iter().filter(|byte| **byte == b'\n').count();
        let with_return = content.windows(2).filter(|two| *two == b"\r\n").count();
        match with_return {
            _ if ends == 0 => None,
            0 => Some(Self::Lf),
            all if all == ends => Some(Self::CrLf),
            _ => None,
        }
    }
}

/// Two versions of a file with the ends of lines that a third one has, where `before` has just the others.
pub(super) fn like<'a>(ours: &[u8], before: &'a [u8], after: &'a [u8]) -> [Cow<'a, [u8]>; 2] {
    match (Ending::of(ours), Ending::of(before)) {
        (Some(wanted), Some(there)) if wanted != there => [with(before, wanted), with(after, wanted)],
        _ => [before.into(), after.into()],
    }
}

fn with(content: &[u8], ending: Ending) -> Cow<'_, [u8]> {
    let mut text = Vec::with_capacity(content.len());
    let mut rest = content.iter().peekable();
    while let Some(byte) = rest.next() {
        match (byte, ending) {
            (b'\r', _) if rest.peek() == Some(&&b'\n') => {}
            (b'\n', Ending::CrLf) => text.extend_from_slice(b"\r\n"),
            _ => text.push(*byte),
        }
    }
    text.into()
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_texts_that_differ_by_the_ends_of_all_lines_are_changed() {
        let like = |ours: &str, before: &str, after: &str| {
            super::like(ours.as_bytes(), before.as_bytes(), after.as_bytes())
                .map(|text| String::from_utf8(text.into_owned()).unwrap())
        };
        assert_eq!(like("1\n2\n", "1\r\n", "2\r\n3\n"), ["1\n", "2\n3\n"]);
        // A return in the middle of a line is no end of one.
        assert_eq!(like("1\r\n", "1\n", "2\n3\r\n\r4"), ["1\r\n", "2\r\n3\r\n\r4"]);
        for [ours, before] in
            [["1\n", "1\n"], ["1\r\n2\n", "1\n"], ["1\n", "1\n2\r\n"], ["1", "1\n"], ["\0\n", "\r\n"]]
        {
            assert_eq!(like(ours, before, "a\r\nb\n"), [before, "a\r\nb\n"]);
        }
    }
}
