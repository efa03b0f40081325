use std::path::Path;

use onramp_core::Failure;

use crate::redirection::Raised;
use crate::{Executed, Revision};

/// Why a revision was not applied to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// In the words of the database, or of the engine.
    pub failure: Failure,
    /// The statement that was refused, by its place among those that were executed; `None` where it was none of them.
    pub statement: Option<usize>,
    /// The line of the revision's file, counted from 1.
    pub line: Option<u32>,
}

impl Refusal {
    /// Of a revision that has executed these statements; `raised` is what was seen of its end.
    pub(crate) fn of(
        mut failure: Failure,
        raised: Option<Raised>,
        revision: &Revision,
        statements: &[Executed],
    ) -> Self {
        let Raised { mut line, refused, said, .. } = raised.unwrap_or_default();
        let statement = refused.filter(|place| *place < statements.len());
        if let Some(said) = said {
            failure.message = said;
            line = statement.map(|place| statements[place].line);
        }
        let line = line.or_else(|| revision.files.iter().find_map(|file| line_in(&failure.tail, file)));
        Self { failure, statement, line }
    }
}

/// The line of the last frame in a file of that name, in what Python says of an error: of one that cannot be loaded,
/// nobody else tells.
fn line_in(tail: &[String], file: &Path) -> Option<u32> {
    let name = file.file_name()?.to_str()?;
    let frame = |line: &String| {
        let (path, rest) = line.trim_start().strip_prefix("File \"")?.split_once("\", line ")?;
        let digits = rest.split(|letter: char| !letter.is_ascii_digit()).next()?;
        (Path::new(path).file_name()? == name).then(|| digits.parse().ok()).flatten()
    };
    tail.iter().rev().find_map(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_loaded_has_a_line() {
        let tail = [
            "  File \"db/a1_x.py\", line 3, in <module>",
            "  File \"db/b2_y.py\", line 12",
            "    def upgrade(:",
            "SyntaxError: invalid syntax",
        ];
        let tail = tail.map(str::to_owned);
        assert_eq!(line_in(&tail, Path::new("/p/db/b2_y.py")), Some(12));
        assert_eq!(line_in(&tail, Path::new("/p/db/a1_x.py")), Some(3));
        assert_eq!(line_in(&tail, Path::new("/p/db/y.py")), None);
    }
}
