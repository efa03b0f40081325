//! Catalogs of PostgreSQL 14 and later.

mod index;

use std::collections::{BTreeMap, HashMap, HashSet};

use onramp_core::{Dialect, Failure};
use postgres::{IsolationLevel, Row, Transaction};

use super::{Catalog, Kind, Object, ObjectId};
use crate::client::postgresql_failure;

/// Queries that answer with objects; what their columns are stands in the first one.
const OBJECTS: [&str; 13] = [
    include_str!("postgresql/schemas.sql"),
    include_str!("postgresql/extensions.sql"),
    include_str!("postgresql/types.sql"),
    include_str!("postgresql/relations.sql"),
    include_str!("postgresql/columns.sql"),
    include_str!("postgresql/sequences.sql"),
    include_str!("postgresql/constraints.sql"),
    include_str!("postgresql/indexes.sql"),
    include_str!("postgresql/triggers.sql"),
    include_str!("postgresql/rules_and_policies.sql"),
    include_str!("postgresql/functions.sql"),
    include_str!("postgresql/others.sql"),
    include_str!("postgresql/opaque.sql"),
];
const MEMBERS: &str = include_str!("postgresql/members.sql");
const COMMENTS: &str = include_str!("postgresql/comments.sql");
const GRANTS: &str = include_str!("postgresql/grants.sql");

/// The oldest version whose catalogues the queries know, as `server_version_num` counts.
const OLDEST: i32 = 140_000;

/// What the texts of the server depend on.
const SETTINGS: &str = "SET LOCAL search_path TO public; SET LOCAL timezone TO 'UTC'; \
    SET LOCAL datestyle TO 'ISO, DMY'; SET LOCAL intervalstyle TO 'postgres'; SET LOCAL extra_float_digits TO 3; \
    SET LOCAL bytea_output TO 'hex'; SET LOCAL quote_all_identifiers TO off; SET LOCAL jit TO off";

/// How the server itself calls an object: the table of its kind, its number there, and the part's.
type Address = (u32, u32, i32);

/// Reads the catalog of the database that the client is connected to.
pub(super) fn read(client: &mut postgres::Client) -> Result<Catalog, Failure> {
    let mut transaction = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .map_err(|error| postgresql_failure(&error))?;
    let mut reading = Reading::default();
    let server_version = reading.read(&mut transaction)?;
    // Whatever was set for the texts is as it was afterwards.
    transaction.rollback().map_err(|error| postgresql_failure(&error))?;
    Ok(Catalog { dialect: Dialect::Postgresql, server_version, objects: reading.finish() })
}

#[derive(Default)]
struct Reading {
    objects: BTreeMap<ObjectId, Object>,
    ids: HashMap<Address, ObjectId>,
    /// The paths of tables and views that came with an extension.
    foreign: HashSet<Vec<String>>,
}

impl Reading {
    fn read(&mut self, transaction: &mut Transaction<'_>) -> Result<String, Failure> {
        let (version, number) = version(transaction)?;
        transaction.batch_execute(SETTINGS).map_err(|error| postgresql_failure(&error))?;
        let members: HashSet<(u32, u32)> = rows(transaction, MEMBERS)?
            .iter()
            .map(|row| Ok((field(row, 0)?, field(row, 1)?)))
            .collect::<Result<_, Failure>>()?;
        for query in OBJECTS {
            self.add_all(&rows(transaction, &of_version(query, number))?, &members)?;
        }
        for (attribute, query) in [("comment", COMMENTS), ("grants", GRANTS)] {
            for row in rows(transaction, query)? {
                let address = (field(&row, 0)?, field(&row, 1)?, field(&row, 2)?);
                let object = self.ids.get(&address).and_then(|id| self.objects.get_mut(id));
                if let Some(object) = object {
                    object.insert(attribute.to_owned(), field(&row, 3)?);
                }
            }
        }
        Ok(version)
    }

    fn add_all(&mut self, rows: &[Row], members: &HashSet<(u32, u32)>) -> Result<(), Failure> {
        for row in rows {
            let id = object_id(row)?;
            let address: Address = (field(row, 3)?, field(row, 4)?, field(row, 5)?);
            if members.contains(&(address.0, address.1)) {
                if id.kind.has_parts() {
                    self.foreign.insert(id.path);
                }
                continue;
            }
            let mut object = attributes(field(row, 2)?);
            if id.kind == Kind::Index {
                index::take_apart(&mut object);
            }
            self.ids.insert(address, id.clone());
            self.objects.entry(id).or_default().extend(object);
        }
        Ok(())
    }

    fn finish(mut self) -> BTreeMap<ObjectId, Object> {
        self.objects.retain(|id, _| !id.kind.is_part() || !self.foreign.contains(id.whole()));
        self.objects
    }
}

/// The version for people and the one to compare, of a server that is recent enough.
fn version(transaction: &mut Transaction<'_>) -> Result<(String, i32), Failure> {
    let query = "select current_setting('server_version'), current_setting('server_version_num')::int";
    let row = transaction.query_one(query, &[]).map_err(|error| postgresql_failure(&error))?;
    // `15.18 (Debian 15.18-0+deb12u1)`: who built it changes no text.
    let version: String = field(&row, 0)?;
    let version = version.split(' ').next().unwrap_or_default().to_owned();
    let number = field(&row, 1)?;
    if number < OLDEST {
        return Err(Failure::environment(format!("PostgreSQL {version} is too old: 14 is the oldest")));
    }
    Ok((version, number))
}

/// The query without the lines that the server does not know.
fn of_version(query: &str, number: i32) -> String {
    let mut is_known = true;
    let known = query.lines().filter(|line| {
        let major = |words: &str| line.trim().strip_prefix(words)?.parse::<i32>().ok();
        if line.trim() == "-- every version" {
            is_known = true;
        } else if let Some(first) = major("-- from version ") {
            is_known = number / 10_000 >= first;
        } else if let Some(first) = major("-- before version ") {
            is_known = number / 10_000 < first;
        }
        is_known
    });
    known.collect::<Vec<_>>().join("\n")
}

fn rows(transaction: &mut Transaction<'_>, query: &str) -> Result<Vec<Row>, Failure> {
    // Without a named statement it is one trip to the server.
    transaction.query_typed(query, &[]).map_err(|error| postgresql_failure(&error))
}

fn field<'a, T: postgres::types::FromSql<'a>>(row: &'a Row, column: usize) -> Result<T, Failure> {
    row.try_get(column).map_err(|error| postgresql_failure(&error))
}

fn object_id(row: &Row) -> Result<ObjectId, Failure> {
    let kind: &str = field(row, 0)?;
    let kind = Kind::of_name(kind).ok_or_else(|| Failure::task(format!("no kind is called `{kind}`")))?;
    let path: Vec<Option<String>> = field(row, 1)?;
    Ok(ObjectId { kind, path: path.into_iter().flatten().collect() })
}

/// From names and values in turns. An empty value tells nothing either.
fn attributes(texts: Vec<Option<String>>) -> Object {
    let mut object = Object::new();
    let mut texts = texts.into_iter();
    while let (Some(name), Some(value)) = (texts.next(), texts.next()) {
        let value = value.filter(|value| !value.is_empty());
        if let (Some(name), Some(value)) = (name, value) {
            object.insert(name, value);
        }
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_other_versions_are_left_out() {
        let query = "a\n-- from version 15\nb\n-- before version 15\nc\n-- every version\nd";
        assert_eq!(of_version(query, 140_009), "a\n-- before version 15\nc\n-- every version\nd");
        assert_eq!(of_version(query, 170_000), "a\n-- from version 15\nb\n-- every version\nd");
    }

    #[test]
    fn a_null_is_no_attribute() {
        let texts = ["a", "1", "b"].map(|text| Some(text.to_owned())).into_iter().chain([None]).collect();
        assert_eq!(attributes(texts), Object::from([("a".to_owned(), "1".to_owned())]));
    }
}
