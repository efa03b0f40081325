use std::fmt;

use onramp_core::Dialect;

/// A database dialect as folders and files name it, of which Onramp itself speaks only two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DialectName {
    /// SQLite and what speaks its language.
    Sqlite,
    /// PostgreSQL.
    Postgresql,
    /// MySQL and MariaDB.
    Mysql,
    /// CockroachDB.
    Cockroach,
    /// Microsoft SQL Server.
    Sqlserver,
    /// Oracle.
    Oracle,
    /// ClickHouse.
    Clickhouse,
    /// Cassandra.
    Cassandra,
    /// Google Spanner.
    Spanner,
    /// IBM DB2.
    Db2,
    /// H2.
    H2,
}

/// What each dialect is called, first by its own name.
const NAMES: [(DialectName, &[&str]); 11] = [
    (DialectName::Sqlite, &["sqlite", "sqlite3", "hiqlite", "libsql", "rqlite", "turso"]),
    (DialectName::Postgresql, &["postgresql", "postgres", "postgresdb", "pg", "pgsql", "psql"]),
    (DialectName::Mysql, &["mysql", "mysqldb", "mariadb", "mysql8", "mysql57"]),
    (DialectName::Cockroach, &["cockroach", "cockroachdb", "crdb"]),
    (DialectName::Sqlserver, &["sqlserver", "mssql", "azuresql"]),
    (DialectName::Oracle, &["oracle"]),
    (DialectName::Clickhouse, &["clickhouse"]),
    (DialectName::Cassandra, &["cassandra", "scylla"]),
    (DialectName::Spanner, &["spanner"]),
    (DialectName::Db2, &["db2"]),
    (DialectName::H2, &["h2"]),
];

impl DialectName {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(dialect, _)| *dialect == self).map_or("", |(_, names)| names[0])
    }

    /// The names of all of them, as reports have them.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(_, names)| names[0])
    }

    /// The dialect that a word stands for, whatever its case.
    pub fn of_word(word: &str) -> Option<Self> {
        let is_it = |name: &&&str| name.eq_ignore_ascii_case(word);
        NAMES.iter().find(|(_, names)| names.iter().any(|name| is_it(&name))).map(|(dialect, _)| *dialect)
    }

    /// The dialect that the name of a folder tells, as a whole or as a word of it, and the name without it:
    /// `migrations_sqlite` becomes SQLite and `migrations`. Two dialects in one name tell none.
    pub(crate) fn in_name(name: &str) -> Option<(Self, String)> {
        let words: Vec<&str> = name.split(['_', '-', '.', ' ']).collect();
        let mut found =
            words.iter().enumerate().filter_map(|(place, word)| Some((place, Self::of_word(word)?)));
        let (place, dialect) = found.next()?;
        if found.any(|(_, other)| other != dialect) {
            return None;
        }
        let rest: Vec<&str> =
            words.iter().enumerate().filter(|(index, _)| *index != place).map(|(_, word)| *word).collect();
        Some((dialect, rest.join("_")))
    }

    /// The same dialect among those that Onramp speaks.
    pub fn known(self) -> Option<Dialect> {
        match self {
            Self::Sqlite => Some(Dialect::Sqlite),
            Self::Postgresql => Some(Dialect::Postgresql),
            _ => None,
        }
    }
}

impl fmt::Display for DialectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_one_dialect_and_a_word_of_a_name_is_enough() {
        assert_eq!(DialectName::of_word("PostgresDB"), Some(DialectName::Postgresql));
        assert_eq!(DialectName::of_word("hiqlite"), Some(DialectName::Sqlite));
        assert_eq!(DialectName::of_word("crdb"), Some(DialectName::Cockroach));
        assert_eq!(DialectName::of_word("sql"), None);
        let in_name = |name: &str| DialectName::in_name(name);
        assert_eq!(in_name("migrations_sqlite"), Some((DialectName::Sqlite, "migrations".to_owned())));
        assert_eq!(in_name("pg"), Some((DialectName::Postgresql, String::new())));
        assert_eq!(in_name("sqlite-to-postgres"), None);
        assert_eq!(in_name("paging"), None);
    }
}
