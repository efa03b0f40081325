/// What an object is. The order is the one in which objects are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A schema, in the sense of a folder of names.
    Schema,
    /// An extension; what it brings along is no object of its own.
    Extension,
    /// An enumeration, its labels in order.
    Enum,
    /// A domain with its checks.
    Domain,
    /// A composite type that is no table's.
    Composite,
    /// A range with its multirange.
    Range,
    /// A sequence; that of an identity column is part of the column.
    Sequence,
    /// A table, partitioned ones and partitions included.
    Table,
    /// A table whose rows lie elsewhere.
    ForeignTable,
    /// A virtual table of SQLite.
    VirtualTable,
    /// A view.
    View,
    /// A materialised view.
    MaterializedView,
    /// A column of any of these.
    Column,
    /// A primary key.
    PrimaryKey,
    /// A unique constraint.
    Unique,
    /// A check.
    Check,
    /// An exclusion constraint.
    Exclusion,
    /// A foreign key.
    ForeignKey,
    /// An index that no constraint made.
    Index,
    /// A trigger.
    Trigger,
    /// A rewrite rule that is no view's.
    Rule,
    /// A policy of row security.
    Policy,
    /// A function.
    Function,
    /// A procedure.
    Procedure,
    /// An aggregate.
    Aggregate,
    /// A trigger on commands.
    EventTrigger,
    /// Extended statistics.
    Statistics,
    /// What a role grants on objects that it makes later.
    DefaultPrivileges,
    /// Anything else: its kind as the server calls it is the first part of the path.
    Opaque,
}

impl Kind {
    /// Every kind, in order.
    pub const ALL: [Self; 29] = [
        Self::Schema,
        Self::Extension,
        Self::Enum,
        Self::Domain,
        Self::Composite,
        Self::Range,
        Self::Sequence,
        Self::Table,
        Self::ForeignTable,
        Self::VirtualTable,
        Self::View,
        Self::MaterializedView,
        Self::Column,
        Self::PrimaryKey,
        Self::Unique,
        Self::Check,
        Self::Exclusion,
        Self::ForeignKey,
        Self::Index,
        Self::Trigger,
        Self::Rule,
        Self::Policy,
        Self::Function,
        Self::Procedure,
        Self::Aggregate,
        Self::EventTrigger,
        Self::Statistics,
        Self::DefaultPrivileges,
        Self::Opaque,
    ];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Extension => "extension",
            Self::Enum => "enum",
            Self::Domain => "domain",
            Self::Composite => "composite",
            Self::Range => "range",
            Self::Sequence => "sequence",
            Self::Table => "table",
            Self::ForeignTable => "foreign-table",
            Self::VirtualTable => "virtual-table",
            Self::View => "view",
            Self::MaterializedView => "materialized-view",
            Self::Column => "column",
            Self::PrimaryKey => "primary-key",
            Self::Unique => "unique",
            Self::Check => "check",
            Self::Exclusion => "exclusion",
            Self::ForeignKey => "foreign-key",
            Self::Index => "index",
            Self::Trigger => "trigger",
            Self::Rule => "rule",
            Self::Policy => "policy",
            Self::Function => "function",
            Self::Procedure => "procedure",
            Self::Aggregate => "aggregate",
            Self::EventTrigger => "event-trigger",
            Self::Statistics => "statistics",
            Self::DefaultPrivileges => "default-privileges",
            Self::Opaque => "opaque",
        }
    }

    /// The kind of that name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether an object of this kind belongs to a table or view, whose path its own begins with.
    pub fn is_part(self) -> bool {
        (Self::Column..=Self::Policy).contains(&self)
    }

    /// Whether an object of this kind has parts.
    pub fn has_parts(self) -> bool {
        (Self::Table..=Self::MaterializedView).contains(&self)
    }
}
