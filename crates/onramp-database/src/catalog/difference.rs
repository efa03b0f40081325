mod text;

use serde_json::{Value, json};

use super::{Catalog, Object, ObjectId, POSITION};

/// What is different between two catalogs of one dialect, in the order of the objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// The objects that are not the same.
    pub changes: Vec<ObjectChange>,
}

/// An object that is not the same in both catalogs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectChange {
    /// Which object.
    pub id: ObjectId,
    /// What became of it.
    pub change: Change,
}

/// What became of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new, with these attributes.
    Added(Object),
    /// It is gone; it had these attributes.
    Removed(Object),
    /// It has other attributes, at least one.
    Changed(Vec<AttributeChange>),
}

/// An attribute that is not the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeChange {
    /// Its name.
    pub attribute: String,
    /// Its text before, none where the object had no such attribute.
    pub before: Option<String>,
    /// Its text after, none where the object has no such attribute.
    pub after: Option<String>,
}

impl Difference {
    /// What changes on the way from one catalog to another. Both should be of one dialect and of servers of one
    /// major version, because the texts are the servers'.
    pub fn between(before: &Catalog, after: &Catalog) -> Self {
        let removed = before.objects.iter().filter(|(id, _)| !after.objects.contains_key(id));
        let removed = removed.map(|(id, object)| (id, Change::Removed(object.clone())));
        let others = after.objects.iter().filter_map(|(id, object)| match before.objects.get(id) {
            None => Some((id, Change::Added(object.clone()))),
            Some(old) if old == object => None,
            Some(old) => Some((id, Change::Changed(attributes(old, object)))),
        });
        let mut changes: Vec<ObjectChange> =
            removed.chain(others).map(|(id, change)| ObjectChange { id: id.clone(), change }).collect();
        changes.sort_by(|left, right| left.id.cmp(&right.id));
        Self { changes }
    }

    /// Whether the catalogs are equal.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Takes away the changes of columns' places, for who does not mind them, and returns them. What is left
    /// is empty if the order of columns was all that differed.
    #[must_use]
    pub fn split_off_positions(&mut self) -> Self {
        let mut positions = Self::default();
        for change in &mut self.changes {
            let Change::Changed(attributes) = &mut change.change else { continue };
            let moved: Vec<AttributeChange> =
                attributes.extract_if(.., |change| change.attribute == POSITION).collect();
            if !moved.is_empty() {
                let id = change.id.clone();
                positions.changes.push(ObjectChange { id, change: Change::Changed(moved) });
            }
        }
        self.changes
            .retain(|change| !matches!(&change.change, Change::Changed(attributes) if attributes.is_empty()));
        positions
    }

    /// A list of `{"change", "kind", "path"}`, where `change` is `added` or `removed`, with `attributes`, or
    /// `changed`, with `attributes` as a list of `{"attribute", "before", "after"}`.
    pub fn to_json(&self) -> Value {
        self.changes.iter().map(ObjectChange::to_json).collect()
    }
}

impl ObjectChange {
    fn to_json(&self) -> Value {
        let (change, attributes) = match &self.change {
            Change::Added(object) => ("added", json!(object)),
            Change::Removed(object) => ("removed", json!(object)),
            Change::Changed(attributes) => {
                let attributes = attributes.iter().map(|AttributeChange { attribute, before, after }| {
                    json!({"attribute": attribute, "before": before, "after": after})
                });
                ("changed", attributes.collect())
            }
        };
        json!({
            "change": change,
            "kind": self.id.kind.name(),
            "path": self.id.path,
            "attributes": attributes,
        })
    }
}

fn attributes(before: &Object, after: &Object) -> Vec<AttributeChange> {
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changed = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    changed
        .map(|name| AttributeChange {
            attribute: name.clone(),
            before: before.get(name).cloned(),
            after: after.get(name).cloned(),
        })
        .collect()
}

#[cfg(test)]
mod tests;
