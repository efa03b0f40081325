use super::place::{is_file_name, number, place};
use super::{Problem, Severity, Tool};

/// ESLint in its default form: a line with the file, then a row for each problem.
#[derive(Default)]
pub(super) struct Eslint {
    file: Option<String>,
}

impl Tool for Eslint {
    fn line(&mut self, line: &str, found: &mut Vec<Problem>) {
        if line.is_empty() {
            self.file = None;
        } else if !line.starts_with(' ') {
            self.file = is_file_name(line).then(|| line.to_owned());
        } else if let Some(file) = &self.file {
            found.extend(row(file, line));
        }
    }
}

/// `  2:10  error    'x' is not defined  no-undef`. What could not be parsed has no rule.
fn row(file: &str, line: &str) -> Option<Problem> {
    let (at, rest) = number(line.trim_start())?;
    let (column, rest) = number(rest.strip_prefix(':')?)?;
    let (word, rest) = rest.strip_prefix("  ")?.trim_start().split_once("  ")?;
    let rest = rest.trim();
    let (message, rule) = match rest.rsplit_once("  ") {
        Some((message, rule)) if !rule.contains(' ') => (message.trim_end(), Some(rule)),
        _ => (rest, None),
    };
    Some(found(file, at, column, severity(word)?, message, rule))
}

/// The form `unix`: `a.js:2:7: message. [Error/rule]`.
pub(super) fn unix(line: &str) -> Option<Problem> {
    let (place, rest) = place(line)?;
    let (message, tag) = rest.strip_prefix(": ")?.strip_suffix(']')?.rsplit_once(" [")?;
    let (word, rule) = match tag.split_once('/') {
        Some((word, rule)) => (word, Some(rule)),
        None => (tag, None),
    };
    Some(found(place.file, place.line, place.column?, capital_severity(word)?, message, rule))
}

/// The form `compact`: `a.js: line 2, col 7, Error - message. (rule)`.
pub(super) fn compact(line: &str) -> Option<Problem> {
    let (file, rest) = line.split_once(": line ")?;
    let (at, rest) = number(rest)?;
    let (column, rest) = number(rest.strip_prefix(", col ")?)?;
    let (word, rest) = rest.strip_prefix(", ")?.split_once(" - ")?;
    let (message, rule) = match rest.strip_suffix(')').and_then(|rest| rest.rsplit_once(" (")) {
        Some((message, rule)) if !rule.contains(' ') => (message, Some(rule)),
        _ => (rest, None),
    };
    is_file_name(file).then(|| Some(found(file, at, column, capital_severity(word)?, message, rule)))?
}

fn found(
    file: &str,
    line: u32,
    column: u32,
    severity: Severity,
    message: &str,
    rule: Option<&str>,
) -> Problem {
    Problem {
        file: file.to_owned(),
        line: Some(line),
        column: Some(column),
        severity,
        message: message.to_owned(),
        code: rule.map(str::to_owned),
    }
}

fn severity(word: &str) -> Option<Severity> {
    match word {
        "error" => Some(Severity::Error),
        "warning" => Some(Severity::Warning),
        _ => None,
    }
}

fn capital_severity(word: &str) -> Option<Severity> {
    match word {
        "Error" => Some(Severity::Error),
        "Warning" => Some(Severity::Warning),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::problem::told;

    #[test]
    fn a_file_and_its_rows() {
        let output = "
/src/js/src/b.js
  1:7   warning  'unused' is assigned a value but never used  no-unused-vars
  2:7   error    Expected '===' and instead saw '=='          eqeqeq

\u{1b}[0m\u{1b}[4m/src/js/src/c.js\u{1b}[24m\u{1b}[0m
\u{1b}[0m  \u{1b}[2m1:10\u{1b}[22m  \u{1b}[31merror\u{1b}[39m  Parsing error: Unexpected token (\u{1b}[0m

✖ 3 problems (2 errors, 1 warning)
";
        assert_eq!(
            told(output),
            [
                "/src/js/src/b.js:1:7: warning: 'unused' is assigned a value but never used [no-unused-vars]",
                "/src/js/src/b.js:2:7: error: Expected '===' and instead saw '==' [eqeqeq]",
                "/src/js/src/c.js:1:10: error: Parsing error: Unexpected token (",
            ]
        );
    }

    #[test]
    fn the_form_unix() {
        let output = "/src/b.js:1:7: 'unused' is assigned a value but never used. [Warning/no-unused-vars]
/src/c.js:1:10: Parsing error: Unexpected token ( [Error]

2 problems";
        assert_eq!(
            told(output),
            [
                "/src/b.js:1:7: warning: 'unused' is assigned a value but never used. [no-unused-vars]",
                "/src/c.js:1:10: error: Parsing error: Unexpected token (",
            ]
        );
    }

    #[test]
    fn the_form_compact() {
        let output = "/src/b.js: line 2, col 7, Error - Expected '===' and instead saw '=='. (eqeqeq)
/src/c.js: line 1, col 10, Error - Parsing error: Unexpected token (

2 problems";
        assert_eq!(
            told(output),
            [
                "/src/b.js:2:7: error: Expected '===' and instead saw '=='. [eqeqeq]",
                "/src/c.js:1:10: error: Parsing error: Unexpected token (",
            ]
        );
    }

    #[test]
    fn rows_need_their_file() {
        assert_eq!(told("/src/b.js\n\n  2:7   error    no    eqeqeq"), [""; 0]);
        assert_eq!(told("/src/b.js\n  12:30  started  the server  again"), [""; 0]);
    }
}
