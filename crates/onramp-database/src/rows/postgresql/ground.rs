use onramp_core::Failure;
use postgres::Client;

use super::refusal::refusal;
use super::{Rows, batch, query};
use crate::client::postgresql_failure;
use crate::rows::ground::{Circle, Ground, Refusal, Row};
use crate::rows::schema::{ForeignKey, Table};
use crate::rows::value::{Value, quote_all, quote_identifier, quote_literal};

/// A database within the transaction that seeds it.
pub(super) struct Database<'a> {
    client: &'a mut Client,
    /// What has to be undone before anything else, after a refusal: it goes along with the next statement.
    undo: &'static str,
}

const UNDO: &str = "ROLLBACK TO onramp_rows; RELEASE onramp_rows; ";

impl<'a> Database<'a> {
    pub(super) fn new(client: &'a mut Client) -> Self {
        Self { client, undo: "" }
    }

    pub(super) fn commit(&mut self) -> Result<(), Failure> {
        let undo = std::mem::take(&mut self.undo);
        batch(self.client, &format!("{undo}COMMIT"))
    }

    /// Runs a statement that may be refused, between savepoints.
    fn attempt(&mut self, table: &Table, statement: &str) -> Result<Rows, Refusal> {
        let undo = std::mem::take(&mut self.undo);
        let statements = format!("{undo}SAVEPOINT onramp_rows; {statement}; RELEASE onramp_rows");
        match query(self.client, &statements) {
            Ok(mut sets) => Ok(if sets.is_empty() { Vec::new() } else { sets.swap_remove(0) }),
            Err(error) => {
                self.undo = UNDO;
                Err(refusal(table, &error))
            }
        }
    }

    /// Runs a statement that is not refused.
    fn ask(&mut self, statement: &str) -> Result<Rows, Failure> {
        let undo = std::mem::take(&mut self.undo);
        let sets = query(self.client, &format!("{undo}{statement}"));
        let mut sets = sets.map_err(|error| postgresql_failure(&error))?;
        Ok(if sets.is_empty() { Vec::new() } else { sets.swap_remove(0) })
    }
}

impl Ground for Database<'_> {
    fn insert(&mut self, table: &Table, rows: &[Row]) -> Result<Vec<Row>, Refusal> {
        let is_given = |column: &usize| rows.iter().any(|row| row[*column] != Value::Default);
        let given: Vec<usize> = (0..table.columns.len()).filter(is_given).collect();
        let row = |row: &Row| {
            let values: Vec<String> = given.iter().map(|column| row[*column].literal()).collect();
            format!("({})", values.join(", "))
        };
        let values = match given.is_empty() {
            // There is no form of it for several rows.
            true => "DEFAULT VALUES".to_owned(),
            false => format!(
                "({}) OVERRIDING SYSTEM VALUE VALUES {}",
                quote_all(given.iter().map(|column| table.columns[*column].name.as_str())),
                rows.iter().map(row).collect::<Vec<_>>().join(", ")
            ),
        };
        let statement = format!("INSERT INTO {} {values} RETURNING {}", table.path, returned(table));
        self.attempt(table, &statement).map(|rows| as_rows(table, rows))
    }

    fn existing(&mut self, table: &Table, limit: usize) -> Result<Vec<Row>, Failure> {
        let rows = self.ask(&format!("SELECT {} FROM {} LIMIT {limit}", returned(table), table.path))?;
        Ok(as_rows(table, rows))
    }

    fn link(&mut self, table: &Table, key: &ForeignKey, values: &[Value]) -> Result<bool, Failure> {
        let name = |column: &usize| quote_identifier(&table.columns[*column].name);
        let sets = key
            .columns
            .iter()
            .zip(values)
            .map(|(column, value)| format!("{} = {}", name(column), value.literal()));
        let nulls = table.releasing(key);
        let nulls = nulls.iter().map(|column| format!("{} IS NULL", name(column)));
        let statement = format!(
            "UPDATE {path} SET {} WHERE ctid = (SELECT ctid FROM {path} WHERE {} ORDER BY ctid LIMIT 1) RETURNING 1",
            sets.collect::<Vec<_>>().join(", "),
            nulls.collect::<Vec<_>>().join(" AND "),
            path = table.path,
        );
        match self.attempt(table, &statement) {
            Ok(rows) => Ok(!rows.is_empty()),
            Err(Refusal::Refused { .. }) => Ok(false),
            Err(Refusal::Broken(failure)) => Err(failure),
        }
    }

    fn reserve(&mut self, table: &Table, column: usize) -> Result<Value, Failure> {
        let (path, name) = (quote_literal(&table.path), quote_literal(&table.columns[column].name));
        let default = self.ask(&format!(
            "SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef AS d
            JOIN pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
            WHERE d.adrelid = {path}::regclass AND a.attname = {name}"
        ))?;
        let expression = default.into_iter().flatten().flatten().next();
        let expression =
            expression.unwrap_or_else(|| format!("nextval(pg_get_serial_sequence({path}, {name}))"));
        let next = self.ask(&format!("SELECT {expression}"))?.into_iter().flatten().flatten().next();
        Ok(next.map_or(Value::Null, Value::Text))
    }

    fn open_circle(&mut self, tables: &[&Table]) -> Result<(), Failure> {
        self.ask("SAVEPOINT onramp_circle")?;
        let put_off = format!("{} SET CONSTRAINTS ALL DEFERRED", alter(tables, "DEFERRABLE"));
        if query(self.client, &put_off).is_err() {
            // Not everything can be put off, which the rows will be told.
            self.ask("ROLLBACK TO onramp_circle")?;
        }
        Ok(())
    }

    fn close_circle(&mut self, tables: &[&Table], outcome: Circle) -> Result<Option<String>, Failure> {
        let reason = match outcome {
            Circle::Broken => Some("the tables that it needs rows of have none".to_owned()),
            Circle::Complete => {
                let checked = format!("SET CONSTRAINTS ALL IMMEDIATE; {}", alter(tables, "NOT DEFERRABLE"));
                let undo = std::mem::take(&mut self.undo);
                let error = query(self.client, &format!("{undo}{checked}")).err();
                error.map(|error| postgresql_failure(&error).message)
            }
        };
        self.ask(match reason {
            Some(_) => "ROLLBACK TO onramp_circle; RELEASE onramp_circle",
            None => "RELEASE onramp_circle",
        })?;
        Ok(reason)
    }
}

/// Lets the foreign keys among these tables be put off that cannot be as they are, or ends it. Nothing of it is
/// left in the catalogue.
fn alter(tables: &[&Table], to: &str) -> String {
    let mut statements = String::new();
    for table in tables {
        for key in table.foreign_keys.iter().filter(|key| !key.deferrable && !key.name.is_empty()) {
            let name = quote_identifier(&key.name);
            statements.push_str(&format!("ALTER TABLE {} ALTER CONSTRAINT {name} {to}; ", table.path));
        }
    }
    statements
}

/// The columns to read back; at least one, so that rows are counted.
fn returned(table: &Table) -> String {
    match table.referenced.is_empty() {
        true => "1".to_owned(),
        false => quote_all(table.referenced.iter().map(|column| table.columns[*column].name.as_str())),
    }
}

fn as_rows(table: &Table, rows: Rows) -> Vec<Row> {
    let row = |values: Vec<Option<String>>| {
        let mut row = vec![Value::Null; table.columns.len()];
        for (column, value) in table.referenced.iter().zip(values) {
            row[*column] = value.map_or(Value::Null, Value::Text);
        }
        row
    };
    rows.into_iter().map(row).collect()
}
