use std::sync::Arc;

use onramp_core::Failure;
use onramp_database::catalog::{Catalog, Change, Difference, Kind, ObjectId, POSITION};
use onramp_database::rows::{Snapshot, TableRows};

use crate::Request;
use crate::edit::{Edit, literal, on_table};
use crate::trial::{Author, Look};

/// Something that goes while something like it comes: it may have got another name, which no engine sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rename<'a> {
    from: &'a ObjectId,
    to: &'a ObjectId,
    /// What both have: `type varchar(80)`.
    alike: String,
}

impl<'a> Rename<'a> {
    /// What a removed table or column may have become, in the order of the names. Columns are alike if they are of one
    /// type, and those that have all in common go first; tables, if they have the same columns.
    pub(crate) fn of(
        from: &'a ObjectId,
        before: &Catalog,
        after: &Catalog,
        difference: &'a Difference,
    ) -> Vec<Self> {
        let added = difference.changes.iter().filter_map(|change| match &change.change {
            Change::Added(_) if change.id.kind == from.kind => Some(&change.id),
            _ => None,
        });
        let type_of = |catalog: &Catalog, id: &ObjectId| catalog.objects.get(id)?.get("type").cloned();
        let candidates: Vec<Self> = match from.kind {
            Kind::Column => {
                let Some(own) = type_of(before, from) else { return Vec::new() };
                added
                    .filter(|to| to.whole() == from.whole() && type_of(after, to).as_ref() == Some(&own))
                    .map(|to| Self { from, to, alike: format!("type {own}") })
                    .collect()
            }
            Kind::Table => {
                let own = columns(before, &from.path);
                let names = own.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
                added
                    .filter(|to| !own.is_empty() && columns(after, &to.path) == own)
                    .map(|to| Self { from, to, alike: format!("columns {names}") })
                    .collect()
            }
            _ => Vec::new(),
        };
        let whole = |catalog: &Catalog, id: &ObjectId| {
            let mut object = catalog.objects.get(id).cloned().unwrap_or_default();
            object.remove(POSITION);
            object
        };
        let same: Vec<Self> = candidates
            .iter()
            .filter(|rename| whole(before, from) == whole(after, rename.to))
            .cloned()
            .collect();
        if same.is_empty() { candidates } else { same }
    }

    /// Whether the values are those from before. `None` where there were none, so that nobody can tell.
    fn keeps_values(&self, before: &Snapshot, after: &Snapshot) -> Option<bool> {
        let (table, later) = match self.from.kind {
            Kind::Column => (self.from.whole().join("."), self.to.whole().join(".")),
            _ => (self.from.path.join("."), self.to.path.join(".")),
        };
        let (table, later) = (before.tables.get(&table)?, after.tables.get(&later)?);
        let (values, values_later) = match self.from.kind {
            Kind::Column => (values_of(table, &[self.from.name()]), values_of(later, &[self.to.name()])),
            _ => {
                let columns: Vec<&str> = table.columns.iter().map(String::as_str).collect();
                (values_of(table, &columns), values_of(later, &columns))
            }
        };
        values.iter().flatten().any(Option::is_some).then(|| values == values_later)
    }

    /// The renames that there have been, as the rows tell. Where no row can tell, what somebody has written is believed.
    pub(crate) fn kept(
        renames: &[Self],
        before: &Snapshot,
        after: &Snapshot,
        author: Author,
    ) -> Option<Self> {
        let is_kept = |rename: &&Self| rename.keeps_values(before, after).unwrap_or(author == Author::Hand);
        renames.iter().find(is_kept).cloned()
    }

    /// The look under the new names.
    pub(crate) fn applied(renames: &[Self], look: &Look) -> Look {
        let mut look = look.clone();
        for Self { from, to, .. } in renames {
            match from.kind {
                Kind::Column => {
                    let (old, new) = (from.name().to_owned(), to.name().to_owned());
                    if let Some(table) = look.rows.tables.get_mut(&from.whole().join(".")) {
                        let names = table.columns.iter_mut().chain(&mut table.key);
                        names.filter(|name| **name == old).for_each(|name| name.clone_from(&new));
                    }
                    if let Some(object) = look.catalog.objects.get(*from).cloned() {
                        Arc::make_mut(&mut look.catalog).objects.insert((*to).clone(), object);
                    }
                }
                _ => {
                    let (old, new) = (from.path.join("."), to.path.join("."));
                    if let Some(table) = look.rows.tables.remove(&old) {
                        look.rows.tables.insert(new, table);
                    }
                    let columns = look.catalog.objects.iter();
                    let columns =
                        columns.filter(|(id, _)| id.kind == Kind::Column && id.whole() == from.path);
                    let moved: Vec<_> = columns
                        .map(|(id, object)| {
                            let path = to.path.iter().map(String::as_str).chain([id.name()]);
                            (ObjectId::new(Kind::Column, path), object.clone())
                        })
                        .collect();
                    Arc::make_mut(&mut look.catalog).objects.extend(moved);
                }
            }
        }
        look
    }

    /// Says what may be meant, and both ways to go on.
    pub(crate) fn refusal(renames: &[Self], catalog: &Catalog, request: &Request) -> Option<Failure> {
        let first = renames.first()?;
        let (kind, old) = (first.from.kind.name(), first.from.path.join("."));
        let to: Vec<String> = renames.iter().map(|rename| rename.to.path.join(".")).collect();
        let message = format!(
            "the revision drops {kind} {old} and adds {} with the same {}, which looks like a rename; the rows would be \
             lost",
            to.join(" or "),
            first.alike
        );
        let statement = |from: &ObjectId, to: &ObjectId| match from.kind {
            Kind::Table => {
                let schema = match from.path.as_slice() {
                    [schema, _] => format!(", schema={}", literal(schema)),
                    _ => String::new(),
                };
                format!("op.rename_table({}, {}{schema})", literal(from.name()), literal(to.name()))
            }
            _ => {
                let arguments = format!("{}, new_column_name={}", literal(from.name()), literal(to.name()));
                on_table(catalog.dialect, from.whole(), "alter_column", &arguments)
            }
        };
        let ways = renames.iter().map(|rename| statement(rename.from, rename.to)).collect();
        let ways_back = renames.iter().map(|rename| statement(rename.to, rename.from)).collect();
        let edit = Edit {
            purpose: "to keep the rows".to_owned(),
            places: vec![
                (format!("in upgrade(), in place of what adds the one and drops the other {kind}:"), ways),
                ("in downgrade() likewise:".to_owned(), ways_back),
            ],
            request,
        };
        let hint = format!(
            "{}\nif it is no rename: {}",
            edit.hint(),
            request.again_with(&format!("--may-drop {old}"))
        );
        Some(Failure::task(message).hint(hint))
    }
}

/// The values of some columns of each row, sorted.
fn values_of<'a>(table: &'a TableRows, columns: &[&str]) -> Vec<Vec<Option<&'a str>>> {
    let places: Vec<Option<usize>> =
        columns.iter().map(|name| table.columns.iter().position(|column| column == name)).collect();
    let value = |row: &'a Vec<Option<String>>, place: Option<usize>| row.get(place?)?.as_deref();
    let mut values: Vec<Vec<Option<&str>>> =
        table.rows.iter().map(|row| places.iter().map(|place| value(row, *place)).collect()).collect();
    values.sort_unstable();
    values
}

/// The columns of a table with their types.
fn columns(catalog: &Catalog, table: &[String]) -> Vec<(String, Option<String>)> {
    let columns = catalog.objects.iter().filter(|(id, _)| id.kind == Kind::Column && id.whole() == table);
    columns.map(|(id, object)| (id.name().to_owned(), object.get("type").cloned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use onramp_core::Dialect;
    use onramp_database::catalog::Object;

    fn catalog(columns: &[(&str, &str, &str)]) -> Catalog {
        let mut catalog = Catalog {
            dialect: Dialect::Postgresql,
            server_version: "15".to_owned(),
            objects: Default::default(),
        };
        for (place, (path, type_, default)) in columns.iter().enumerate() {
            let path: Vec<&str> = path.split('.').collect();
            catalog
                .objects
                .insert(ObjectId::new(Kind::Table, path[..path.len() - 1].to_vec()), Object::new());
            let texts = [
                ("type", (*type_).to_owned()),
                ("default", (*default).to_owned()),
                (POSITION, place.to_string()),
            ];
            let object = texts.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
            catalog.objects.insert(ObjectId::new(Kind::Column, path), object);
        }
        catalog
    }

    fn check(before: &[(&str, &str, &str)], after: &[(&str, &str, &str)], expected: &[&str]) {
        let (before, after) = (catalog(before), catalog(after));
        let difference = Difference::between(&before, &after);
        let removed = difference.changes.iter().filter(|change| matches!(change.change, Change::Removed(_)));
        let renames = removed.flat_map(|change| Rename::of(&change.id, &before, &after, &difference));
        let found: Vec<String> = renames
            .map(|rename| format!("{} -> {}", rename.from.path.join("."), rename.to.path.join(".")))
            .collect();
        let tables_first = |text: &&String| text.matches('.').count();
        let mut sorted: Vec<&String> = found.iter().collect();
        sorted.sort_by_key(tables_first);
        assert_eq!(sorted, expected.iter().collect::<Vec<_>>());
    }

    #[test]
    fn a_column_of_the_same_type_in_the_same_table_may_be_the_same() {
        let id = ("a.id", "integer", "");
        check(
            &[id, ("a.x", "text", "")],
            &[id, ("a.y", "text", "1"), ("a.z", "integer", "")],
            &["a.x -> a.y"],
        );
        check(&[id, ("a.x", "text", "")], &[id, ("a.y", "integer", "")], &[]);
        check(&[id, ("a.x", "text", "")], &[id, ("b.y", "text", "")], &[]);
        // One that has all in common is more like it than others.
        check(
            &[id, ("a.x", "text", "1")],
            &[id, ("a.y", "text", "2"), ("a.z", "text", "1")],
            &["a.x -> a.z"],
        );
        check(
            &[id, ("a.x", "text", "1")],
            &[id, ("a.y", "text", "2"), ("a.z", "text", "3")],
            &["a.x -> a.y", "a.x -> a.z"],
        );
    }

    #[test]
    fn a_table_with_the_same_columns_may_be_the_same() {
        check(&[("a.id", "integer", "")], &[("b.id", "integer", "")], &["a -> b"]);
        check(&[("a.id", "integer", "")], &[("b.id", "text", "")], &[]);
    }
}
