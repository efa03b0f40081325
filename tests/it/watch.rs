//! `--watch`: what starts another run, what does not, and how it ends.

mod changes;
mod configuration;
mod ends;
mod own_changes;
mod speech;
mod system;

use onramp_exec::Signal;
use onramp_tests::{Run, Started, TestEnv};

use crate::workspace;

/// What is said between two runs.
const WAITING: &str = "waiting for changes";

/// A workspace whose `test:t` tells what is in `src/a`, and declares nothing.
fn reader() -> TestEnv {
    workspace("[test.t]\nshell = true\nrun = \"echo saw: $(cat src/a)\"\n").file("src/a", "one")
}

/// A workspace whose `test:t` tells what is in `src/a`, and declares to read what is in `src`.
fn declared_reader() -> TestEnv {
    workspace("[test.t]\nshell = true\nrun = \"echo saw: $(cat src/a)\"\ninputs = [\"src/**\"]\n")
        .file("src/a", "one")
}

/// A watch that runs, with the number of times that it has waited.
struct Watching {
    started: Started,
    waits: usize,
}

impl Watching {
    /// Starts the program, and waits until it waits.
    #[track_caller]
    fn start(env: &TestEnv, arguments: &[&str]) -> Self {
        let mut watching = Self { started: env.start(arguments), waits: 0 };
        watching.waits();
        watching
    }

    /// Waits until the program waits once more.
    #[track_caller]
    fn waits(&mut self) {
        self.waits += 1;
        self.started.wait_for_times(WAITING, self.waits);
    }

    /// Waits until something is said, and until the program waits once more.
    #[track_caller]
    fn says(&mut self, text: &str) {
        self.started.wait_for(text);
        self.waits();
    }

    /// Ends the watch as Ctrl-C does.
    #[track_caller]
    fn interrupt(self) -> Run {
        self.started.signal(Signal::INT);
        self.started.finish().exits(130)
    }
}

/// How often a run has said something.
fn count(run: &Run, text: &str) -> usize {
    run.stderr.matches(text).count() + run.stdout.matches(text).count()
}
