mod seen;

use std::collections::{BTreeMap, BTreeSet};

use onramp_core::Dialect;
use onramp_database::catalog::{Catalog, DEFAULT_SCHEMA, Kind, Object, ObjectId};

pub(crate) use self::seen::{Seen, table_called};
use crate::proofs::Proofs;
use crate::sql::{Action, Parsed, Path, TokenKind};

/// What is known of the tables at one moment of a revision: which of them were there before it, under which names.
pub(crate) struct World<'a> {
    pub(crate) before: &'a Catalog,
    pub(crate) after: &'a Catalog,
    /// The names of today, and those from before.
    tables: BTreeMap<Vec<String>, Vec<String>>,
    /// The columns that were renamed: the table from before and the name of today, and the name from before.
    columns: BTreeMap<(Vec<String>, String), String>,
    /// The names at the end that no statement tells.
    seen: Seen,
    /// The schemas that have another name: the one from before, and that of today.
    schemas: BTreeMap<String, String>,
    /// The tables from before that are gone at this moment, by the names that they had last.
    pub(crate) gone: BTreeMap<Vec<String>, Vec<String>>,
    /// What was copied into tables that the revision has made: the columns with those that they come from.
    copies: BTreeMap<Vec<String>, BTreeMap<String, Option<String>>>,
    /// The tables from before that were made anew, and that no rows were copied into.
    pub(crate) emptied: BTreeSet<Vec<String>>,
    /// The columns, by their tables from before, that were made with a value for old rows.
    pub(crate) filled: BTreeSet<(Vec<String>, String)>,
    /// The columns, by their tables and their names from before, that were made anew without the values that they had.
    pub(crate) lost: BTreeSet<(Vec<String>, String)>,
    /// What checks say of columns at this moment.
    pub(crate) proofs: Proofs,
}

impl<'a> World<'a> {
    pub(crate) fn new(before: &'a Catalog, after: &'a Catalog) -> Self {
        let tables = before.objects.keys().filter(|id| is_table(id.kind));
        Self {
            before,
            after,
            tables: tables.map(|id| (id.path.clone(), id.path.clone())).collect(),
            columns: BTreeMap::new(),
            seen: Seen::default(),
            schemas: BTreeMap::new(),
            gone: BTreeMap::new(),
            copies: BTreeMap::new(),
            emptied: BTreeSet::new(),
            filled: BTreeSet::new(),
            lost: BTreeSet::new(),
            proofs: Proofs::of(before),
        }
    }

    /// The same, where somebody has seen what became of names.
    pub(crate) fn seen(self, seen: Seen) -> Self {
        Self { seen, ..self }
    }

    /// The one at the beginning of the same revision.
    pub(crate) fn anew(&self) -> Self {
        Self::new(self.before, self.after).seen(self.seen.clone())
    }

    /// The path that a table of today had before the revision; `None` for one that the revision has made.
    pub(crate) fn origin(&self, table: &Path) -> Option<&Vec<String>> {
        let of_other_case = || {
            let is_it =
                |name: &Vec<String>| name.len() == table.0.len() && same(self.before.dialect, name, &table.0);
            self.tables.iter().find(|(name, _)| is_it(name)).map(|(_, origin)| origin)
        };
        self.tables.get(&table.0).or_else(of_other_case).or_else(|| self.seen.table_before(&table.0))
    }

    /// The path that a table from before has today; `None` where it is gone.
    pub(crate) fn today(&self, origin: &[String]) -> Option<&Vec<String>> {
        let known = self.tables.iter().find(|(_, known)| *known == origin).map(|(today, _)| today)?;
        // A name that no statement has changed may have changed all the same.
        let seen = self.seen.table_today(origin).filter(|_| known == origin);
        Some(seen.unwrap_or(known))
    }

    /// The path that a table from before has at the end, where one of its name may be it unless another has taken the name.
    pub(crate) fn end_of<'b>(&'b self, origin: &'b Vec<String>) -> Option<&'b Vec<String>> {
        self.today(origin).or_else(|| {
            let is_taken = self.origin(&Path(origin.clone())).is_some_and(|other| other != origin);
            (!is_taken).then_some(origin)
        })
    }

    /// The name that a schema from before has today, whether it is still there or not.
    pub(crate) fn schema_today<'b>(&'b self, origin: &'b str) -> &'b str {
        self.schemas.get(origin).map_or(origin, String::as_str)
    }

    /// A type from before as it is called where its schema has another name: `old.state`.
    pub(crate) fn type_today(&self, type_: &str) -> String {
        let renamed = self.schemas.iter().find_map(|(origin, today)| {
            let name = type_.strip_prefix(origin.as_str())?.strip_prefix('.')?;
            Some(if today == DEFAULT_SCHEMA { name.to_owned() } else { format!("{today}.{name}") })
        });
        renamed.unwrap_or_else(|| type_.to_owned())
    }

    /// The name that a column from before has today, whether it is still there or not.
    pub(crate) fn column_today<'b>(&'b self, origin: &[String], column: &'b str) -> &'b str {
        let renamed = self.columns.iter().find(|((table, _), old)| table == origin && *old == column);
        let renamed = renamed.map(|((_, today), _)| today.as_str());
        renamed.or_else(|| self.seen.column_today(origin, column)).unwrap_or(column)
    }

    /// The name that a column of today had, if it had another one.
    pub(crate) fn other_name(&self, origin: &[String], column: &str) -> Option<&str> {
        let known = self.columns.get(&(origin.to_vec(), column.to_owned())).map(String::as_str);
        known.or_else(|| self.seen.column_before(origin, column))
    }

    /// The column from before that a column of today is.
    pub(crate) fn column_before(&self, origin: &[String], column: &str) -> Option<&'a Object> {
        find_column(self.before, origin, self.other_name(origin, column).unwrap_or(column))
    }

    /// A column as the revision leaves it.
    pub(crate) fn column_after(&self, origin: &[String], column: &str) -> Option<&'a Object> {
        find_column(self.after, self.today(origin)?, column)
    }

    /// The tables from before that an index of today belongs to.
    pub(crate) fn table_of_index(&self, index: &Path) -> Option<&'a [String]> {
        let (name, schema) = index.0.split_last()?;
        let of_index = |id: &&ObjectId| {
            let table = id.whole();
            matches!(id.kind, Kind::Index | Kind::Unique | Kind::PrimaryKey | Kind::Exclusion)
                && id.name() == name
                && table[..table.len().saturating_sub(1)] == *schema
        };
        let id = self.before.objects.keys().find(of_index)?;
        self.today(id.whole()).map(|_| id.whole())
    }

    /// Goes on to the moment behind a statement.
    pub(crate) fn apply(&mut self, parsed: &Parsed) {
        match parsed {
            Parsed::DropTable { tables } => {
                for table in tables {
                    if let Some(origin) = self.origin(table).cloned() {
                        self.tables.retain(|_, known| *known != origin);
                        self.proofs.forget(&origin);
                        self.gone.insert(table.0.clone(), origin);
                    }
                }
            }
            Parsed::CreateTable { table, is_filled } => {
                if *is_filled {
                    self.copies.insert(table.0.clone(), BTreeMap::new());
                }
                if let Some(origin) = self.gone_as(&table.0) {
                    self.tables.insert(table.0.clone(), origin.clone());
                    if !is_filled {
                        self.emptied.insert(origin);
                    }
                }
            }
            Parsed::CopyRows { to, .. }
                if self.origin(to).is_some_and(|origin| self.emptied.contains(origin)) =>
            {
                let origin = self.origin(to).cloned().unwrap_or_default();
                self.emptied.remove(&origin);
            }
            Parsed::CopyRows { to, from, columns, values }
                if self.origin(to).is_none() && self.origin(from).is_some() =>
            {
                // The column that a value comes from is the last name in it: `flow.owner`, `CAST(flow.owner AS TEXT)`.
                let source = |value: &Vec<crate::sql::Token>| {
                    let end = value.iter().position(|token| token.is("as")).unwrap_or(value.len());
                    let is_name =
                        |token: &&crate::sql::Token| matches!(token.kind, TokenKind::Word | TokenKind::Name);
                    value[..end].iter().rfind(is_name).map(|token| token.text.clone())
                };
                let copied = columns.iter().cloned().zip(values.iter().map(source)).collect();
                self.copies.insert(to.0.clone(), copied);
            }
            Parsed::RenameSchema { from, to } => {
                let origin = self.schemas.iter().find(|(_, today)| *today == from).map(|(origin, _)| origin);
                let origin = origin.unwrap_or(from).clone();
                self.schemas.insert(origin, to.clone());
                let tables = std::mem::take(&mut self.tables).into_iter();
                let today = |path: Vec<String>| Path::in_renamed_schema(&path, from, to).unwrap_or(path);
                self.tables = tables.map(|(path, origin)| (today(path), origin)).collect();
            }
            Parsed::AlterTable { table, actions } => {
                let mut table = table.clone();
                if let Some(origin) = self.origin(&table).cloned() {
                    actions.iter().for_each(|action| self.proofs.apply(&origin, action));
                }
                for action in actions {
                    match action {
                        Action::RenameTable { to } => {
                            let to = table.with_name(to.clone());
                            self.rename(&table, &to);
                            table = to;
                        }
                        Action::MoveTable { to } => {
                            let name = table.0.last().cloned().unwrap_or_default();
                            let to = Path::new(vec![to.clone(), name]);
                            self.rename(&table, &to);
                            table = to;
                        }
                        Action::DropColumn { column } => self.drop_column(&table, column),
                        Action::RenameColumn { from, to } => {
                            if let Some(origin) = self.origin(&table).cloned() {
                                let old = self.columns.remove(&(origin.clone(), from.clone()));
                                self.columns
                                    .insert((origin, to.clone()), old.unwrap_or_else(|| from.clone()));
                            }
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// Takes the table of that path from those that are gone.
    fn gone_as(&mut self, path: &[String]) -> Option<Vec<String>> {
        let name = self.gone.keys().find(|gone| same(self.before.dialect, gone, path)).cloned()?;
        self.gone.remove(&name)
    }

    fn drop_column(&mut self, table: &Path, column: &str) {
        let Some(origin) = self.origin(table).cloned() else { return };
        let old = self.columns.get(&(origin.clone(), column.to_owned())).map_or(column, String::as_str);
        // One of that name may have come since the old one has got another name.
        let is_another = self.column_today(&origin, old) != column;
        if let Some(name) = find_column_name(self.before, &origin, old).filter(|_| !is_another) {
            self.lost.insert((origin, name));
        }
    }

    /// A table that takes the place of one that was there is the same.
    fn rename(&mut self, from: &Path, to: &Path) {
        if let Some(origin) = self.origin(from).cloned() {
            self.tables.retain(|_, known| *known != origin);
            self.tables.insert(to.0.clone(), origin);
            return;
        }
        let Some(origin) = self.gone_as(&to.0) else { return };
        self.tables.insert(to.0.clone(), origin.clone());
        let Some(copied) = self.copies.remove(&from.0) else {
            self.emptied.insert(origin);
            return;
        };
        let is_copied = |name: &str| {
            let of_column = |(column, source): (&String, &Option<String>)| {
                column.eq_ignore_ascii_case(name)
                    || source.as_ref().is_some_and(|source| source.eq_ignore_ascii_case(name))
            };
            // Without a list of columns nobody knows which they are.
            copied.is_empty() || copied.iter().any(of_column)
        };
        let last = |name: &str| self.column_today(&origin, name).to_owned();
        let left = column_names(self.before, &origin).filter(|name| !is_copied(&last(name)));
        let left: Vec<_> = left.map(|name| (origin.clone(), name.to_owned())).collect();
        self.lost.extend(left);
        for (column, source) in copied {
            if let Some(source) = &source
                && *source != column
                && self.column_before(&origin, source).is_some()
                && self.column_before(&origin, &column).is_none()
            {
                let first = self.columns.remove(&(origin.clone(), source.clone()));
                let first = first.unwrap_or_else(|| source.clone());
                self.columns.insert((origin.clone(), column.clone()), first);
            }
            self.filled.insert((origin.clone(), column));
        }
    }
}

/// Whether rows lie in an object of that kind.
pub(crate) fn is_table(kind: Kind) -> bool {
    matches!(kind, Kind::Table | Kind::MaterializedView)
}

fn find_column<'a>(catalog: &'a Catalog, table: &[String], column: &str) -> Option<&'a Object> {
    let names = table.iter().map(String::as_str).chain([column]);
    let id = ObjectId::new(Kind::Column, names);
    catalog.objects.get(&id).or_else(|| {
        let is_it =
            |other: &&ObjectId| other.kind == Kind::Column && same(catalog.dialect, &other.path, &id.path);
        catalog.objects.iter().find(|(other, _)| is_it(other)).map(|(_, object)| object)
    })
}

/// The name of a column, as the catalog has it.
fn find_column_name(catalog: &Catalog, table: &[String], column: &str) -> Option<String> {
    let is_it = |name: &&str| match catalog.dialect {
        Dialect::Postgresql => *name == column,
        Dialect::Sqlite => name.eq_ignore_ascii_case(column),
    };
    column_names(catalog, table).find(is_it).map(str::to_owned)
}

/// The columns of a table.
fn column_names<'a>(catalog: &'a Catalog, table: &'a [String]) -> impl Iterator<Item = &'a str> {
    catalog
        .objects
        .keys()
        .filter(move |id| id.kind == Kind::Column && id.whole() == table)
        .map(ObjectId::name)
}

/// Whether two paths are the same: SQLite does not tell letters of different case apart.
pub(crate) fn same(dialect: Dialect, left: &[String], right: &[String]) -> bool {
    match dialect {
        Dialect::Postgresql => left == right,
        Dialect::Sqlite => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| left.eq_ignore_ascii_case(right))
        }
    }
}
