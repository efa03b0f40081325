use super::rule;
use crate::chain::{Chain, Entry, Form};
use crate::finding::{Code, Finding};

/// How a slug is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Case {
    /// Small letters without anything between them, which goes with each of the others.
    Plain,
    Snake,
    Kebab,
    Camel,
    /// Anything else.
    Mixed,
}

impl Case {
    fn of(slug: &str) -> Self {
        let (under, dash) = (slug.contains('_'), slug.contains('-'));
        let (upper, other) = (slug.contains(char::is_uppercase), slug.contains([' ', '.']));
        match (under, dash, upper, other) {
            (false, false, false, false) => Self::Plain,
            (true, false, false, false) => Self::Snake,
            (false, true, false, false) => Self::Kebab,
            (false, false, true, false) => Self::Camel,
            _ => Self::Mixed,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Plain => "small letters alone",
            Self::Snake => "small letters and `_`",
            Self::Kebab => "small letters and `-`",
            Self::Camel => "capital letters between words",
            Self::Mixed => "any letters",
        }
    }
}

/// Names that break the rule that most of their history keep.
pub(super) fn check(chain: &Chain, found: &mut Vec<Finding>) {
    let has_own_names =
        matches!(chain.form, Form::Alembic | Form::Django | Form::Liquibase | Form::Named | Form::Releases);
    if has_own_names {
        return;
    }
    let entries: Vec<&Entry> = chain.entries.iter().filter(|entry| !entry.is_repeatable).collect();
    widths(&entries, found);
    separators(&entries, found);
    cases(chain, &entries, found);
    // Versions of several parts have no order by name that anybody would expect.
    if !chain.form.is_graph() && chain.form != Form::Versioned {
        order(chain, &entries, found);
    }
}

fn widths(entries: &[&Entry], found: &mut Vec<Finding>) {
    let single = || {
        let numbers = entries.iter().filter_map(|entry| Some((*entry, entry.number.as_ref()?)));
        numbers.filter(|(_, number)| number.parts.len() == 1)
    };
    // A sequence may grow beyond its width, and numbers without zeros in front have any.
    let is_bare = |text: &str| text == "0" || !text.starts_with('0');
    let bare = single().filter(|(_, number)| is_bare(&number.text)).count();
    let Some(width) = rule(single().map(|(_, number)| number.digits().len())) else { return };
    if bare == single().count() && width < 8 {
        return;
    }
    for (entry, number) in single() {
        let own = number.digits().len();
        let has_grown = own > width && is_bare(&number.text) && width < 8 && own < 8;
        if own != width && !has_grown {
            let digits = if own == 1 { "digit" } else { "digits" };
            let message = format!("its number has {own} {digits}, those of the others {width}");
            found.push(Finding::new(Code::NumberWidth, &entry.file, message));
        }
    }
}

fn separators(entries: &[&Entry], found: &mut Vec<Finding>) {
    let known = || entries.iter().filter_map(|entry| Some((entry, entry.separator.as_ref()?)));
    let named = || known().filter(|(entry, _)| !entry.slug.is_empty());
    let Some(separator) = rule(named().map(|(_, separator)| separator.clone())) else { return };
    for (entry, own) in named().filter(|(_, own)| **own != separator) {
        let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { format!("`{text}`") };
        let message =
            format!("{} stands between number and name, in the others {}", shown(own), shown(&separator));
        found.push(Finding::new(Code::Separator, &entry.file, message));
    }
}

fn cases(chain: &Chain, entries: &[&Entry], found: &mut Vec<Finding>) {
    let known = || {
        entries.iter().map(|entry| (entry, Case::of(&entry.slug))).filter(|(entry, _)| !entry.slug.is_empty())
    };
    let Some(case) = rule(known().map(|(_, case)| case).filter(|case| *case != Case::Plain)) else { return };
    if case == Case::Mixed {
        return;
    }
    for (entry, own) in known().filter(|(_, own)| *own != case && *own != Case::Plain) {
        // A name of one capital letter and the rest small is one word in any case.
        if chain.form == Form::Versioned
            && own == Case::Camel
            && case == Case::Snake
            && is_one_word(&entry.slug)
        {
            continue;
        }
        let message = format!("`{}` is not written in {}, unlike the others", entry.slug, case.words());
        found.push(Finding::new(Code::NameCase, &entry.file, message));
    }
}

fn is_one_word(slug: &str) -> bool {
    slug.chars().skip(1).all(|letter| !letter.is_uppercase())
}

/// Told once for a history: all that follow are out of order as well.
fn order(chain: &Chain, entries: &[&Entry], found: &mut Vec<Finding>) {
    let name = |entry: &Entry| {
        let path = match chain.form {
            Form::Folders | Form::ForwardFolders => entry.file.parent()?,
            _ => &entry.file,
        };
        path.file_name().map(|name| name.to_string_lossy().into_owned())
    };
    // A release in front of the number, or around it, decides where a name stands, and it is no name that is sorted.
    let is_in_front = |entry: &&&Entry| {
        let (Some(number), Some(name)) = (&entry.number, name(entry)) else { return false };
        let digits = name.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
        number.parts.len() == 1 && digits.starts_with(&number.text)
    };
    let numbered: Vec<&&Entry> = entries.iter().filter(is_in_front).collect();
    let pair = numbered.windows(2).find(|pair| {
        let is_before = |left: &Entry, right: &Entry| match (&left.number, &right.number) {
            (Some(left), Some(right)) => left.compare(right).is_lt(),
            _ => false,
        };
        is_before(pair[0], pair[1]) && name(pair[0]) > name(pair[1])
    });
    let Some([before, after]) = pair else { return };
    let message = format!("comes behind {} by its number, and before it by its name", before.id);
    let finding = Finding::new(Code::NameOrder, &after.file, message);
    // These tools count; who sorts names by hand sees another order all the same.
    let counts = matches!(chain.form, Form::Pairs | Form::Suffixes | Form::Code);
    found.push(if counts { finding.into_note() } else { finding });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_of_slugs() {
        for (slug, case) in [
            ("init", Case::Plain),
            ("add_users", Case::Snake),
            ("add-users", Case::Kebab),
            ("AddUsers", Case::Camel),
            ("add_Users", Case::Mixed),
            ("add users", Case::Mixed),
        ] {
            assert_eq!(Case::of(slug), case, "{slug}");
        }
    }
}
