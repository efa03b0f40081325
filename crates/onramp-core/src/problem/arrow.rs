//! Problems whose first line says what is wrong and whose next one, with an arrow, where: rustc, Clippy, and
//! Ruff in its full form.

use super::place::whole_place;
use super::{Problem, Severity, Tool, ruff};

/// How many lines a message may go on before its arrow comes.
const PATIENCE: u32 = 8;

#[derive(Default)]
pub(super) struct Arrow {
    pending: Option<Headline>,
}

struct Headline {
    severity: Severity,
    code: Option<String>,
    message: String,
    age: u32,
}

impl Tool for Arrow {
    fn line(&mut self, line: &str, found: &mut Vec<Problem>) {
        if let Some(place) = line.trim_start().strip_prefix("--> ").filter(|_| line.starts_with(' ')) {
            let Some(place) = whole_place(place) else { return };
            // A second arrow below the same headline belongs to what explains it.
            found.extend(self.pending.take().map(|headline| Problem {
                file: place.file.to_owned(),
                line: Some(place.line),
                column: place.column,
                severity: headline.severity,
                message: headline.message,
                code: headline.code,
            }));
        } else if let Some(headline) = headline(line) {
            self.pending = Some(headline);
        } else if ["note: ", "help: ", "info: "].iter().any(|word| line.starts_with(word)) {
            self.pending = None;
        } else if let Some(headline) = &mut self.pending {
            headline.age += 1;
            if line.is_empty() || headline.age > PATIENCE {
                self.pending = None;
            }
        }
    }
}

fn headline(line: &str) -> Option<Headline> {
    let (severity, rest) = match line {
        _ if line.starts_with("error") => (Severity::Error, &line["error".len()..]),
        _ if line.starts_with("warning") => (Severity::Warning, &line["warning".len()..]),
        _ => {
            let (code, message) = ruff::coded(line)?;
            let (code, message) = (Some(code.to_owned()), message.to_owned());
            return Some(Headline { severity: Severity::Error, code, message, age: 0 });
        }
    };
    let (code, message) = match rest.strip_prefix('[') {
        Some(rest) => {
            let (code, message) = rest.split_once("]: ")?;
            (Some(code.to_owned()), message)
        }
        None => (None, rest.strip_prefix(": ")?),
    };
    Some(Headline { severity, code, message: message.to_owned(), age: 0 })
}

#[cfg(test)]
mod tests {
    use crate::problem::told;

    #[test]
    fn rustc_with_errors_warnings_and_what_explains_them() {
        let output = "    Checking rs v0.1.0 (/src/rs)
error[E0308]: mismatched types
  --> src/lib.rs:20:21
   |
20 | pub fn h() -> i32 { \"x\" }
   |               ---   ^^^ expected `i32`, found `&str`
   |               |
   |               expected `i32` because of return type

warning: unused variable: `unused`
 --> src/lib.rs:2:9
  |
2 |     let unused = 1;
  |         ^^^^^^ help: if this is intentional, prefix it with an underscore: `_unused`
  |
  = note: `#[warn(unused_variables)]` (part of `#[warn(unused)]`) on by default

error[E0599]: no method named `nope` found for struct `S` in the current scope
 --> src/lib.rs:5:7
  |
note: an explanation
 --> src/other.rs:1:1

For more information about an error, try `rustc --explain E0308`.
warning: `rs` (lib) generated 1 warning
error: could not compile `rs` (lib) due to 2 previous errors; 1 warning emitted";
        assert_eq!(
            told(output),
            [
                "src/lib.rs:20:21: error: mismatched types [E0308]",
                "src/lib.rs:2:9: warning: unused variable: `unused`",
                "src/lib.rs:5:7: error: no method named `nope` found for struct `S` in the current scope [E0599]",
            ]
        );
    }

    #[test]
    fn clippy() {
        let output = "warning: unneeded `return` statement
 --> src/lib.rs:3:5
  |
3 |     return x;
  |     ^^^^^^^^
  |
  = help: for further information visit https://rust-lang.github.io/rust-clippy/rust-1.95.0/index.html#needless_return
  = note: `#[warn(clippy::needless_return)]` on by default
help: remove `return`
  |
3 -     return x;
3 +     x
  |

warning: `rs` (lib) generated 2 warnings (run `cargo clippy --fix --lib -p rs -- ` to apply 2 suggestions)
    Finished `dev` profile [unoptimized + debuginfo] target(s) in 0.44s";
        assert_eq!(told(output), ["src/lib.rs:3:5: warning: unneeded `return` statement"]);
    }

    #[test]
    fn ruff_in_its_full_form() {
        let output = "F401 [*] `os` imported but unused
 --> bad.py:1:8
  |
1 | import os
  |        ^^
2 | import sys
  |
help: Remove unused import: `os`
  |
  - import os
1 | import sys
  |

F821 Undefined name `undefined_name`
 --> bad.py:6:16
  |
5 | def f(x:int)->int:
6 |     return \"a\"+undefined_name
  |                ^^^^^^^^^^^^^^

invalid-syntax: Expected `)`, found newline
 --> syntax.py:1:8
  |
1 | def g(:
  |        ^

unformatted: File would be reformatted
 --> bad.py:5:9
  |
4 |
  - def f(x:int)->int:

Found 5 errors.";
        assert_eq!(
            told(output),
            [
                "bad.py:1:8: error: `os` imported but unused [F401]",
                "bad.py:6:16: error: Undefined name `undefined_name` [F821]",
                "syntax.py:1:8: error: Expected `)`, found newline [invalid-syntax]",
                "bad.py:5:9: error: File would be reformatted [unformatted]",
            ]
        );
    }

    #[test]
    fn an_arrow_far_below_belongs_to_something_else() {
        assert_eq!(told("error: test failed\n\n --> a.rs:1:2"), [""; 0]);
        assert_eq!(told(&format!("error: long\n{}--> a.rs:1:2", " more\n".repeat(9))), [""; 0]);
        assert_eq!(told("--> a.rs:1:2"), [""; 0]);
    }
}
