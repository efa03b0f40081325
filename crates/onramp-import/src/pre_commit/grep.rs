use super::regex::PythonRegex;

/// A hook of the language `pygrep`: an expression that no file may have, or that each must have.
#[derive(Clone, Debug)]
pub struct Grep {
    regex: PythonRegex,
    multiline: bool,
    negate: bool,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrepFinding {
    /// The expression is found in this line, counted from 1; its text.
    Found(usize, String),
    /// The expression is found nowhere, and should be.
    Missing,
}

impl Grep {
    /// The expression `entry` with the options of `pygrep`.
    pub(super) fn new(entry: &str, args: &[String]) -> Result<Self, String> {
        let mut grep = Self { regex: PythonRegex::new("")?, multiline: false, negate: false };
        let mut ignore_case = false;
        for argument in args {
            match argument.as_str() {
                "--multiline" => grep.multiline = true,
                "--negate" => grep.negate = true,
                "-i" | "--ignore-case" => ignore_case = true,
                other => return Err(format!("`pygrep` has no argument `{other}`")),
            }
        }
        // Python's `MULTILINE` and `DOTALL` for the whole text, neither for one line.
        let flags = match (ignore_case, grep.multiline) {
            (false, false) => "",
            (true, false) => "(?i)",
            (false, true) => "(?ms)",
            (true, true) => "(?ims)",
        };
        grep.regex = PythonRegex::new(&format!("{flags}{entry}"))?;
        Ok(grep)
    }

    /// What is wrong with a file of this content. Bytes that are no UTF-8 are unknown letters.
    pub fn findings(&self, content: &[u8]) -> Vec<GrepFinding> {
        let text = String::from_utf8_lossy(content);
        let found: Vec<GrepFinding> = if self.multiline {
            let line = |at: usize| text[..at].matches('\n').count();
            let first = self.regex.places(&text).first().copied();
            first.map(line).into_iter().map(|line| found(&text, line)).collect()
        } else {
            let lines = text.lines().enumerate().filter(|(_, line)| self.regex.is_found(line));
            lines.map(|(index, line)| GrepFinding::Found(index + 1, line.to_owned())).collect()
        };
        match (self.negate, found.is_empty()) {
            (false, _) => found,
            (true, true) => vec![GrepFinding::Missing],
            (true, false) => Vec::new(),
        }
    }
}

fn found(text: &str, line: usize) -> GrepFinding {
    GrepFinding::Found(line + 1, text.lines().nth(line).unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(entry: &str, args: &[&str], content: &str, expected: &[(usize, &str)]) {
        let args: Vec<String> = args.iter().map(|text| (*text).to_owned()).collect();
        let grep = Grep::new(entry, &args).unwrap();
        let found: Vec<_> = grep.findings(content.as_bytes());
        let expected: Vec<_> =
            expected.iter().map(|(line, text)| GrepFinding::Found(*line, (*text).to_owned())).collect();
        assert_eq!(found, expected, "{entry}");
    }

    #[test]
    fn lines_and_texts_are_searched() {
        check(r"print\(", &[], "a\nprint(1)\nprint(2)\n", &[(2, "print(1)"), (3, "print(2)")]);
        check(r"PRINT\(", &["-i"], "print(1)\n", &[(1, "print(1)")]);
        check(r"a.*b", &[], "a\nb\n", &[]);
        check(r"a.*b", &["--multiline"], "x\na\nb\n", &[(2, "a")]);
        check(r"^(?!ok)", &[], "ok\nno\n", &[(2, "no")]);
        check(r"copyright", &["--negate"], "copyright\n", &[]);
        let grep = Grep::new("copyright", &["--negate".to_owned()]).unwrap();
        assert_eq!(grep.findings(b"\xff"), [GrepFinding::Missing]);
        assert!(Grep::new("(", &[]).is_err() && Grep::new("a", &["--fast".to_owned()]).is_err());
    }

    #[test]
    fn an_expression_that_takes_forever_is_given_up() {
        let grep = Grep::new(r"(a|a)*\1x$", &[]).unwrap();
        assert_eq!(grep.findings("a".repeat(60).as_bytes()).len(), 1);
    }
}
