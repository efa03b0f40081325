use std::collections::BTreeSet;

use onramp_core::Failure;
use onramp_database::catalog::{Catalog, Kind, ObjectId};
use onramp_database::rows::{Losses, Snapshot};

use crate::Request;
use crate::trial::{Author, Look};

/// What a revision does to rows on its way there, as far as its own schema change says so: what is dropped is gone,
/// and a column of another type may have other values.
#[derive(Debug, Default)]
pub(crate) struct Explained {
    tables: BTreeSet<String>,
    columns: BTreeSet<(String, String)>,
    /// Tables whose rows may change.
    changed: BTreeSet<String>,
    /// Those of the columns that are gone.
    gone: BTreeSet<(String, String)>,
    /// The same for people, one a line.
    pub(crate) lines: Vec<String>,
    /// The command that lets rows change with an option more, for whom may ask for that.
    again: Option<String>,
}

impl Explained {
    /// Looks at what an upgrade did to rows. Rows that are gone from a table which stays, and values that changed in a
    /// column which stays as it is, are explained by nothing: that is a failure.
    pub(crate) fn by_upgrade(
        before: &Look,
        after: &Look,
        request: &Request,
        author: Author,
    ) -> Result<Self, Failure> {
        let again = (author == Author::Hand).then(|| request.again.clone());
        let mut explained = Self { again, ..Self::default() };
        for (name, table) in &before.rows.tables {
            let Some(later) = after.rows.tables.get(name) else {
                explained.tables.insert(name.clone());
                continue;
            };
            if request.may_change.contains(name) {
                explained.changed.insert(name.clone());
            }
            for column in &table.columns {
                let type_in = |look: &Look| type_of(&look.catalog, name, column).cloned();
                let is_gone = !later.columns.contains(column);
                let may_change = request.may_change.contains(&format!("{name}.{column}"));
                if is_gone || may_change || type_in(before) != type_in(after) {
                    explained.columns.insert((name.clone(), column.clone()));
                }
                if is_gone {
                    explained.gone.insert((name.clone(), column.clone()));
                }
            }
        }
        explained.refuse_others(before, after, "the revision loses rows")?;
        explained.note(&before.rows.losses(&after.rows));
        Ok(explained)
    }

    /// Looks at what is still gone when the revision was reverted, or applied once more.
    pub(crate) fn afterwards(&mut self, before: &Look, now: &Look, when: &str) -> Result<(), Failure> {
        self.refuse_others(before, now, &format!("{when} the revision loses rows"))?;
        self.note(&before.rows.losses(&now.rows));
        Ok(())
    }

    fn note(&mut self, losses: &Losses) {
        let mut losses = losses.clone();
        // A table that is back and empty was told of when it went.
        losses.tables.retain(|table| !self.tables.contains(&table.table));
        for line in lines(&losses, &self.columns, &self.gone) {
            if !self.lines.contains(&line) {
                self.lines.push(line);
            }
        }
    }

    /// Compares what nothing explains: tables and columns that the change leaves as they are. A table without a key
    /// that is left as it is has its rows compared by all other columns.
    fn refuse_others(&self, before: &Look, now: &Look, message: &str) -> Result<(), Failure> {
        let losses = self.rest_of(&before.rows).losses(&self.rest_of(&now.rows));
        let (mut unexplained, mut names) = (Vec::new(), Vec::new());
        for table in &losses.tables {
            let name = &table.table;
            if table.rows_lost > 0 {
                names.push(name.clone());
                unexplained.push(format!("{name}: {} of {} gone", table.rows_lost, table.rows_before));
            }
            let columns = table.changed_columns.iter().map(|column| format!("{name}.{}", column.column));
            names.extend(columns);
            let changed = table.changed_columns.iter();
            unexplained
                .extend(changed.map(|column| format!("{name}.{}: {} changed", column.column, column.values)));
        }
        if unexplained.is_empty() {
            return Ok(());
        }
        let message = format!("{message}: {}", unexplained.join("; "));
        let options: Vec<String> = names.iter().map(|name| format!("--may-change {name}")).collect();
        let hint = self.again.as_ref().map(|again| format!("{again} {}", options.join(" ")));
        Err(Failure { tail: losses.lines(), hint, ..Failure::task(message) })
    }

    /// The rows without what is explained.
    fn rest_of(&self, rows: &Snapshot) -> Snapshot {
        let mut rest = rows.clone();
        rest.tables.retain(|name, _| !self.tables.contains(name) && !self.changed.contains(name));
        for (name, table) in &mut rest.tables {
            let is_kept = |column: &String| !self.columns.contains(&(name.clone(), column.clone()));
            let kept: Vec<bool> = table.columns.iter().map(is_kept).collect();
            if !table.key.iter().all(is_kept) {
                table.key.clear();
            }
            table.columns.retain(is_kept);
            for row in &mut table.rows {
                let mut places = kept.iter();
                row.retain(|_| places.next().copied().unwrap_or(true));
            }
        }
        rest
    }
}

/// What a line is worth: rows that were added are no loss, nor is what held nothing. Where no key tells which row is
/// which, a row with another value in an explained column counts as another row; the columns say it better.
fn lines(
    losses: &Losses,
    explained: &BTreeSet<(String, String)>,
    gone: &BTreeSet<(String, String)>,
) -> Vec<String> {
    let mut only = losses.clone();
    only.lost_tables.retain(|table| table.rows > 0);
    for table in &mut only.tables {
        table.rows_added = 0;
        table.lost_columns.retain(|column| column.values > 0);
        // A column that is back and empty was told of when it went.
        let was_gone = |column: &str| gone.contains(&(table.table.clone(), column.to_owned()));
        table.changed_columns.retain(|changed| !was_gone(&changed.column));
        if explained.iter().any(|(name, _)| *name == table.table) {
            table.rows_lost = 0;
        }
    }
    only.lines()
}

fn type_of<'a>(catalog: &'a Catalog, table: &str, column: &str) -> Option<&'a String> {
    let path = table.split('.').chain([column]);
    catalog.objects.get(&ObjectId::new(Kind::Column, path)).and_then(|object| object.get("type"))
}
