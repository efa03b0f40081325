use memchr::memchr_iter;

use crate::text::lines;
use crate::{File, Finding, LineEndings};

const NAME: &str = "line-endings";

pub(super) fn fix(target: LineEndings, bytes: &[u8]) -> Option<Vec<u8>> {
    let wanted = Counts::of(bytes).wanted(target)?;
    let mut fixed = Vec::with_capacity(bytes.len() + bytes.len() / 16);
    for line in lines(bytes) {
        fixed.extend_from_slice(line.text);
        fixed.extend_from_slice(if line.end.ends_with(b"\n") { wanted } else { line.end });
    }
    Some(fixed)
}

pub(super) fn findings(target: LineEndings, file: &File<'_>) -> Vec<Finding> {
    let counts = Counts::of(file.bytes);
    let Some(wanted) = counts.wanted(target) else { return Vec::new() };
    let strange = lines(file.bytes).find(|line| line.end.ends_with(b"\n") && line.end != wanted);
    let Some(strange) = strange else { return Vec::new() };
    let Counts { lf, crlf, odd } = counts;
    let message = match (target, wanted == b"\n") {
        (LineEndings::Auto, _) => format!("mixed line endings: {lf} LF, {} CRLF", crlf + odd),
        (_, true) => format!("line endings are not LF: {} CRLF", crlf + odd),
        (_, false) => format!("line endings are not CRLF: {} LF", lf + odd),
    };
    vec![file.finding_at(strange.start + strange.text.len(), NAME, message)]
}

/// How many lines end how.
#[derive(Clone, Copy)]
struct Counts {
    lf: usize,
    crlf: usize,
    /// With more than one carriage return.
    odd: usize,
}

impl Counts {
    fn of(bytes: &[u8]) -> Self {
        let mut counts = Self { lf: 0, crlf: 0, odd: 0 };
        // Most files have no carriage return at all, and how often a byte occurs is counted fastest.
        if memchr::memchr(b'\r', bytes).is_none() {
            return Self { lf: memchr_iter(b'\n', bytes).count(), ..counts };
        }
        for feed in memchr_iter(b'\n', bytes) {
            let before = &bytes[..feed];
            if before.ends_with(b"\r\r") {
                counts.odd += 1;
            } else if before.ends_with(b"\r") {
                counts.crlf += 1;
            } else {
                counts.lf += 1;
            }
        }
        counts
    }

    /// The end that all lines shall have, if not all of them have it.
    fn wanted(self, target: LineEndings) -> Option<&'static [u8]> {
        let is_lf = match target {
            LineEndings::Auto => self.lf >= self.crlf + self.odd,
            LineEndings::Lf => true,
            LineEndings::Crlf => false,
        };
        let others = self.odd + if is_lf { self.crlf } else { self.lf };
        (others > 0).then_some(if is_lf { b"\n" } else { b"\r\n" })
    }
}
