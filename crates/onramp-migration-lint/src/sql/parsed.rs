use onramp_database::catalog::DEFAULT_SCHEMA;

use super::condition::Reach;
use super::token::Token;

/// The name of an object, as a catalog has it: the schema `public` is left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path(pub(crate) Vec<String>);

impl Path {
    pub(crate) fn new(mut names: Vec<String>) -> Self {
        if names.len() > 1 && (names[0] == DEFAULT_SCHEMA || names[0] == "main") {
            names.remove(0);
        }
        Self(names)
    }

    /// The path of what lies in a schema, where that has got another name; `None` for what lies in another one.
    pub(crate) fn in_renamed_schema(path: &[String], from: &str, to: &str) -> Option<Vec<String>> {
        let (name, schema) = path.split_last()?;
        let is_there = match schema {
            [] => from == DEFAULT_SCHEMA,
            [schema] => schema == from,
            _ => false,
        };
        is_there.then(|| Self::new(vec![to.to_owned(), name.clone()]).0)
    }

    /// The same with another last name.
    pub(crate) fn with_name(&self, name: String) -> Self {
        let mut names = self.0.clone();
        names.pop();
        names.push(name);
        Self(names)
    }
}

/// Whether rows that are there already are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Validation {
    /// At once.
    Now,
    /// Not before somebody asks for it: `NOT VALID`.
    Later,
}

/// A statement, as far as it is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    AlterTable {
        table: Path,
        actions: Vec<Action>,
    },
    CreateTable {
        table: Path,
        /// Whether a query fills it at once.
        is_filled: bool,
    },
    DropTable {
        tables: Vec<Path>,
    },
    CreateIndex {
        name: Option<String>,
        table: Path,
        is_concurrent: bool,
        is_unique: bool,
    },
    DropIndex {
        indexes: Vec<Path>,
        is_concurrent: bool,
    },
    AddEnumValue {
        enumeration: Path,
        value: String,
    },
    Lock {
        tables: Vec<Path>,
    },
    VacuumFull {
        tables: Vec<Path>,
    },
    Cluster {
        table: Option<Path>,
    },
    Reindex {
        path: Option<Path>,
        is_table: bool,
        is_concurrent: bool,
    },
    Refresh {
        view: Path,
        is_concurrent: bool,
    },
    Truncate {
        tables: Vec<Path>,
    },
    /// Rows that go from one table into another: the columns, and what each gets.
    CopyRows {
        to: Path,
        from: Path,
        columns: Vec<String>,
        values: Vec<Vec<Token>>,
    },
    Delete {
        table: Path,
        reach: Reach,
    },
    Update {
        table: Path,
        reach: Reach,
    },
    /// The name of a setting of SQLite, and what it is set to.
    Pragma {
        name: String,
        value: Option<String>,
    },
    RenameSchema {
        from: String,
        to: String,
    },
    Begin,
    End,
    /// A statement that PostgreSQL runs outside of transactions alone: `CREATE DATABASE`.
    Outside {
        what: &'static str,
    },
    Other,
}

/// One thing that an `ALTER TABLE` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    AddColumn(AddedColumn),
    DropColumn {
        column: String,
    },
    SetNotNull {
        column: String,
    },
    /// Another expression of a generated column.
    SetExpression {
        column: String,
    },
    SetType {
        column: String,
        using: Option<Vec<Token>>,
    },
    AddConstraint(AddedConstraint),
    Validate {
        constraint: String,
    },
    DropConstraint {
        constraint: String,
    },
    RenameConstraint {
        from: String,
        to: String,
    },
    RenameTable {
        to: String,
    },
    /// The schema that a table goes to.
    MoveTable {
        to: String,
    },
    RenameColumn {
        from: String,
        to: String,
    },
    /// Rewrites the table, whatever lies in it: `SET UNLOGGED`.
    Rewrite {
        what: &'static str,
    },
    AttachPartition {
        partition: Path,
    },
    DetachPartition {
        partition: Path,
        is_concurrent: bool,
    },
    Other,
}

/// A column that is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AddedColumn {
    pub(crate) name: String,
    /// The first word of its type.
    pub(crate) type_: String,
    pub(crate) default: Option<Vec<Token>>,
    /// Whether its value is computed, be it kept or not.
    pub(crate) is_generated: bool,
    /// Whether a computed value is kept in the row.
    pub(crate) is_stored: bool,
    pub(crate) is_identity: bool,
    pub(crate) is_required: bool,
    /// The constraints that come with it.
    pub(crate) constraints: Vec<AddedConstraint>,
}

/// A constraint that is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AddedConstraint {
    PrimaryKey {
        uses_index: bool,
    },
    Unique {
        uses_index: bool,
    },
    Exclusion,
    Check {
        name: Option<String>,
        validation: Validation,
        /// The columns that it requires values in.
        required: Vec<String>,
    },
    ForeignKey {
        name: Option<String>,
        to: Option<Path>,
        validation: Validation,
    },
    /// From PostgreSQL 18 on a column is required by a constraint, which may be NOT VALID.
    NotNull {
        name: Option<String>,
        column: String,
        validation: Validation,
    },
}
