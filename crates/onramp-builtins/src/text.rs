//! Lines and places in bytes that need be no text of any encoding.

use memchr::{memchr_iter, memrchr};

/// So many bytes are looked at to tell whether a file is text.
pub(crate) const SAMPLE: usize = 8 * 1024;

/// Whether bytes are those of no text: there is a control character among the first of them that texts do not have,
/// which tells more than the NUL that git looks for, and spares small images. UTF-16 counts as none, because its line
/// ends are not ours.
pub(crate) fn is_binary(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    // Bell, backspace, what moves the cursor, and escape are all found in texts.
    let is_strange = |byte: u8| (byte < 7) | ((byte > 13) & (byte < 32) & (byte != 27)) | (byte == 127);
    sample.starts_with(b"\xff\xfe")
        || sample.starts_with(b"\xfe\xff")
        || sample.iter().fold(false, |found, byte| found | is_strange(*byte))
}

/// A line and where it begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    pub(crate) start: usize,
    /// Without its end.
    pub(crate) text: &'a [u8],
    /// Carriage returns and a line feed; of the last line perhaps carriage returns alone, or nothing.
    pub(crate) end: &'a [u8],
}

/// The lines of a file. An empty file has none.
pub(crate) fn lines(bytes: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    let unended = (!bytes.is_empty() && !bytes.ends_with(b"\n")).then_some(bytes.len());
    let ends = memchr_iter(b'\n', bytes).map(|place| place + 1).chain(unended);
    ends.map(move |end| {
        let whole = &bytes[start..end];
        let without_feed = whole.strip_suffix(b"\n").unwrap_or(whole);
        let text = trim_end(without_feed, |byte| byte == b'\r');
        let line = Line { start, text, end: &whole[text.len()..] };
        start = end;
        line
    })
}

/// Bytes without those at their end that are `meant`.
pub(crate) fn trim_end(bytes: &[u8], meant: impl Fn(u8) -> bool) -> &[u8] {
    let length = bytes.iter().rposition(|byte| !meant(*byte)).map_or(0, |last| last + 1);
    &bytes[..length]
}

/// Line and column of the byte at `offset`, both from 1.
pub(crate) fn position(bytes: &[u8], offset: usize) -> (u32, u32) {
    let before = &bytes[..offset.min(bytes.len())];
    let start = memrchr(b'\n', before).map_or(0, |place| place + 1);
    (number(memchr_iter(b'\n', before).count() + 1), number(before.len() - start + 1))
}

/// A number that fits a finding.
pub(crate) fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_ends() {
        let told = |bytes: &'static [u8]| {
            lines(bytes).map(|line| (line.start, line.text, line.end)).collect::<Vec<_>>()
        };
        assert_eq!(told(b""), []);
        assert_eq!(told(b"\n"), [(0, &b""[..], &b"\n"[..])]);
        assert_eq!(
            told(b"a\r\r\nb\rc\nd\r"),
            [(0, &b"a"[..], &b"\r\r\n"[..]), (4, b"b\rc", b"\n"), (8, b"d", b"\r")]
        );
    }

    #[test]
    fn places_are_counted_from_one() {
        assert_eq!(position(b"ab\ncd", 0), (1, 1));
        assert_eq!(position(b"ab\ncd", 4), (2, 2));
        assert_eq!(position(b"ab\ncd", 99), (2, 3));
    }

    #[test]
    fn control_characters_and_a_mark_of_utf_16_make_a_file_binary() {
        assert!(is_binary(b"a\0b"));
        assert!(is_binary(b"\xff\xfea"));
        assert!(is_binary(b"P4\n16 16\n\x7f\xf1\x01 "));
        assert!(!is_binary(b"\x1b[31m\x07\x08\x0b\x0c\t\r\n\x80"));
        assert!(!is_binary("é\u{feff}".as_bytes()));
        let mut late = vec![b'a'; SAMPLE];
        late.push(0);
        assert!(!is_binary(&late));
    }
}
