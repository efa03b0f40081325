use std::fmt;
use std::path::PathBuf;

/// One thing that is wrong with a configuration file, and where.
///
/// Its `Display` form is complete and plain: message, place, source line with carets, hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong: a lower-case fragment without a final dot.
    pub message: String,
    /// The file, under the root that was handed to [`load`](crate::load).
    pub file: PathBuf,
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted in characters from 1.
    pub column: usize,
    /// How many characters of the line are concerned, at least 1.
    pub width: usize,
    /// The line as it is written, without its line end. Empty where there is no such line.
    pub source_line: String,
    /// What to do about it, if that can be told.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// What concerns a file as a whole: it is missing, or cannot be read.
    pub(crate) fn of_file(file: PathBuf, message: String, hint: Option<String>) -> Self {
        Self { message, file, line: 1, column: 1, width: 1, source_line: String::new(), hint }
    }

    /// What [`load`](crate::load) sorts by.
    pub(crate) fn position(&self) -> (PathBuf, usize, usize) {
        (self.file.clone(), self.line, self.column)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let gutter = " ".repeat(number.len());
        writeln!(f, "error: {}", self.message)?;
        write!(f, "{gutter}--> {}:{}:{}", self.file.display(), self.line, self.column)?;
        if !self.source_line.is_empty() {
            // A tab before the carets stays a tab, so that both lines are indented alike in any terminal.
            let indent: String = self
                .source_line
                .chars()
                .take(self.column - 1)
                .map(|character| if character == '\t' { '\t' } else { ' ' })
                .collect();
            write!(f, "\n{gutter} |\n{number} | {}", self.source_line)?;
            write!(f, "\n{gutter} | {indent}{}", "^".repeat(self.width))?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::source::Source;

    fn check(text: &str, marked: &str, expected: Expect) {
        let start = text.find(marked).unwrap();
        let source = Source::new("onramp.toml".into(), text.to_owned());
        let hint = Some("look again".to_owned());
        expected
            .assert_eq(&source.diagnostic(start..start + marked.len(), "wrong".to_owned(), hint).to_string());
    }

    #[test]
    fn the_line_is_shown_with_carets_below() {
        check(
            "a = 1\nbad = 2\n",
            "bad",
            expect![[r#"
                error: wrong
                 --> onramp.toml:2:1
                  |
                2 | bad = 2
                  | ^^^
                hint: look again"#]],
        );
    }

    #[test]
    fn columns_count_characters() {
        check(
            "v = { \"Käse\" = 1, bad = 2 }",
            "bad",
            expect![[r#"
                error: wrong
                 --> onramp.toml:1:19
                  |
                1 | v = { "Käse" = 1, bad = 2 }
                  |                   ^^^
                hint: look again"#]],
        );
    }

    #[test]
    fn tabs_stay_tabs_and_carriage_returns_go() {
        check(
            "a = 1\r\n\tbad = 2\r\n",
            "bad",
            expect![[r#"
                error: wrong
                 --> onramp.toml:2:2
                  |
                2 | 	bad = 2
                  | 	^^^
                hint: look again"#]],
        );
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        check(
            "\u{feff}bad = 2",
            "bad",
            expect![[r#"
                error: wrong
                 --> onramp.toml:1:1
                  |
                1 | bad = 2
                  | ^^^
                hint: look again"#]],
        );
    }

    #[test]
    fn a_mark_over_several_lines_ends_with_the_first() {
        check(
            "a = [\n 1\n]",
            "[\n 1\n]",
            expect![[r#"
                error: wrong
                 --> onramp.toml:1:5
                  |
                1 | a = [
                  |     ^
                hint: look again"#]],
        );
    }

    #[test]
    fn control_characters_never_reach_the_terminal() {
        let source = Source::new("onramp.toml".into(), "a = \"\u{1b}[2J\"".to_owned());
        let text = source.diagnostic(0..1, "bad \u{1b}[2J".to_owned(), None).to_string();
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }
}
