use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a project thinks of the rules of revisions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MigrationLint {
    /// The levels of rules, by their codes, which are of [`LINT_RULES`].
    pub levels: BTreeMap<String, LintLevel>,
    /// What is allowed.
    pub allow: Vec<LintAllow>,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum LintLevel {
    /// Nothing is said.
    Off,
    /// It is told.
    Warning,
    /// It fails.
    Error,
}

/// A finding that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintAllow {
    /// The code of the rule, one of [`LINT_RULES`].
    pub rule: String,
    /// The object, with all that belongs to it. `None`: any.
    pub object: Option<String>,
    /// The id of the revision. `None`: any.
    pub revision: Option<String>,
    /// Why; it is not empty.
    pub reason: String,
    /// The file and the line, from 1, that it stands in.
    pub place: Option<(PathBuf, u32)>,
}

/// The codes of all rules of revisions.
pub const LINT_RULES: [&str; 45] = [
    "drop-table",
    "drop-column",
    "drop-schema",
    "drop-object",
    "rename-as-drop-and-add",
    "drop-enum-value",
    "narrow-type",
    "truncate",
    "delete-all-rows",
    "delete-meets-all-rows",
    "rows-lost",
    "values-lost",
    "update-all-rows",
    "drop-foreign-key",
    "drop-primary-key",
    "replace-primary-key",
    "required-column",
    "unique-on-existing-rows",
    "set-not-null",
    "rename-table",
    "rename-column",
    "index-without-concurrently",
    "drop-index-without-concurrently",
    "foreign-key-without-not-valid",
    "check-without-not-valid",
    "validate-in-same-transaction",
    "primary-key-without-index",
    "unique-without-index",
    "exclusion-builds-index",
    "type-change-rewrites",
    "column-rewrites-table",
    "rewrites-table",
    "explicit-lock",
    "reindex-without-concurrently",
    "refresh-without-concurrently",
    "attach-partition-scans",
    "detach-partition-without-concurrently",
    "concurrently-in-transaction",
    "enum-value-used-in-transaction",
    "rebuild-loses-children",
    "pragma-in-transaction",
    "fails-with-rows",
    "revision-fails",
    "not-tried",
    "stale-allow",
];
