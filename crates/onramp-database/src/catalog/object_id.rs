use std::cmp::Ordering;
use std::fmt;

use super::Kind;

/// The schema that is left out of paths.
pub const DEFAULT_SCHEMA: &str = "public";

/// Which object of a catalog.
///
/// The path consists of exact names, as the server keeps them, without quotes: schema, table, then the name
/// of the part. The schema [`public`](DEFAULT_SCHEMA) is left out, so that the same table has the same path in
/// both dialects. A function's last name has the types of its arguments behind it. A constraint of SQLite that
/// nobody named is called by its own text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ObjectId {
    /// What it is.
    pub kind: Kind,
    /// Its names, outermost first.
    pub path: Vec<String>,
}

impl ObjectId {
    /// The object of that kind and path.
    pub fn new<S: Into<String>>(kind: Kind, path: impl IntoIterator<Item = S>) -> Self {
        Self { kind, path: path.into_iter().map(Into::into).collect() }
    }

    /// The last name: that of the column in the path of a column.
    pub fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// The path of the table or view that a part belongs to; that of the object itself where it is no part.
    pub fn whole(&self) -> &[String] {
        match self.path.split_last() {
            Some((_, whole)) if self.kind.is_part() => whole,
            _ => &self.path,
        }
    }

    /// The kind that decides the place in a listing: a table's parts stand below their table.
    fn group(&self) -> Kind {
        if self.kind.is_part() || self.kind.has_parts() { Kind::Table } else { self.kind }
    }
}

impl Ord for ObjectId {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.group(), self.whole(), self.kind, &self.path).cmp(&(
            other.group(),
            other.whole(),
            other.kind,
            &other.path,
        ))
    }
}

impl PartialOrd for ObjectId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// `column flow.owner`; names with a dot or a space in them stand in quotes.
impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.kind.name())?;
        for (index, name) in self.path.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            // The last name may be an expression or a list of arguments; it needs no end to be seen.
            let is_last = index + 1 == self.path.len();
            let needs_quotes = name.is_empty() || name.contains('"') || !is_last && name.contains(['.', ' ']);
            if needs_quotes {
                write!(f, "\"{}\"", name.replace('"', "\"\""))?;
            } else {
                f.write_str(name)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_below_their_table() {
        let mut ids = [
            ObjectId::new(Kind::Table, ["flow_run"]),
            ObjectId::new(Kind::Index, ["flow", "ix_name"]),
            ObjectId::new(Kind::View, ["flow_names"]),
            ObjectId::new(Kind::Column, ["flow", "name"]),
            ObjectId::new(Kind::Function, ["a()"]),
            ObjectId::new(Kind::Table, ["flow"]),
            ObjectId::new(Kind::Enum, ["state"]),
        ];
        ids.sort();
        let names: Vec<String> = ids.iter().map(ToString::to_string).collect();
        assert_eq!(
            names,
            [
                "enum state",
                "table flow",
                "column flow.name",
                "index flow.ix_name",
                "view flow_names",
                "table flow_run",
                "function a()",
            ]
        );
    }

    #[test]
    fn unusual_names_can_be_told_apart() {
        let id = ObjectId::new(Kind::Column, ["a.b", "c d"]);
        assert_eq!(id.to_string(), "column \"a.b\".c d");
    }
}
