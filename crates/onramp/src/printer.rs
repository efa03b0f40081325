use std::io::{self, IsTerminal, Read as _, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use onramp_core::{Cancel, Secrets};
use serde_json::Value;

/// Owns standard output and standard error. Standard output carries data: listings, JSON, the answer to what
/// was asked. Everything that is said *about* the work goes to standard error.
///
/// A reader that goes away (`onramp tasks | head -1`) is no error: what it does not want to read is dropped. An answer that
/// finds no room on the disk is [lost](Self::lost_data).
pub struct Printer {
    secrets: Secrets,
    program: String,
    data_closed: AtomicBool,
    lost: OnceLock<String>,
}

impl Printer {
    /// A printer that masks `secrets` in everything it prints, for a program that one starts by typing
    /// `program`: `onramp`, or `cargo xtask`.
    pub fn new(secrets: Secrets, program: impl Into<String>) -> Self {
        Self { secrets, program: program.into(), data_closed: AtomicBool::new(false), lost: OnceLock::new() }
    }

    /// A hint as it is shown: commands in it begin with what the user types to start this program.
    pub fn hint(&self, text: &str) -> String {
        format!("hint: {}", self.typed(text))
    }

    /// Whether this program is a repository's own xtask.
    pub(crate) fn is_xtask(&self) -> bool {
        self.program != "onramp"
    }

    /// Commands in a text with what the user types to start this program.
    pub(crate) fn typed(&self, text: &str) -> String {
        text.replace("onramp ", &format!("{} ", self.program))
    }

    /// Prints data and ends the line.
    pub fn data(&self, text: &str) {
        self.write_data(&self.secrets.mask(text));
    }

    /// Prints a text whose parts have been masked where they were put into it: to mask it as a whole could break
    /// what holds them together.
    pub(crate) fn masked_data(&self, text: &str) {
        self.write_data(text);
    }

    /// Prints a JSON value on a line of its own.
    pub fn json(&self, value: Value) {
        self.write_data(&self.masked(value).to_string());
    }

    /// The value with every secret in its texts masked, for what is not printed but kept.
    pub(crate) fn masked(&self, mut value: Value) -> Value {
        mask_texts(&mut value, &self.secrets);
        value
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

    /// How many letters fit into a line of the terminal at which data is read; `None` where there is none.
    pub(crate) fn data_width(&self) -> Option<usize> {
        let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
        Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
    }

    /// Whether messages are read by a person at a terminal.
    pub fn has_terminal(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// Whether somebody at a terminal types what is read.
    pub(crate) fn has_input_terminal(&self) -> bool {
        io::stdin().is_terminal()
    }

    /// Asks a question at the terminal and returns the answer without its line end; `None` where there is no
    /// terminal to ask at, or once `cancel` asks for the end.
    pub fn ask(&self, question: &str, cancel: &Cancel) -> Option<String> {
        if !self.has_input_terminal() || !self.has_terminal() {
            return None;
        }
        let question = format!("{} ", self.secrets.mask(question));
        io::stderr().lock().write_all(question.as_bytes()).ok()?;
        let (sender, answers) = mpsc::channel();
        // A read from a terminal cannot be called off, so it happens on a thread that may be left behind.
        thread::spawn(move || {
            let mut answer = String::new();
            if io::stdin().read_line(&mut answer).is_ok_and(|bytes| bytes > 0) {
                drop(sender.send(answer));
            }
        });
        while !cancel.is_requested() {
            match answers.recv_timeout(Duration::from_millis(50)) {
                Ok(answer) => return Some(answer.trim().to_owned()),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
        None
    }

    /// All that there is on standard input.
    pub(crate) fn input(&self) -> io::Result<String> {
        io::read_to_string(io::stdin())
    }

    /// The same, as it is.
    pub(crate) fn input_bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Prints what the user has handed in, byte for byte. Nothing in it is masked: it becomes the content of a file.
    pub(crate) fn bytes(&self, bytes: &[u8]) {
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
        self.note(written);
    }

    /// Why a part of the answer is not where it should be, if that is so.
    pub(crate) fn lost_data(&self) -> Option<&str> {
        self.lost.get().map(String::as_str)
    }

    fn note(&self, written: io::Result<()>) {
        let Err(error) = written else { return };
        self.data_closed.store(true, Ordering::Relaxed);
        if error.kind() != io::ErrorKind::BrokenPipe {
            drop(self.lost.set(error.to_string()));
        }
    }

    /// All that another program has written to standard input; nothing where nobody has.
    pub(crate) fn piped_input(&self) -> io::Result<Vec<u8>> {
        let mut input = Vec::new();
        if !self.has_input_terminal() {
            io::stdin().lock().read_to_end(&mut input)?;
        }
        Ok(input)
    }

    fn write_data(&self, text: &str) {
        if self.data_closed.load(Ordering::Relaxed) {
            return;
        }
        let mut stdout = io::stdout().lock();
        let written = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
        self.note(written);
    }
}

/// A secret may look like a key or a number, so only the texts are masked, and before they are quoted.
fn mask_texts(value: &mut Value, secrets: &Secrets) {
    match value {
        Value::String(text) => *text = secrets.mask(text).into_owned(),
        Value::Array(values) => values.iter_mut().for_each(|value| mask_texts(value, secrets)),
        Value::Object(fields) => fields.values_mut().for_each(|value| mask_texts(value, secrets)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
