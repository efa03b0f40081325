use super::changelog::{ChangeSet, Changelog, Item, Outcome};
use super::content::{Content, is_aside};

/// A changelog whose marks are comments of SQL; `None` where it does not begin as one.
pub(super) fn read(text: &str) -> Outcome {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let words = after(comment(first)?, "liquibase")?;
    let rest = after(words, "formatted")?;
    let mut changelog = Changelog { logical: logical(rest), items: Vec::new(), cut: None };
    let mut open: Option<(ChangeSet, Content)> = None;
    let mut is_way_back = false;
    for (line, text) in (1_u32..).zip(text.lines()) {
        if let Some(rest) = comment(text).and_then(|words| after(words, "changeset")) {
            changelog.items.extend(open.take().map(closed));
            open = Some((change_set(rest, line), Content::default()));
            is_way_back = false;
            continue;
        }
        let Some((set, content)) = &mut open else { continue };
        is_way_back |= begins_way_back(text);
        match comment(text).map(directive) {
            _ if is_way_back => is_way_back = !text.contains("*/"),
            Some(word) if is_aside(word) || word.to_ascii_lowercase().starts_with("precondition") => {
                set.may_change |= word.eq_ignore_ascii_case("validCheckSum");
            }
            _ => content.add(text),
        }
    }
    changelog.items.extend(open.map(closed));
    Some(Ok(changelog))
}

/// SQL without marks is one changeset, which Liquibase gives these names.
pub(super) fn raw(text: &str) -> Changelog {
    let mut content = Content::default();
    content.add(text);
    let (id, author) = ("raw".to_owned(), "includeAll".to_owned());
    let set = ChangeSet { id, author, line: 1, content: content.finish(), ..ChangeSet::default() };
    Changelog { logical: None, items: vec![Item::Set(set)], cut: None }
}

fn change_set(words: &str, line: u32) -> ChangeSet {
    let (author, rest) = name(words);
    let (id, rest) = match rest.trim_start().strip_prefix(':') {
        Some(rest) => name(rest),
        None => (String::new(), rest),
    };
    let says = |attribute: &str| {
        let is_it = |word: &str| {
            let (key, value) = word.split_once(':').unwrap_or_default();
            key.eq_ignore_ascii_case(attribute) && value.eq_ignore_ascii_case("true")
        };
        rest.split_whitespace().any(is_it)
    };
    let may_change = says("runOnChange") || says("runAlways");
    ChangeSet { id, author, logical: logical(rest), line, may_change, content: 0 }
}

fn closed((set, content): (ChangeSet, Content)) -> Item {
    Item::Set(ChangeSet { content: content.finish(), ..set })
}

/// The word that a comment begins with, as far as a colon.
fn directive(words: &str) -> &str {
    words.split(|letter: char| letter == ':' || letter.is_whitespace()).next().unwrap_or_default()
}

/// Whether a comment of several lines with the way back begins.
fn begins_way_back(line: &str) -> bool {
    let words = line.trim_start().strip_prefix("/*").and_then(|rest| after(rest.trim_start(), "liquibase"));
    words.is_some_and(|words| directive(words).eq_ignore_ascii_case("rollback"))
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
