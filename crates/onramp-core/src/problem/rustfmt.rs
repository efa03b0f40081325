use super::place::place;
use super::{Problem, Severity};

/// `Diff in src/lib.rs:15:`, with which `cargo fmt --check` begins each part that it would change.
pub(super) fn problem(line: &str) -> Option<Problem> {
    let (place, rest) = place(line.strip_prefix("Diff in ")?)?;
    (place.column.is_none() && rest == ":").then(|| Problem {
        file: place.file.to_owned(),
        line: Some(place.line),
        column: None,
        severity: Severity::Error,
        message: "the formatter would change this".to_owned(),
        code: None,
    })
}

#[cfg(test)]
mod tests {
    use crate::problem::told;

    #[test]
    fn each_difference_has_its_line() {
        let output = "Diff in /src/rs/src/lib.rs:15:
         None::<i32>.unwrap();
     }
 }
\u{1b}[31m-pub fn  g( ) { }
\u{1b}(B\u{1b}[m\u{1b}[32m+pub fn g() {}
\u{1b}(B\u{1b}[m";
        assert_eq!(told(output), ["/src/rs/src/lib.rs:15: error: the formatter would change this"]);
    }
}
