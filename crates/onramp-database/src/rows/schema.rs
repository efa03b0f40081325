use super::candidates::Standing;

/// A table that rows are put into, as far as seeding has to know it.
#[derive(Debug)]
pub(super) struct Table {
    /// The name as it is told to people: with its schema where that is not the default one.
    pub(super) name: String,
    /// The name for statements: quoted, with its schema where there are schemas.
    pub(super) path: String,
    /// The columns in their order. All positions below are positions in this list.
    pub(super) columns: Vec<Column>,
    /// The conditions that every row has to meet.
    pub(super) checks: Vec<Check>,
    /// Constraints and unique indexes by the name that the server calls them by in its messages.
    pub(super) constraints: Vec<Constraint>,
    /// The references to other tables and to itself.
    pub(super) foreign_keys: Vec<ForeignKey>,
    /// The columns that any table refers to: what is read back from an inserted row.
    pub(super) referenced: Vec<usize>,
    /// The columns of the primary key; empty without one.
    pub(super) key: Vec<usize>,
    /// The columns of all that is unique, the key too.
    pub(super) unique: Vec<usize>,
    /// Where its rows lie.
    pub(super) storage: Storage,
}

/// Where the rows of a table lie.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Storage {
    /// In itself.
    Own,
    /// In itself, and found by the primary key alone (SQLite: `WITHOUT ROWID`).
    ByKey,
    /// In these tables, its partitions.
    Partitions(Vec<usize>),
}

#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Whether NULL is allowed.
    pub(super) nullable: bool,
    pub(super) source: Source,
    /// The domain that is its type, with its schema, as messages call it.
    pub(super) domain: Option<(String, String)>,
}

/// Where the values of a column come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// From whoever inserts the row.
    Given,
    /// From whoever inserts the row, else from this expression.
    Default(String),
    /// From a sequence. A value of our own does not advance it, so a later row would collide with one that it counts up to.
    Sequence,
    /// From the columns at these positions. No value may be given.
    Generated(Vec<usize>),
}

/// A condition on the columns at `columns`.
#[derive(Debug)]
pub(super) struct Check {
    pub(super) text: String,
    pub(super) columns: Vec<usize>,
}

/// The columns that decide whether a constraint holds: keys first, then those of expressions and predicates.
#[derive(Debug)]
pub(super) struct Constraint {
    pub(super) name: String,
    pub(super) columns: Vec<usize>,
}

#[derive(Debug)]
pub(super) struct ForeignKey {
    pub(super) name: String,
    pub(super) columns: Vec<usize>,
    /// None where the table does not exist or is left out.
    pub(super) parent: Option<usize>,
    /// As many as `columns`; positions in the parent.
    pub(super) parent_columns: Vec<usize>,
    /// What the parent is called, for messages.
    pub(super) parent_name: String,
    /// Whether a transaction may put off its check (PostgreSQL).
    pub(super) deferrable: bool,
}

impl Table {
    /// One of which no more is known yet than its name, as people and as statements write it, and where its rows are.
    pub(super) fn new(name: String, path: String, storage: Storage) -> Self {
        Self {
            name,
            path,
            columns: Vec::new(),
            checks: Vec::new(),
            constraints: Vec::new(),
            foreign_keys: Vec::new(),
            referenced: Vec::new(),
            key: Vec::new(),
            unique: Vec::new(),
            storage,
        }
    }

    /// Whether rows may have the same value in a column.
    pub(super) fn standing(&self, column: usize) -> Standing {
        match () {
            () if self.key.contains(&column) => Standing::Key,
            () if self.unique.contains(&column) => Standing::Unique,
            () => Standing::Plain,
        }
    }

    /// The positions of the foreign key's columns that may be NULL, which releases a row from it. Those that
    /// belong to no other foreign key come first.
    pub(super) fn releasing(&self, foreign_key: &ForeignKey) -> Vec<usize> {
        let shared = |column: &usize| {
            self.foreign_keys.iter().filter(|other| other.columns.contains(column)).count() > 1
        };
        let nullable = foreign_key.columns.iter().copied().filter(|column| self.columns[*column].nullable);
        let (shared, own): (Vec<_>, Vec<_>) = nullable.partition(shared);
        if own.is_empty() { shared } else { own }
    }
}

/// What values a column takes, as far as making some needs to know.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Boolean,
    /// A whole number of so many bytes.
    Integer(u8),
    /// A number of so many digits, of which so many after the point.
    Decimal {
        digits: u32,
        fraction: u32,
    },
    Real,
    /// Text of at most so many characters.
    Text(Option<usize>),
    /// Whatever it is given: a column of SQLite without a type.
    Any,
    Date,
    Time,
    Timestamp,
    /// The text form with dashes (36 characters), or without (32).
    Uuid(Dashes),
    Json,
    Bytes,
    /// Exactly so many bits.
    Bits(usize),
    /// One of these labels.
    Enumeration(Vec<String>),
    Array(Box<Kind>),
    Range(Box<Kind>),
    Multirange(Box<Kind>),
    Composite(Vec<Kind>),
    /// A type with conditions on its values, which call the value `VALUE`.
    Domain {
        base: Box<Kind>,
        checks: Vec<String>,
    },
    /// A type that is known by its name alone.
    Other(String),
}

/// How a UUID is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dashes {
    With,
    Without,
}
