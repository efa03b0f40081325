use std::fmt;
use std::str::FromStr;

/// A database dialect that a project keeps a migration history for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// SQLite: a file, no server.
    Sqlite,
    /// PostgreSQL: a server from local binaries or a container.
    Postgresql,
}

impl Dialect {
    /// Every dialect, in the order in which reports list them.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgresql];

    /// The name used in configuration, on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgresql => "postgresql",
        }
    }

    /// The dialect that a database URL's scheme stands for: `postgresql+asyncpg`, `postgres`, `sqlite`, ...
    pub fn of_url(url: &str) -> Option<Self> {
        let scheme = url.split_once(':')?.0;
        let backend = scheme.split_once('+').map_or(scheme, |(backend, _driver)| backend);
        match backend {
            "sqlite" | "sqlite3" => Some(Self::Sqlite),
            "postgresql" | "postgres" => Some(Self::Postgresql),
            _ => None,
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Dialect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|dialect| dialect.name() == text)
            .ok_or_else(|| format!("unknown dialect `{text}`, expected `sqlite` or `postgresql`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_driver_does_not_hide_the_dialect() {
        assert_eq!(Dialect::of_url("postgresql+asyncpg://u@h/d"), Some(Dialect::Postgresql));
        assert_eq!(Dialect::of_url("sqlite+aiosqlite:////tmp/a.db"), Some(Dialect::Sqlite));
        assert_eq!(Dialect::of_url("mysql://h/d"), None);
        assert_eq!(Dialect::of_url("/tmp/a.db"), None);
    }
}
