//! Goes through the tables and finds rows that the database takes.

mod attempt;
mod circle;

use std::collections::{BTreeMap, BTreeSet};

use onramp_core::Failure;

use self::attempt::Outcome;
use super::clues::{Clues, clues};
use super::ground::{Ground, Refusal, Row};
use super::order::{Step, order};
use super::schema::{Source, Storage, Table};
use super::slots::{Draft, Filling};
use super::tokens::Brackets;
use super::value::Value;
use super::{BareTable, SeededTable, Seeding, Which};

/// How many rows a table gets where its constraints leave room: two full ones, so that exchanged values are seen,
/// and a sparse one.
const ROWS: i64 = 3;

/// How many rows may refer to others through a foreign key that is filled in later.
const LINKS: usize = 2;

/// What is known of the work so far. Lists have one entry per table.
pub(super) struct Seeder<'a, G> {
    ground: &'a mut G,
    tables: &'a [Table],
    which: Which,
    clues: Vec<Vec<Clues>>,
    /// The rows that others may refer to; None where the table's turn has not come, or where it has none.
    rows: Vec<Option<Vec<Row>>>,
    inserted: Vec<usize>,
    reasons: Vec<Option<String>>,
    /// The columns that hold a value in a row.
    filled: Vec<BTreeSet<usize>>,
    /// Foreign keys, by table and position, that had to be NULL because their parent came later.
    links: BTreeSet<(usize, usize)>,
    /// Values that rows to come will have, by table and number of the row.
    promises: BTreeMap<(usize, i64), Vec<(usize, Value)>>,
}

impl<'a, G: Ground> Seeder<'a, G> {
    pub(super) fn new(ground: &'a mut G, tables: &'a [Table], brackets: Brackets, which: Which) -> Self {
        let clues_of = |table: &Table| {
            let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
            let checks: Vec<&str> = table.checks.iter().map(|check| check.text.as_str()).collect();
            let mut all = clues(&columns, &checks, brackets);
            for (clues, column) in all.iter_mut().zip(&table.columns) {
                if let Source::Default(expression) = &column.source {
                    clues.constants.extend(super::clues::constants(expression, brackets));
                }
            }
            all
        };
        Self {
            ground,
            tables,
            which,
            clues: tables.iter().map(clues_of).collect(),
            rows: vec![None; tables.len()],
            inserted: vec![0; tables.len()],
            reasons: vec![None; tables.len()],
            filled: vec![BTreeSet::new(); tables.len()],
            links: BTreeSet::new(),
            promises: BTreeMap::new(),
        }
    }

    /// Puts rows into all tables, as far as they can be found.
    pub(super) fn run(mut self) -> Result<Seeding, Failure> {
        let steps = order(self.tables);
        for step in &steps {
            match step {
                Step::One(table) => self.seed(*table, ROWS, &[])?,
                Step::Circle(tables) => self.seed_circle(tables)?,
            }
        }
        // What had to be NULL for want of a parent may be what a check did not allow.
        for step in &steps {
            if let Step::One(table) = step
                && self.rows[*table].is_none()
                && !self.tables[*table].foreign_keys.is_empty()
            {
                self.seed(*table, ROWS, &[])?;
            }
        }
        self.link()?;
        Ok(self.told())
    }

    /// Puts rows into one table, at most so many. Tables of the same circle are waited for by promises.
    fn seed(&mut self, at: usize, count: i64, circle: &[usize]) -> Result<(), Failure> {
        let table = &self.tables[at];
        self.reasons[at] = None;
        if let Storage::Partitions(_) = table.storage {
            let rows = self.ground.existing(table, usize::try_from(count).unwrap_or(1))?;
            let reason = "no partition of it has rows";
            self.reasons[at] = rows.is_empty().then(|| reason.to_owned());
            self.rows[at] = (!rows.is_empty()).then_some(rows);
            return Ok(());
        }
        if self.which == Which::Empty && circle.is_empty() && self.has_rows(at)? {
            return Ok(());
        }
        if !self.seed_at_once(at, count, circle)? {
            for row in 1..=count {
                if let Outcome::Refused(reason) = self.seed_row(at, row, filling(row), circle)? {
                    self.reasons[at].get_or_insert(reason);
                    // Without a first row the sparse one is the last hope.
                    if row == 1
                        && matches!(self.seed_row(at, ROWS, Filling::Sparse, circle)?, Outcome::Refused(_))
                    {
                        break;
                    }
                }
            }
        }
        if self.rows[at].is_none() {
            self.has_rows(at)?;
        }
        Ok(())
    }

    /// Whether a table has rows; others may refer to them then.
    fn has_rows(&mut self, at: usize) -> Result<bool, Failure> {
        let rows = self.ground.existing(&self.tables[at], usize::try_from(ROWS).unwrap_or(1))?;
        let has_any = !rows.is_empty();
        self.rows[at] = has_any.then_some(rows);
        Ok(has_any)
    }

    /// Tries the preferred rows in one statement; false where that is not possible.
    fn seed_at_once(&mut self, at: usize, count: i64, circle: &[usize]) -> Result<bool, Failure> {
        let table = &self.tables[at];
        if table.foreign_keys.iter().any(|key| key.parent == Some(at)) {
            return Ok(false);
        }
        let mut rows = Vec::new();
        for row in 1..=count {
            let parents = self.parents(at, row, circle)?;
            let slots = self.draft(at, row, filling(row), &parents, &[]).slots();
            if slots.iter().any(|slot| slot.options.is_empty()) {
                return Ok(false);
            }
            rows.push(attempt::compose(table, &slots, &vec![0; slots.len()]));
        }
        // A row of nothing but defaults is one statement.
        if rows.iter().flatten().all(|value| *value == Value::Default) {
            return Ok(false);
        }
        match self.ground.insert(table, &rows) {
            Ok(returned) => {
                self.record(at, &rows, returned);
                Ok(!rows.is_empty())
            }
            Err(Refusal::Refused { .. }) => Ok(false),
            Err(Refusal::Broken(failure)) => Err(failure),
        }
    }

    fn draft<'b>(
        &'b self,
        at: usize,
        row: i64,
        filling: Filling,
        parents: &'b [Option<Vec<Row>>],
        reserved: &'b [(usize, Value)],
    ) -> Draft<'b> {
        let promised = self.promises.get(&(at, row)).map_or(&[][..], Vec::as_slice);
        Draft { table: &self.tables[at], clues: &self.clues[at], row, filling, parents, promised, reserved }
    }

    fn record(&mut self, at: usize, rows: &[Row], returned: Vec<Row>) {
        self.inserted[at] += returned.len();
        for row in rows {
            let filled = row.iter().enumerate().filter(|(_, value)| **value != Value::Null);
            self.filled[at].extend(filled.map(|(column, _)| column));
        }
        if !returned.is_empty() {
            self.rows[at].get_or_insert_default().extend(returned);
        }
    }

    /// Fills in the foreign keys whose parents came later.
    fn link(&mut self) -> Result<(), Failure> {
        for (at, key) in std::mem::take(&mut self.links) {
            let table = &self.tables[at];
            let key = &table.foreign_keys[key];
            let Some(parents) = key.parent.and_then(|parent| self.rows[parent].clone()) else { continue };
            for parent in parents.iter().take(LINKS.min(self.inserted[at])) {
                let values: Vec<Value> =
                    key.parent_columns.iter().map(|column| parent[*column].clone()).collect();
                if !values.contains(&Value::Null) && self.ground.link(table, key, &values)? {
                    self.filled[at].extend(&key.columns);
                }
            }
        }
        Ok(())
    }

    fn told(self) -> Seeding {
        let mut seeding = Seeding { tables: Vec::new(), bare: Vec::new() };
        for (at, table) in self.tables.iter().enumerate() {
            let name = table.name.clone();
            if self.rows[at].is_none() && self.inserted[at] == 0 {
                let reason = self.reasons[at].clone().unwrap_or_else(|| "no row was kept".to_owned());
                seeding.bare.push(BareTable { name, reason });
            } else if table.storage == Storage::Own || table.storage == Storage::ByKey {
                let empty =
                    table.columns.iter().enumerate().filter(|(column, _)| !self.filled[at].contains(column));
                let empty_columns = empty.map(|(_, column)| column.name.clone()).collect();
                seeding.tables.push(SeededTable { name, rows: self.inserted[at], empty_columns });
            }
        }
        seeding
    }
}

/// The last row is the sparse one.
fn filling(row: i64) -> Filling {
    if row == ROWS { Filling::Sparse } else { Filling::Full }
}
