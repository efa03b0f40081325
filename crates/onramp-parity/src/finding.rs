use std::borrow::Cow;
use std::fmt;

use onramp_core::Dialect;
use onramp_database::catalog::Kind;

/// A difference between two schemas that is no matter of spelling.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What differs.
    pub object: Object,
    /// How.
    pub difference: Difference,
}

/// What a finding is about.
///
/// The name has exact names, with dots between them. A key has its columns in parentheses behind its table, because its
/// own name may differ by dialect, or not be there: `unique deployment(flow_id, name)`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// The table that it belongs to, or itself.
    pub table: String,
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// What else it is called on either side: `deployment.uq_deployment`.
    pub other_names: Vec<String>,
}

/// How an object differs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// Only one side has it.
    Only {
        /// Which one.
        side: Side,
        /// What it is there, in short.
        text: String,
    },
    /// Both have it, and it is not the same.
    Differs {
        /// In what.
        attribute: Cow<'static, str>,
        /// What it is on the left, none where it is nothing.
        left: Option<String>,
        /// What it is on the right.
        right: Option<String>,
    },
    /// Both have a column, and the type map does not know whether the types are equal.
    OutsideMap {
        /// The type on the left.
        left: String,
        /// The type on the right.
        right: String,
    },
}

/// One of the two schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The first one.
    Left,
    /// The second one.
    Right,
}

/// The kinds of objects that findings between two dialects are about. Of one dialect, they are about any.
pub const KINDS: [Kind; 17] = [
    Kind::Enum,
    Kind::Sequence,
    Kind::Table,
    Kind::ForeignTable,
    Kind::VirtualTable,
    Kind::View,
    Kind::MaterializedView,
    Kind::Column,
    Kind::PrimaryKey,
    Kind::Unique,
    Kind::Check,
    Kind::Exclusion,
    Kind::ForeignKey,
    Kind::Index,
    Kind::Trigger,
    Kind::Rule,
    Kind::Policy,
];

/// The attributes that findings between two dialects name. Of one dialect, they name those of the catalog too.
pub const ATTRIBUTES: [&str; 28] = [
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

impl Side {
    /// Its place among the two.
    pub fn index(self) -> usize {
        match self {
            Self::Left => 0,
            Self::Right => 1,
        }
    }
}

impl Object {
    /// All that it is called.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.other_names.iter().map(String::as_str))
    }
}

impl Finding {
    /// The attribute that differs, where both sides have the object.
    pub fn attribute(&self) -> Option<&str> {
        match &self.difference {
            Difference::Only { .. } => None,
            Difference::Differs { attribute, .. } => Some(attribute),
            Difference::OutsideMap { .. } => Some("type"),
        }
    }

    /// What each side has.
    pub fn texts(&self) -> [Option<&str>; 2] {
        match &self.difference {
            Difference::Only { side: Side::Left, text } => [Some(text), None],
            Difference::Only { side: Side::Right, text } => [None, Some(text)],
            Difference::Differs { left, right, .. } => [left.as_deref(), right.as_deref()],
            Difference::OutsideMap { left, right } => [Some(left), Some(right)],
        }
    }

    /// What could be added to `[database.parity]` where the difference is meant: the key, and a value of its list.
    pub fn declaration(&self, dialects: [Dialect; 2]) -> (&'static str, String) {
        if let Difference::OutsideMap { left, right } = &self.difference {
            let texts = [left, right];
            let text = |dialect| {
                let place = dialects.iter().position(|own| *own == dialect).unwrap_or_default();
                texts[place].as_str()
            };
            let (sqlite, postgresql) = (text(Dialect::Sqlite), text(Dialect::Postgresql));
            return (
                "types",
                format!("{{ sqlite = {sqlite:?}, postgresql = {postgresql:?}, reason = \"...\" }}"),
            );
        }
        let of = match &self.difference {
            Difference::Only { side, .. } => format!("only = \"{}\"", dialects[side.index()]),
            _ => format!("attribute = \"{}\"", self.attribute().unwrap_or_default()),
        };
        let object = self.object.to_string();
        ("exceptions", format!("{{ object = {object:?}, {of}, reason = \"...\" }}"))
    }
}

/// `index flow.ix_flow__tags`.
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.name(), self.name)
    }
}
