use schemars::JsonSchema;
use serde::Deserialize;

/// In what the dialects' schemas may differ, for `onramp migrate parity` and for every new revision.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ParitySection {
    /// Differences that are meant. One that meets nothing any more is told.
    #[serde(default)]
    pub(crate) exceptions: Vec<ExceptionItem>,

    /// Types that are equal although nobody but this project knows it.
    #[serde(default)]
    pub(crate) types: Vec<TypesItem>,
}

/// A difference that is meant. With `only`, that one dialect alone has the object; with `attribute`, that the two differ
/// in it; with neither, any difference of the object.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ExceptionItem {
    /// What the object is and what it is called, as `onramp migrate parity` tells it: `table NAME`,
    /// `column TABLE.NAME`, `index TABLE.NAME`, `check TABLE.NAME`, `unique TABLE(COLUMNS)`, `foreign-key TABLE(COLUMNS)`,
    /// `primary-key TABLE`, `view NAME`, `trigger TABLE.NAME` and so on. A key may be called by its own name too, as
    /// `unique TABLE.NAME`. `*` stands for anything.
    #[schemars(extend("examples" = ["index flow_run.ix_tags", "column flow.name", "index *.*_like"]))]
    pub(crate) object: String,

    /// The dialect that alone has the object.
    pub(crate) only: Option<DialectName>,

    /// What differs: `type`, `nullable`, `default`, `labels`, `columns`, `predicate` and so on.
    #[schemars(extend("examples" = ["default"]))]
    pub(crate) attribute: Option<String>,

    /// Why that is meant.
    #[schemars(extend("examples" = ["SQLite has no index that finds by what a document contains"]))]
    pub(crate) reason: String,
}

/// A type of SQLite and one of PostgreSQL that are equal.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct TypesItem {
    /// The type as it is declared in SQLite. A letter in parentheses stands for a number that must be the same on both
    /// sides, as in `VARCHAR(n)`; `(*)` for any, or none; `*` elsewhere for anything.
    #[schemars(extend("examples" = ["TEXT", "VARCHAR(n)"]))]
    pub(crate) sqlite: String,

    /// The type as PostgreSQL prints it, in the same manner.
    #[schemars(extend("examples" = ["citext", "character varying(n)", "*[]"]))]
    pub(crate) postgresql: String,

    /// Why they are equal.
    #[schemars(extend("examples" = ["documents are kept as text"]))]
    pub(crate) reason: String,
}

/// A dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub(crate) enum DialectName {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgresql,
}
