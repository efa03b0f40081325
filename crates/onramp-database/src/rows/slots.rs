//! The parts of a row that are chosen one by one, each with what it may be.

use super::candidates::{Purpose, candidates, remote, rotated};
use super::clues::Clues;
use super::ground::Row;
use super::schema::{ForeignKey, Kind, Source, Table};
use super::value::Value;

/// How many combinations of references are looked at.
const COMBINATIONS: usize = 64;

/// Columns that are chosen together: one, or all that the foreign keys which share columns have.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) columns: Vec<usize>,
    /// What they may be, the preferred first; one value per column.
    pub(super) options: Vec<Vec<Value>>,
}

/// What a row is to look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filling {
    /// A value in every column.
    Full,
    /// NULL wherever it is allowed.
    Sparse,
}

/// What the slots of one row are made from.
pub(super) struct Draft<'a> {
    pub(super) table: &'a Table,
    pub(super) clues: &'a [Clues],
    /// The number of the row, from 1.
    pub(super) row: i64,
    pub(super) filling: Filling,
    /// For each foreign key the rows that it may refer to; None where there are none yet, and NULL has to do.
    pub(super) parents: &'a [Option<Vec<Row>>],
    /// Values that other rows refer to already.
    pub(super) promised: &'a [(usize, Value)],
    /// Next values of columns with a sequence whose value has to be known beforehand.
    pub(super) reserved: &'a [(usize, Value)],
}

impl Draft<'_> {
    /// The slots of the row. A slot without options says that the row cannot be.
    pub(super) fn slots(&self) -> Vec<Slot> {
        let mut slots = Vec::new();
        let mut taken = vec![false; self.table.columns.len()];
        for group in groups(self.table) {
            let slot = self.references(&group);
            slot.columns.iter().for_each(|column| taken[*column] = true);
            slots.push(slot);
        }
        for column in (0..taken.len()).filter(|column| !taken[*column]) {
            let options: Vec<Vec<Value>> = self.values(column).into_iter().map(|value| vec![value]).collect();
            if !options.is_empty() || matches!(self.table.columns[column].source, Source::Given) {
                slots.push(Slot { columns: vec![column], options });
            }
        }
        slots
    }

    /// What one column may be. Empty for those that the server fills.
    pub(super) fn values(&self, at: usize) -> Vec<Value> {
        let column = &self.table.columns[at];
        let known = self.promised.iter().chain(self.reserved).find(|(known, _)| *known == at);
        if let Some((_, value)) = known {
            return vec![value.clone()];
        }
        if matches!(column.source, Source::Generated(_)) {
            return Vec::new();
        }
        let clues = &self.clues[at];
        // Columns that have to be equal begin with the same word.
        let word = clues.equals.iter().copied().chain([at]).min().unwrap_or(at);
        let word = self.table.columns[word].name.to_lowercase();
        let purpose = Purpose { word: &word, row: self.row, standing: self.table.standing(at) };
        let mut values = candidates(&column.kind, clues, purpose);
        if column.source == Source::Sequence {
            // What it counts up to is left to whoever inserts rows; nobody counts as far as this.
            let remote = values.into_iter().next().filter(|value| is_remote(&column.kind, value, purpose));
            return remote.into_iter().chain([Value::Default]).collect();
        }
        if let Source::Default(expression) = &column.source {
            // A row as it comes about where nobody gives more than they must, as long as it is the same each time.
            let first = self.filling == Filling::Sparse && is_constant(expression);
            values.insert(if first { 0 } else { values.len() }, Value::Default);
        }
        if column.nullable {
            let place = match self.filling {
                Filling::Sparse => 0,
                Filling::Full if clues.null_matters => values.len().min(1),
                Filling::Full => values.len(),
            };
            values.insert(place, Value::Null);
        }
        values
    }

    /// The slot of foreign keys that share columns.
    fn references(&self, keys: &[usize]) -> Slot {
        let keys: Vec<(&ForeignKey, Option<&Vec<Row>>)> =
            keys.iter().map(|key| (&self.table.foreign_keys[*key], self.parents[*key].as_ref())).collect();
        let mut columns: Vec<usize> = keys.iter().flat_map(|(key, _)| key.columns.clone()).collect();
        columns.sort_unstable();
        columns.dedup();
        let mut partial: Vec<Vec<Option<Value>>> = vec![vec![None; self.table.columns.len()]];
        for (key, parents) in &keys {
            partial =
                partial.iter().flat_map(|row| self.extended(row, key, *parents)).take(COMBINATIONS).collect();
        }
        let finish = |row: Vec<Option<Value>>| -> Option<Vec<Value>> {
            let value =
                |column: &usize| row[*column].clone().or_else(|| self.values(*column).into_iter().next());
            columns.iter().map(value).collect()
        };
        let mut options: Vec<Vec<Value>> = partial.into_iter().filter_map(finish).collect();
        // What other rows wait for is not for choice.
        options.retain(|option| {
            let same = |(column, value): &(usize, Value)| {
                columns.iter().position(|own| own == column).is_none_or(|at| option[at] == *value)
            };
            self.promised.iter().all(same)
        });
        Slot { columns, options }
    }

    /// All ways in which a row that has some values already meets one more foreign key.
    fn extended(
        &self,
        row: &[Option<Value>],
        key: &ForeignKey,
        parents: Option<&Vec<Row>>,
    ) -> Vec<Vec<Option<Value>>> {
        let mut ways = Vec::new();
        for parent in rotated(parents.map_or(&[][..], Vec::as_slice), self.row) {
            let values = key.parent_columns.iter().map(|column| parent[*column].clone());
            let pairs: Vec<(usize, Value)> = key.columns.iter().copied().zip(values).collect();
            let fits = |(column, value): &(usize, Value)| {
                *value != Value::Null && row[*column].as_ref().is_none_or(|own| own == value)
            };
            if pairs.iter().all(fits) {
                let mut way = row.to_vec();
                pairs.into_iter().for_each(|(column, value)| way[column] = Some(value));
                ways.push(way);
            }
        }
        let releasing = self.table.releasing(key);
        let is_null = |column: &usize| row[*column] == Some(Value::Null);
        let free = |column: &usize| row[*column].is_none() || is_null(column);
        if !releasing.is_empty() && releasing.iter().any(free) {
            let mut way = row.to_vec();
            releasing
                .iter()
                .filter(|column| free(column))
                .for_each(|column| way[*column] = Some(Value::Null));
            match self.filling {
                Filling::Sparse => ways.insert(0, way),
                Filling::Full => ways.push(way),
            }
        }
        ways
    }
}

/// Whether a value of what is unique lies where no sequence has counted to.
fn is_remote(kind: &Kind, value: &Value, purpose: Purpose<'_>) -> bool {
    match (kind, value) {
        (Kind::Integer(bytes), Value::Integer(number)) => {
            remote(*bytes, purpose).is_some_and(|remote| *number >= remote)
        }
        (Kind::Domain { base, .. }, _) => is_remote(base, value, purpose),
        _ => false,
    }
}

/// Whether an expression is the same whenever it is asked: a constant, with a cast at most.
fn is_constant(expression: &str) -> bool {
    let lower = expression.to_lowercase();
    !lower.contains('(')
        && (lower.contains('\'')
            || lower.contains(|c: char| c.is_ascii_digit())
            || lower == "true"
            || lower == "false")
}

/// The foreign keys, those that share columns together.
fn groups(table: &Table) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (key, foreign_key) in table.foreign_keys.iter().enumerate() {
        let shares = |group: &Vec<usize>| {
            group.iter().any(|other| {
                table.foreign_keys[*other].columns.iter().any(|column| foreign_key.columns.contains(column))
            })
        };
        let (mut joined, rest): (Vec<Vec<usize>>, Vec<Vec<usize>>) = groups.into_iter().partition(shares);
        joined.push(vec![key]);
        groups = rest;
        groups.push(joined.concat());
    }
    groups
}
