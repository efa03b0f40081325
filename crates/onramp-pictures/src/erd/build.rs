use std::collections::{BTreeMap, BTreeSet};

use onramp_database::catalog::{Catalog, Kind, Object, ObjectId};
use onramp_database::structure::{Action, Column, ForeignKey, Key, Structure, Table};

use super::diagram::Keys;
use super::{Diagram, Entity, EntityKind, ListedChange, Mark, Relation, Row, changes, enums};

impl Diagram {
    /// The diagram of a catalog. With the catalog of `before`, which is of the same dialect, it shows what both have and what
    /// only one has, and says what is different.
    pub fn new(before: Option<&Catalog>, after: &Catalog) -> Self {
        let structures: Vec<Structure> = before.into_iter().chain([after]).map(Structure::of).collect();
        let enums: Vec<BTreeMap<&[String], &Object>> =
            before.into_iter().chain([after]).map(enumerations).collect();
        let mut paths: BTreeSet<&[String]> = BTreeSet::new();
        paths.extend(structures.iter().flat_map(|structure| structure.tables.keys().map(Vec::as_slice)));
        let tables = paths.iter().map(|path| {
            let of_each: Vec<Option<&Table>> =
                structures.iter().map(|structure| structure.tables.get(*path)).collect();
            let newest = of_each.iter().rev().flatten().next().expect("one of them has the path");
            Entity {
                kind: EntityKind::of(newest.id.kind).unwrap_or(EntityKind::Table),
                ..entity(path, &of_each.iter().map(|table| table.map(rows)).collect::<Vec<_>>())
            }
        });
        let mut entities: Vec<Entity> = tables.collect();
        let paths: BTreeSet<&[String]> = enums.iter().flat_map(|enums| enums.keys().copied()).collect();
        entities.extend(paths.into_iter().map(|path| {
            let rows = |object: &&Object| enums::labels(object).into_iter().map(label).collect();
            let of_each: Vec<Option<Vec<Row>>> =
                enums.iter().map(|enums| enums.get(path).map(rows)).collect();
            Entity { kind: EntityKind::Enum, ..entity(path, &of_each) }
        }));
        let mut diagram = Self { dialect: after.dialect, entities, relations: Vec::new(), changes: None };
        diagram.relate(&structures);
        if let Some(before) = before {
            diagram.tell(changes::listed(before, after));
        }
        diagram
    }

    fn relate(&mut self, structures: &[Structure]) {
        let places: BTreeMap<Vec<String>, usize> = self
            .entities
            .iter()
            .enumerate()
            .filter(|(_, entity)| entity.kind != EntityKind::Enum)
            .map(|(place, entity)| (entity.path.clone(), place))
            .collect();
        // Of a key that both have, the newer one counts.
        let mut found: BTreeMap<&ObjectId, (&Table, &ForeignKey, usize)> = BTreeMap::new();
        for structure in structures {
            for table in structure.tables.values() {
                for key in &table.foreign_keys {
                    let times = found.get(&key.id).map_or(1, |(_, _, times)| times + 1);
                    found.insert(&key.id, (table, key, times));
                }
            }
        }
        let newest = structures.last();
        for (id, (table, key, times)) in found {
            let is_there = newest
                .and_then(|newest| newest.table(id.whole()))
                .is_some_and(|table| table.foreign_keys.iter().any(|key| key.id == *id));
            let mark = match (structures.len(), times, is_there) {
                (1, _, _) | (_, 2, _) => Mark::Same,
                (_, _, true) => Mark::Added,
                (_, _, false) => Mark::Removed,
            };
            let (Some(child), Some(parent)) = (places.get(id.whole()), places.get(&key.target)) else {
                continue;
            };
            self.relations.push(self.relation(*child, *parent, table, key, mark));
        }
    }

    fn relation(&self, child: usize, parent: usize, table: &Table, key: &ForeignKey, mark: Mark) -> Relation {
        let row = |entity: usize, name: &String| {
            self.entities[entity].rows.iter().position(|row| row.name == *name)
        };
        let targets = key.target_columns.iter().map(Some).chain(std::iter::repeat(None));
        let columns = key
            .columns
            .iter()
            .zip(targets)
            .map(|(column, target)| (row(child, column), target.and_then(|target| row(parent, target))));
        let takes_null = |name: &String| table.column(name).is_some_and(|column| takes_null(table, column));
        let mut rules: Vec<String> = Vec::new();
        for (event, action) in [("ON DELETE", key.on_delete), ("ON UPDATE", key.on_update)] {
            if action != Action::NoAction {
                rules.push(format!("{event} {action}"));
            }
        }
        rules.extend(Some(key.rest.clone()).filter(|rest| !rest.is_empty()));
        Relation {
            name: key.id.name().to_owned(),
            child,
            parent,
            columns: columns.collect(),
            optional: key.columns.iter().any(takes_null),
            one_to_one: unique_sets(table)
                .iter()
                .any(|set| set.iter().all(|name| key.columns.contains(name))),
            rules: rules.join(" "),
            mark,
            changes: Vec::new(),
        }
    }

    /// Marks what the list names, and has the list know where that is.
    fn tell(&mut self, mut listed: Vec<ListedChange>) {
        for change in &mut listed {
            let whole = if change.kind.is_part() {
                change.path.split_last().map_or(&[][..], |(_, whole)| whole)
            } else {
                &change.path
            };
            let entity = self.entities.iter().position(|entity| {
                let is_enum = entity.kind == EntityKind::Enum;
                entity.path == whole
                    && (change.kind == Kind::Enum) == is_enum
                    && (change.kind.is_part() || change.kind.has_parts() || is_enum)
            });
            change.entity = entity;
            let Some(place) = entity else { continue };
            self.mark(place, change);
        }
        self.changes = Some(listed);
    }

    fn mark(&mut self, place: usize, change: &ListedChange) {
        let entity = &mut self.entities[place];
        let name = change.path.last().map_or("", String::as_str);
        if entity.mark == Mark::Same {
            entity.mark = Mark::Changed;
        }
        if !change.kind.is_part() {
            if change.mark == Mark::Changed && change.kind != Kind::Enum {
                entity.changes.extend(change.details.iter().cloned());
            }
            return;
        }
        if change.kind == Kind::Column {
            let row = entity.rows.iter_mut().find(|row| row.name == name);
            if let Some(row) = row.filter(|_| change.mark == Mark::Changed) {
                row.mark = Mark::Changed;
                row.changes.extend(change.details.iter().cloned());
            }
            return;
        }
        if change.kind == Kind::ForeignKey {
            let relation =
                self.relations.iter_mut().find(|relation| relation.child == place && relation.name == name);
            if let Some(relation) = relation.filter(|_| change.mark == Mark::Changed) {
                relation.mark = Mark::Changed;
                relation.changes.extend(change.details.iter().cloned());
            }
        }
        if matches!(entity.mark, Mark::Added | Mark::Removed) {
            return;
        }
        let details = change.details.join("; ");
        let details = if details.is_empty() || details == name { details } else { format!(": {details}") };
        let line = format!("{} {} {name}{details}", change.mark.sign(), change.kind.name());
        entity.changes.push(line);
    }
}

/// An entity whose rows are those of the newest catalog that has it. What only the other one has is put behind what it
/// stood behind there.
fn entity(path: &[String], of_each: &[Option<Vec<Row>>]) -> Entity {
    let (mark, rows) = match of_each {
        [Some(before), Some(after)] => (Mark::Same, merged(before, after)),
        [None, Some(after)] => (Mark::Added, all(after, Mark::Added)),
        [Some(before), None] => (Mark::Removed, all(before, Mark::Removed)),
        others => (Mark::Same, others.iter().flatten().flatten().cloned().collect()),
    };
    Entity { path: path.to_vec(), kind: EntityKind::Table, rows, hidden: 0, mark, changes: Vec::new() }
}

fn all(rows: &[Row], mark: Mark) -> Vec<Row> {
    rows.iter().map(|row| Row { mark, ..row.clone() }).collect()
}

fn merged(before: &[Row], after: &[Row]) -> Vec<Row> {
    let has = |rows: &[Row], name: &str| rows.iter().any(|row| row.name == name);
    let mut rows: Vec<Row> = after
        .iter()
        .map(|row| {
            let mark = if has(before, &row.name) { Mark::Same } else { Mark::Added };
            Row { mark, ..row.clone() }
        })
        .collect();
    for (place, row) in before.iter().enumerate().filter(|(_, row)| !has(after, &row.name)) {
        let above = place.checked_sub(1).map(|above| &before[above].name);
        let at =
            above.and_then(|above| rows.iter().position(|row| row.name == *above)).map_or(0, |at| at + 1);
        rows.insert(at, Row { mark: Mark::Removed, ..row.clone() });
    }
    rows
}

fn rows(table: &Table) -> Vec<Row> {
    let uniques = unique_sets(table);
    let row = |column: &Column| {
        let name = &column.name;
        Row {
            name: name.clone(),
            type_name: column.type_name.clone(),
            nullable: takes_null(table, column)
                && EntityKind::of(table.id.kind)
                    .is_some_and(|kind| !matches!(kind, EntityKind::View | EntityKind::MaterializedView)),
            default: column.default.clone().or_else(|| column.generated.clone()),
            keys: Keys {
                primary: table.primary_key.as_ref().is_some_and(|key| key.columns.contains(name)),
                foreign: table.foreign_keys.iter().any(|key| key.columns.contains(name)),
                unique: uniques
                    .iter()
                    .skip(usize::from(table.primary_key.is_some()))
                    .any(|set| set == &[name]),
            },
            ..Row::default()
        }
    };
    table.columns.iter().map(row).collect()
}

/// Whether a column takes NULL. SQLite calls the number of a row nullable, and no row is without one.
fn takes_null(table: &Table, column: &Column) -> bool {
    let is_number = |key: &Key| key.columns == [column.name.as_str()] && column.type_name == "INTEGER";
    column.nullable && !table.primary_key.as_ref().is_some_and(is_number)
}

fn label(name: String) -> Row {
    Row { name, ..Row::default() }
}

/// Sets of columns of which no two rows have the same, the primary key first.
fn unique_sets(table: &Table) -> Vec<Vec<&String>> {
    let keys = table.primary_key.iter().chain(&table.uniques).map(|key| key.columns.iter().collect());
    let indexes = table.indexes.iter().filter(|index| index.unique && index.predicate.is_none());
    let indexes = indexes.filter_map(|index| index.keys.iter().map(|key| key.column.as_ref()).collect());
    keys.chain(indexes).collect()
}

fn enumerations(catalog: &Catalog) -> BTreeMap<&[String], &Object> {
    let enums = catalog.objects.iter().filter(|(id, _)| id.kind == Kind::Enum);
    enums.map(|(id, object)| (id.path.as_slice(), object)).collect()
}
