use std::path::PathBuf;

use onramp_core::Dialect;

/// In what the dialects' schemas may differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parity {
    /// Differences that are meant.
    pub exceptions: Vec<ParityException>,
    /// Types that are equal although the built-in map does not say so.
    pub types: Vec<ParityTypes>,
}

/// A difference that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParityException {
    /// What the object is, one of [`PARITY_KINDS`].
    pub kind: String,
    /// What it is called, `*` standing for anything.
    pub name: String,
    /// The dialect that alone has it.
    pub only: Option<Dialect>,
    /// What differs, one of [`PARITY_ATTRIBUTES`].
    pub attribute: Option<String>,
    /// Why that is meant.
    pub reason: String,
    /// Where it is written: the file and the line, from 1.
    pub place: Option<(PathBuf, u32)>,
}

/// A type of SQLite and one of PostgreSQL that are equal. Both may be patterns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParityTypes {
    /// As it is declared in SQLite.
    pub sqlite: String,
    /// As PostgreSQL prints it.
    pub postgresql: String,
    /// Why they are equal.
    pub reason: String,
    /// Where it is written: the file and the line, from 1.
    pub place: Option<(PathBuf, u32)>,
}

/// What an exception may be about.
pub const PARITY_KINDS: [&str; 17] = [
    "enum",
    "sequence",
    "table",
    "foreign-table",
    "virtual-table",
    "view",
    "materialized-view",
    "column",
    "primary-key",
    "unique",
    "check",
    "exclusion",
    "foreign-key",
    "index",
    "trigger",
    "rule",
    "policy",
];

/// What may differ.
pub const PARITY_ATTRIBUTES: [&str; 28] = [
    "collation",
    "columns",
    "default",
    "deferrable",
    "definition",
    "enabled",
    "events",
    "expression",
    "generated",
    "identity",
    "include",
    "kind",
    "labels",
    "level",
    "match",
    "method",
    "nullable",
    "nulls",
    "on-conflict",
    "on-delete",
    "on-update",
    "predicate",
    "row-security",
    "target",
    "timing",
    "type",
    "unique",
    "when",
];
