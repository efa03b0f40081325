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

/// How many lines of an error's own text are kept behind its frames.
const ERROR_LINES: usize = 12;

/// How many frames in files of the project are kept.
const FRAMES: usize = 2;

/// The last lines of a Python program without what nobody can mend: of its last traceback the last frames in files of the
/// project, then the error. Other lines stay as they are. Files of a copy are called as in the project.
pub(crate) fn shorten(tail: Vec<String>) -> Vec<String> {
    let is_frame = |line: &String| line.starts_with("  File \"");
    let Some(last) = tail.iter().rposition(is_frame) else { return tail };
    let begin = tail[..last].iter().rposition(|line| !line.starts_with("  ")).map_or(0, |index| index + 1);
    let mut frames: Vec<Vec<String>> = Vec::new();
    let mut is_ours = false;
    let mut lines = tail[begin..].iter().peekable();
    while let Some(line) = lines.next_if(|line| line.starts_with("  ")) {
        if is_frame(line) {
            is_ours = is_of_the_project(line);
            if is_ours {
                frames.push(Vec::new());
            }
        }
        let is_mark = line.trim().chars().all(|letter| matches!(letter, '^' | '~'));
        if let Some(frame) = frames.last_mut().filter(|_| is_ours && !is_mark) {
            frame.push(in_the_project(line));
        }
    }
    let mut short: Vec<String> = frames.split_off(frames.len().saturating_sub(FRAMES)).concat();
    let is_told = |line: &&String| !line.starts_with("(Background on this error") && !line.trim().is_empty();
    short.extend(lines.filter(is_told).take(ERROR_LINES).cloned());
    short
}

/// Whether the frame's file is one that a user of the project writes.
fn is_of_the_project(frame: &str) -> bool {
    let path = frame.trim_start().trim_start_matches("File \"").split('"').next().unwrap_or_default();
    let foreign = ["/site-packages/", "/dist-packages/", "/lib/python3", "/shim/", "/bin/"];
    !path.starts_with('<') && !foreign.iter().any(|part| path.contains(part))
}

/// The frame with the name that its file has in the project, where it lies in a copy.
fn in_the_project(frame: &str) -> String {
    let copied = frame.find("/scratch/migrate-").and_then(|at| Some(at + frame[at..].find("/tree/")?));
    match (frame.find('"'), copied) {
        (Some(quote), Some(end)) if quote < end => {
            format!("{}\"{}", &frame[..quote], &frame[end + "/tree/".len()..])
        }
        _ => frame.to_owned(),
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
    fn of_a_traceback_the_project_s_frames_and_the_error_are_told() {
        let text = "INFO upgrade\nTraceback (most recent call last):\n  File \"/p/.venv/bin/alembic\", line 8, in <module>\n    sys.exit(main())\n\
                    KeyError: 1\n\nDuring handling of the above exception, another exception occurred:\n\n\
                    Traceback (most recent call last):\n  File \"/p/.venv/lib/python3.11/site-packages/alembic/x.py\", line 1, in run\n    go()\n    ^^^^\n\
                    \x20 File \"/p/db/env.py\", line 7, in <module>\n    start()\n  File \"/p/db/env.py\", line 9, in <module>\n    run()\n    ^^^^^\n  File \"<string>\", line 8, in run\n\
                    \x20 File \"/p/.onramp/scratch/migrate-1-0/shim/sitecustomize.py\", line 1, in run\n    return original(self)\n\
                    \x20 File \"/p/.onramp/scratch/migrate-1-0/tree/db/versions/1_a.py\", line 33, in upgrade\n    models.X\n\
                    NameError: name 'models' is not defined\n(Background on this error at: https://sqlalche.me)";
        let shown = |text: &str| shorten(text.lines().map(str::to_owned).collect()).join("\n");
        expect![[r#"
              File "/p/db/env.py", line 9, in <module>
                run()
              File "db/versions/1_a.py", line 33, in upgrade
                models.X
            NameError: name 'models' is not defined"#]]
        .assert_eq(&shown(text));
        assert_eq!(shown("Usage: flow db\n\nTry 'flow --help'"), "Usage: flow db\n\nTry 'flow --help'");
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
