/// The line that code in a page begins with: three or more marks of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fence<'a> {
    marks: &'a str,
}

impl<'a> Fence<'a> {
    /// The fence that a line begins code with, however far it is indented.
    pub(super) fn begun_by(line: &'a str) -> Option<Self> {
        let (marks, behind) = marks_of(line)?;
        // Code within a line may begin with as many.
        let is_one = !(marks.starts_with('`') && behind.contains('`'));
        is_one.then_some(Self { marks })
    }

    /// Whether a line ends the code.
    pub(super) fn is_ended_by(self, line: &str) -> bool {
        marks_of(line)
            .is_some_and(|(marks, behind)| marks.starts_with(self.marks) && behind.trim().is_empty())
    }
}

/// The marks at the beginning of a line, and what follows.
fn marks_of(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let mark = line.chars().next().filter(|letter| "`~".contains(*letter))?;
    let length = line.len() - line.trim_start_matches(mark).len();
    (length >= 3).then(|| line.split_at(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_ends_with_as_many_marks_of_the_same_kind() {
        let ends = |begin: &str, end: &str| Fence::begun_by(begin).unwrap().is_ended_by(end);
        assert!(ends("```", "```\r\n") && ends("  ~~~ sql `x`", "~~~~") && ends("````", "  `````"));
        for (begin, end) in [("```", "~~~"), ("````", "```"), ("```", "```sql"), ("```", "text")] {
            assert!(!ends(begin, end), "{begin} {end}");
        }
        for line in ["``", "text ```", "```code``` in a line", "", "\u{e4}```"] {
            assert_eq!(Fence::begun_by(line), None, "{line}");
        }
    }
}
