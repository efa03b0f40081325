/// The longest statement that a message quotes, in characters.
const LONGEST_STATEMENT: usize = 300;

/// What a Python program that ended in an error says about it: the exception's line and, from SQLAlchemy, the
/// statement. `None` where the lines hold nothing of that kind.
pub(crate) fn diagnose(tail: &[String]) -> Option<String> {
    let index = tail.iter().rposition(|line| is_exception(line))?;
    let line = tail[index].trim();
    let line = line.strip_prefix("FAILED: ").unwrap_or(line);
    match statement(&tail[index + 1..]) {
        Some(statement) => Some(format!("{line} [SQL: {statement}]")),
        None => Some(line.to_owned()),
    }
}

/// `package.SomeError: text`, `KeyboardInterrupt`, or the line that Alembic gives its own errors.
fn is_exception(line: &str) -> bool {
    if line.starts_with("FAILED: ") {
        return true;
    }
    let name = line.split(':').next().unwrap_or_default();
    let Some(class) = name.rsplit('.').next() else { return false };
    let dotted = name.chars().all(|letter| letter.is_alphanumeric() || letter == '_' || letter == '.');
    let named = ["Error", "Exception", "Exit", "Interrupt", "Timeout", "NotFound", "Violation"];
    // Any dotted class counts where the line goes on with a message, for projects name theirs as they like.
    let like_a_class = class.starts_with(|letter: char| letter.is_ascii_uppercase());
    dotted
        && like_a_class
        && (named.iter().any(|end| class.ends_with(end)) || name.contains('.') && line.contains(": "))
}

/// The statement in SQLAlchemy's `[SQL: ...]`, its line ends made spaces.
fn statement(lines: &[String]) -> Option<String> {
    let start = lines.iter().position(|line| line.starts_with("[SQL: "))?;
    let end = lines[start..].iter().position(|line| line.ends_with(']')).unwrap_or(0) + start;
    let text = lines[start..=end].join(" ");
    let text = text.trim_start_matches("[SQL: ").trim_end_matches(']');
    let words: Vec<&str> = text.split_whitespace().collect();
    let statement: String = words.join(" ");
    if statement.chars().count() <= LONGEST_STATEMENT {
        return Some(statement);
    }
    Some(statement.chars().take(LONGEST_STATEMENT).chain("...".chars()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(text: &str, expected: Expect) {
        let tail: Vec<String> = text.lines().map(str::to_owned).collect();
        expected.assert_eq(&diagnose(&tail).unwrap_or_else(|| "nothing".to_owned()));
    }

    #[test]
    fn exceptions_and_statements() {
        check(
            "Traceback (most recent call last):\n  File \"x.py\", line 1\nsqlite3.OperationalError: no such table: a\n\n\
             The above exception was the direct cause of the following exception:\n\n\
             sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) no such table: a\n\
             [SQL: \nALTER TABLE a\n   ADD COLUMN b INTEGER]\n(Background on this error at: https://sqlalche.me/e/20/e3q8)",
            expect![
                "sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) no such table: a [SQL: ALTER TABLE a ADD COLUMN b INTEGER]"
            ],
        );
        check(
            "  File \"env.py\"\n    import gone\nModuleNotFoundError: No module named 'gone'",
            expect!["ModuleNotFoundError: No module named 'gone'"],
        );
        check(
            "INFO  [alembic.runtime.migration] Context impl\nERROR [alembic.util.messaging] Can't locate revision\n  FAILED: no\nFAILED: Can't locate revision identified by 'x'",
            expect!["Can't locate revision identified by 'x'"],
        );
        check("NotImplementedError\n", expect!["NotImplementedError"]);
        check("Usage: flow db\n\nTry 'flow --help'", expect!["nothing"]);
    }
}
