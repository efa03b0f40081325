use crate::dialect::DialectName;
use crate::number::{NO_COUNTER, Number};

/// Which way a script leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
}

/// The name of a numbered file or folder, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) number: Number,
    /// What stands between the number and the slug.
    pub(crate) separator: String,
    pub(crate) slug: String,
    pub(crate) dialect: Option<DialectName>,
    pub(crate) direction: Option<Direction>,
    /// Whether the name says that the script runs in no transaction.
    pub(crate) no_transaction: bool,
    /// What kind of file it is: `sql`, `go`, `ts`, in small letters.
    pub(crate) ending: String,
}

/// Words that stand between the slug and the ending, and say that there is no transaction.
const NO_TRANSACTION: [&str; 6] =
    ["autocommit", "notx", "no_tx", "notransaction", "no_transaction", "no-transaction"];

/// Endings of files that are code, and may be migrations.
pub(crate) const CODE: [&str; 14] =
    ["go", "ts", "mts", "cts", "js", "mjs", "cjs", "php", "rs", "rb", "py", "java", "kt", "cs"];

impl Name {
    /// Takes the name of a file apart; `None` where it has no number, or no ending that is known.
    pub(crate) fn of_file(name: &str) -> Option<Self> {
        let mut rest = name;
        let mut dialect = None;
        // `01_x.sql.postgres`, as of Synapse.
        if let Some((before, last)) = rest.rsplit_once('.')
            && let Some(found) = DialectName::of_word(last)
            && before.to_ascii_lowercase().ends_with(".sql")
        {
            (rest, dialect) = (before, Some(found));
        }
        let (stem, ending) = rest.rsplit_once('.')?;
        let ending = ending.to_ascii_lowercase();
        if ending != "sql" && !CODE.contains(&ending.as_str()) {
            return None;
        }
        let (stem, direction) = directed(stem);
        let (stem, no_transaction, of_stem) = qualified(stem);
        // The order of the two is not always the same.
        let (stem, direction) = if direction.is_none() { directed(stem) } else { (stem, direction) };
        let (number, separator, slug) = numbered(stem)?;
        Some(Self {
            number,
            separator: separator.to_owned(),
            slug: slug.to_owned(),
            dialect: dialect.or(of_stem),
            direction,
            no_transaction,
            ending,
        })
    }

    /// Takes the name of a folder apart.
    pub(crate) fn of_folder(name: &str) -> Option<Self> {
        let (number, separator, slug) = numbered(name)?;
        Some(Self {
            number,
            separator: separator.to_owned(),
            slug: slug.to_owned(),
            dialect: None,
            direction: None,
            no_transaction: false,
            ending: String::new(),
        })
    }

    pub(crate) fn is_sql(&self) -> bool {
        self.ending == "sql"
    }
}

/// The direction at the end of a stem: `.up`, `..up`, `_up`, `-up`, and `.do` and `.undo` of Postgrator.
fn directed(stem: &str) -> (&str, Option<Direction>) {
    let words = [
        ("up", Direction::Up),
        ("down", Direction::Down),
        ("do", Direction::Up),
        ("undo", Direction::Down),
        ("rollback", Direction::Down),
    ];
    for (word, direction) in words {
        let Some(cut) = stem.len().checked_sub(word.len()) else { continue };
        if !stem.is_char_boundary(cut) || !stem[cut..].eq_ignore_ascii_case(word) {
            continue;
        }
        let before = &stem[..cut];
        let rest = before.trim_end_matches('.');
        if rest.len() < before.len() && !rest.is_empty() {
            return (rest, Some(direction));
        }
        // `0007_do.sql` is no direction, and nor is `0007_shut_down.sql` for sure; only up and down are written like that.
        if matches!(word, "up" | "down")
            && let Some(rest) = before.strip_suffix(['_', '-'])
            && rest.contains(|letter: char| letter.is_ascii_digit())
        {
            return (rest, Some(direction));
        }
    }
    (stem, None)
}

/// Takes dialects and words about transactions off the end of a stem.
fn qualified(stem: &str) -> (&str, bool, Option<DialectName>) {
    let (mut stem, mut no_transaction, mut dialect) = (stem, false, None);
    while let Some((before, last)) = stem.rsplit_once('.') {
        if NO_TRANSACTION.iter().any(|word| word.eq_ignore_ascii_case(last)) {
            no_transaction = true;
        } else if dialect.is_none() && DialectName::of_word(last).is_some() {
            dialect = DialectName::of_word(last);
        } else {
            break;
        }
        stem = before;
    }
    (stem, no_transaction, dialect)
}

/// The number at the beginning, what separates it, and the rest.
fn numbered(stem: &str) -> Option<(Number, &str, &str)> {
    let digits = digits_at(stem, 0);
    if digits == 0 {
        return None;
    }
    if let Some(found) = versioned(stem) {
        return Some(found);
    }
    let end = end_of_date(stem, digits);
    let number = Number::of_digits(&stem[..end])?;
    let rest = &stem[end..];
    let slug = rest.trim_start_matches(['_', '-', '.', ' ']);
    let separator = &rest[..rest.len() - slug.len()];
    if separator.is_empty() && !slug.is_empty() {
        // `7V_x` and `01create`; but neither `3rd-party` nor `2fa` is a migration for sure.
        if let Some(after) = rest.strip_prefix('V') {
            return Some((number, "V", after.trim_start_matches('_')));
        }
        if digits < 2 {
            return None;
        }
    }
    Some((number, separator, slug))
}

/// A release in front: `1.9.0-1693554904-add.js` has its place by the time behind it, `1.10_add.sql` by the release itself.
fn versioned(stem: &str) -> Option<(Number, &str, &str)> {
    let is_release = |text: &str| {
        text.contains('.') && text.split('.').all(|part| !part.is_empty() && digits_at(part, 0) == part.len())
    };
    let (release, rest) = stem.split_once(['-', '_']).unwrap_or((stem, ""));
    if !is_release(release) {
        return None;
    }
    let separator = &stem[release.len()..stem.len() - rest.len()];
    let times = stem.match_indices('-').map(|(place, _)| place + 1);
    let time =
        times.map(|place| (place, digits_at(stem, place))).find(|(_, length)| matches!(length, 10 | 13 | 14));
    match time {
        Some((place, length)) => {
            let rest = &stem[place + length..];
            let slug = rest.trim_start_matches(['-', '_']);
            Some((Number::of_digits(&stem[place..place + length])?, &rest[..rest.len() - slug.len()], slug))
        }
        None => match numbered_within(rest) {
            // `00.05.00_02_drop.sql` is the second one of its release.
            Some(digits) => {
                let end = release.len() + separator.len() + digits;
                let number = Number::of_version(&format!("{release}.{}", &rest[..digits]))?;
                let number = Number { text: stem[..end].to_owned(), ..number };
                Some((number, &stem[end..=end], &rest[digits + 1..]))
            }
            None => Some((Number::of_version(release)?, separator, rest)),
        },
    }
}

/// How many digits a name begins with behind its release, where they are a number of their own.
fn numbered_within(rest: &str) -> Option<usize> {
    let digits = digits_at(rest, 0);
    let is_number = (1..=4).contains(&digits) && rest[digits..].starts_with(['_', '-']);
    is_number.then_some(digits)
}

/// Where a date with separators ends that begins the text, whose first digits are so many: `2024-03-13-170000`,
/// `2014_10_12_000000`, `20220101_000001`.
fn end_of_date(text: &str, digits: usize) -> usize {
    let group = |at: usize, wanted: &[usize]| {
        let separated = text[at..].starts_with(['-', '_']);
        let length = if separated { digits_at(text, at + 1) } else { 0 };
        wanted.contains(&length).then_some(at + 1 + length)
    };
    let is_year = |text: &str| ["19", "20", "21"].iter().any(|century| text.starts_with(century));
    let end = match digits {
        4 if is_year(text) => group(4, &[2]).and_then(|month| group(month, &[2])),
        8 if is_year(text) => return group(8, &[6]).unwrap_or(8),
        _ => None,
    };
    match end {
        Some(day) => {
            let time = group(day, &[4, 6]).unwrap_or(day);
            let has_counter = text[time..].starts_with(NO_COUNTER) && group(time, &[4]).is_some();
            if has_counter && time > day { time + NO_COUNTER.len() } else { time }
        }
        None => digits,
    }
}

fn digits_at(text: &str, at: usize) -> usize {
    text.as_bytes()[at.min(text.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(names: &[&str], expected: Expect) {
        let mut text = String::new();
        for name in names {
            let line = match Name::of_file(name) {
                None => format!("{name}: none\n"),
                Some(found) => format!(
                    "{name}: {} | {} | {} | {}{}{}{}\n",
                    found.number.text,
                    found.separator,
                    found.slug,
                    found.ending,
                    found.direction.map_or(String::new(), |direction| format!(" {direction:?}")),
                    found.dialect.map_or(String::new(), |dialect| format!(" {dialect}")),
                    if found.no_transaction { " no transaction" } else { "" },
                ),
            };
            text.push_str(&line);
        }
        expected.assert_eq(&text);
    }

    #[test]
    fn names_of_many_tools() {
        check(
            &[
                "0001_init.up.sql",
                "1-init_down.sql",
                "20240313170000_x..up.sql",
                "7V_x.up.sql",
                "7.do.x.sql",
                "007.create.undo.sql",
                "12__two.down.sql",
                "20220513000001000000_x.cockroach.autocommit.up.sql",
                "20220513000001000000_x.autocommit.up.sql",
                "01_add.sql.postgres",
                "2014_10_12_000000_create_users_table.php",
                "1588102412422-InitialMigration.ts",
                "2024-03-13-170000_x.sql",
                "2024-03-13-170000-0000_x.sql",
                "1.9.0-1693554904-add-policy.js",
                "1.0.0_beta.11-1664462389-add.ts",
                "1.10_add.sql",
                "00.05.00_02_drop_started_at.sql",
                "1.10_2fa.sql",
                "1.2.sql",
                "01create.sql",
                "0007.sql",
                "0007_shut_down.sql",
            ],
            expect![[r#"
                0001_init.up.sql: 0001 | _ | init | sql Up
                1-init_down.sql: 1 | - | init | sql Down
                20240313170000_x..up.sql: 20240313170000 | _ | x | sql Up
                7V_x.up.sql: 7 | V | x | sql Up
                7.do.x.sql: 7 | . | do.x | sql
                007.create.undo.sql: 007 | . | create | sql Down
                12__two.down.sql: 12 | __ | two | sql Down
                20220513000001000000_x.cockroach.autocommit.up.sql: 20220513000001000000 | _ | x | sql Up cockroach no transaction
                20220513000001000000_x.autocommit.up.sql: 20220513000001000000 | _ | x | sql Up no transaction
                01_add.sql.postgres: 01 | _ | add | sql postgresql
                2014_10_12_000000_create_users_table.php: 2014_10_12_000000 | _ | create_users_table | php
                1588102412422-InitialMigration.ts: 1588102412422 | - | InitialMigration | ts
                2024-03-13-170000_x.sql: 2024-03-13-170000 | _ | x | sql
                2024-03-13-170000-0000_x.sql: 2024-03-13-170000-0000 | _ | x | sql
                1.9.0-1693554904-add-policy.js: 1693554904 | - | add-policy | js
                1.0.0_beta.11-1664462389-add.ts: 1664462389 | - | add | ts
                1.10_add.sql: 1.10 | _ | add | sql
                00.05.00_02_drop_started_at.sql: 00.05.00_02 | _ | drop_started_at | sql
                1.10_2fa.sql: 1.10 | _ | 2fa | sql
                1.2.sql: 1.2 |  |  | sql
                01create.sql: 01 |  | create | sql
                0007.sql: 0007 |  |  | sql
                0007_shut_down.sql: 0007 | _ | shut | sql Down
            "#]],
        );
    }

    #[test]
    fn what_is_no_migration() {
        check(
            &[
                "schema.sql",
                "3rd-party.sql",
                "README.md",
                "1.txt",
                "",
                ".sql",
                "ä1.sql",
                "123456789012345678901_x.sql",
            ],
            expect![[r#"
                schema.sql: none
                3rd-party.sql: none
                README.md: none
                1.txt: none
                : none
                .sql: none
                ä1.sql: none
                123456789012345678901_x.sql: none
            "#]],
        );
    }
}
