//! References to rows that are not there yet.

use onramp_core::Failure;

use super::{Ground, ROWS, Seeder, filling};
use crate::rows::Which;
use crate::rows::ground::{Circle, Row};
use crate::rows::schema::Source;
use crate::rows::value::Value;

impl<G: Ground> Seeder<'_, G> {
    /// Puts rows into tables that need one another. If they cannot have several, each may still have one.
    pub(super) fn seed_circle(&mut self, circle: &[usize]) -> Result<(), Failure> {
        if self.which == Which::Empty {
            let mut have_all = true;
            for table in circle {
                have_all &= self.has_rows(*table)?;
            }
            if have_all {
                return Ok(());
            }
            circle.iter().for_each(|table| self.rows[*table] = None);
        }
        for count in [ROWS, 1] {
            if self.seed_circle_with(circle, count)? {
                return Ok(());
            }
        }
        for table in circle {
            self.has_rows(*table)?;
        }
        Ok(())
    }

    /// Tries so many rows in each table; false where that did not work, and nothing of it is left.
    fn seed_circle_with(&mut self, circle: &[usize], count: i64) -> Result<bool, Failure> {
        let tables: Vec<_> = circle.iter().map(|table| &self.tables[*table]).collect();
        self.ground.open_circle(&tables)?;
        for table in circle {
            self.seed(*table, count, circle)?;
        }
        let complete = circle.iter().all(|table| self.inserted[*table] > 0);
        let outcome = if complete { Circle::Complete } else { Circle::Broken };
        let Some(reason) = self.ground.close_circle(&tables, outcome)? else { return Ok(true) };
        for table in circle {
            self.rows[*table] = None;
            self.inserted[*table] = 0;
            self.filled[*table].clear();
            self.reasons[*table].get_or_insert_with(|| reason.clone());
            self.promises.retain(|(promised, _), _| promised != table);
        }
        Ok(false)
    }

    /// For each foreign key of a table the rows that a row may refer to; None where there are none.
    pub(super) fn parents(
        &mut self,
        at: usize,
        row: i64,
        circle: &[usize],
    ) -> Result<Vec<Option<Vec<Row>>>, Failure> {
        let table = &self.tables[at];
        let mut all = Vec::new();
        for (position, key) in table.foreign_keys.iter().enumerate() {
            let Some(parent) = key.parent else {
                all.push(None);
                continue;
            };
            let mut rows = self.rows[parent].clone();
            let releasable = !table.releasing(key).is_empty();
            if parent == at && !releasable {
                // A row that must refer to its own table may refer to itself.
                let own = self.promise(at, row, &key.parent_columns)?;
                rows.get_or_insert_default().extend(own);
            } else if rows.is_none() && !releasable && circle.contains(&parent) {
                let mut promised = Vec::new();
                for row in 1..=ROWS {
                    promised.extend(self.promise(parent, row, &key.parent_columns)?);
                }
                rows = (!promised.is_empty()).then_some(promised);
            } else if rows.is_none() && self.reasons[parent].is_none() && parent != at {
                self.links.insert((at, position));
            }
            all.push(rows);
        }
        Ok(all)
    }

    /// Decides values of a row to come; None where they depend on what is not known.
    fn promise(&mut self, at: usize, row: i64, columns: &[usize]) -> Result<Option<Row>, Failure> {
        let table = &self.tables[at];
        let mut promised = vec![Value::Null; table.columns.len()];
        for column in columns {
            let known =
                self.promises.get(&(at, row)).and_then(|known| known.iter().find(|(own, _)| own == column));
            let value = match known {
                Some((_, value)) => Some(value.clone()),
                None => self.foreseen(at, row, *column)?,
            };
            let Some(value) = value.filter(|value| !matches!(value, Value::Null | Value::Default)) else {
                return Ok(None);
            };
            promised[*column] = value;
        }
        for column in columns {
            let known = self.promises.entry((at, row)).or_default();
            if known.iter().all(|(own, _)| own != column) {
                known.push((*column, promised[*column].clone()));
            }
        }
        Ok(Some(promised))
    }

    fn foreseen(&mut self, at: usize, row: i64, column: usize) -> Result<Option<Value>, Failure> {
        let table = &self.tables[at];
        let others = table.foreign_keys.iter().filter(|key| key.parent != Some(at));
        if let Some(key) = others.into_iter().find(|key| key.columns.contains(&column)) {
            // It will refer to a row that is there already, or it is not known.
            let Some(rows) = key.parent.and_then(|parent| self.rows[parent].as_ref()) else {
                return Ok(None);
            };
            let turn = usize::try_from(row - 1).unwrap_or(0) % rows.len();
            let position = key.columns.iter().position(|own| *own == column).unwrap_or(0);
            return Ok(Some(rows[turn][key.parent_columns[position]].clone()));
        }
        match table.columns[column].source {
            Source::Generated(_) => Ok(None),
            _ => match self.draft(at, row, filling(1), &[], &[]).values(column).into_iter().next() {
                Some(Value::Default) if table.columns[column].source == Source::Sequence => {
                    self.ground.reserve(table, column).map(Some)
                }
                value => Ok(value),
            },
        }
    }
}
