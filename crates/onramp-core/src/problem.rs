//! Problems that tools report in their output, each at a line of a file.
//!
//! A tool writes for people: on one line, on several, with colours. One file below this one knows the forms of
//! one family of tools. What is recognised is still a claim: whether there is such a file nobody here can know,
//! so who shows a problem looks for its file first. That is also what keeps an ordinary log line apart that only
//! looks like a problem.

mod arrow;
mod eslint;
mod gcc;
mod panic;
mod place;
mod plain_text;
mod pytest;
mod ruff;
mod rustfmt;
mod shellcheck;
mod typescript;
mod vitest;

use std::collections::HashSet;
use std::fmt;

use plain_text::plain_text;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The tool fails because of it.
    Error,
    /// The tool may succeed in spite of it.
    Warning,
}

impl Severity {
    /// The word that reports use: `error`, `warning`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A problem that a tool has reported.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem {
    /// The file as the tool names it: absolute, or relative to the folder that it runs in or one above.
    pub file: String,
    /// The line, from 1. `None`: the file as a whole.
    pub line: Option<u32>,
    /// The column, from 1, counted as the tool counts.
    pub column: Option<u32>,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, of one or more lines.
    pub message: String,
    /// The tool's name for this kind of problem: `F401`, `E0308`, `no-undef`.
    pub code: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        for number in [self.line, self.column].into_iter().flatten() {
            write!(f, ":{number}")?;
        }
        write!(f, ": {}: {}", self.severity.word(), self.message)?;
        match &self.code {
            Some(code) => write!(f, " [{code}]"),
            None => Ok(()),
        }
    }
}

/// A family of tools. It sees every line of an output, because some tools spread a problem over several.
trait Tool: Send {
    /// Takes the next line, without escape sequences and blanks at its end.
    fn line(&mut self, line: &str, found: &mut Vec<Problem>);

    /// The output has ended.
    fn finish(&mut self, _found: &mut Vec<Problem>) {}
}

/// Finds the problems in one output of one task, which it is given line by line.
pub struct Recogniser {
    tools: Vec<Box<dyn Tool>>,
    told: HashSet<Problem>,
}

impl Default for Recogniser {
    fn default() -> Self {
        Self::new()
    }
}

impl Recogniser {
    /// A recogniser that has seen nothing yet.
    pub fn new() -> Self {
        let tools: Vec<Box<dyn Tool>> = vec![
            Box::new(arrow::Arrow::default()),
            Box::new(panic::Panic::default()),
            Box::new(pytest::Pytest::default()),
            Box::new(eslint::Eslint::default()),
            Box::new(vitest::Vitest::default()),
            Box::new(shellcheck::Shellcheck::default()),
            Box::new(OneLine),
        ];
        Self { tools, told: HashSet::new() }
    }

    /// Takes the next line of the output and returns the problems that are complete with it. A problem that
    /// was returned before is left out.
    pub fn line(&mut self, line: &str) -> Vec<Problem> {
        let line = plain_text(line);
        let line = line.trim_end();
        let mut found = Vec::new();
        self.tools.iter_mut().for_each(|tool| tool.line(line, &mut found));
        self.new_ones(found)
    }

    /// The output has ended: returns what was not yet complete.
    pub fn finish(&mut self) -> Vec<Problem> {
        let mut found = Vec::new();
        self.tools.iter_mut().for_each(|tool| tool.finish(&mut found));
        self.new_ones(found)
    }

    fn new_ones(&mut self, mut found: Vec<Problem>) -> Vec<Problem> {
        found.retain(|problem| self.told.insert(problem.clone()));
        found
    }
}

/// Tools that write each problem on a line of its own.
struct OneLine;

impl Tool for OneLine {
    fn line(&mut self, line: &str, found: &mut Vec<Problem>) {
        let forms = [
            gcc::problem,
            ruff::problem,
            ruff::would_reformat,
            typescript::problem,
            eslint::unix,
            eslint::compact,
            rustfmt::problem,
        ];
        found.extend(forms.iter().find_map(|form| form(line)));
    }
}

/// The problems of a whole output, each as one line, for the tests of the families.
#[cfg(test)]
fn told(output: &str) -> Vec<String> {
    let mut recogniser = Recogniser::new();
    let mut problems: Vec<Problem> = output.lines().flat_map(|line| recogniser.line(line)).collect();
    problems.extend(recogniser.finish());
    problems.iter().map(Problem::to_string).collect()
}

#[cfg(test)]
mod tests;
