use crate::dialect::DialectName;

/// The text without comments, and with what stands in quotes as it is.
pub(crate) fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find(['-', '/', '\'', '"', '`']) {
        kept.push_str(&rest[..place]);
        rest = &rest[place..];
        let skipped = if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            kept.push(' ');
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            let first = rest.chars().next().unwrap_or_default();
            let end = match first {
                '\'' | '"' | '`' => rest[1..].find(first).map_or(rest.len(), |end| end + 2),
                _ => 1,
            };
            kept.push_str(&rest[..end]);
            end
        };
        rest = &rest[skipped..];
    }
    kept.push_str(rest);
    kept
}

/// Whether a script does nothing: it has no statement, or only those that begin and end a transaction, or ask for nothing.
pub(crate) fn is_empty(text: &str) -> bool {
    let kept = without_comments(text);
    kept.split(';').all(|statement| {
        let words: Vec<String> = statement.split_whitespace().take(3).map(str::to_ascii_lowercase).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        matches!(
            words.as_slice(),
            [] | ["begin" | "commit" | "end" | "go"]
                | ["begin" | "commit", "transaction" | "work"]
                | ["select", "1" | "null" | "true"]
        )
    })
}

/// Whether a text changes or fills tables, as a migration does and a query does not.
pub(crate) fn changes_schemas(text: &str) -> bool {
    let verbs =
        ["create", "alter", "drop", "insert", "update", "delete", "rename", "comment", "grant", "pragma"];
    let kept = without_comments(text);
    kept.split(';').any(|statement| {
        statement
            .split_whitespace()
            .next()
            .is_some_and(|word| verbs.iter().any(|verb| word.eq_ignore_ascii_case(verb)))
    })
}

/// Words that only one dialect knows, each a sign by itself.
const SIGNS: [(DialectName, &[&str]); 6] = [
    (
        DialectName::Sqlite,
        &["autoincrement", "pragma", "without rowid", "insert or ignore", "insert or replace"],
    ),
    (
        DialectName::Postgresql,
        &[
            "bigserial",
            "smallserial",
            "timestamptz",
            "jsonb",
            "bytea",
            "plpgsql",
            "using gin",
            "timestamp with time zone",
            "index concurrently",
            "create extension",
        ],
    ),
    (DialectName::Mysql, &["auto_increment", "engine = innodb", "unsigned"]),
    (DialectName::Clickhouse, &["mergetree"]),
    (DialectName::Sqlserver, &["nvarchar (", "identity ( 1 , 1 )"]),
    (DialectName::Oracle, &["varchar2"]),
];

/// Signs of PostgreSQL that others have too, each of which has signs of its own.
const WEAK_SIGNS: [&str; 2] = ["serial", ": :"];

/// The one dialect that a script can be of by its words; `None` where there is no sign, or signs of several. What stands in
/// quotes is no sign of anything.
pub(crate) fn dialect(text: &str) -> Option<DialectName> {
    let words = words(&without_comments(text));
    let has = |sign: &&str| words.contains(&format!(" {sign} "));
    let mut found = SIGNS.iter().filter(|(_, signs)| signs.iter().any(&has));
    match (found.next(), found.next()) {
        (Some((dialect, _)), None) => Some(*dialect),
        (None, _) if WEAK_SIGNS.iter().any(has) => Some(DialectName::Postgresql),
        _ => None,
    }
}

/// The words and signs of a text without comments, in small letters, with one blank around each. What stands in quotes is left
/// out.
fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 2);
    words.push(' ');
    let mut quote = None;
    let is_of_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$');
    for letter in text.chars() {
        match quote {
            Some(open) if letter == open => quote = None,
            Some(_) => continue,
            None if matches!(letter, '\'' | '"' | '`') => quote = Some(letter),
            None if is_of_word(letter) => {
                words.extend(letter.to_lowercase());
                continue;
            }
            None => {}
        }
        if !words.ends_with(' ') {
            words.push(' ');
        }
        if quote.is_none() && !letter.is_whitespace() && !matches!(letter, '\'' | '"' | '`') {
            words.push(letter);
            words.push(' ');
        }
    }
    words.push(' ');
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_do_nothing() {
        for text in ["", "-- nothing\n", "/* a;\n b */ ;", "BEGIN;\n-- no\nCOMMIT;", "SELECT 1;", "select 1"]
        {
            assert!(is_empty(text), "{text}");
        }
        for text in
            ["DROP TABLE a", "SELECT 12", "SELECT '--'", "/* a */ x", "/ 2", "-- a\nDROP TABLE b", "'/*' x"]
        {
            assert!(!is_empty(text), "{text}");
        }
    }

    #[test]
    fn one_dialect_by_its_words() {
        assert_eq!(
            dialect("CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT)"),
            Some(DialectName::Sqlite)
        );
        assert_eq!(dialect("-- bigserial\nCREATE TABLE a (id INT AUTO_INCREMENT)"), Some(DialectName::Mysql));
        assert_eq!(dialect("CREATE TABLE a (id INT)"), None);
        assert_eq!(dialect("a jsonb, b INT AUTO_INCREMENT"), None);
        for (text, expected) in [
            ("CREATE UNIQUE INDEX CONCURRENTLY i ON a (b)", Some(DialectName::Postgresql)),
            ("CREATE TABLE a (id serial PRIMARY KEY)", Some(DialectName::Postgresql)),
            ("UPDATE a SET b = '{}'::json", Some(DialectName::Postgresql)),
            ("CREATE TABLE a (id INT) ENGINE=InnoDB", Some(DialectName::Mysql)),
            ("PRAGMA foreign_keys = ON", Some(DialectName::Sqlite)),
            ("CREATE TABLE a (b NVARCHAR(10), c INT IDENTITY(1,1))", Some(DialectName::Sqlserver)),
            ("CREATE TABLE a (b String) ENGINE = MergeTree ORDER BY b::UInt8", Some(DialectName::Clickhouse)),
            ("CREATE TABLE a (serial_number INT, unsigned_at INT, \"unsigned\" INT)", None),
            ("INSERT INTO a VALUES ('A::B', 'it''s jsonb')", None),
        ] {
            assert_eq!(dialect(text), expected, "{text}");
        }
    }
}
