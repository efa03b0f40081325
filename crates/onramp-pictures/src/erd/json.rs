use serde_json::{Value, json};

use super::{Diagram, Entity, EntityKind, ListedChange, Mark, Relation, Row};

/// The version of the shape; it changes when a field changes its meaning or goes away.
const VERSION: u64 = 1;

impl Diagram {
    /// The diagram as `docs/formats.md` describes it.
    pub fn to_json(&self) -> Value {
        let of_kind = |is_enum: bool| {
            let entities =
                self.entities.iter().filter(move |entity| (entity.kind == EntityKind::Enum) == is_enum);
            entities.map(Entity::to_json).collect::<Vec<_>>()
        };
        json!({
            "version": VERSION,
            "dialect": self.dialect.name(),
            "tables": of_kind(false),
            "enums": of_kind(true),
            "relations": self.relations.iter().map(|relation| self.relation_json(relation)).collect::<Vec<_>>(),
            "changes": self.changes.as_ref().map(|changes| changes.iter().map(ListedChange::to_json).collect::<Vec<_>>()),
        })
    }

    fn relation_json(&self, relation: &Relation) -> Value {
        let (child, parent) = (&self.entities[relation.child], &self.entities[relation.parent]);
        let name = |entity: &Entity, row: Option<usize>| row.map(|row| entity.rows[row].name.clone());
        let columns: Vec<_> = relation.columns.iter().map(|(row, _)| name(child, *row)).collect();
        let targets: Vec<_> = relation.columns.iter().map(|(_, row)| name(parent, *row)).collect();
        json!({
            "name": relation.name,
            "table": child.path,
            "columns": columns,
            "target": parent.path,
            "target-columns": targets,
            "optional": relation.optional,
            "one-to-one": relation.one_to_one,
            "rules": relation.rules,
            "change": change(relation.mark),
            "details": relation.changes,
        })
    }
}

impl Entity {
    pub(super) fn to_json(&self) -> Value {
        let mut value = json!({
            "path": self.path,
            "kind": self.kind.kind().name(),
            "change": change(self.mark),
            "details": self.changes,
        });
        if self.kind == EntityKind::Enum {
            value["labels"] = self
                .rows
                .iter()
                .map(|row| json!({ "label": row.name, "change": change(row.mark) }))
                .collect();
        } else {
            value["columns"] = self.rows.iter().map(Row::to_json).collect();
            value["hidden-columns"] = json!(self.hidden);
        }
        value
    }
}

impl Row {
    fn to_json(&self) -> Value {
        let keys =
            [(self.keys.primary, "primary"), (self.keys.foreign, "foreign"), (self.keys.unique, "unique")];
        let keys: Vec<&str> = keys.into_iter().filter(|(is_in, _)| *is_in).map(|(_, key)| key).collect();
        json!({
            "name": self.name,
            "type": self.type_name,
            "nullable": self.nullable,
            "default": self.default,
            "keys": keys,
            "change": change(self.mark),
            "details": self.changes,
        })
    }
}

impl ListedChange {
    pub(super) fn to_json(&self) -> Value {
        json!({
            "change": change(self.mark),
            "kind": self.kind.name(),
            "path": self.path,
            "details": self.details,
        })
    }
}

/// What became of something, null where that is nothing.
pub(super) fn change(mark: Mark) -> Option<&'static str> {
    Some(mark.word()).filter(|word| !word.is_empty())
}
