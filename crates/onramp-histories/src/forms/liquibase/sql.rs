use super::changelog::{ChangeSet, Changelog, Item, Outcome};

/// A changelog whose marks are comments of SQL; `None` where it does not begin as one.
pub(super) fn read(text: &str) -> Outcome {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let words = after(comment(first)?, "liquibase")?;
    let rest = after(words, "formatted")?;
    let mut changelog = Changelog { logical: logical(rest), items: Vec::new() };
    for (line, text) in (1_u32..).zip(text.lines()) {
        let Some(rest) = comment(text).and_then(|words| after(words, "changeset")) else { continue };
        let (author, rest) = name(rest);
        let (id, rest) = match rest.trim_start().strip_prefix(':') {
            Some(rest) => name(rest),
            None => (String::new(), rest),
        };
        changelog.items.push(Item::Set(ChangeSet { id, author, logical: logical(rest), line }));
    }
    Some(Ok(changelog))
}

fn comment(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix("--").map(str::trim_start)
}

/// What comes after a word, in any case, and a blank.
fn after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (first, rest) = text.split_once(char::is_whitespace)?;
    first.eq_ignore_ascii_case(word).then(|| rest.trim_start())
}

/// A name, which has blanks and colons where it stands in quotes, and what follows it.
fn name(text: &str) -> (String, &str) {
    let text = text.trim_start();
    if let Some(rest) = text.strip_prefix('"')
        && let Some((name, rest)) = rest.split_once('"')
    {
        return (name.to_owned(), rest);
    }
    let end = text.find(|letter: char| letter == ':' || letter.is_whitespace()).unwrap_or(text.len());
    (text[..end].to_owned(), &text[end..])
}

fn logical(attributes: &str) -> Option<String> {
    let value = attributes.split_whitespace().find_map(|word| word.strip_prefix("logicalFilePath:"))?;
    Some(value.trim_matches('"').to_owned())
}
