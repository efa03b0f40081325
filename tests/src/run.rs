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
}

/// A run of the program that is still under way.
pub struct Started {
    pub(crate) running: Running,
    pub(crate) lines: Arc<Mutex<Vec<(Stream, String)>>>,
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
        let deadline = Instant::now() + PATIENCE;
        loop {
            let ended = !self.running.is_running();
            let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
            if lines.iter().any(|(_, line)| line.contains(text)) {
                return;
            }
            assert!(!ended && Instant::now() < deadline, "nobody said `{text}`: {lines:#?}");
            drop(lines);
            std::thread::sleep(Duration::from_millis(2));
        }
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
            lines.collect::<String>()
        };
        Run { stdout: of(Stream::Stdout), stderr: of(Stream::Stderr), code }
    }
}
