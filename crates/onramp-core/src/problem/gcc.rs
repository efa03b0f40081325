//! The form that GCC has made common: `file:line:column: error: message`. Clang, mypy, `shellcheck -f gcc`,
//! `cargo --message-format short` and many others write it too.

use super::place::place;
use super::{Problem, Severity};

pub(super) fn problem(line: &str) -> Option<Problem> {
    let (place, rest) = place(line)?;
    let (word, rest) = rest.strip_prefix(": ")?.split_once(": ")?;
    // `error[E0308]` of rustc.
    let (word, early_code) = match word.strip_suffix(']').and_then(|word| word.split_once('[')) {
        Some((word, code)) => (word, Some(code)),
        None => (word, None),
    };
    let (message, late_code) = late_code(rest);
    let code = early_code.or(late_code);
    let severity = match word {
        "error" | "fatal error" => Severity::Error,
        "warning" => Severity::Warning,
        // Notes explain the problem before them, but what ShellCheck calls one is a finding of its own.
        "note" if code.is_some_and(|code| code.starts_with("SC")) => Severity::Warning,
        _ => return None,
    };
    Some(Problem {
        file: place.file.to_owned(),
        line: Some(place.line),
        column: place.column,
        severity,
        message: message.to_owned(),
        code: code.map(|code| code.trim_start_matches("-W").to_owned()),
    })
}

/// The code in brackets at the end of a message.
fn late_code(text: &str) -> (&str, Option<&str>) {
    let is_code = |code: &str| {
        !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=+".contains(&byte))
    };
    match text.strip_suffix(']').and_then(|text| text.rsplit_once(" [")) {
        Some((message, code)) if is_code(code) => (message.trim_end(), Some(code)),
        _ => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use crate::problem::told;

    #[test]
    fn gcc() {
        let output = "c.c: In function ‘main’:
c.c:4:12: warning: implicit declaration of function ‘missing’ [-Wimplicit-function-declaration]
    4 |     return missing();
      |            ^~~~~~~
c.c:9:1: fatal error: nope.h: No such file or directory
c.c:3:9: note: each undeclared identifier is reported only once";
        assert_eq!(
            told(output),
            [
                "c.c:4:12: warning: implicit declaration of function ‘missing’ [implicit-function-declaration]",
                "c.c:9:1: error: nope.h: No such file or directory",
            ]
        );
    }

    #[test]
    fn mypy() {
        let output = "typed.py:2: error: Incompatible return value type (got \"int\", expected \"str\")  [return-value]
typed.py:6: note: Revealed type is \"str\"
syntax.py:1:8: error: Expected a parameter or the end of the parameter list  [syntax]
Found 2 errors in 1 file (checked 1 source file)";
        assert_eq!(
            told(output),
            [
                "typed.py:2: error: Incompatible return value type (got \"int\", expected \"str\") [return-value]",
                "syntax.py:1:8: error: Expected a parameter or the end of the parameter list [syntax]",
            ]
        );
    }

    #[test]
    fn shellcheck_in_the_form_of_gcc() {
        let output = "s.sh:3:6: note: Double quote to prevent globbing and word splitting. [SC2086]
s.sh:4:3: warning: y is referenced but not assigned. [SC2154]";
        assert_eq!(
            told(output),
            [
                "s.sh:3:6: warning: Double quote to prevent globbing and word splitting. [SC2086]",
                "s.sh:4:3: warning: y is referenced but not assigned. [SC2154]",
            ]
        );
    }

    #[test]
    fn cargo_in_its_short_form() {
        let output = "    Checking rs v0.1.0
src/lib.rs:20:21: error[E0308]: mismatched types: expected `i32`, found `&str`
src/lib.rs:2:9: warning: unused variable: `unused`
warning: `rs` (lib) generated 1 warning
error: could not compile `rs` (lib) due to 1 previous error; 1 warning emitted";
        assert_eq!(
            told(output),
            [
                "src/lib.rs:20:21: error: mismatched types: expected `i32`, found `&str` [E0308]",
                "src/lib.rs:2:9: warning: unused variable: `unused`",
            ]
        );
    }
}
