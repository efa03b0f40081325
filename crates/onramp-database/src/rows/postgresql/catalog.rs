use std::collections::HashMap;

use onramp_core::Failure;
use postgres::Client;

use super::types::{Types, number, text};
use super::{Rows, queries, query};
use crate::client::postgresql_failure;
use crate::rows::schema::{Check, Column, Constraint, ForeignKey, Source, Storage, Table};
use crate::rows::tokens::{Brackets, named};
use crate::rows::value::quote_identifier;

/// The tables of the user's schemas, by schema and name.
pub(super) fn read(client: &mut Client, leave_out: &[&str]) -> Result<Vec<Table>, Failure> {
    let sets = query(client, &queries::all()).map_err(|error| postgresql_failure(&error))?;
    let [relations, columns, constraints, indexes, types, labels, fields, domain_checks] = sets.as_slice()
    else {
        return Err(Failure::task(format!(
            "PostgreSQL: {} answers about the catalogue, 8 were asked",
            sets.len()
        )));
    };
    let types = Types::new(types, labels, fields, domain_checks);
    let mut reader = Reader::new(relations, leave_out);
    reader.columns(columns, &types);
    reader.partitions(relations);
    reader.constraints(constraints);
    reader.indexes(indexes);
    Ok(reader.finished())
}

/// A table's name as people are told it.
pub(super) fn told(schema: &str, name: &str, is_near: bool) -> String {
    if is_near { name.to_owned() } else { format!("{schema}.{name}") }
}

struct Reader {
    tables: Vec<Table>,
    /// The position of each table by its oid.
    places: HashMap<u32, usize>,
    /// The position of each column by the table's position and its own number.
    numbers: HashMap<(usize, i16), usize>,
}

impl Reader {
    fn new(relations: &Rows, leave_out: &[&str]) -> Self {
        let mut reader = Self { tables: Vec::new(), places: HashMap::new(), numbers: HashMap::new() };
        for row in relations {
            let (schema, name) = (text(row.get(1)), text(row.get(2)));
            let told = told(&schema, &name, text(row.get(4)) == "t");
            if leave_out.contains(&told.as_str()) {
                continue;
            }
            reader.places.insert(number(row.first()), reader.tables.len());
            let is_partitioned = text(row.get(3)) == "p";
            let storage = if is_partitioned { Storage::Partitions(Vec::new()) } else { Storage::Own };
            let path = format!("{}.{}", quote_identifier(&schema), quote_identifier(&name));
            reader.tables.push(Table::new(told, path, storage));
        }
        reader
    }

    fn place(&self, oid: Option<&Option<String>>) -> Option<usize> {
        self.places.get(&number(oid)).copied()
    }

    fn names(&self, at: usize) -> Vec<&str> {
        self.tables[at].columns.iter().map(|column| column.name.as_str()).collect()
    }

    /// The positions of columns by a list of their numbers, in either of the server's forms: `{1,2}` or `1 2`.
    fn positions(&self, at: usize, list: Option<&Option<String>>) -> Vec<usize> {
        let list = text(list);
        let numbers =
            list.trim_matches(['{', '}']).split([',', ' ']).filter_map(|number| number.parse().ok());
        numbers.filter_map(|number| self.numbers.get(&(at, number)).copied()).collect()
    }

    fn columns(&mut self, rows: &Rows, types: &Types) {
        for row in rows {
            let Some(at) = self.place(row.first()) else { continue };
            let (oid, modifier) = (number(row.get(4)), number(row.get(5)));
            let default = row.get(8).cloned().flatten();
            let source = match (text(row.get(6)).as_str(), text(row.get(7)).as_str(), default) {
                (_, "s" | "v", _) => Source::Generated(Vec::new()),
                ("a" | "d", _, _) => Source::Sequence,
                (_, _, Some(default)) if default.contains("nextval(") => Source::Sequence,
                (_, _, Some(default)) => Source::Default(default),
                _ => Source::Given,
            };
            let position = self.tables[at].columns.len();
            self.numbers.insert((at, number(row.get(1))), position);
            self.tables[at].columns.push(Column {
                name: text(row.get(2)),
                kind: types.kind(oid, modifier),
                nullable: text(row.get(3)) != "t" && !types.refuses_null(oid),
                source,
                domain: types.domain(oid),
            });
        }
        for table in &mut self.tables {
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
    }

    fn partitions(&mut self, rows: &Rows) {
        for row in rows {
            let Some(at) = self.place(row.first()) else { continue };
            if let Some(condition) = row.get(5).cloned().flatten() {
                let columns = named(&condition, &self.names(at), Brackets::Subscript);
                // A message about it names no constraint.
                self.tables[at]
                    .constraints
                    .push(Constraint { name: String::new(), columns: columns.clone() });
                // That of a part by hash has nothing in it but the number of the table, which differs from
                // database to database.
                let text =
                    if condition.contains("satisfies_hash_partition") { String::new() } else { condition };
                self.tables[at].checks.push(Check { text, columns });
            }
            if let Some(root) = self.place(row.get(6))
                && let Storage::Partitions(leaves) = &mut self.tables[root].storage
            {
                leaves.push(at);
            }
        }
    }

    fn constraints(&mut self, rows: &Rows) {
        for row in rows {
            let Some(at) = self.place(row.first()) else { continue };
            let name = text(row.get(1));
            let columns = self.positions(at, row.get(3));
            self.tables[at].constraints.push(Constraint { name: name.clone(), columns: columns.clone() });
            if text(row.get(2)) == "c" {
                self.tables[at].checks.push(Check { text: text(row.get(7)), columns });
                continue;
            }
            let generated =
                |column: &usize| matches!(self.tables[at].columns[*column].source, Source::Generated(_));
            if columns.iter().any(generated) {
                continue;
            }
            let parent = self.place(row.get(4));
            let parent_columns = parent.map_or_else(Vec::new, |parent| self.positions(parent, row.get(5)));
            if let Some(parent) = parent {
                self.tables[parent].referenced.extend(&parent_columns);
            }
            let parent_name = parent.map_or_else(String::new, |parent| self.tables[parent].name.clone());
            let deferrable = text(row.get(6)) == "t";
            let key = ForeignKey { name, columns, parent, parent_columns, parent_name, deferrable };
            self.tables[at].foreign_keys.push(key);
        }
    }

    fn indexes(&mut self, rows: &Rows) {
        for row in rows {
            let Some(at) = self.place(row.first()) else { continue };
            let mut columns = self.positions(at, row.get(2));
            if text(row.get(3)) == "t" {
                self.tables[at].key.clone_from(&columns);
            }
            self.tables[at].unique.extend(&columns);
            for expression in [row.get(4), row.get(5)] {
                columns.extend(named(&text(expression), &self.names(at), Brackets::Subscript));
            }
            self.tables[at].constraints.push(Constraint { name: text(row.get(1)), columns });
        }
    }

    fn finished(mut self) -> Vec<Table> {
        for table in &mut self.tables {
            table.referenced.sort_unstable();
            table.referenced.dedup();
        }
        self.tables
    }
}
