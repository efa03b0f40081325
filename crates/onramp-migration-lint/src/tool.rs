/// What applies a revision, which decides the words of advice: each has a way of its own to do without a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tool {
    /// Alembic: revisions in Python.
    Alembic,
    /// goose.
    Goose,
    /// dbmate.
    Dbmate,
    /// sql-migrate.
    SqlMigrate,
    /// Flyway, and what reads files of its names.
    Flyway,
    /// Diesel.
    Diesel,
    /// Prisma.
    Prisma,
    /// golang-migrate and sqlx, which both keep files in pairs.
    Pairs,
    /// sqlx and others that keep one file that leads up.
    Forward,
    /// Atlas.
    Atlas,
    /// Drizzle.
    Drizzle,
    /// Sourcegraph's `sg`.
    Sourcegraph,
    /// Ory's popx, which reads the rest of a file's name.
    Suffixes,
    /// Another one that is given files of SQL, or nobody knows which.
    Unknown,
}

impl Tool {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Alembic,
        Self::Goose,
        Self::Dbmate,
        Self::SqlMigrate,
        Self::Flyway,
        Self::Diesel,
        Self::Prisma,
        Self::Pairs,
        Self::Forward,
        Self::Atlas,
        Self::Drizzle,
        Self::Sourcegraph,
        Self::Suffixes,
        Self::Unknown,
    ];

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alembic => "Alembic",
            Self::Goose => "goose",
            Self::Dbmate => "dbmate",
            Self::SqlMigrate => "sql-migrate",
            Self::Flyway => "Flyway",
            Self::Diesel => "Diesel",
            Self::Prisma => "Prisma",
            Self::Pairs => "golang-migrate, sqlx (files in pairs)",
            Self::Forward => "sqlx (one file each)",
            Self::Atlas => "Atlas",
            Self::Drizzle => "Drizzle",
            Self::Sourcegraph => "Sourcegraph",
            Self::Suffixes => "Ory's popx",
            Self::Unknown => "any other file of SQL",
        }
    }

    /// The same with what is meant, as the end of a sentence: `create it CONCURRENTLY, ..`.
    pub(crate) fn outside(self) -> String {
        format!("outside of a transaction, {}", self.how())
    }

    /// How it runs statements outside of a transaction.
    pub fn how(self) -> &'static str {
        match self {
            Self::Alembic => "in `with op.get_context().autocommit_block():`",
            Self::Goose => "in a file with `-- +goose NO TRANSACTION` at its top",
            Self::Dbmate => "in a file that begins with `-- migrate:up transaction:false`",
            Self::SqlMigrate => "in a file that begins with `-- +migrate Up notransaction`",
            Self::Flyway => {
                "in a file of its own, where `executeInTransaction=false` stands in the file of the \
                 same name with `.conf` behind it"
            }
            Self::Diesel => "in a migration with `run_in_transaction = false` in its `metadata.toml`",
            Self::Prisma => {
                "as the only statement of a `migration.sql`: with several the server makes one \
                 transaction of them"
            }
            Self::Pairs => {
                "as the only statement of a file (golang-migrate), or in a file whose first line is \
                 `-- no-transaction` (sqlx)"
            }
            Self::Forward => "in a file whose first line is `-- no-transaction` (sqlx)",
            Self::Atlas => "in a file with `-- atlas:txmode none` and a blank line at its top",
            Self::Drizzle => "by hand: Drizzle applies all that is new in one, and has no way around that",
            Self::Sourcegraph => {
                "as the only statement of an `up.sql` with `createIndexConcurrently: true` in its \
                 `metadata.yaml`"
            }
            Self::Suffixes => "in a file with `.autocommit` in its name",
            Self::Unknown => "by what its tool has for that, or as the only statement of a file",
        }
    }

    /// How a pragma is set before the transaction of a revision begins.
    pub(crate) fn before(self) -> &'static str {
        match self {
            Self::Alembic => {
                "where the driver begins it, with the first row that is changed, at the top in \
                 `with op.get_context().autocommit_block():`; where env.py sends BEGIN itself that block is in a \
                 transaction too, so set it in env.py, in a listener of the engine's `connect` event"
            }
            Self::Prisma => "at the top of the file, which is run in no transaction but its own",
            Self::Pairs => {
                "at the top of the file, with `x-no-tx-wrap=true` in the URL of the database (golang-migrate), or behind a \
                 `COMMIT` at the top of the file, with a `BEGIN` at its end for what sqlx commits: its `-- no-transaction` \
                 means nothing on SQLite"
            }
            Self::Forward => {
                "behind a `COMMIT` at the top of the file, with a `BEGIN` of the file's own around the rest, and one more at \
                 its end for what sqlx commits: its `-- no-transaction` means nothing on SQLite"
            }
            Self::Drizzle => {
                "on the connection that is handed to `migrate`, which begins one around all that is new"
            }
            other => other.how(),
        }
    }

    /// How an index is built while others write.
    pub(crate) fn concurrently(self) -> &'static str {
        match self {
            Self::Alembic => "CONCURRENTLY (`postgresql_concurrently=True`)",
            _ => "with `CREATE INDEX CONCURRENTLY`",
        }
    }

    /// How a column or a table gets another name.
    pub(crate) fn rename(self) -> &'static str {
        match self {
            Self::Alembic => "`op.alter_column(.., new_column_name=..)`, `op.rename_table(..)`",
            _ => "`ALTER TABLE .. RENAME COLUMN .. TO ..`, `ALTER TABLE .. RENAME TO ..`",
        }
    }

    /// What it calls one of the steps of a history.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Alembic => "revision",
            _ => "migration",
        }
    }
}
