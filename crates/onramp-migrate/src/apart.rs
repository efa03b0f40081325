use std::collections::BTreeMap;

use onramp_core::{Dialect, Failure, FailureKind};
use onramp_database::catalog::{Catalog, Change, Difference, Kind, ObjectId, POSITION};
use onramp_database::{Database, Databases};
use serde::{Deserialize, Serialize};

use crate::edit::literal;
use crate::generation::{Generation, Operation};
use crate::labels::label_advice;

/// One difference between a database and what the models ask for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub(crate) struct Apart {
    /// All that differs, in full.
    whole: String,
    /// The same in few words. What the database has and the models do not ask for begins with `-`.
    line: String,
    /// What differs, where it is an object; this is not kept.
    #[serde(skip)]
    id: Option<ObjectId>,
}

/// What the models ask for.
pub(crate) struct Models {
    catalog: Catalog,
    /// What the server did not take of it.
    failed: Vec<Apart>,
}

/// The catalog of a database without the engine's own tables.
pub(crate) fn catalog_of(database: &Database, own_tables: &[&str]) -> Result<Catalog, Failure> {
    Catalog::read(&mut database.client()?, own_tables)
}

/// What the models ask for: made from nothing in a database of its own, by the server itself, so that a history is never
/// compared with what it has made. Fails with the reason where SQLAlchemy could not write all of it down.
///
/// Extensions and schemas are what `head` has of them: models use them, and it is the history that makes them.
pub(crate) fn models_catalog(
    databases: &Databases,
    head: &Catalog,
    generation: &Generation,
    version_table: &str,
) -> Result<Models, Failure> {
    if let Some(trouble) = &generation.desired_trouble {
        return Err(Failure::task(format!("they cannot be made from nothing: {trouble}")));
    }
    let database = databases.create()?;
    let mut client = database.client()?;
    if head.dialect == Dialect::Postgresql {
        for statement in prerequisites(head) {
            client.execute(&statement)?;
        }
    }
    let mut failed = Vec::new();
    for statement in &generation.desired {
        match client.execute(statement) {
            Err(failure) if failure.kind == FailureKind::Task => {
                let first = statement.split_whitespace().take(4).collect::<Vec<_>>().join(" ");
                let line = format!("the models' own statement `{first} ...` fails: {}", failure.message);
                failed.push(Apart { whole: statement.clone(), line, id: None });
            }
            other => other?,
        }
    }
    drop(client);
    Ok(Models { catalog: catalog_of(&database, &[version_table])?, failed })
}

fn prerequisites(head: &Catalog) -> Vec<String> {
    let made = head.objects.iter().filter_map(|(id, object)| {
        let name = quoted(id.name());
        match id.kind {
            Kind::Schema => Some(format!("CREATE SCHEMA IF NOT EXISTS {name}")),
            Kind::Extension => {
                let schema =
                    object.get("schema").map(|schema| format!(" SCHEMA {schema}")).unwrap_or_default();
                Some(format!("CREATE EXTENSION IF NOT EXISTS {name}{schema} CASCADE"))
            }
            _ => None,
        }
    });
    // The order of kinds has schemas before what lies in them.
    made.collect()
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The differences between a database and the models. The order of columns is none: a new one is the last of its
/// table, wherever it stands in the models.
pub(crate) fn apart(database: &Catalog, models: &Models) -> Vec<Apart> {
    let mut difference = Difference::between(database, &models.catalog);
    let _ = difference.split_off_positions();
    for change in &mut difference.changes {
        if let Change::Added(object) | Change::Removed(object) = &mut change.change {
            object.remove(POSITION);
        }
    }
    let lines = difference.changes.iter().map(|change| {
        let mut line = change.to_string().trim_end().replace('\n', "; ");
        if let Some(advice) = label_advice(change) {
            line.push_str(&format!("; {advice}"));
        }
        Apart { whole: format!("{change:?}"), line, id: Some(change.id.clone()) }
    });
    lines.chain(models.failed.iter().cloned()).collect()
}

/// What is apart and none of the operations is about, in few words.
pub(crate) fn beyond_operations(now: &[Apart], operations: &[Operation]) -> Vec<String> {
    let is_covered = |apart: &&Apart| {
        apart.id.as_ref().is_some_and(|id| operations.iter().any(|operation| is_about(operation, id)))
    };
    now.iter().filter(|apart| !is_covered(apart)).map(|apart| apart.line.clone()).collect()
}

/// Whether an operation, by its text, makes or takes away that object or its table. A constraint without a name in the
/// operation counts as the one that the server has named after the table.
fn is_about(operation: &Operation, id: &ObjectId) -> bool {
    let text = &operation.text;
    let has = |name: &str| text.contains(&literal(name)) || text.contains(&format!("\"{name}\""));
    let table = id.whole().last().map_or("", String::as_str);
    match id.kind {
        Kind::Enum => text.contains(" TYPE ") && text.contains(id.name()) || has(id.name()),
        Kind::Sequence => {
            text.split('\'').skip(1).step_by(2).any(|name| id.name().starts_with(&format!("{name}_")))
        }
        _ if !has(table) => false,
        Kind::Table => true,
        Kind::PrimaryKey | Kind::Unique | Kind::ForeignKey if text.contains("(None,") => true,
        _ => text.starts_with("op.create_table") || text.starts_with("op.drop_table") || has(id.name()),
    }
}

/// What is apart now and was not before, in few words.
pub(crate) fn newly_apart(now: &[Apart], before: &[Apart]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    before.iter().for_each(|apart| *counts.entry(&apart.whole).or_default() += 1);
    let mut lines = Vec::new();
    for apart in now {
        match counts.get_mut(apart.whole.as_str()) {
            Some(count) if *count > 0 => *count -= 1,
            _ => lines.push(apart.line.clone()),
        }
    }
    lines
}
