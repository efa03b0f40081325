use super::place::whole_place;
use super::{Problem, Severity, Tool};

/// A failed test of Vitest: its file and name, what is wrong, and below a mark where.
#[derive(Default)]
pub(super) struct Vitest {
    failure: Option<Failure>,
}

struct Failure {
    name: String,
    message: Option<String>,
}

impl Tool for Vitest {
    fn line(&mut self, line: &str, found: &mut Vec<Problem>) {
        if let Some(test) = line.strip_prefix(" FAIL  ") {
            let name = test.split_once(" > ").map_or(test, |(_, name)| name);
            self.failure = Some(Failure { name: name.to_owned(), message: None });
            return;
        }
        let Some(failure) = &mut self.failure else { return };
        if let Some(place) = line.strip_prefix(" ❯ ") {
            // `sum src/sum.ts:3:9`: the function stands before the place where the stack is deeper than the test.
            let Some(place) = whole_place(place.rsplit(' ').next().unwrap_or(place)) else { return };
            let message = failure.message.take().unwrap_or_else(|| "failed".to_owned());
            found.push(Problem {
                file: place.file.to_owned(),
                line: Some(place.line),
                column: place.column,
                severity: Severity::Error,
                message: format!("{}: {message}", failure.name),
                code: None,
            });
            self.failure = None;
        } else if failure.message.is_none() && !line.is_empty() {
            failure.message = Some(line.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::problem::told;

    #[test]
    fn a_failed_test() {
        let output = " ❯ v/a.test.ts (3 tests | 1 failed | 1 skipped) 8ms
     × fails 4ms

⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯

\u{1b}[41m\u{1b}[1m FAIL \u{1b}[22m\u{1b}[49m v/a.test.ts\u{1b}[2m > \u{1b}[22msum\u{1b}[2m > \u{1b}[22mfails
\u{1b}[31m\u{1b}[1mAssertionError\u{1b}[22m: expected 1 to be 2 // Object.is equality\u{1b}[39m

- Expected
+ Received

- 2
+ 1

\u{1b}[36m \u{1b}[2m❯\u{1b}[22m v/a.test.ts:\u{1b}[2m2:94\u{1b}[22m\u{1b}[39m
      1| import { describe, expect, it } from 'vitest'
      2| describe('sum', () => {});

⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯";
        assert_eq!(
            told(output),
            [
                "v/a.test.ts:2:94: error: sum > fails: AssertionError: expected 1 to be 2 // Object.is equality"
            ]
        );
    }
}
