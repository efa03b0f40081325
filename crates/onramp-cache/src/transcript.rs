use std::sync::{Mutex, MutexGuard, PoisonError};

use onramp_core::Stream;

/// How many bytes of output are kept with a result.
const MOST: usize = 1024 * 1024;

/// The lines that a task prints, in their order, to be shown again when its result is taken from the cache.
#[derive(Debug, Default)]
pub struct Transcript {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    text: String,
    is_too_long: bool,
}

impl Transcript {
    /// Takes a line, secrets masked.
    pub fn push(&self, stream: Stream, line: &str) {
        let mut state = self.lock();
        if state.is_too_long || state.text.len() + line.len() > MOST {
            *state = State { text: String::new(), is_too_long: true };
            return;
        }
        state.text.push(match stream {
            Stream::Stdout => 'o',
            Stream::Stderr => 'e',
        });
        state.text.push_str(line);
        state.text.push('\n');
    }

    /// The text to keep: a line for each one that was printed, with `o` or `e` before it for the output that it
    /// came from. `None` where nothing was printed, or more than a mebibyte.
    pub fn text(&self) -> Option<String> {
        let state = self.lock();
        (!state.text.is_empty()).then(|| state.text.clone())
    }

    /// The lines of a kept text.
    pub fn lines(text: &str) -> impl Iterator<Item = (Stream, &str)> {
        text.lines().filter_map(|line| match line.split_at_checked(1)? {
            ("o", line) => Some((Stream::Stdout, line)),
            ("e", line) => Some((Stream::Stderr, line)),
            _ => None,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back_in_their_order_and_too_many_do_not() {
        let transcript = Transcript::default();
        assert_eq!(transcript.text(), None);
        transcript.push(Stream::Stdout, "one");
        transcript.push(Stream::Stderr, "");
        let text = transcript.text().unwrap();
        let lines: Vec<_> = Transcript::lines(&text).collect();
        assert_eq!(lines, [(Stream::Stdout, "one"), (Stream::Stderr, "")]);
        transcript.push(Stream::Stdout, &"x".repeat(MOST));
        transcript.push(Stream::Stdout, "more");
        assert_eq!(transcript.text(), None);
    }
}
