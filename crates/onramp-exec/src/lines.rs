use std::io::{BufRead, BufReader, Read};

use onramp_core::Stream;

/// A longer line is reported in pieces, so that a program which never ends a line cannot fill the memory.
/// In bytes.
const LONGEST_LINE: u64 = 64 * 1024;

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

/// Reads until the end of file and hands over line by line. What is not UTF-8 is replaced; of a line that a
/// progress bar has overwritten with carriage returns, the last state counts.
pub(crate) fn each_line(source: impl Read, mut take: impl FnMut(&str)) {
    let mut reader = BufReader::new(source);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        match reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut bytes) {
            // A read error here means that the pipe is gone, which is what the end of file means too.
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        while matches!(bytes.last(), Some(b'\n' | b'\r')) {
            bytes.pop();
        }
        let text = String::from_utf8_lossy(&bytes);
        take(text.rsplit('\r').next().unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        each_line(bytes, |line| lines.push(line.to_owned()));
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
}
