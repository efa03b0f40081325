use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use onramp_core::Secrets;

/// Owns standard output and standard error. Standard output carries data: listings, JSON, the answer to what
/// was asked. Everything that is said *about* the work goes to standard error.
///
/// A reader that goes away (`onramp tasks | head -1`) is no error: what it does not want to read is dropped.
pub struct Printer {
    secrets: Secrets,
    program: String,
    data_closed: AtomicBool,
}

impl Printer {
    /// A printer that masks `secrets` in everything it prints, for a program that one starts by typing
    /// `program`: `onramp`, or `cargo xtask`.
    pub fn new(secrets: Secrets, program: impl Into<String>) -> Self {
        Self { secrets, program: program.into(), data_closed: AtomicBool::new(false) }
    }

    /// A hint as it is shown: commands in it begin with what the user types to start this program.
    pub fn hint(&self, text: &str) -> String {
        format!("hint: {}", text.replace("onramp ", &format!("{} ", self.program)))
    }

    /// Prints data and ends the line.
    pub fn data(&self, text: &str) {
        if self.data_closed.load(Ordering::Relaxed) {
            return;
        }
        let text = self.secrets.mask(text);
        let mut stdout = io::stdout().lock();
        let written = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
        if written.is_err() {
            self.data_closed.store(true, Ordering::Relaxed);
        }
    }

    /// Prints a message and ends the line.
    pub fn message(&self, text: &str) {
        let text = format!("{}\n", self.secrets.mask(text));
        // Nobody can be told that nobody listens.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Whether data is read by a person at a terminal.
    pub fn has_data_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Whether messages are read by a person at a terminal.
    pub fn has_terminal(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// Asks a question at the terminal and returns the answer without its line end, or `None` where there is
    /// no terminal to ask at.
    pub fn ask(&self, question: &str) -> Option<String> {
        if !io::stdin().is_terminal() || !self.has_terminal() {
            return None;
        }
        let mut stderr = io::stderr().lock();
        write!(stderr, "{} ", self.secrets.mask(question)).and_then(|()| stderr.flush()).ok()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).ok()?;
        Some(answer.trim().to_owned())
    }
}
