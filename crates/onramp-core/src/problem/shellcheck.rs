use super::place::{is_file_name, number};
use super::{Problem, Severity, Tool};

/// ShellCheck in its default form: where, the source line, then what is wrong below marks.
#[derive(Default)]
pub(super) struct Shellcheck {
    place: Option<(String, u32)>,
}

impl Tool for Shellcheck {
    fn line(&mut self, line: &str, found: &mut Vec<Problem>) {
        if line.is_empty() {
            self.place = None;
        } else if let Some(place) = begin(line) {
            self.place = Some(place);
        } else if let Some((file, at)) = &self.place {
            found.extend(finding(file, *at, line));
        }
    }
}

/// `In s.sh line 3:`.
fn begin(line: &str) -> Option<(String, u32)> {
    let (file, rest) = line.strip_prefix("In ")?.split_once(" line ")?;
    let (at, end) = number(rest)?;
    (end == ":" && is_file_name(file)).then(|| (file.to_owned(), at))
}

/// `     ^-- SC2086 (info): message`. The marks stand below what they mean.
fn finding(file: &str, at: u32, line: &str) -> Option<Problem> {
    let marks = line.find('^').filter(|marks| line[..*marks].trim().is_empty())?;
    let (_, rest) = line.split_once(" SC")?;
    let (digits, rest) = rest.split_once(" (")?;
    let (word, message) = rest.split_once("): ")?;
    let severity = match word {
        "error" => Severity::Error,
        "warning" | "info" | "style" => Severity::Warning,
        _ => return None,
    };
    Some(Problem {
        file: file.to_owned(),
        line: Some(at),
        column: u32::try_from(marks + 1).ok(),
        severity,
        message: message.to_owned(),
        code: Some(format!("SC{digits}")),
    })
}

#[cfg(test)]
mod tests {
    use crate::problem::told;

    #[test]
    fn findings_belong_to_the_line_above_them() {
        let output = "
In s.sh line 3:
echo $x
     ^-- SC2086 (info): Double quote to prevent globbing and word splitting.

Did you mean: 
echo \"$x\"


In s.sh line 4:
[ $y = 1 ]
  ^-- SC2154 (warning): y is referenced but not assigned.
  ^-- SC2086 (info): Double quote to prevent globbing and word splitting.

In s.sh line 5:
unused=2
^----^ SC2034 (warning): unused appears unused. Verify use (or export if used externally).

For more information:
  https://www.shellcheck.net/wiki/SC2034 -- unused appears unused. Verify use...";
        assert_eq!(
            told(output),
            [
                "s.sh:3:6: warning: Double quote to prevent globbing and word splitting. [SC2086]",
                "s.sh:4:3: warning: y is referenced but not assigned. [SC2154]",
                "s.sh:4:3: warning: Double quote to prevent globbing and word splitting. [SC2086]",
                "s.sh:5:1: warning: unused appears unused. Verify use (or export if used externally). [SC2034]",
            ]
        );
    }
}
