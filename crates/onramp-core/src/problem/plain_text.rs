use std::borrow::Cow;

/// A line without its escape sequences: colours, links and whatever else is meant for a terminal.
pub(super) fn plain_text(line: &str) -> Cow<'_, str> {
    if !line.contains('\u{1b}') {
        return Cow::Borrowed(line);
    }
    let mut text = String::with_capacity(line.len());
    let mut pieces = line.split('\u{1b}');
    text.push_str(pieces.next().unwrap_or_default());
    let mut in_string = false;
    for piece in pieces {
        let rest = behind(piece, &mut in_string);
        text.push_str(rest);
    }
    Cow::Owned(text)
}

/// What is left of a piece that follows an escape character. A control string, such as the target of a link,
/// ends at its own mark, which may be an escape sequence itself.
fn behind<'a>(piece: &'a str, in_string: &mut bool) -> &'a str {
    if std::mem::take(in_string) && piece.starts_with('\\') {
        return &piece[1..];
    }
    let mut characters = piece.char_indices();
    match characters.next() {
        // The final byte of a control sequence; of its parameters none is a letter.
        Some((_, '[')) => after(piece, characters.find(|(_, c)| ('@'..='~').contains(c))),
        Some((_, ']' | 'P' | 'X' | '^' | '_')) => match piece.split_once('\u{7}') {
            Some((_, rest)) => rest,
            None => {
                *in_string = true;
                ""
            }
        },
        // Such as the choice of a character set.
        Some((_, ' '..='/')) => after(piece, characters.find(|(_, c)| ('0'..='~').contains(c))),
        Some((_, first)) => &piece[first.len_utf8()..],
        None => "",
    }
}

fn after(piece: &str, last: Option<(usize, char)>) -> &str {
    last.map_or("", |(at, _)| &piece[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_reader_sees_is_left() {
        for (line, plain) in [
            ("plain", "plain"),
            ("\u{1b}[96msrc/a.ts\u{1b}[0m:\u{1b}[93m1\u{1b}[0m", "src/a.ts:1"),
            ("\u{1b}[1;38;5;9mred\u{1b}(B\u{1b}[m", "red"),
            ("\u{1b}]8;;https://x.y\u{1b}\\F401\u{1b}]8;;\u{1b}\\ [*]", "F401 [*]"),
            ("\u{1b}]0;title\u{7}text", "text"),
            ("half a sequence\u{1b}[3", "half a sequence"),
            ("\u{1b}ä", ""),
            ("\u{1b}", ""),
        ] {
            assert_eq!(plain_text(line), plain, "{line:?}");
        }
    }
}
