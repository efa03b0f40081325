use onramp_core::Dialect;

use crate::Request;

/// A change of a revision's file, told so that it can be pasted: what to type before and after it, and the statements.
pub(crate) struct Edit<'a> {
    /// What it is for, as the beginning of a sentence: `to keep the rows`.
    pub(crate) purpose: String,
    /// Where the statements go, `in upgrade()`, with what they stand for, each with its statements.
    pub(crate) places: Vec<(String, Vec<String>)>,
    pub(crate) request: &'a Request,
}

impl Edit<'_> {
    /// The text of a hint. Revisions that are not in the tree yet are written as drafts first.
    pub(crate) fn hint(&self) -> String {
        let mut lines = vec![format!("{}:", self.purpose)];
        lines.extend(self.request.draft.iter().map(|draft| format!("  {draft}")));
        for (place, statements) in &self.places {
            lines.push(format!("  {place}"));
            lines.extend(statements.iter().flat_map(|text| text.lines()).map(|line| format!("      {line}")));
        }
        lines.push(match &self.request.draft {
            Some(_) => "  onramp migrate verify".to_owned(),
            None => format!("  {}", self.request.again),
        });
        lines.join("\n")
    }
}

/// An operation on a table as it is written in a revision: `call` without `op.` and without the table's name. SQLite
/// changes columns only where the table is made anew.
pub(crate) fn on_table(dialect: Dialect, table: &[String], operation: &str, arguments: &str) -> String {
    let (name, schema) = match table {
        [schema, name] => (name, format!(", schema={}", literal(schema))),
        _ => (&table[table.len() - 1], String::new()),
    };
    let name = literal(name);
    match dialect {
        Dialect::Sqlite => format!(
            "with op.batch_alter_table({name}{schema}) as batch_op:\n    batch_op.{operation}({arguments})"
        ),
        Dialect::Postgresql => format!("op.{operation}({name}, {arguments}{schema})"),
    }
}

/// A text of Python.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
