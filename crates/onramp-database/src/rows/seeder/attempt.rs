use onramp_core::Failure;

use super::{Ground, Seeder};
use crate::rows::ground::{Refusal, Row};
use crate::rows::schema::{Source, Table};
use crate::rows::search::Search;
use crate::rows::slots::{Filling, Slot};
use crate::rows::value::Value;

/// How many rows the database is asked about until one is taken.
const ATTEMPTS: usize = 200;

/// How often the same row is tried again where the database chooses a part of it.
const REPEATS: usize = 10;

/// What became of a row.
#[derive(Debug)]
pub(super) enum Outcome {
    Inserted,
    /// No row was found, and why the last one was refused.
    Refused(String),
}

impl<G: Ground> Seeder<'_, G> {
    /// Looks for one row and inserts it.
    pub(super) fn seed_row(
        &mut self,
        at: usize,
        row: i64,
        filling: Filling,
        circle: &[usize],
    ) -> Result<Outcome, Failure> {
        let table = &self.tables[at];
        let parents = self.parents(at, row, circle)?;
        let slots = self.draft(at, row, filling, &parents, &[]).slots();
        if let Some(slot) = slots.iter().find(|slot| slot.options.is_empty()) {
            return Ok(Outcome::Refused(without_options(table, slot)));
        }
        let mut search = Search::new(slots.iter().map(|slot| slot.options.len()).collect());
        let mut last = "no combination of values is left".to_owned();
        let mut repeats = 0;
        for _ in 0..ATTEMPTS {
            let Some(choice) = search.next() else { return Ok(Outcome::Refused(last)) };
            let candidate = compose(table, &slots, &choice);
            match self.ground.insert(table, std::slice::from_ref(&candidate)) {
                Ok(returned) => {
                    self.record(at, &[candidate], returned);
                    return Ok(Outcome::Inserted);
                }
                Err(Refusal::Broken(failure)) => return Err(failure),
                Err(Refusal::Refused { blamed, message }) => {
                    let due = due_to(table, &slots, blamed.as_deref(), &message);
                    let by_itself =
                        blamed.is_some_and(|blamed| blamed.iter().any(|column| is_sequence(table, *column)));
                    last = message;
                    if due.is_empty() && by_itself && repeats < REPEATS {
                        repeats += 1;
                    } else {
                        search.refuse(&due, &choice);
                    }
                }
            }
        }
        Ok(Outcome::Refused(format!("{last} (no other was found in {ATTEMPTS} attempts)")))
    }
}

/// The row of a choice.
pub(super) fn compose(table: &Table, slots: &[Slot], choice: &[usize]) -> Row {
    let mut row = vec![Value::Default; table.columns.len()];
    for (slot, option) in slots.iter().zip(choice) {
        for (column, value) in slot.columns.iter().zip(&slot.options[*option]) {
            row[*column] = value.clone();
        }
    }
    row
}

/// The slots that a refusal is due to, those to change first in front.
fn due_to(table: &Table, slots: &[Slot], blamed: Option<&[usize]>, message: &str) -> Vec<usize> {
    let slots_of = |columns: &[usize]| {
        let mut found = Vec::new();
        for column in columns {
            let columns = match &table.columns[*column].source {
                Source::Generated(from) => from.clone(),
                _ => vec![*column],
            };
            let holding = (0..slots.len())
                .filter(|slot| columns.iter().any(|column| slots[*slot].columns.contains(column)));
            found.extend(holding);
        }
        found
    };
    let mut due = match blamed {
        Some(columns) => slots_of(columns),
        None => {
            let mut due = slots_of(&table.mentioned(message).unwrap_or_default());
            due.extend(0..slots.len());
            due
        }
    };
    let mut seen = vec![false; slots.len()];
    due.retain(|slot| !std::mem::replace(&mut seen[*slot], true));
    due
}

fn is_sequence(table: &Table, column: usize) -> bool {
    table.columns[column].source == Source::Sequence
}

fn without_options(table: &Table, slot: &Slot) -> String {
    let key =
        table.foreign_keys.iter().find(|key| key.columns.iter().all(|column| slot.columns.contains(column)));
    match key {
        Some(key) => format!("it must refer to `{}`, which has no row for it", key.parent_name),
        None => {
            let names: Vec<&str> =
                slot.columns.iter().map(|column| table.columns[*column].name.as_str()).collect();
            format!("no value is known for `{}`", names.join("`, `"))
        }
    }
}
