use super::place::whole_place;
use super::{Problem, Severity, Tool};

/// How many lines of a panic's message are kept.
const MESSAGE_LINES: usize = 12;

/// A panic in a Rust program: the place on its first line, the message below.
#[derive(Default)]
pub(super) struct Panic {
    pending: Option<Problem>,
}

impl Tool for Panic {
    fn line(&mut self, line: &str, found: &mut Vec<Problem>) {
        if let Some(problem) = begin(line) {
            self.finish(found);
            self.pending = Some(problem);
            return;
        }
        let Some(problem) = &mut self.pending else { return };
        let is_over = line.is_empty() || line.starts_with("note: ") || line.starts_with("stack backtrace:");
        if !is_over {
            if !problem.message.is_empty() {
                problem.message.push('\n');
            }
            problem.message.push_str(line);
        }
        if is_over || problem.message.lines().count() >= MESSAGE_LINES {
            self.finish(found);
        }
    }

    fn finish(&mut self, found: &mut Vec<Problem>) {
        if let Some(mut problem) = self.pending.take() {
            if problem.message.is_empty() {
                problem.message.push_str("panicked");
            }
            found.push(problem);
        }
    }
}

/// `thread 'main' panicked at src/lib.rs:10:9:`, or with a number behind the thread's name.
fn begin(line: &str) -> Option<Problem> {
    let (_, place) = line.strip_prefix("thread '")?.split_once(" panicked at ")?;
    let place = whole_place(place.strip_suffix(':')?)?;
    Some(Problem {
        file: place.file.to_owned(),
        line: Some(place.line),
        column: place.column,
        severity: Severity::Error,
        message: String::new(),
        code: None,
    })
}

#[cfg(test)]
mod tests {
    use crate::problem::told;

    #[test]
    fn failed_tests_of_cargo() {
        let output = "running 2 tests
test tests::wrong ... FAILED
test tests::gone ... FAILED

failures:

---- tests::wrong stdout ----

thread 'tests::wrong' (17962) panicked at src/lib.rs:10:9:
assertion `left == right` failed: one is not two
  left: 1
 right: 2
stack backtrace:
   0: __rustc::rust_begin_unwind
             at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/panicking.rs:689:5
note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.

---- tests::gone stdout ----

thread 'tests::gone' panicked at src/lib.rs:15:21:
called `Option::unwrap()` on a `None` value
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace


failures:
    tests::gone
    tests::wrong

error: test failed, to rerun pass `--lib`";
        assert_eq!(
            told(output),
            [
                "src/lib.rs:10:9: error: assertion `left == right` failed: one is not two\n  left: 1\n right: 2",
                "src/lib.rs:15:21: error: called `Option::unwrap()` on a `None` value",
            ]
        );
    }

    #[test]
    fn a_panic_at_the_very_end_is_told() {
        assert_eq!(told("thread 'main' panicked at a.rs:1:2:\nno"), ["a.rs:1:2: error: no"]);
        assert_eq!(told("thread 'main' panicked at a.rs:1:2:"), ["a.rs:1:2: error: panicked"]);
    }
}
