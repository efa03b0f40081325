use onramp_core::Dialect;
use onramp_database::structure::Structure;

use crate::sql::{Parsed, Reach};
use crate::world::{World, same};

/// Which columns hold no NULL, before a revision and behind it.
pub(crate) struct Nulls {
    before: Structure,
    after: Structure,
}

impl Nulls {
    pub(crate) fn of(world: &World<'_>) -> Self {
        Self { before: Structure::of(world.before), after: Structure::of(world.after) }
    }

    /// A statement whose condition is true of every row because a column holds no NULL, as one without a condition; `world`
    /// being the one before it.
    pub(crate) fn settle(&self, parsed: &mut Parsed, world: &World<'_>) {
        let (Parsed::Delete { table, reach } | Parsed::Update { table, reach }) = parsed else { return };
        let Reach::Where(condition) = reach else { return };
        let Some(origin) = world.origin(table) else { return };
        // What the revision itself requires may not be required yet, and what it drops may be dropped already.
        let is_required = |column: &str| {
            let old = world.other_name(origin, column).unwrap_or(column);
            takes_no_null(&self.before, origin, old) && self.still_takes_none(world, origin, column)
        };
        if condition.is_always_true(&is_required) {
            *reach = Reach::All;
        }
    }

    /// Whether nothing has made a column of that moment take NULL, as far as the end tells.
    fn still_takes_none(&self, world: &World<'_>, origin: &[String], column: &str) -> bool {
        let end = world.end_of(&origin.to_vec()).cloned();
        let Some((table, path)) = end.and_then(|end| Some((self.after.tables.get(&end)?, end))) else {
            return true;
        };
        let is_there = table.columns.iter().any(|other| is_same(self.after.dialect, &other.name, column));
        !is_there || takes_no_null(&self.after, &path, column)
    }
}

/// What every row has without a column of that name.
const OF_EVERY_ROW: [(Dialect, &str); 5] = [
    (Dialect::Sqlite, "rowid"),
    (Dialect::Sqlite, "_rowid_"),
    (Dialect::Sqlite, "oid"),
    (Dialect::Postgresql, "ctid"),
    (Dialect::Postgresql, "tableoid"),
];

/// Whether a column holds no NULL, be it declared so or the key that SQLite finds rows by.
pub(crate) fn takes_no_null(structure: &Structure, table: &[String], column: &str) -> bool {
    let dialect = structure.dialect;
    let tables = &mut structure.tables.iter();
    let Some((_, table)) = tables.find(|(path, _)| same(dialect, path, table)) else { return false };
    let Some(own) = table.columns.iter().find(|own| is_same(dialect, &own.name, column)) else {
        return OF_EVERY_ROW.iter().any(|(only, name)| *only == dialect && column.eq_ignore_ascii_case(name));
    };
    let key = table.primary_key.iter().flat_map(|key| &key.columns);
    let is_key = key.clone().any(|name| is_same(dialect, name, column));
    let finds_rows = || {
        let is_alone = key.clone().count() == 1 && own.type_name.eq_ignore_ascii_case("integer");
        is_alone || table.attributes.contains_key("without-rowid")
    };
    !own.nullable || dialect == Dialect::Sqlite && is_key && finds_rows()
}

fn is_same(dialect: Dialect, left: &str, right: &str) -> bool {
    same(dialect, &[left.to_owned()], &[right.to_owned()])
}
