use onramp_core::Failure;
use postgres::Client;

use super::catalog::told;
use super::queries::RELATIONS;
use super::types::text;
use super::{SETTINGS, batch, query};
use crate::client::postgresql_failure;
use crate::rows::snapshot::{Identity, KEPT_ROWS, Snapshot, TableRows};
use crate::rows::value::{quote_all, quote_identifier};

/// Reads all ordinary tables; a partitioned one as a whole, so that it does not matter in which partition a row is.
pub(in crate::rows) fn read(client: &mut Client, leave_out: &[&str]) -> Result<Snapshot, Failure> {
    let columns = format!(
        "SELECT r.nspname, r.relname, r.is_near, r.relkind, a.attname, x.indexrelid IS NOT NULL, r.oid, a.attnum
        FROM ({RELATIONS}) AS r
        JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_index AS x ON x.indrelid = r.oid AND x.indisprimary AND a.attnum = ANY (x.indkey)
        WHERE NOT r.relispartition
        ORDER BY r.nspname, r.relname, a.attnum"
    );
    let failed = |error| postgresql_failure(&error);
    batch(client, &format!("BEGIN READ ONLY; {SETTINGS}"))?;
    let tables = read_tables(client, &columns, leave_out).map_err(failed);
    let ended = batch(client, "ROLLBACK");
    let tables = tables?;
    ended?;
    Ok(Snapshot { tables: tables.into_iter().map(|(name, _, table)| (name, table)).collect() })
}

/// Name, path and rows of each table.
type Found = (String, String, TableRows);

fn read_tables(
    client: &mut Client,
    columns: &str,
    leave_out: &[&str],
) -> Result<Vec<Found>, postgres::Error> {
    let mut tables: Vec<Found> = Vec::new();
    for row in query(client, columns)?.into_iter().flatten() {
        let (schema, name) = (text(row.first()), text(row.get(1)));
        let told = told(&schema, &name, text(row.get(2)) == "t");
        if leave_out.contains(&told.as_str()) {
            continue;
        }
        if tables.last().is_none_or(|(last, ..)| *last != told) {
            let only = if text(row.get(3)) == "r" { "ONLY " } else { "" };
            let path = format!("{only}{}.{}", quote_identifier(&schema), quote_identifier(&name));
            let identity = text(row.get(6)).parse().ok().map(|table| Identity { table, columns: Vec::new() });
            tables.push((told, path, TableRows { identity, ..TableRows::default() }));
        }
        if let Some((_, _, table)) = tables.last_mut() {
            table.key.extend((text(row.get(5)) == "t").then(|| text(row.get(4))));
            table.columns.push(text(row.get(4)));
            if let (Some(identity), Ok(number)) = (&mut table.identity, text(row.get(7)).parse()) {
                identity.columns.push(number);
            }
        }
    }
    let select = |(_, path, table): &Found| {
        let columns = quote_all(table.columns.iter().map(String::as_str));
        format!(" SELECT {columns} FROM {path} LIMIT {};", KEPT_ROWS + 1)
    };
    let selects: String = tables.iter().map(select).collect();
    let sets = query(client, &selects)?;
    for ((_, path, table), rows) in tables.iter_mut().zip(sets) {
        table.count = rows.len();
        table.rows = rows;
        if table.count > KEPT_ROWS {
            table.rows.clear();
            let counted = query(client, &format!("SELECT count(*) FROM {path}"))?;
            let count = counted.into_iter().flatten().flatten().next().flatten();
            table.count = count.and_then(|count| count.parse().ok()).unwrap_or(0);
        }
    }
    Ok(tables)
}
