//! One problem a line with a code before its message: Ruff's concise form, Flake8, pycodestyle.

use super::place::{is_file_name, place};
use super::{Problem, Severity};

/// `bad.py:1:8: F401 [*] message`.
pub(super) fn problem(line: &str) -> Option<Problem> {
    let (place, rest) = place(line)?;
    place.column?;
    let (code, message) = coded(rest.strip_prefix(": ")?)?;
    Some(Problem {
        file: place.file.to_owned(),
        line: Some(place.line),
        column: place.column,
        severity: Severity::Error,
        message: message.to_owned(),
        code: Some(code.to_owned()),
    })
}

/// `Would reformat: bad.py`, the older of the two forms of `ruff format --check`.
pub(super) fn would_reformat(line: &str) -> Option<Problem> {
    let file = line.strip_prefix("Would reformat: ").filter(|file| is_file_name(file))?;
    Some(Problem {
        file: file.to_owned(),
        line: None,
        column: None,
        severity: Severity::Error,
        message: "the formatter would change this file".to_owned(),
        code: None,
    })
}

/// `F401 [*] message` or `invalid-syntax: message` as code and message. The mark says that Ruff can mend it.
pub(super) fn coded(text: &str) -> Option<(&str, &str)> {
    let (word, rest) = text.split_once(' ')?;
    let code = match word.strip_suffix(':') {
        Some(name) if is_name(name) || is_code(name) => name,
        None if is_code(word) => word,
        _ => return None,
    };
    let message = rest.strip_prefix("[*] ").unwrap_or(rest).trim();
    (!message.is_empty()).then_some((code, message))
}

/// `F401`, `PLR0913`.
fn is_code(word: &str) -> bool {
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = word.len() - letters;
    (1..=6).contains(&letters)
        && (2..=5).contains(&digits)
        && word.bytes().skip(letters).all(|byte| byte.is_ascii_digit())
}

/// `invalid-syntax`, `unformatted`, and `SyntaxError` of older versions.
fn is_name(word: &str) -> bool {
    let is_kebab = word.contains('-')
        && word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    is_kebab || word == "unformatted" || word == "SyntaxError"
}

#[cfg(test)]
mod tests {
    use crate::problem::told;

    #[test]
    fn the_concise_form() {
        let output = "bad.py:1:8: F401 [*] `os` imported but unused
bad.py:6:16: F821 Undefined name `undefined_name`
syntax.py:1:7: invalid-syntax: Expected a parameter or the end of the parameter list
bad.py:5:9: unformatted: File would be reformatted
old.py:1:8: SyntaxError: Expected ')', found newline
Found 5 errors.
[*] 2 fixable with `--fix`.";
        assert_eq!(
            told(output),
            [
                "bad.py:1:8: error: `os` imported but unused [F401]",
                "bad.py:6:16: error: Undefined name `undefined_name` [F821]",
                "syntax.py:1:7: error: Expected a parameter or the end of the parameter list [invalid-syntax]",
                "bad.py:5:9: error: File would be reformatted [unformatted]",
                "old.py:1:8: error: Expected ')', found newline [SyntaxError]",
            ]
        );
    }

    #[test]
    fn a_file_that_would_be_formatted_has_no_line() {
        let output = "Would reformat: src/my file.py\n1 file would be reformatted, 1 file already formatted";
        assert_eq!(told(output), ["src/my file.py: error: the formatter would change this file"]);
    }

    #[test]
    fn a_word_and_a_number_are_no_code() {
        for line in ["a.py:1:2: HTTP 404", "a.py:1:2: X1 y", "a.py:1: F401 no column", "a.py:1:2: Note: x"] {
            assert_eq!(told(line), [""; 0], "{line}");
        }
    }
}
