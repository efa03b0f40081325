use super::place::{is_file_name, number, place};
use super::{Problem, Severity};

/// The TypeScript compiler: `a.ts(3,5): error TS2322: message`, and at a terminal
/// `a.ts:3:5 - error TS2322: message`.
pub(super) fn problem(line: &str) -> Option<Problem> {
    let (file, at, column, rest) = plain(line).or_else(|| pretty(line))?;
    let (word, rest) = rest.split_once(' ')?;
    let severity = match word {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        _ => return None,
    };
    let (code, message) = rest.split_once(": ")?;
    let digits = code.strip_prefix("TS")?;
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| Problem {
        file: file.to_owned(),
        line: Some(at),
        column: Some(column),
        severity,
        message: message.to_owned(),
        code: Some(code.to_owned()),
    })
}

fn plain(line: &str) -> Option<(&str, u32, u32, &str)> {
    let (before, rest) = line.split_once("): ")?;
    let (file, numbers) = before.rsplit_once('(')?;
    let (at, column) = number(numbers)?;
    let (column, end) = number(column.strip_prefix(',')?)?;
    (end.is_empty() && is_file_name(file)).then_some((file, at, column, rest))
}

fn pretty(line: &str) -> Option<(&str, u32, u32, &str)> {
    let (place, rest) = place(line)?;
    Some((place.file, place.line, place.column?, rest.strip_prefix(" - ")?))
}

#[cfg(test)]
mod tests {
    use crate::problem::told;

    const PROBLEMS: [&str; 2] = [
        "src/a.ts:1:7: error: Type 'string' is not assignable to type 'number'. [TS2322]",
        "src/a.ts:5:6: error: Expected 1 arguments, but got 2. [TS2554]",
    ];

    #[test]
    fn for_machines() {
        let output = "src/a.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.
src/a.ts(5,6): error TS2554: Expected 1 arguments, but got 2.
error TS18003: No inputs were found in config file.";
        assert_eq!(told(output), PROBLEMS);
    }

    #[test]
    fn at_a_terminal() {
        let output = "\u{1b}[96msrc/a.ts\u{1b}[0m:\u{1b}[93m1\u{1b}[0m:\u{1b}[93m7\u{1b}[0m - \u{1b}[91merror\u{1b}[0m\u{1b}[90m TS2322: \u{1b}[0mType 'string' is not assignable to type 'number'.

\u{1b}[7m1\u{1b}[0m const n: number = \"text\";
\u{1b}[7m \u{1b}[0m \u{1b}[91m      ~\u{1b}[0m

\u{1b}[96msrc/a.ts\u{1b}[0m:\u{1b}[93m5\u{1b}[0m:\u{1b}[93m6\u{1b}[0m - \u{1b}[91merror\u{1b}[0m\u{1b}[90m TS2554: \u{1b}[0mExpected 1 arguments, but got 2.

Found 2 errors in 1 file.

Errors  Files
     2  src/a.ts\u{1b}[90m:1\u{1b}[0m";
        assert_eq!(told(output), PROBLEMS);
    }

    #[test]
    fn a_folder_may_have_brackets() {
        assert_eq!(told("app/(shop)/a.ts(1,7): error TS1: no"), ["app/(shop)/a.ts:1:7: error: no [TS1]"]);
        assert_eq!(told("f(1,7): error: no"), [""; 0]);
    }
}
