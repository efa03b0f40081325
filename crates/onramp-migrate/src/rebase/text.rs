//! The one line of a revision that says what it follows.

use crate::history::{DownSpans, RevisionFile};

/// The content of a revision that follows `target` instead of `old`: the literal behind `down_revision` is another one, and
/// so is what the docstring says behind `Revises:`, if that said what is true. Every other byte is as it was. The error
/// says what keeps it from that, as the rest of a sentence about the file.
pub(super) fn with_down(content: &[u8], old: &[String], target: &str) -> Result<Vec<u8>, String> {
    let source = std::str::from_utf8(content).map_err(|_| "is not UTF-8".to_owned())?;
    if target.contains(['"', '\'', '\\']) {
        return Err(format!("cannot follow `{target}`, which has a quote in it"));
    }
    let spans = DownSpans::of(source);
    let literal = spans.literal.ok_or("has a `down_revision` that is more than one text")?;
    let quote = quote_of(&source[literal.clone()]).or_else(|| quote_of_revision(source)).unwrap_or('"');
    let mut edits = vec![(literal, format!("{quote}{target}{quote}"))];
    if let Some(docstring) = spans.docstring {
        let mut start = docstring.start;
        for line in source[docstring].split_inclusive('\n') {
            let bare = line.trim_end_matches(['\r', '\n']);
            if let Some(said) = bare.trim_start().strip_prefix("Revises:") {
                let is_true = said.trim() == old.join(", ");
                if is_true {
                    let begin = start + bare.len() - said.len();
                    edits.push((begin..start + bare.len(), format!(" {target}")));
                }
                break;
            }
            start += line.len();
        }
    }
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut changed = source.to_owned();
    for (range, text) in edits {
        changed.replace_range(range, &text);
    }
    let parsed = RevisionFile::parse(&changed)?;
    let before = RevisionFile::parse(source)?;
    if parsed.down != [target] || parsed.id != before.id {
        return Err("has a `down_revision` that cannot be changed".to_owned());
    }
    Ok(changed.into_bytes())
}

fn quote_of(literal: &str) -> Option<char> {
    literal.chars().find(|letter| matches!(letter, '"' | '\''))
}

/// The quote that the file writes its id with.
fn quote_of_revision(source: &str) -> Option<char> {
    let line = source.lines().find(|line| line.starts_with("revision"))?;
    quote_of(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, old: &[&str], expected: &str) {
        let old: Vec<String> = old.iter().map(|id| (*id).to_owned()).collect();
        let changed =
            with_down(source.as_bytes(), &old, "new1").map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(changed.unwrap_or_else(|reason| reason), expected);
    }

    #[test]
    fn one_literal_and_one_line_change() {
        check(
            "\"\"\"add ä\r\n\r\nRevision ID: a\r\nRevises: b\r\nCreate Date: 2026\r\n\"\"\"\r\nrevision: str = 'a'\r\n\
             down_revision: Union[str, None] = 'b'  # b\r\ndepends_on = 'b'\r\n",
            &["b"],
            "\"\"\"add ä\r\n\r\nRevision ID: a\r\nRevises: new1\r\nCreate Date: 2026\r\n\"\"\"\r\nrevision: str = 'a'\r\n\
             down_revision: Union[str, None] = 'new1'  # b\r\ndepends_on = 'b'\r\n",
        );
        check(
            "\u{feff}revision = \"a\"; down_revision = (\n  r\"b\" 'c',\n)",
            &["bc"],
            "\u{feff}revision = \"a\"; down_revision = (\n  \"new1\",\n)",
        );
        // The last assignment is the one that counts.
        check(
            "revision = 'a'\ndown_revision = 'x'\ndown_revision = 'b'\n",
            &["b"],
            "revision = 'a'\ndown_revision = 'x'\ndown_revision = 'new1'\n",
        );
    }

    #[test]
    fn a_first_revision_gets_one_to_follow() {
        check(
            "'''first\n\nRevises: \nCreate Date: 2026\n'''\nrevision = 'a'\ndown_revision = None\n",
            &[],
            "'''first\n\nRevises: new1\nCreate Date: 2026\n'''\nrevision = 'a'\ndown_revision = 'new1'\n",
        );
    }

    #[test]
    fn what_was_not_true_before_is_nobodys_business() {
        check(
            "\"\"\"a\n\nRevises: something else\n\"\"\"\nrevision = \"a\"\ndown_revision = \"b\"\n",
            &["b"],
            "\"\"\"a\n\nRevises: something else\n\"\"\"\nrevision = \"a\"\ndown_revision = \"new1\"\n",
        );
    }

    #[test]
    fn what_cannot_be_changed_says_why() {
        check(
            "revision = 'a'\ndown_revision = ('b', 'c')\n",
            &["b", "c"],
            "has a `down_revision` that is more than one text",
        );
        assert_eq!(with_down(b"\xff", &[], "new1"), Err("is not UTF-8".to_owned()));
    }
}
