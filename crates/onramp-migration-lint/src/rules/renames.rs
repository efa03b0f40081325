use onramp_database::catalog::{Kind, ObjectId};

use crate::lint::Step;
use crate::sql::{Cursor, Path, parts};

/// What an object that is no table is called behind statements that give it another name, or move it.
pub(crate) fn renamed(id: &ObjectId, steps: &[Step<'_>]) -> ObjectId {
    let mut today = id.clone();
    for step in steps {
        if let Some(path) = path_behind(&today, &mut Cursor::new(&step.piece.tokens)) {
            today.path = path;
        }
    }
    today
}

/// A function's name without its arguments.
pub(crate) fn plain_name(id: &ObjectId) -> &str {
    id.name().split('(').next().unwrap_or_default()
}

/// The path that an object gets by a statement, if that is about it.
fn path_behind(id: &ObjectId, cursor: &mut Cursor<'_>) -> Option<Vec<String>> {
    cursor.take(&["alter"]).then_some(())?;
    if cursor.take(&["schema"]) {
        let from = cursor.name()?;
        cursor.take(&["rename", "to"]).then_some(())?;
        // Parts of a table go where it goes, which is known.
        let is_in_schema = !matches!(id.kind, Kind::Extension | Kind::Schema | Kind::Trigger | Kind::Policy);
        let to = cursor.name().filter(|_| is_in_schema)?;
        return Path::in_renamed_schema(&id.path, &from, &to);
    }
    words(id.kind).iter().find(|words| cursor.take(words))?;
    cursor.take(&["if", "exists"]);
    let path = cursor.path()?;
    let is_part = matches!(id.kind, Kind::Trigger | Kind::Policy);
    let (own, above) = id.path.split_last()?;
    let (name, schema) = path.0.split_last()?;
    if *name != plain_name(id) || !is_part && !schema.is_empty() && schema != above {
        return None;
    }
    let arguments = own.split_once('(').map(|(_, arguments)| arguments.trim_end_matches(')'));
    if let (Some(given), Some(arguments)) = (cursor.parenthesised(), arguments) {
        let count = arguments.split(',').filter(|argument| !argument.trim().is_empty()).count();
        (parts(given).len() == count).then_some(())?;
    }
    if is_part {
        cursor.take(&["on"]).then_some(())?;
        (cursor.path()?.0.last() == above.last()).then_some(())?;
    }
    let rest = own.strip_prefix(plain_name(id)).unwrap_or_default();
    let mut names = above.to_vec();
    if cursor.take(&["rename", "to"]) {
        names.push(format!("{}{rest}", cursor.name()?));
        Some(names)
    } else if cursor.take(&["set", "schema"]) {
        Some(Path::new(vec![cursor.name()?, own.clone()]).0)
    } else {
        None
    }
}

/// What stands behind `ALTER` for an object of a kind.
fn words(kind: Kind) -> &'static [&'static [&'static str]] {
    match kind {
        Kind::View => &[&["view"], &["table"]],
        Kind::MaterializedView => &[&["materialized", "view"], &["table"]],
        Kind::Sequence => &[&["sequence"], &["table"]],
        Kind::Enum | Kind::Composite | Kind::Range => &[&["type"]],
        Kind::Domain => &[&["domain"], &["type"]],
        Kind::Function => &[&["function"], &["routine"]],
        Kind::Procedure => &[&["procedure"], &["routine"]],
        Kind::Aggregate => &[&["aggregate"], &["routine"]],
        Kind::Trigger => &[&["trigger"]],
        Kind::Policy => &[&["policy"]],
        _ => &[],
    }
}
