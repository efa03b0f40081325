use super::{Diagram, Entity, Mark, Relation, Row};

/// What the pointer finds on an entity.
pub(super) fn of_entity(entity: &Entity) -> String {
    let mut lines = vec![format!("{} {}", entity.kind.kind().name(), entity.name())];
    if entity.mark != Mark::Same {
        lines.push(entity.mark.word().to_owned());
    }
    lines.extend(entity.changes.iter().cloned());
    lines.join("\n")
}

/// What the pointer finds on a column or label.
pub(super) fn of_row(row: &Row) -> String {
    let null = if row.type_name.is_empty() || row.nullable { "" } else { " not null" };
    let default = row.default.as_ref().map_or(String::new(), |default| format!(" default {default}"));
    let mut lines = vec![format!("{} {}{null}{default}", row.name, row.type_name)];
    if row.mark != Mark::Same {
        lines.push(row.mark.word().to_owned());
    }
    lines.extend(row.changes.iter().cloned());
    lines.join("\n")
}

/// What the pointer finds on a line.
pub(super) fn of_relation(diagram: &Diagram, relation: &Relation) -> String {
    let names = |entity: usize, rows: Vec<Option<usize>>| {
        let entity = &diagram.entities[entity];
        let names: Vec<&str> = rows.into_iter().flatten().map(|row| entity.rows[row].name.as_str()).collect();
        format!("{} ({})", entity.name(), names.join(", "))
    };
    let child = names(relation.child, relation.columns.iter().map(|(child, _)| *child).collect());
    let parent = names(relation.parent, relation.columns.iter().map(|(_, parent)| *parent).collect());
    let mut lines = vec![relation.name.clone(), format!("{child} \u{2192} {parent}")];
    lines.extend(Some(relation.rules.clone()).filter(|rules| !rules.is_empty()));
    if relation.mark != Mark::Same {
        lines.push(relation.mark.word().to_owned());
    }
    lines.extend(relation.changes.iter().cloned());
    lines.join("\n")
}
