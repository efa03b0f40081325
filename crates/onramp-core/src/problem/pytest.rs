//! pytest: the reports of failures and errors with their tracebacks, then one line for each in the summary. The
//! same failure is in both; the report knows its line.

use super::place::{Place, is_file_name, number, place};
use super::{Problem, Severity, Tool};

#[derive(Default)]
pub(super) struct Pytest {
    section: Section,
    report: Option<Report>,
    /// What was told in reports and has not been seen in the summary yet: the names of tests, and the messages
    /// of reports without a name.
    told: Vec<String>,
}

#[derive(Default, PartialEq, Eq)]
enum Section {
    #[default]
    Other,
    Reports,
    Summary,
}

/// The report of one failed test, as far as it has been read.
#[derive(Default)]
struct Report {
    /// The test, or the file that could not be collected.
    name: String,
    /// The file that could not be collected.
    file: Option<String>,
    /// The last place in the project itself; the deepest one may lie in a library.
    inside: Option<(String, u32)>,
    /// The last place of which only the absolute path is told.
    absolute: Option<(String, u32)>,
    /// What pytest marks as the error.
    message: Option<String>,
    last_line: String,
    is_captured: bool,
}

impl Tool for Pytest {
    fn line(&mut self, line: &str, found: &mut Vec<Problem>) {
        if let Some(title) = title(line, '=') {
            self.finish(found);
            self.section = match title {
                "FAILURES" | "ERRORS" => Section::Reports,
                "short test summary info" => Section::Summary,
                _ => Section::Other,
            };
            if self.section == Section::Other {
                self.told.clear();
            }
            return;
        }
        match self.section {
            Section::Other => {}
            Section::Reports => match (title(line, '_'), &mut self.report) {
                (Some(name), _) => {
                    self.finish(found);
                    self.report = Some(Report::new(name));
                }
                (None, Some(report)) => report.line(line),
                // With `--tb=line` a report is one line, and has no name.
                (None, None) => {
                    if let Some((at, message)) = one_line(line) {
                        self.told.push(message.to_owned());
                        found.push(problem(at.file, Some(at.line), message.to_owned()));
                    }
                }
            },
            Section::Summary => found.extend(self.summary(line)),
        }
    }

    fn finish(&mut self, found: &mut Vec<Problem>) {
        let Some(report) = self.report.take() else { return };
        let name = report.name.clone();
        if let Some(problem) = report.problem() {
            self.told.push(name);
            found.push(problem);
        }
    }
}

impl Pytest {
    /// A line of the summary, unless its report was told.
    fn summary(&mut self, line: &str) -> Option<Problem> {
        let test = line.strip_prefix("FAILED ").or_else(|| line.strip_prefix("ERROR "))?;
        let (file, name) = test.split_once("::").unwrap_or((test, test));
        let name = name.replace("::", ".");
        let is_it = |told: &String| {
            let rest = name.strip_prefix(told.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" - "))
                || name.split_once(" - ").is_some_and(|(_, message)| message == told)
        };
        if let Some(told) = self.told.iter().position(is_it) {
            self.told.remove(told);
            return None;
        }
        let file = file.split_once(" - ").map_or(file, |(file, _)| file);
        let message = match name.split_once(" - ") {
            Some((name, message)) if name != file => format!("{name}: {message}"),
            Some((_, message)) => message.to_owned(),
            None if name == file => "could not be collected".to_owned(),
            None => format!("{name} failed"),
        };
        is_file_name(file).then(|| problem(file, None, message))
    }
}

impl Report {
    fn new(title: &str) -> Self {
        let mut report = Self::default();
        if let Some(file) = title.strip_prefix("ERROR collecting ") {
            report.name = file.to_owned();
            report.file = Some(file.to_owned());
        } else {
            let name =
                title.strip_prefix("ERROR at setup of ").or(title.strip_prefix("ERROR at teardown of "));
            report.name = name.unwrap_or(title).to_owned();
        }
        report
    }

    fn line(&mut self, line: &str) {
        if title(line, '-').is_some_and(|title| title.starts_with("Captured ")) {
            self.is_captured = true;
        }
        if self.is_captured || line.is_empty() {
            return;
        }
        if let Some(error) = line.strip_prefix("E   ") {
            self.error(error.trim());
        } else if line.ends_with("exception:") && !line.starts_with(' ') {
            // What follows is the exception that the test ended with; those before were its causes.
            self.message = None;
        } else if let Some((at, _)) = traceback_place(line) {
            self.at(at.file, at.line);
        } else if let Some((file, at)) = native_place(line) {
            self.at(file, at);
        }
        line.trim().clone_into(&mut self.last_line);
    }

    fn error(&mut self, text: &str) {
        match (native_place(text), &self.file) {
            (Some((file, at)), Some(own)) if file.ends_with(own.as_str()) => {
                self.inside = Some((own.clone(), at));
                // The source line and a mark come next, and the error behind them.
                self.message = None;
            }
            (Some(_), _) => self.message = None,
            (None, Some(_)) if self.inside.is_some() => self.message = Some(text.to_owned()),
            (None, _) => {
                self.message.get_or_insert_with(|| text.to_owned());
            }
        }
    }

    fn at(&mut self, file: &str, at: u32) {
        if file.contains("site-packages") || file.contains("/lib/python") || file.starts_with('<') {
            return;
        }
        let place = Some((file.to_owned(), at));
        if file.starts_with('/') || file.starts_with("..") {
            self.absolute = place;
        } else {
            self.inside = place;
        }
    }

    fn problem(self) -> Option<Problem> {
        let message = self.message.unwrap_or(self.last_line);
        let is_collected = self.file.is_none();
        let place = self.inside.or(self.absolute).map(|(file, at)| (file, Some(at)));
        let (file, at) = place.or(self.file.map(|file| (file, None)))?;
        let message = if is_collected { format!("{}: {message}", self.name) } else { message };
        Some(problem(&file, at, message))
    }
}

fn problem(file: &str, line: Option<u32>, message: String) -> Problem {
    let file = file.to_owned();
    Problem { file, line, column: None, severity: Severity::Error, message, code: None }
}

/// `NAME` of `____ NAME ____`. The line between two frames, `_ _ _ _`, has none.
fn title(line: &str, fill: char) -> Option<&str> {
    let title = line.trim_start_matches(fill).strip_prefix(' ')?;
    let title = title.trim_end_matches(fill).strip_suffix(' ')?;
    let is_framed = line.starts_with(fill) && line.ends_with(fill);
    (is_framed && title.contains(|c| c != fill && c != ' ')).then_some(title)
}

/// `tests/test_a.py:6: AssertionError`, `src/shop.py:3: in price`, `tests/test_a.py:11:`.
fn traceback_place(line: &str) -> Option<(Place<'_>, &str)> {
    let (place, rest) = place(line)?;
    let is_end = rest.is_empty() || rest == ":" || rest.starts_with(": ");
    (place.column.is_none() && is_end).then_some((place, rest))
}

fn one_line(line: &str) -> Option<(Place<'_>, &str)> {
    let (place, rest) = traceback_place(line)?;
    let message = rest.strip_prefix(": ")?;
    (place.file.starts_with('/') && !message.is_empty()).then_some((place, message))
}

/// `File "/src/test_a.py", line 6, in test_sum`, as Python itself writes it.
fn native_place(line: &str) -> Option<(&str, u32)> {
    let (file, rest) = line.trim_start().strip_prefix("File \"")?.split_once("\", line ")?;
    Some((file, number(rest)?.0))
}

#[cfg(test)]
mod tests;
