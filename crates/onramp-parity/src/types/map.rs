//! Which types of SQLite and PostgreSQL are equal.

use onramp_core::Dialect;

use super::pattern::agree;
use super::{Meaning, TypeName, TypePattern};
use crate::rules::TypePair;

/// The map: of each line any type on the left is equal to any on the right, as far as the letters in parentheses stand
/// for the same numbers. To teach it a new pair, add it to the line of what it means.
///
/// SQLite keeps what was declared, so its side has what SQLAlchemy, Django, Diesel, sqlx and people declare. `STRICT` in
/// front is a column of a `STRICT` table, where SQLite takes five types only and they have to serve for all. `CITEXT`
/// is also any text with `COLLATE NOCASE`, `BOOLEAN` a number that a check holds to 0 and 1, `JSON` a text that a check
/// holds to that, and `VARCHAR(n)` one whose length a check holds to n.
#[rustfmt::skip]
const MAP: &[(Meaning, &[&str], &[&str])] = &[
    (Meaning::Boolean, &["boolean"], &["BOOLEAN", "BOOL", "TINYINT(1)", "STRICT INTEGER", "STRICT INT"]),

    // SQLite's INTEGER takes 64 bits, and a row id can be called nothing else.
    (Meaning::Integer, &["smallint"], &["SMALLINT", "INT2", "TINYINT", "INTEGER", "SMALLINT UNSIGNED", "STRICT INT"]),
    (Meaning::Integer, &["integer"], &["INTEGER", "INT", "INT4", "MEDIUMINT", "INTEGER UNSIGNED", "INT UNSIGNED", "SERIAL"]),
    (Meaning::Integer, &["bigint"], &["BIGINT", "INT8", "INTEGER", "BIGINT UNSIGNED", "UNSIGNED BIG INT", "STRICT INT", "BIGSERIAL"]),

    (Meaning::Decimal, &["numeric(p,s)"], &["NUMERIC(p,s)", "DECIMAL(p,s)"]),
    (Meaning::Decimal, &["numeric"], &["NUMERIC", "DECIMAL"]),
    // Django's name for any of them.
    (Meaning::Decimal, &["numeric(*)"], &["DECIMAL", "STRICT TEXT", "STRICT REAL"]),
    (Meaning::Float, &["real", "double precision"], &["REAL", "FLOAT(*)", "DOUBLE", "DOUBLE PRECISION"]),

    (Meaning::Text, &["text", "character varying"], &["TEXT", "VARCHAR", "CHARACTER VARYING", "NVARCHAR", "CLOB", "STRING"]),
    (Meaning::Text, &["character varying(n)"], &["VARCHAR(n)", "CHARACTER VARYING(n)", "VARYING CHARACTER(n)", "NVARCHAR(n)"]),
    (Meaning::Text, &["character(n)"], &["CHAR(n)", "CHARACTER(n)", "NCHAR(n)", "NATIVE CHARACTER(n)"]),
    (Meaning::Text, &["character varying(*)", "character(*)"], &["STRICT TEXT"]),
    (Meaning::Text, &["citext"], &["CITEXT"]),
    (Meaning::Binary, &["bytea"], &["BLOB", "BYTEA", "BINARY(*)", "VARBINARY(*)", "LONGBLOB"]),

    (Meaning::Json, &["json", "jsonb"], &["JSON", "JSONB", "STRICT TEXT", "STRICT BLOB"]),
    // SQLAlchemy and Django write CHAR(32), sqlx a BLOB, people the 36 letters.
    (Meaning::Uuid, &["uuid"], &["UUID", "GUID", "CHAR(32)", "CHAR(36)", "VARCHAR(32)", "VARCHAR(36)", "BINARY(16)", "BLOB", "STRICT TEXT"]),

    (Meaning::Timestamp, &["timestamp with time zone(*)", "timestamp without time zone(*)"],
        &["DATETIME(*)", "TIMESTAMP(*)", "STRICT TEXT", "STRICT INTEGER", "STRICT INT", "STRICT REAL"]),
    (Meaning::Timestamp, &["timestamp with time zone(*)"], &["TIMESTAMP WITH TIME ZONE(*)", "TIMESTAMPTZ(*)", "TIMESTAMPTZ_SQLITE"]),
    (Meaning::Timestamp, &["timestamp without time zone(*)"], &["TIMESTAMP WITHOUT TIME ZONE(*)"]),
    (Meaning::Date, &["date"], &["DATE", "STRICT TEXT"]),
    (Meaning::Time, &["time without time zone(*)", "time with time zone(*)"], &["TIME(*)", "STRICT TEXT"]),
    // SQLAlchemy keeps a difference of times as a moment since 1970, Django as microseconds.
    (Meaning::Interval, &["interval"], &["INTERVAL", "DATETIME", "BIGINT", "STRICT TEXT", "STRICT INTEGER"]),

    (Meaning::Network, &["inet"], &["INET", "CHAR(15)", "CHAR(39)", "VARCHAR(39)", "VARCHAR(45)", "STRICT TEXT"]),
    (Meaning::Network, &["cidr"], &["CIDR", "VARCHAR(43)", "STRICT TEXT"]),
    (Meaning::Network, &["macaddr"], &["MACADDR", "VARCHAR(17)", "CHAR(17)", "STRICT TEXT"]),
];

/// The built-in map, and what the configuration adds to it.
pub(crate) struct TypeMap {
    lines: Vec<Line>,
    own: Vec<(TypePattern, TypePattern)>,
}

struct Line {
    meaning: Meaning,
    postgresql: Vec<TypePattern>,
    sqlite: Vec<TypePattern>,
}

/// What the map says of a type of SQLite and one of PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A line of the map has both.
    Equal,
    /// A line of the configuration has both; this is its place.
    Declared(usize),
    /// They mean the same, and are not the same: other lengths, another width.
    Unequal,
    /// The map has no line for them.
    Outside,
}

impl TypeMap {
    pub(crate) fn new(pairs: &[TypePair]) -> Self {
        let patterns = |texts: &[&str]| texts.iter().map(|text| TypePattern::parse(text)).collect::<Vec<_>>();
        let lines = MAP.iter().map(|(meaning, postgresql, sqlite)| Line {
            meaning: *meaning,
            postgresql: patterns(postgresql),
            sqlite: patterns(sqlite),
        });
        let own = pairs
            .iter()
            .map(|pair| (TypePattern::parse(&pair.sqlite), TypePattern::parse(&pair.postgresql)))
            .collect();
        Self { lines: lines.collect(), own }
    }

    /// What is said of a type of SQLite, in all the ways in which it may be understood, and one of PostgreSQL.
    pub(crate) fn verdict(&self, sqlite: &[TypeName], postgresql: &[TypeName]) -> Verdict {
        let has = |left: &TypePattern, right: &TypePattern| {
            sqlite.iter().filter_map(|name| left.bind(name)).any(|own| {
                postgresql.iter().filter_map(|name| right.bind(name)).any(|other| agree(&own, &other))
            })
        };
        if let Some(place) = self.own.iter().position(|(left, right)| has(left, right)) {
            return Verdict::Declared(place);
        }
        let in_line = |line: &&Line| {
            line.sqlite.iter().any(|left| line.postgresql.iter().any(|right| has(left, right)))
        };
        if self.lines.iter().any(|line| in_line(&line)) {
            return Verdict::Equal;
        }
        let left = self.meanings(Dialect::Sqlite, sqlite);
        let right = self.meanings(Dialect::Postgresql, postgresql);
        let is_known = right.iter().any(|meaning| left.contains(meaning));
        if is_known { Verdict::Unequal } else { Verdict::Outside }
    }

    /// What a type may mean, the likeliest first.
    pub(crate) fn meanings(&self, dialect: Dialect, names: &[TypeName]) -> Vec<Meaning> {
        let mut found = Vec::new();
        for name in names {
            if name.is_array {
                found.push(Meaning::Array);
            }
            for line in &self.lines {
                let patterns = match dialect {
                    Dialect::Sqlite => &line.sqlite,
                    Dialect::Postgresql => &line.postgresql,
                };
                let is_of_line = patterns.iter().any(|pattern| pattern.bind(name).is_some());
                if is_of_line && !found.contains(&line.meaning) {
                    found.push(line.meaning);
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(sqlite: &str, postgresql: &str) -> Verdict {
        let own = TypePair {
            sqlite: "TEXT".to_owned(),
            postgresql: "tsvector".to_owned(),
            reason: "searched".to_owned(),
        };
        TypeMap::new(&[own]).verdict(&[TypeName::parse(sqlite)], &[TypeName::parse(postgresql)])
    }

    #[test]
    fn what_the_usual_libraries_write_is_equal() {
        for (sqlite, postgresql) in [
            ("CHAR(32)", "uuid"),
            ("BLOB", "uuid"),
            ("JSON", "jsonb"),
            ("DATETIME", "timestamp with time zone"),
            ("TIMESTAMP", "timestamp(6) without time zone"),
            ("BOOLEAN", "boolean"),
            ("bool", "boolean"),
            ("NUMERIC(10, 2)", "numeric(10,2)"),
            ("decimal", "numeric(10,2)"),
            ("VARCHAR(200)", "character varying(200)"),
            ("varchar(200)", "character varying(200)"),
            ("TEXT", "text"),
            ("VARCHAR", "text"),
            ("INTEGER", "bigint"),
            ("INTEGER", "integer"),
            ("integer unsigned", "integer"),
            ("BIGINT", "bigint"),
            ("FLOAT", "double precision"),
            ("BLOB", "bytea"),
            ("char(39)", "inet"),
            ("bigint", "interval"),
            ("BIGSERIAL", "bigint"),
        ] {
            assert_eq!(verdict(sqlite, postgresql), Verdict::Equal, "{sqlite} {postgresql}");
        }
        assert_eq!(verdict("TEXT", "tsvector"), Verdict::Declared(0));
    }

    #[test]
    fn what_means_the_same_and_differs_is_told_from_what_nobody_knows() {
        for (sqlite, postgresql) in [
            ("VARCHAR(100)", "character varying(200)"),
            ("TEXT", "character varying(200)"),
            ("NUMERIC(10, 2)", "numeric(12,2)"),
            ("BIGINT", "integer"),
            ("SMALLINT", "integer"),
        ] {
            assert_eq!(verdict(sqlite, postgresql), Verdict::Unequal, "{sqlite} {postgresql}");
        }
        for (sqlite, postgresql) in [
            ("TEXT", "jsonb"),
            ("TEXT", "timestamp with time zone"),
            ("INTEGER", "boolean"),
            ("TEXT", "integer"),
            ("JSON", "text[]"),
            ("TEXT", "int4range"),
            ("GEOMETRY", "bytea"),
        ] {
            assert_eq!(verdict(sqlite, postgresql), Verdict::Outside, "{sqlite} {postgresql}");
        }
    }
}
