use onramp_database::catalog::{Object, ObjectId};
use onramp_database::structure::{IndexKey, Table};

/// Columns that no two rows have the same values in.
pub(super) struct Unique {
    pub(super) id: ObjectId,
    pub(super) columns: Vec<Column>,
    /// Which rows it is about, if not about all.
    pub(super) predicate: Option<String>,
    /// Whether NULL is the same as NULL.
    has_one_null: bool,
}

/// A column of them, and when two values in it are the same.
#[derive(PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    /// If not that of its type.
    collation: Option<String>,
    /// The class of operators, if not the usual one.
    class: String,
}

/// The collations under which no two texts are the same that differ.
const EXACT: [&str; 4] = ["BINARY", "\"C\"", "\"POSIX\"", "\"default\""];

impl Unique {
    /// What is unique in a table; what is unique by expressions is left out.
    pub(super) fn all(table: &Table) -> Vec<Self> {
        let keys = table.primary_key.iter().chain(&table.uniques).map(|key| Self {
            id: key.id.clone(),
            columns: key.columns.iter().map(|name| Column::plain(table, name)).collect(),
            predicate: None,
            has_one_null: key.rest.contains("NULLS NOT DISTINCT"),
        });
        let indexes = table.indexes.iter().filter(|index| index.unique).filter_map(|index| {
            let columns = index.keys.iter().map(|key| Column::of(table, key)).collect::<Option<Vec<_>>>()?;
            Some(Self {
                id: index.id.clone(),
                columns,
                predicate: index.predicate.clone(),
                has_one_null: index.attributes.get("nulls").is_some_and(|nulls| nulls == "not distinct"),
            })
        });
        keys.chain(indexes).collect()
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.name.clone()).collect()
    }

    /// Whether rows that this one tells apart are all that another one has to, whose columns have these names here;
    /// `is_required` telling of a column whether it holds no NULL.
    pub(super) fn covers(&self, other: &Self, names: &[&str], is_required: &dyn Fn(&str) -> bool) -> bool {
        let is_there = |own: &Column| {
            let mut others = other.columns.iter().zip(names);
            others.any(|(column, name)| name.eq_ignore_ascii_case(&own.name) && own.covers(column))
        };
        let holds_no_null = || self.columns.iter().all(|column| is_required(&column.name));
        let is_same_of_nulls = self.columns.len() == names.len() && self.has_one_null >= other.has_one_null;
        self.columns.iter().all(is_there) && (is_same_of_nulls || holds_no_null())
    }
}

impl Column {
    /// One that is compared as it is declared.
    fn plain(table: &Table, name: &str) -> Self {
        let column = table.columns.iter().find(|column| column.name == name);
        let collation = column.and_then(|column| Object::get(&column.attributes, "collation"));
        Self { name: name.to_owned(), collation: collation.cloned(), class: String::new() }
    }

    fn of(table: &Table, key: &IndexKey) -> Option<Self> {
        let mut column = Self::plain(table, key.column.as_ref()?);
        let mut classes = Vec::new();
        let mut words = key.rest.split_whitespace();
        while let Some(word) = words.next() {
            match word {
                "COLLATE" => column.collation = words.next().map(str::to_owned),
                // Where they stand in the order is no matter of what is the same.
                "NULLS" => drop(words.next()),
                word if word.ends_with("_pattern_ops") => {}
                word => classes.push(word),
            }
        }
        column.class = classes.join(" ");
        Some(column)
    }

    /// Whether values that are the same to the other one are the same to this one.
    fn covers(&self, other: &Self) -> bool {
        let is_exact = |collation: &String| EXACT.contains(&collation.as_str());
        self.class == other.class
            && (self.collation == other.collation || other.collation.as_ref().is_none_or(is_exact))
    }
}
