use onramp_database::sql::line_comments;

use super::Language;

/// The texts of the comments that may be meant for us, from `onramp:` on, each with its line.
pub(super) fn comments(source: &str, language: Language) -> Vec<(u32, &str)> {
    let begun: Vec<(usize, &str)> = match language {
        Language::Python => of_python(source),
        Language::Sql(dialect) => line_comments(source, dialect),
        Language::Other => {
            return source.lines().zip(1..).filter_map(|(text, line)| Some((line, behind(text)?))).collect();
        }
    };
    let (mut line, mut counted) = (1, 0);
    let mut found = Vec::new();
    for (at, comment) in begun {
        let Some(text) = behind(comment) else { continue };
        line += u32::try_from(source[counted..at].matches('\n').count()).unwrap_or(u32::MAX);
        counted = at;
        found.push((line, text));
    }
    found
}

/// What stands behind the last sign of a comment.
fn behind(text: &str) -> Option<&str> {
    let place = text.find("onramp:")?;
    let before = text[..place].trim_end();
    (before.ends_with('#') || before.ends_with("--")).then(|| text[place..].trim_end())
}

/// The comments of Python, each with where it begins. What is in a string is none.
fn of_python(source: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(sign) = source[at..].find(['#', '\'', '"']) {
        at += sign;
        let rest = &source[at..];
        if rest.starts_with('#') {
            let end = rest.find('\n').unwrap_or(rest.len());
            found.push((at, &rest[..end]));
            at += end;
        } else {
            at += length_of_string(rest);
        }
    }
    found
}

/// How long the string is that a text begins with. One in single quotes ends with its line.
fn length_of_string(text: &str) -> usize {
    let quote = &text[..1];
    let triple = quote.repeat(3);
    let (end, ends_with_line) = match text.starts_with(&triple) {
        true => (triple.as_str(), false),
        false => (quote, true),
    };
    let mut at = end.len();
    while let Some(sign) = text[at..].find(['\\', '\n', '\'', '"']) {
        at += sign;
        let here = &text[at..];
        if here.starts_with(end) {
            return at + end.len();
        }
        at += match here.as_bytes()[0] {
            b'\\' => 1 + here[1..].chars().next().map_or(0, char::len_utf8),
            b'\n' if ends_with_line => return at,
            _ => 1,
        };
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use onramp_core::Dialect;

    use super::*;

    #[test]
    fn of_python_comments_count_and_strings_do_not() {
        let source = "\"\"\"a\n# onramp: no \\\"\"\"\" # onramp: yes\nx = '# onramp: no'  # onramp: é too\n\
            y = 'it\\'s # onramp: no'\nz = \"\"  # onramp: three\n# onramp: no lone ' matters\n# onramp: five";
        let found = comments(source, Language::Python);
        let expected = [
            (2, "onramp: yes"),
            (3, "onramp: é too"),
            (5, "onramp: three"),
            (6, "onramp: no lone ' matters"),
            (7, "onramp: five"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn of_sql_comments_count_and_strings_do_not() {
        let source = "SELECT '-- onramp: no';\n/*\n-- onramp: no\n*/ -- onramp: yes\r\nSELECT 1; # onramp: no\n-- onramp: two";
        for dialect in [Dialect::Postgresql, Dialect::Sqlite] {
            assert_eq!(comments(source, Language::Sql(dialect)), [(4, "onramp: yes"), (6, "onramp: two")]);
        }
    }
}
