//! A line of a ledger, held against a line of the template.

use super::template::{Found, Part};

/// Letters that people put around an id, or leave out there.
pub(super) fn is_markup(letter: char) -> bool {
    matches!(letter, '`' | '*' | '_' | '"' | '\'')
}

/// Whether a line has the form of the parts. What stands behind the last of them is a remark of somebody.
pub(super) fn matches(parts: &[Part], line: &str, none: &str, found: &mut Found) -> bool {
    let Some((part, rest)) = parts.split_first() else {
        return line.chars().next().is_none_or(|letter| !letter.is_alphanumeric());
    };
    match part {
        Part::Text(text) => {
            let is_id = |part: Option<&Part>| matches!(part, Some(Part::Id(_)));
            // The markup around an id may be there or not.
            let text = if is_id(rest.first()) { text.trim_end_matches(is_markup) } else { text };
            behind(text, line).is_some_and(|line| matches(rest, line, none, found))
        }
        Part::Title if rest.is_empty() => {
            found.title = Some(line.trim().to_owned());
            !line.trim().is_empty()
        }
        Part::Title => {
            let ends = line.char_indices().map(|(end, _)| end).chain([line.len()]);
            for end in ends {
                let kept = found.ids.len();
                // A bar in a row of a table has a backslash before it.
                let is_escaped = line[..end].ends_with('\\');
                if !is_escaped && !line[..end].trim().is_empty() && matches(rest, &line[end..], none, found) {
                    found.title = Some(line[..end].trim().to_owned());
                    return true;
                }
                found.ids.truncate(kept);
            }
            false
        }
        Part::Id(dialect) => {
            let inner = line.trim_start_matches(|letter: char| is_markup(letter) || letter.is_whitespace());
            let Some((id, after)) = id_at(inner, none) else { return false };
            let is_marked = line.contains(is_markup) || id.contains(|letter: char| letter.is_ascii_digit());
            let goes_on = after.trim_start().starts_with(|letter: char| letter.is_alphanumeric());
            if rest.is_empty() && goes_on && !is_marked && !id.eq_ignore_ascii_case(none) {
                // A sentence and no id.
                return false;
            }
            // What the template has of markup behind the id may have been left out as well.
            let rest = rest.to_vec();
            let rest = match rest.split_first() {
                Some((Part::Text(text), others)) => {
                    let text = text.trim_start_matches(is_markup).to_owned();
                    let text = (!text.is_empty()).then_some(Part::Text(text));
                    text.into_iter().chain(others.iter().cloned()).collect()
                }
                _ => rest,
            };
            let kept = found.ids.len();
            match found.ids.iter().find(|(of, _)| of == dialect) {
                // It stands there twice, as in a link.
                Some((_, known)) if *known != id => return false,
                Some(_) => {}
                None => found.ids.push((*dialect, id.to_owned())),
            }
            let after = after.trim_start_matches(is_markup);
            let is_match = matches(&rest, after, none, found);
            if !is_match {
                found.ids.truncate(kept);
            }
            is_match
        }
    }
}

/// What follows a text at the beginning of a line; blanks may be more, and beside a `|` also fewer.
fn behind<'a>(text: &str, line: &'a str) -> Option<&'a str> {
    let (mut text, mut line) = (text, line);
    let mut last = ' ';
    while let Some(letter) = text.chars().next() {
        if letter.is_whitespace() {
            text = text.trim_start();
            let blanks = line.len() - line.trim_start().len();
            let is_by_a_bar = last == '|' || text.starts_with('|');
            if blanks == 0 && !is_by_a_bar && !line.is_empty() {
                return None;
            }
            line = line.trim_start();
        } else {
            let next = line.strip_prefix(letter);
            // Columns of a table are filled up with blanks.
            let next =
                next.or_else(|| if letter == '|' { line.trim_start().strip_prefix('|') } else { None });
            line = next?;
            text = &text[letter.len_utf8()..];
        }
        last = letter;
    }
    Some(line)
}

/// The id at the beginning of a text, or what stands for none there, and what follows.
fn id_at<'a>(text: &'a str, none: &str) -> Option<(&'a str, &'a str)> {
    let ends_there = |rest: &str| rest.chars().next().is_none_or(|letter| !letter.is_alphanumeric());
    if !none.is_empty()
        && let Some(head) = text.get(..none.len())
        && head.eq_ignore_ascii_case(none)
        && ends_there(&text[none.len()..])
    {
        return Some(text.split_at(none.len()));
    }
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    // A dot between two digits is part of a version: `V1.2`.
    let is_dot = |place: usize| {
        let is_digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
        is_digit(text[..place].chars().next_back()) && is_digit(text[place + 1..].chars().next())
    };
    let ends = |(place, letter): &(usize, char)| !(is_part(*letter) || *letter == '.' && is_dot(*place));
    let end = text.char_indices().find(ends).map_or(text.len(), |(place, _)| place);
    // Underlines and hyphens around an id are no part of it.
    let end = text[..end].trim_end_matches(['-', '_']).len();
    (end > 0).then(|| text.split_at(end))
}
