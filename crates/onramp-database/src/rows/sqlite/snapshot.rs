use onramp_core::Failure;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::client::sqlite_failure;
use crate::rows::snapshot::{KEPT_ROWS, Snapshot, TableRows};
use crate::rows::value::{hexadecimal, quote_all, quote_identifier};

const COLUMNS: &str = "
    SELECT t.name, c.name, c.pk
    FROM pragma_table_list AS t JOIN pragma_table_xinfo(t.name) AS c
    WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND c.hidden <> 1
    ORDER BY t.name, c.cid";

/// Reads all ordinary tables.
pub(in crate::rows) fn read(connection: &Connection, leave_out: &[&str]) -> Result<Snapshot, Failure> {
    let own = connection.is_autocommit();
    let run = |statement: &str| connection.execute_batch(statement).map_err(sqlite_failure);
    if own {
        run("BEGIN")?;
    }
    let snapshot = read_all(connection, leave_out).map_err(sqlite_failure);
    if own {
        run("ROLLBACK")?;
    }
    snapshot
}

fn read_all(connection: &Connection, leave_out: &[&str]) -> rusqlite::Result<Snapshot> {
    let mut snapshot = Snapshot::default();
    let mut statement = connection.prepare(COLUMNS)?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let (table, column, key): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if !leave_out.contains(&table.as_str()) {
            let rows = snapshot.tables.entry(table).or_default();
            rows.key.extend((key > 0).then(|| column.clone()));
            rows.columns.push(column);
        }
    }
    for (name, table) in &mut snapshot.tables {
        read_table(connection, name, table)?;
    }
    Ok(snapshot)
}

fn read_table(connection: &Connection, name: &str, table: &mut TableRows) -> rusqlite::Result<()> {
    let path = quote_identifier(name);
    let columns = quote_all(table.columns.iter().map(String::as_str));
    let mut statement =
        connection.prepare(&format!("SELECT {columns} FROM {path} LIMIT {}", KEPT_ROWS + 1))?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let values = (0..table.columns.len()).map(|at| row.get_ref(at).map(text));
        table.rows.push(values.collect::<rusqlite::Result<_>>()?);
    }
    table.count = table.rows.len();
    if table.count > KEPT_ROWS {
        table.rows.clear();
        let count: i64 =
            connection.query_row(&format!("SELECT count(*) FROM {path}"), [], |row| row.get(0))?;
        table.count = usize::try_from(count).unwrap_or(0);
    }
    Ok(())
}

/// A whole number and the same number with a fraction of zero are told apart, text and a number are not: a column
/// whose type changes keeps `7` as it was, but not `007`.
fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(format!("{number:?}")),
        ValueRef::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Some(format!("x'{}'", hexadecimal(bytes))),
    }
}
