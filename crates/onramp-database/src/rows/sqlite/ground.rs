use onramp_core::Failure;
use rusqlite::{Connection, ErrorCode, params_from_iter};

use crate::client::sqlite_failure;
use crate::rows::ground::{Circle, Ground, Refusal, Row};
use crate::rows::schema::{ForeignKey, Storage, Table};
use crate::rows::value::{Value, quote_all, quote_identifier};

/// A file within the transaction that seeds it.
pub(super) struct File<'a> {
    pub(super) connection: &'a Connection,
}

impl Ground for File<'_> {
    fn insert(&mut self, table: &Table, rows: &[Row]) -> Result<Vec<Row>, Refusal> {
        if let [row] = rows {
            // A statement is all or nothing by itself.
            return self.insert_one(table, row).map_err(|error| refusal(table, error));
        }
        self.run("SAVEPOINT onramp_rows").map_err(Refusal::Broken)?;
        let inserted: Result<Vec<Vec<Row>>, rusqlite::Error> =
            rows.iter().map(|row| self.insert_one(table, row)).collect();
        let end = if inserted.is_ok() { "" } else { "ROLLBACK TO onramp_rows;" };
        self.run(&format!("{end} RELEASE onramp_rows")).map_err(Refusal::Broken)?;
        inserted.map(|rows| rows.concat()).map_err(|error| refusal(table, error))
    }

    fn existing(&mut self, table: &Table, limit: usize) -> Result<Vec<Row>, Failure> {
        let columns = returned(table);
        let query = format!("SELECT {columns} FROM {} LIMIT {limit}", table.path);
        self.query(table, &query, &[]).map_err(sqlite_failure)
    }

    fn link(&mut self, table: &Table, key: &ForeignKey, values: &[Value]) -> Result<bool, Failure> {
        let names =
            |columns: &[usize]| quote_all(columns.iter().map(|column| table.columns[*column].name.as_str()));
        let by_key = table.storage == Storage::ByKey;
        let row = if by_key { names(&table.key) } else { "_rowid_".to_owned() };
        let is_null = |column: &usize| format!("{} IS NULL", quote_identifier(&table.columns[*column].name));
        let sets = key.columns.iter().zip(1..);
        let sets =
            sets.map(|(column, at)| format!("{} = ?{at}", quote_identifier(&table.columns[*column].name)));
        let statement = format!(
            "UPDATE {path} SET {} WHERE ({row}) = (SELECT {row} FROM {path} WHERE {} ORDER BY {row} LIMIT 1)",
            sets.collect::<Vec<_>>().join(", "),
            table.releasing(key).iter().map(is_null).collect::<Vec<_>>().join(" AND "),
            path = table.path,
        );
        match self.connection.execute(&statement, params_from_iter(values)) {
            Ok(changed) => Ok(changed > 0),
            Err(error) => match refusal(table, error) {
                Refusal::Refused { .. } => Ok(false),
                Refusal::Broken(failure) => Err(failure),
            },
        }
    }

    fn reserve(&mut self, table: &Table, _: usize) -> Result<Value, Failure> {
        // No column of SQLite is read as one with a sequence: it goes on from the largest value that is there.
        Err(Failure::task(format!("SQLite: `{}` has no sequence", table.name)))
    }

    fn open_circle(&mut self, _: &[&Table]) -> Result<(), Failure> {
        self.run("SAVEPOINT onramp_circle")
    }

    fn close_circle(&mut self, tables: &[&Table], outcome: Circle) -> Result<Option<String>, Failure> {
        let reason = match outcome {
            Circle::Broken => Some("the tables that it needs rows of have none".to_owned()),
            Circle::Complete => tables.iter().find_map(|table| self.dangling(table)),
        };
        let end = if reason.is_some() { "ROLLBACK TO onramp_circle;" } else { "" };
        self.run(&format!("{end} RELEASE onramp_circle"))?;
        Ok(reason)
    }
}

impl File<'_> {
    fn run(&self, statements: &str) -> Result<(), Failure> {
        self.connection.execute_batch(statements).map_err(sqlite_failure)
    }

    fn insert_one(&self, table: &Table, row: &Row) -> rusqlite::Result<Vec<Row>> {
        let given = || row.iter().enumerate().filter(|(_, value)| **value != Value::Default);
        let columns = quote_all(given().map(|(column, _)| table.columns[column].name.as_str()));
        let marks = (1..=given().count()).map(|number| format!("?{number}")).collect::<Vec<_>>().join(", ");
        let values = match columns.is_empty() {
            true => "DEFAULT VALUES".to_owned(),
            false => format!("({columns}) VALUES ({marks})"),
        };
        let statement = format!("INSERT INTO {} {values} RETURNING {}", table.path, returned(table));
        let values: Vec<&Value> = given().map(|(_, value)| value).collect();
        self.query(table, &statement, &values)
    }

    fn query(&self, table: &Table, statement: &str, values: &[&Value]) -> rusqlite::Result<Vec<Row>> {
        let mut statement = self.connection.prepare(statement)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut read = Vec::new();
        while let Some(found) = rows.next()? {
            let mut row = vec![Value::Null; table.columns.len()];
            for (at, column) in table.referenced.iter().enumerate() {
                row[*column] = found.get_ref(at)?.into();
            }
            read.push(row);
        }
        Ok(read)
    }

    /// Whether a row refers to one that is not there.
    fn dangling(&self, table: &Table) -> Option<String> {
        let query = "SELECT count(*) FROM pragma_foreign_key_check(?1)";
        match self.connection.query_row(query, [&table.name], |row| row.get::<_, i64>(0)) {
            Ok(0) => None,
            Ok(_) => Some("it refers to rows that were not found".to_owned()),
            Err(error) => Some(error.to_string()),
        }
    }
}

/// The columns to read back; at least one, so that rows are counted.
fn returned(table: &Table) -> String {
    match table.referenced.is_empty() {
        true => "1".to_owned(),
        false => quote_all(table.referenced.iter().map(|column| table.columns[*column].name.as_str())),
    }
}

/// What SQLite says, and the columns that it names in saying so.
fn refusal(table: &Table, error: rusqlite::Error) -> Refusal {
    let rusqlite::Error::SqliteFailure(code, Some(message)) = &error else {
        return match error {
            rusqlite::Error::SqliteFailure(..) => Refusal::Broken(sqlite_failure(error)),
            other => Refusal::Refused { blamed: None, message: other.to_string() },
        };
    };
    let fatal = [
        ErrorCode::DiskFull,
        ErrorCode::SystemIoFailure,
        ErrorCode::DatabaseBusy,
        ErrorCode::DatabaseLocked,
        ErrorCode::DatabaseCorrupt,
        ErrorCode::ReadOnly,
        ErrorCode::NotADatabase,
        ErrorCode::OutOfMemory,
    ];
    if fatal.contains(&code.code) {
        return Refusal::Broken(sqlite_failure(error));
    }
    let what = message.split_once("failed: ").map_or("", |(_, what)| what);
    let blamed = if message.starts_with("CHECK constraint") {
        // A long expression is cut short.
        let named = table.constraint(what).or_else(|| {
            table
                .constraints
                .iter()
                .find(|known| !what.is_empty() && known.name.starts_with(what.trim_end_matches("...")))
                .map(|known| known.columns.clone())
        });
        let all = || table.checks.iter().flat_map(|check| check.columns.clone()).collect::<Vec<_>>();
        Some(named.unwrap_or_else(all)).filter(|columns| !columns.is_empty())
    } else if let Some(index) = what.strip_prefix("index '").and_then(|rest| rest.strip_suffix('\'')) {
        table.constraint(index)
    } else {
        let prefix = format!("{}.", table.name);
        let columns = what.split(", ").filter_map(|part| part.strip_prefix(&prefix));
        let position = |name: &str| table.columns.iter().position(|column| column.name == name);
        let columns: Vec<usize> = columns.filter_map(position).collect();
        (!columns.is_empty()).then_some(columns)
    };
    Refusal::Refused { blamed, message: message.clone() }
}
