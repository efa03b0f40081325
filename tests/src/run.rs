use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use onramp_core::Stream;
use onramp_exec::{Running, Signal, StopSignal};

/// How long a test waits for something that must happen.
const PATIENCE: Duration = Duration::from_secs(120);

/// A run of the program that has ended.
#[derive(Debug)]
pub struct Run {
    /// What it printed on standard output, paths of the workspace written as `[ROOT]`.
    pub stdout: String,
    /// What it printed on standard error, paths of the workspace written as `[ROOT]`.
    pub stderr: String,
    /// Its exit code; 128 plus the signal's number where a signal ended it.
    pub code: i32,
}

impl Run {
    /// Expects an exit code.
    ///
    /// # Panics
    /// With everything that was printed, if it was another one.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr);
        self
    }

    /// Expects a text in either output.
    ///
    /// # Panics
    /// With everything that was printed, if it is not there.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(
            self.stdout.contains(text) || self.stderr.contains(text),
            "nothing says `{text}`\n--- stdout\n{}\n--- stderr\n{}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// Expects that neither output has a text.
    ///
    /// # Panics
    /// With everything that was printed, if it is there.
    #[track_caller]
    pub fn never_says(self, text: &str) -> Self {
        assert!(
            !self.stdout.contains(text) && !self.stderr.contains(text),
            "`{text}` is said\n--- stdout\n{}\n--- stderr\n{}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// Standard error with every duration written as `[TIME]`, for whole-output snapshots.
    pub fn story(&self) -> String {
        without_durations(&self.stderr)
    }
}

/// Replaces `12 ms`, `3.4 s` and `2 min 05 s` by `[TIME]`.
fn without_durations(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let mut words: Vec<&str> = Vec::new();
        for word in line.split(' ') {
            let is_number = |word: &&str| {
                word.starts_with(|c: char| c.is_ascii_digit())
                    && word.chars().all(|c| c.is_ascii_digit() || c == '.')
            };
            let unit = word.trim_end_matches(',');
            if ["ms", "s", "min"].contains(&unit) && words.last().is_some_and(is_number) {
                words.pop();
                if words.last() != Some(&"[TIME]") {
                    words.push(if unit == word { "[TIME]" } else { "[TIME]," });
                }
            } else {
                words.push(word);
            }
        }
        lines.push(words.join(" "));
    }
    lines.join("\n")
}

/// A run of the program that is still under way.
pub struct Started {
    pub(crate) running: Running,
    pub(crate) lines: Arc<Mutex<Vec<(Stream, String)>>>,
    pub(crate) root: String,
}

impl Started {
    /// The program's process id.
    pub fn pid(&self) -> u32 {
        self.running.pid()
    }

    /// Waits until a line contains a text.
    ///
    /// # Panics
    /// If the program ends, or two minutes pass, without that.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) {
        self.wait_for_times(text, 1);
    }

    /// Waits until a number of lines contain a text.
    ///
    /// # Panics
    /// If the program ends, or two minutes pass, without that.
    #[track_caller]
    pub fn wait_for_times(&mut self, text: &str, times: usize) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let ended = !self.running.is_running();
            let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
            if lines.iter().filter(|(_, line)| line.contains(text)).count() >= times {
                return;
            }
            let patience = !ended && Instant::now() < deadline;
            assert!(patience, "nobody said `{text}` {times} times: {lines:#?}");
            drop(lines);
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Waits until something holds that the program brings about.
    ///
    /// # Panics
    /// If the program ends, or two minutes pass, without that.
    #[track_caller]
    pub fn wait_until(&mut self, holds: impl Fn() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds() {
            assert!(self.running.is_running() && Instant::now() < deadline, "{:#?}", self.running.tail());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The lines of its standard output so far.
    pub fn lines(&self) -> Vec<String> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = lines.iter().filter(|(stream, _)| *stream == Stream::Stdout);
        lines.map(|(_, line)| line.clone()).collect()
    }

    /// Sends a signal to the program itself.
    pub fn signal(&self, signal: Signal) {
        self.running.signal(signal);
    }

    /// Waits for the program's end.
    ///
    /// # Panics
    /// If two minutes pass without that.
    #[track_caller]
    pub fn finish(mut self) -> Run {
        let deadline = Instant::now() + PATIENCE;
        while self.running.is_running() {
            assert!(Instant::now() < deadline, "the program does not end: {:#?}", self.running.tail());
            std::thread::sleep(Duration::from_millis(2));
        }
        self.running.stop(StopSignal::Kill, Duration::ZERO);
        let code = self.running.exit_code().unwrap_or(-1);
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |stream| {
            let lines = lines.iter().filter(|(of, _)| *of == stream).map(|(_, line)| format!("{line}\n"));
            lines.collect::<String>().replace(&self.root, "[ROOT]")
        };
        Run { stdout: of(Stream::Stdout), stderr: of(Stream::Stderr), code }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_the_only_thing_left_out() {
        let text = "a passed in 12 ms\nb failed after 3.4 s\n7 passed in 2 min 05 s";
        assert_eq!(without_durations(text), "a passed in [TIME]\nb failed after [TIME]\n7 passed in [TIME]");
    }
}
