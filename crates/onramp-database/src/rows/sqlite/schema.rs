use std::collections::BTreeMap;

use onramp_core::Failure;
use rusqlite::{Connection, Row};

use super::ddl::{self, StoredCheck};
use super::kinds::kind;
use crate::client::sqlite_failure;
use crate::rows::schema::{Check, Column, Constraint, ForeignKey, Source, Storage, Table};
use crate::rows::tokens::{Brackets, named};
use crate::rows::value::quote_identifier;

const COLUMNS: &str = "
    SELECT t.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk, c.hidden, t.wr, s.sql
    FROM pragma_table_list AS t
    JOIN sqlite_schema AS s ON s.type = 'table' AND s.name = t.name
    JOIN pragma_table_xinfo(t.name) AS c
    WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    ORDER BY t.name, c.cid";

const FOREIGN_KEYS: &str = "
    SELECT t.name, f.id, f.\"table\", f.\"from\", f.\"to\"
    FROM pragma_table_list AS t JOIN pragma_foreign_key_list(t.name) AS f
    WHERE t.schema = 'main' AND t.type = 'table'
    ORDER BY t.name, f.id DESC, f.seq";

/// What is unique, be it by an index or by the table itself; `cid` is negative for an expression.
const UNIQUE: &str = "
    SELECT t.name, c.cid
    FROM pragma_table_list AS t JOIN pragma_index_list(t.name) AS i JOIN pragma_index_info(i.name) AS c
    WHERE t.schema = 'main' AND t.type = 'table' AND i.\"unique\" AND c.cid >= 0";

const INDEXES: &str =
    "SELECT tbl_name, name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";

/// The ordinary tables, by name: neither virtual ones, nor what belongs to them, nor SQLite's own.
pub(super) fn read(connection: &Connection, leave_out: &[&str]) -> Result<Vec<Table>, Failure> {
    let mut tables: Vec<Table> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut keys: BTreeMap<usize, Vec<(i64, usize)>> = BTreeMap::new();
    each(connection, COLUMNS, |row| {
        let name: String = row.get(0)?;
        if leave_out.contains(&name.as_str()) {
            return Ok(());
        }
        let at = *places.entry(name.to_lowercase()).or_insert(tables.len());
        if at == tables.len() {
            tables.push(table(name, row.get(7)?));
        }
        let position = tables[at].columns.len();
        let place_in_key: i64 = row.get(5)?;
        if place_in_key > 0 {
            keys.entry(at).or_default().push((place_in_key, position));
        }
        tables[at].columns.push(column(row)?);
        if position == 0 {
            // Kept until the columns are known.
            let text = row.get(8)?;
            tables[at].checks.push(Check { text, columns: Vec::new() });
        }
        Ok(())
    })?;
    for (at, mut key) in keys {
        key.sort_unstable();
        tables[at].key = key.into_iter().map(|(_, position)| position).collect();
    }
    for table in &mut tables {
        let sql = table.checks.remove(0).text;
        read_checks(table, &sql);
    }
    each(connection, INDEXES, |row| {
        if let Some(at) = places.get(&row.get::<_, String>(0)?.to_lowercase()) {
            let sql: String = row.get(2)?;
            let columns = named(ddl::body(&sql), &names(&tables[*at]), Brackets::QuoteNames);
            tables[*at].constraints.push(Constraint { name: row.get(1)?, columns });
        }
        Ok(())
    })?;
    each(connection, UNIQUE, |row| {
        if let Some(at) = places.get(&row.get::<_, String>(0)?.to_lowercase()) {
            let column: i64 = row.get(1)?;
            tables[*at].unique.extend(usize::try_from(column));
        }
        Ok(())
    })?;
    read_foreign_keys(connection, &mut tables, &places)?;
    Ok(tables)
}

fn each(
    connection: &Connection,
    query: &str,
    mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> Result<(), Failure> {
    let mut run = || {
        let mut statement = connection.prepare(query)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            take(row)?;
        }
        Ok(())
    };
    run().map_err(sqlite_failure)
}

fn names(table: &Table) -> Vec<&str> {
    table.columns.iter().map(|column| column.name.as_str()).collect()
}

fn table(name: String, without_rowid: bool) -> Table {
    let storage = if without_rowid { Storage::ByKey } else { Storage::Own };
    let path = quote_identifier(&name);
    Table::new(name, path, storage)
}

fn column(row: &Row<'_>) -> rusqlite::Result<Column> {
    let default: Option<String> = row.get(4)?;
    // 2 and 3 are generated columns, virtual and stored; which columns they come from is filled in later.
    let source = match (row.get::<_, i64>(6)?, default) {
        (2 | 3, _) => Source::Generated(Vec::new()),
        (_, Some(expression)) => Source::Default(expression),
        (_, None) => Source::Given,
    };
    Ok(Column {
        name: row.get(1)?,
        kind: kind(&row.get::<_, String>(2)?),
        // SQLite lets a key be NULL for old mistakes' sake; nobody means it.
        nullable: !row.get::<_, bool>(3)? && row.get::<_, i64>(5)? == 0,
        source,
        domain: None,
    })
}

fn read_checks(table: &mut Table, sql: &str) {
    for StoredCheck { name, text } in ddl::checks(sql) {
        let columns = named(&text, &names(table), Brackets::QuoteNames);
        // The message has the name, or the expression where there is none.
        table
            .constraints
            .push(Constraint { name: name.unwrap_or_else(|| text.clone()), columns: columns.clone() });
        table.checks.push(Check { text, columns });
    }
    // Which columns a generated one comes from is not worth reading: any may have to change.
    let given: Vec<usize> = (0..table.columns.len())
        .filter(|column| !matches!(table.columns[*column].source, Source::Generated(_)))
        .collect();
    for column in &mut table.columns {
        if let Source::Generated(from) = &mut column.source {
            from.clone_from(&given);
        }
    }
}

/// A foreign key as SQLite lists it: the names of its columns, with those of the parent where they are given.
struct Listed {
    child: usize,
    id: i64,
    parent_name: String,
    pairs: Vec<(String, Option<String>)>,
}

fn read_foreign_keys(
    connection: &Connection,
    tables: &mut [Table],
    places: &BTreeMap<String, usize>,
) -> Result<(), Failure> {
    let mut keys: Vec<Listed> = Vec::new();
    each(connection, FOREIGN_KEYS, |row| {
        let Some(child) = places.get(&row.get::<_, String>(0)?.to_lowercase()).copied() else {
            return Ok(());
        };
        let (id, pair) = (row.get(1)?, (row.get(3)?, row.get(4)?));
        match keys.last_mut().filter(|key| key.child == child && key.id == id) {
            Some(key) => key.pairs.push(pair),
            None => keys.push(Listed { child, id, parent_name: row.get(2)?, pairs: vec![pair] }),
        }
        Ok(())
    })?;
    for listed in keys {
        let child = listed.child;
        let Some(key) = foreign_key(listed, tables, places) else { continue };
        if let Some(parent) = key.parent {
            tables[parent].referenced.extend(&key.parent_columns);
        }
        tables[child].foreign_keys.push(key);
    }
    for table in tables {
        table.referenced.sort_unstable();
        table.referenced.dedup();
    }
    Ok(())
}

/// None where its columns are not for us to fill.
fn foreign_key(listed: Listed, tables: &[Table], places: &BTreeMap<String, usize>) -> Option<ForeignKey> {
    let Listed { child, parent_name, pairs, .. } = listed;
    let parent = places.get(&parent_name.to_lowercase()).copied();
    let position = |table: usize, name: &str| {
        tables[table].columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))
    };
    let columns: Vec<usize> = pairs.iter().map(|(from, _)| position(child, from)).collect::<Option<_>>()?;
    if columns.iter().any(|column| matches!(tables[child].columns[*column].source, Source::Generated(_))) {
        return None;
    }
    let to = |(at, (_, to)): (usize, &(String, Option<String>))| {
        let parent = parent?;
        // Without a name it is the parent's primary key.
        to.as_ref().map_or_else(|| tables[parent].key.get(at).copied(), |to| position(parent, to))
    };
    let parent_columns: Option<Vec<usize>> = pairs.iter().enumerate().map(to).collect();
    Some(ForeignKey {
        name: String::new(),
        columns,
        parent: parent.filter(|_| parent_columns.is_some()),
        parent_columns: parent_columns.unwrap_or_default(),
        parent_name,
        deferrable: true,
    })
}
