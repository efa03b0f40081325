use onramp_database::catalog::{Kind, Object as Attributes};
use onramp_database::structure::{Index, IndexKey, Key};

use super::super::columns::compares_bytes;
use super::super::pair::Pair;
use crate::expression::Expression;
use crate::model::TableModel;

/// A unique constraint or an index.
#[derive(Clone, Debug)]
pub(super) struct Access {
    pub(super) kind: Kind,
    /// What it is called; several where it is there more than once, none where nobody has named it.
    pub(super) names: Vec<String>,
    pub(super) keys: Vec<SortKey>,
    pub(super) unique: bool,
    pub(super) predicate: Option<Expression>,
    /// The predicate as it is written.
    pub(super) predicate_text: Option<String>,
    pub(super) method: String,
    /// Columns that it carries along.
    pub(super) include: Option<String>,
    /// Whether NULL is equal to NULL.
    pub(super) nulls: bool,
    pub(super) deferrable: Option<String>,
    pub(super) on_conflict: Option<String>,
    /// All that the catalog tells of it.
    pub(super) attributes: Attributes,
}

/// What rows are sorted by.
#[derive(Clone, Debug)]
pub(super) struct SortKey {
    pub(super) value: Expression,
    /// As it is written.
    text: String,
    descending: bool,
    /// A collation or a class of operators.
    rest: Vec<String>,
}

impl Access {
    /// Those of a table. What the primary key sees to is not among them.
    pub(super) fn all(side: &TableModel, pair: &Pair<'_>) -> Vec<Self> {
        let table = &side.table;
        let keys = table.uniques.iter().map(Self::of_key);
        let indexes = table.indexes.iter().map(|index| Self::of_index(index, pair));
        let mut all: Vec<Self> = Vec::new();
        for access in keys.chain(indexes) {
            let primary = table.primary_key.as_ref().map(|key| lower(&key.columns));
            if access.is_plain_unique() && primary.is_some_and(|primary| access.column_names() == primary) {
                continue;
            }
            // A unique index beside the same unique constraint says nothing more.
            let is_said = |known: &&mut Self| {
                !pair.is_of_one_dialect() && access.is_plain_unique() && known.is_equal(&access)
            };
            match all.iter_mut().find(is_said) {
                Some(known) => known.names.extend(access.names),
                None => all.push(access),
            }
        }
        all
    }

    fn of_key(key: &Key) -> Self {
        let own = key.id.name();
        let definition = key.attributes.get("definition").map_or("", String::as_str);
        let is_named = definition.is_empty() || !own.starts_with(definition);
        let include = key.rest.split_once("INCLUDE (").and_then(|(_, rest)| rest.split_once(')'));
        Self {
            kind: Kind::Unique,
            names: is_named.then(|| own.to_owned()).into_iter().collect(),
            keys: key.columns.iter().map(|column| SortKey::of_column(column)).collect(),
            unique: true,
            predicate: None,
            predicate_text: None,
            method: "btree".to_owned(),
            include: include.map(|(columns, _)| columns.to_owned()),
            nulls: key.rest.contains("NULLS NOT DISTINCT"),
            deferrable: deferrable(&key.rest),
            on_conflict: key.attributes.get("on-conflict").cloned(),
            attributes: key.attributes.clone(),
        }
    }

    fn of_index(index: &Index, pair: &Pair<'_>) -> Self {
        let text = |attribute: &str| index.attributes.get(attribute).cloned();
        let predicate = index.predicate.as_deref().map(|text| Expression::predicate(text, pair));
        Self {
            kind: Kind::Index,
            names: vec![index.id.name().to_owned()],
            keys: index.keys.iter().map(|key| SortKey::of(key, pair)).collect(),
            unique: index.unique,
            predicate,
            predicate_text: index.predicate.clone(),
            method: index.method.clone(),
            include: text("include"),
            nulls: text("nulls").is_some(),
            deferrable: None,
            on_conflict: None,
            attributes: index.attributes.clone(),
        }
    }

    /// Whether it says of some columns that they are unique, and nothing else.
    pub(super) fn is_plain_unique(&self) -> bool {
        let is_column = |key: &SortKey| matches!(key.value, Expression::Column(_)) && key.rest.is_empty();
        self.unique && self.predicate.is_none() && self.method == "btree" && self.keys.iter().all(is_column)
    }

    /// Whether nothing tells the two apart but their names.
    pub(super) fn is_equal(&self, other: &Self) -> bool {
        let is_same = self.unique == other.unique
            && self.predicate == other.predicate
            && self.method == other.method
            && self.include == other.include
            && self.nulls == other.nulls
            && self.deferrable == other.deferrable
            && self.on_conflict == other.on_conflict;
        let are_plain = self.is_plain_unique() && other.is_plain_unique();
        is_same && (self.keys == other.keys || are_plain && self.column_names() == other.column_names())
    }

    /// Whether both say of the same columns that they are unique, in whatever order.
    pub(super) fn is_same_key(&self, other: &Self) -> bool {
        let sorted = |access: &Self| {
            let mut names = access.column_names();
            names.sort();
            names
        };
        self.is_plain_unique() && other.is_plain_unique() && sorted(self) == sorted(other)
    }

    pub(super) fn shares_a_name_with(&self, other: &Self) -> bool {
        self.names.iter().any(|name| other.names.iter().any(|own| own.eq_ignore_ascii_case(name)))
    }

    /// Whether both sort by the same, in whatever way.
    pub(super) fn has_columns_of(&self, other: &Self) -> bool {
        let values = |access: &Self| access.keys.iter().map(|key| key.value.clone()).collect::<Vec<_>>();
        values(self) == values(other)
    }

    /// Whether it finds rows by what the other sorts by.
    pub(super) fn begins_like(&self, other: &Self) -> bool {
        let value = |key: &SortKey| key.value.clone();
        let own = self.keys.iter().map(value).take(other.keys.len());
        self.predicate == other.predicate && own.eq(other.keys.iter().map(value))
    }

    /// The same without the classes of operators for patterns; `None` where it has none.
    pub(super) fn without_pattern_classes(&self) -> Option<Self> {
        let is_class = |word: &String| word.ends_with("_pattern_ops");
        let has_some = self.keys.iter().any(|key| key.rest.iter().any(is_class));
        has_some.then(|| {
            let mut plain = self.clone();
            plain.keys.iter_mut().for_each(|key| key.rest.retain(|word| !is_class(word)));
            plain
        })
    }

    /// The columns of a key, in lower case.
    pub(super) fn column_names(&self) -> Vec<String> {
        self.keys.iter().map(|key| key.text.to_lowercase()).collect()
    }

    /// What it is by, for its name: `flow_id, name`.
    pub(super) fn columns_text(&self) -> String {
        self.keys.iter().map(|key| key.text.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The same with all that is said of them.
    pub(super) fn keys_text(&self) -> String {
        let keys = self.keys.iter().map(|key| {
            let order = if key.descending { " DESC" } else { "" };
            let rest: String = key.rest.iter().map(|word| format!(" {word}")).collect();
            format!("{}{rest}{order}", key.text)
        });
        keys.collect::<Vec<_>>().join(", ")
    }

    /// All of it in short.
    pub(super) fn description(&self) -> String {
        let unique = if self.unique { "unique " } else { "" };
        let method = if self.method == "btree" { String::new() } else { format!("{} ", self.method) };
        let include =
            self.include.as_ref().map(|columns| format!(" include ({columns})")).unwrap_or_default();
        let predicate = self.predicate_text.as_ref().map(|text| format!(" where {text}")).unwrap_or_default();
        format!("{unique}{method}({}){include}{predicate}", self.keys_text())
    }
}

/// However they are written.
impl PartialEq for SortKey {
    fn eq(&self, other: &Self) -> bool {
        (&self.value, self.descending, &self.rest) == (&other.value, other.descending, &other.rest)
    }
}

impl SortKey {
    fn of_column(column: &str) -> Self {
        Self {
            value: Expression::Column(column.to_lowercase()),
            text: column.to_owned(),
            descending: false,
            rest: Vec::new(),
        }
    }

    fn of(key: &IndexKey, pair: &Pair<'_>) -> Self {
        let rest: Vec<&str> = key.rest.split_whitespace().collect();
        let mut words = Vec::new();
        let mut place = 0;
        while let Some(word) = rest.get(place) {
            let next = rest.get(place + 1).copied().unwrap_or_default();
            match *word {
                "COLLATE" | "NULLS" => {
                    place += 2;
                    // SQLite cannot say where NULL stands.
                    let is_told = match *word {
                        "COLLATE" => !compares_bytes(next),
                        _ => false,
                    };
                    if is_told || pair.is_of_one_dialect() {
                        words.push(format!("{word} {next}"));
                    }
                }
                word => {
                    place += 1;
                    words.push(word.to_owned());
                }
            }
        }
        let value = match &key.column {
            Some(column) => Expression::Column(column.to_lowercase()),
            None => Expression::value(&key.text, pair),
        };
        let text = key.column.clone().unwrap_or_else(|| key.text.clone());
        Self { value, text, descending: key.descending, rest: words }
    }
}

/// How late a constraint may be looked at.
pub(in crate::compare) fn deferrable(rest: &str) -> Option<String> {
    let text = match (rest.contains("DEFERRABLE"), rest.contains("INITIALLY DEFERRED")) {
        (false, _) => return None,
        (true, false) => "DEFERRABLE",
        (true, true) => "DEFERRABLE INITIALLY DEFERRED",
    };
    Some(text.to_owned())
}

fn lower(columns: &[String]) -> Vec<String> {
    columns.iter().map(|column| column.to_lowercase()).collect()
}
