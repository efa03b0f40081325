use std::io::{BufRead, BufReader, Read};

use onramp_core::{Secrets, Stream};

/// A longer line is reported in pieces, so that a program which never ends a line cannot fill the memory.
/// In bytes.
const LONGEST_LINE: usize = 64 * 1024;

/// Takes the lines that a process prints. Called from the threads that read its outputs, for each output in
/// order; a slow sink slows the process down.
pub trait LineSink: Send + Sync {
    /// Takes one line, without its end, secrets masked.
    fn line(&self, stream: Stream, line: &str);
}

/// Forgets every line.
pub struct Discard;

impl LineSink for Discard {
    fn line(&self, _stream: Stream, _line: &str) {}
}

impl<F: Fn(Stream, &str) + Send + Sync> LineSink for F {
    fn line(&self, stream: Stream, line: &str) {
        self(stream, line);
    }
}

/// Reads until the end of file and hands over line by line, secrets masked. What is not UTF-8 is replaced; of
/// a line that a progress bar has overwritten with carriage returns, the last state counts.
pub(crate) fn each_line(source: impl Read, secrets: &Secrets, mut take: impl FnMut(&str)) {
    let mut reader = BufReader::new(source);
    let mut bytes = Vec::new();
    loop {
        // So much more is read than is handed over that a secret which begins in a piece is seen whole, and in
        // any case one byte, which tells whether the piece ends with a line or with a character.
        let most = LONGEST_LINE + secrets.longest().saturating_sub(1).max(1);
        let room = most.saturating_sub(bytes.len());
        let read = reader.by_ref().take(room as u64).read_until(b'\n', &mut bytes);
        if bytes.last() != Some(&b'\n') && bytes.len() >= most {
            let end = secrets.cut(&bytes, character_at(&bytes, LONGEST_LINE));
            hand_over(&bytes[..end], secrets, &mut take);
            bytes.drain(..end);
            continue;
        }
        if !bytes.is_empty() {
            hand_over(&bytes, secrets, &mut take);
            bytes.clear();
        }
        // A read error here means that the pipe is gone, which is what the end of file means too.
        if matches!(read, Ok(0) | Err(_)) {
            return;
        }
    }
}

fn hand_over(mut bytes: &[u8], secrets: &Secrets, take: &mut impl FnMut(&str)) {
    while let [rest @ .., b'\n' | b'\r'] = bytes {
        bytes = rest;
    }
    let text = String::from_utf8_lossy(bytes);
    take(&secrets.mask(text.rsplit('\r').next().unwrap_or_default()));
}

/// The beginning of the character that the byte at `place` belongs to, if the text is UTF-8.
fn character_at(text: &[u8], place: usize) -> usize {
    let is_beginning = |place: &usize| text.get(*place).is_none_or(|byte| byte & 0xC0 != 0x80);
    (place.saturating_sub(3)..=place).rev().find(is_beginning).unwrap_or(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<String> {
        masked(bytes, &[])
    }

    fn masked(bytes: &[u8], values: &[&str]) -> Vec<String> {
        let secrets = Secrets::new();
        values.iter().for_each(|value| secrets.add(value));
        let mut lines = Vec::new();
        each_line(bytes, &secrets, |line| lines.push(line.to_owned()));
        lines
    }

    #[test]
    fn line_ends_bars_and_bad_bytes() {
        assert_eq!(lines(b"a\r\n\n10%\r100%\nb\xff"), ["a", "", "100%", "b\u{fffd}"]);
    }

    #[test]
    fn an_endless_line_comes_in_pieces() {
        let pieces = lines(&vec![b'x'; 150_000]);
        assert_eq!(pieces.iter().map(String::len).collect::<Vec<_>>(), [65_536, 65_536, 18_928]);
    }

    #[test]
    fn a_secret_is_masked_wherever_a_long_line_is_cut() {
        let secret = "correct-horse";
        for before in LONGEST_LINE - 40..LONGEST_LINE + 20 {
            let text = format!("{}{secret} {} {secret}\nnext\n", "x".repeat(before), "y".repeat(70_000));
            let lines = masked(text.as_bytes(), &[secret, "horse", "a-longer-one-than-is-printed"]);
            let expected = format!("{}*** {} ***", "x".repeat(before), "y".repeat(70_000));
            assert_eq!(lines.last().unwrap(), "next");
            assert!(lines[..lines.len() - 1].concat() == expected, "behind {before} bytes");
        }
    }

    #[test]
    fn a_line_as_long_as_a_piece_is_one_line() {
        let text = format!("{}\nb\n", "x".repeat(LONGEST_LINE));
        assert_eq!(lines(text.as_bytes()).len(), 2);
    }

    #[test]
    fn a_character_is_not_cut() {
        for before in LONGEST_LINE - 8..LONGEST_LINE {
            let text = format!("{}ä€🦀ä€🦀", "x".repeat(before));
            assert!(lines(text.as_bytes()).concat() == text, "behind {before} bytes");
        }
    }
}
