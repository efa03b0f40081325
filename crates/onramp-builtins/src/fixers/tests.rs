//! That one pass is enough, whatever bytes there are, and what comes out of some.

use std::path::Path;

use super::*;
use crate::{Kind, LineEndings, check};

const TRAILING: Builtin = Builtin::TrailingWhitespace { hard_breaks: true };

fn all() -> Vec<Builtin> {
    vec![
        TRAILING,
        Builtin::TrailingWhitespace { hard_breaks: false },
        Builtin::EndOfFile,
        Builtin::ByteOrderMark,
        Builtin::LineEndings(LineEndings::Auto),
        Builtin::LineEndings(LineEndings::Lf),
        Builtin::LineEndings(LineEndings::Crlf),
    ]
}

#[track_caller]
fn fixed(builtins: &[Builtin], path: &str, before: &[u8], after: &[u8]) {
    let got = fix(builtins, Path::new(path), before);
    let shown = |bytes: &[u8]| bytes.escape_ascii().to_string();
    assert_eq!(shown(got.as_deref().unwrap_or(before)), shown(after));
    assert_eq!(got.is_some(), before != after);
}

/// A generator that gives the same numbers each time (xorshift, Marsaglia 2003).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    /// Bytes among which those that matter are frequent.
    fn bytes(&mut self) -> Vec<u8> {
        let pieces: [&[u8]; 14] = [
            b" ",
            b"  ",
            b"\t",
            b"\r",
            b"\n",
            b"\r\n",
            b"\r\r\n",
            b"\n\n",
            b"a",
            b"\xef\xbb\xbf",
            b"\xe9",
            b"\x0c",
            b"b c",
            b"\0",
        ];
        // A NUL has bytes left alone, so it is rare.
        let length = self.below(12);
        let piece = |random: &mut Self| match random.below(60) {
            0 => pieces[13],
            other => pieces[other % 13],
        };
        (0..length).flat_map(|_| piece(self).to_vec()).collect()
    }
}

#[test]
fn one_pass_is_enough_and_a_check_finds_what_it_mends() {
    let mut random = Random(0x5eed);
    for case in 0..60_000 {
        let bytes = random.bytes();
        let builtins: Vec<Builtin> = match case % 8 {
            // Two that want different things would never agree, and a configuration names each once.
            0 => {
                vec![TRAILING, Builtin::EndOfFile, Builtin::ByteOrderMark, all()[4 + random.below(3)].clone()]
            }
            1 => vec![all()[4 + random.below(3)].clone(), Builtin::EndOfFile, TRAILING],
            2 => vec![Builtin::EndOfFile, TRAILING],
            3 => vec![Builtin::EndOfFile, all()[4 + random.below(3)].clone()],
            4 => vec![TRAILING, all()[4 + random.below(3)].clone()],
            _ => vec![all()[random.below(7)].clone()],
        };
        let path = Path::new(if random.below(2) == 0 { "a.txt" } else { "a.md" });
        let file = File { path, bytes: &bytes, kind: Kind::Regular };
        let found = !check(&builtins, &file).is_empty();
        let once = fix(&builtins, path, &bytes);
        let shown = bytes.escape_ascii();
        assert_eq!(found, once.is_some(), "{builtins:?} {path:?} {shown}");
        if let Some(once) = once {
            let twice = fix(&builtins, path, &once);
            assert_eq!(twice, None, "{builtins:?} {path:?} {shown} -> {}", once.escape_ascii());
            // No character is lost or made: blanks, ends of lines and marks are all that may differ.
            let bare = |bytes: &[u8]| {
                let mark = [0xef, 0xbb, 0xbf];
                bytes
                    .iter()
                    .filter(|byte| !b" \t\r\n".contains(byte) && !mark.contains(byte))
                    .copied()
                    .collect::<Vec<_>>()
            };
            assert_eq!(bare(&bytes), bare(&once), "{builtins:?} {shown}");
        }
    }
}

#[test]
fn a_line_keeps_its_end_when_blanks_go() {
    fixed(&[TRAILING], "a.py", b"a \r\nb\t\t\n  \nc", b"a\r\nb\n\nc");
    fixed(&[TRAILING], "a.py", b"a\x0c\n\x0c\n", b"a\x0c\n\x0c\n");
    fixed(&[TRAILING], "a.py", b"caf\xe9 \n", b"caf\xe9\n");
    fixed(&[TRAILING], "a.py", b"a\0 \n", b"a\0 \n");
    fixed(&[TRAILING], "a.py", b"", b"");
}

#[test]
fn a_hard_break_of_markdown_stays() {
    fixed(&[TRAILING], "A.MD", b"a  \nb \nc    \n   \nd \t \ne\t  \n", b"a  \nb\nc  \n\nd\ne  \n");
    fixed(&[Builtin::TrailingWhitespace { hard_breaks: false }], "a.md", b"a  \n", b"a\n");
    fixed(&[TRAILING], "a.txt", b"a  \n", b"a\n");
}

#[test]
fn a_file_ends_with_one_line_end() {
    let end = [Builtin::EndOfFile];
    fixed(&end, "a", b"a", b"a\n");
    fixed(&end, "a", b"a\n\n\n", b"a\n");
    fixed(&end, "a", b"a\r\nb", b"a\r\nb\r\n");
    fixed(&end, "a", b"a\r\n\r\n", b"a\r\n");
    fixed(&end, "a", b"\n\n", b"");
    fixed(&end, "a", b"", b"");
    fixed(&end, "a", b"a\n", b"a\n");
    fixed(&end, "a", b"a\r", b"a\n");
}

#[test]
fn lines_end_as_most_of_them_do() {
    let target = |target| [Builtin::LineEndings(target)];
    fixed(&target(LineEndings::Auto), "a", b"a\r\nb\r\nc\n", b"a\r\nb\r\nc\r\n");
    fixed(&target(LineEndings::Auto), "a", b"a\r\nb\n", b"a\nb\n");
    fixed(&target(LineEndings::Auto), "a", b"a\r\nb\r\n", b"a\r\nb\r\n");
    fixed(&target(LineEndings::Lf), "a", b"a\r\nb\r\r\nc\rd", b"a\nb\nc\rd");
    fixed(&target(LineEndings::Crlf), "a", b"a\nb\r\n", b"a\r\nb\r\n");
}

#[test]
fn marks_go_all_of_them() {
    fixed(&[Builtin::ByteOrderMark], "a", "\u{feff}\u{feff}a\u{feff}".as_bytes(), "a\u{feff}".as_bytes());
}

#[test]
fn what_ends_where_is_told() {
    let bytes = [&b"x \n"[..]; 12].concat();
    let file = File { path: Path::new("a"), bytes: &bytes, kind: Kind::Regular };
    let found = check(&[TRAILING], &file);
    assert_eq!(found.len(), 11);
    assert_eq!((found[9].line, found[9].column), (Some(10), Some(2)));
    assert_eq!((found[10].line, found[10].message.as_str()), (None, "trailing whitespace on 2 more lines"));
    let told = |bytes: &[u8]| {
        let file = File { path: Path::new("a"), bytes, kind: Kind::Regular };
        let found = check(&[Builtin::EndOfFile, Builtin::LineEndings(LineEndings::Auto)], &file);
        found.into_iter().map(|finding| (finding.line.unwrap(), finding.message)).collect::<Vec<_>>()
    };
    assert_eq!(told(b"a\nb"), [(2, "no newline at the end of the file".to_owned())]);
    assert_eq!(told(b"a\n\n\n"), [(2, "empty lines at the end of the file".to_owned())]);
    assert_eq!(told(b"\n\n"), [(1, "nothing but empty lines".to_owned())]);
    assert_eq!(told(b"a\nb\r\nc\n"), [(2, "mixed line endings: 2 LF, 1 CRLF".to_owned())]);
}
