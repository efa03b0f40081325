//! What to change in a revision that a database, or Python, has refused.

use onramp_core::{Dialect, Failure};

use crate::Request;
use crate::edit::{Edit, literal, on_table};

/// What is known where a revision fails.
pub(crate) struct Refused<'a> {
    pub(crate) dialect: Dialect,
    pub(crate) request: &'a Request,
    /// The operations on the way there, as they stand in the revision, if anybody knows them.
    pub(crate) operations: Vec<&'a str>,
    /// The function that failed: `upgrade()`.
    pub(crate) function: &'static str,
}

impl Refused<'_> {
    /// The same failure with what to change, where that can be told and nobody has done so.
    pub(crate) fn advise(&self, failure: Failure) -> Failure {
        if failure.hint.is_some() {
            return failure;
        }
        let text = format!("{}\n{}", failure.message, failure.tail.join("\n"));
        let hint = self
            .empty_values(&text)
            .or_else(|| self.cast(&text))
            .or_else(|| self.values_of_another_type(&text))
            .or_else(|| self.new_label(&text))
            .or_else(|| self.missing_import(&text));
        Failure { hint, ..failure }
    }

    fn edit(&self, purpose: &str, statements: Vec<String>) -> String {
        let places = vec![(format!("in {}:", self.function), statements)];
        Edit { purpose: purpose.to_owned(), places, request: self.request }.hint()
    }

    /// A column that must have a value, in a table whose rows have none.
    fn empty_values(&self, text: &str) -> Option<String> {
        let (table, column) = empty_column(text)?;
        let path = path_of(&table);
        let name = table.trim_start_matches("_alembic_tmp_");
        let new = self.operations.iter().find(|operation| {
            operation.starts_with("op.add_column(")
                && operation.contains(&literal(name_of(name)))
                && operation.contains(&format!("sa.Column({}", literal(&column)))
        });
        let required =
            on_table(self.dialect, &path, "alter_column", &format!("{}, nullable=False", literal(&column)));
        let fill = |condition: &str| format!("op.execute(\"UPDATE {name} SET {column} = ...{condition}\")");
        Some(match new {
            Some(operation) => {
                let begin = operation.find("sa.Column(").unwrap_or_default();
                let column = operation[begin..].strip_suffix(')').unwrap_or_default();
                let column = column.replace("nullable=False", "nullable=True");
                let add = on_table(self.dialect, &path, "add_column", &column);
                let edit = self.edit("or fill it", vec![add, fill(""), required]);
                format!(
                    "the rows that are there need a value: give the column a server_default in the models, {edit}"
                )
            }
            None => self.edit(
                "the rows that have no value need one",
                vec![fill(&format!(" WHERE {column} IS NULL")), required],
            ),
        })
    }

    /// A change of type that the server does not make by itself.
    fn cast(&self, text: &str) -> Option<String> {
        let column = between(text, "column \"", "\" cannot be cast automatically to type ")?;
        let type_ = word_behind(text, "cannot be cast automatically to type ")?;
        let table = word_behind(text, "ALTER TABLE ")?;
        let path = path_of(&table);
        let name = literal(&column);
        let using = format!("{name}, ..., postgresql_using='{}::{type_}'", quoted(&column));
        let change = on_table(self.dialect, &path, "alter_column", &using);
        if text.contains(&format!("default for column \"{column}\"")) {
            let without =
                on_table(self.dialect, &path, "alter_column", &format!("{name}, server_default=None"));
            let with = on_table(self.dialect, &path, "alter_column", &format!("{name}, server_default=..."));
            return Some(self.edit(
                "say how the values become the new type, without the default meanwhile",
                vec![without, change, with],
            ));
        }
        Some(self.edit("say how the values become the new type, with one argument more", vec![change]))
    }

    /// An expression that takes some values and not others.
    fn values_of_another_type(&self, text: &str) -> Option<String> {
        let type_ = between(text, "invalid input syntax for type ", ":")?;
        let statement = text.find(" USING ").and(text.find("[SQL: ALTER TABLE "))?;
        let column = word_behind(&text[statement..], "ALTER COLUMN ")?;
        let (table, column) =
            (word_behind(&text[statement..], "ALTER TABLE ")?, column.trim_matches('"').to_owned());
        let quoted = quoted(&column);
        let using = format!(
            "{}, ..., postgresql_using=\"CASE WHEN {quoted} ~ '^[0-9]+$' THEN {quoted}::{type_} END\"",
            literal(&column)
        );
        let change = on_table(self.dialect, &path_of(&table), "alter_column", &using);
        Some(self.edit(
            "the proof's rows hold texts of any kind; if yours may as well, say what becomes of those",
            vec![change],
        ))
    }

    /// A label of an enumeration that is used in the transaction that adds it.
    fn new_label(&self, text: &str) -> Option<String> {
        let label = between(text, "unsafe use of new value \"", "\"")?;
        let wanted = format!("ADD VALUE '{label}'");
        let statement = self.operations.iter().find(|operation| operation.contains(&wanted));
        let statement = statement
            .map_or_else(|| format!("op.execute(\"ALTER TYPE ... {wanted}\")"), |text| (*text).to_owned());
        let block = format!("with op.get_context().autocommit_block():\n    {statement}");
        Some(self.edit("commit the new value before it is used", vec![block]))
    }

    /// A type of the project's own that the revision does not import.
    fn missing_import(&self, text: &str) -> Option<String> {
        let name = between(text, "NameError: name '", "'")?;
        let begin = format!("{name}.");
        let operation = self.operations.iter().find(|operation| operation.contains(&format!(" {begin}")))?;
        let from = operation.find(&format!(" {begin}"))? + 1;
        let path: String =
            operation[from..].chars().take_while(|c| c.is_alphanumeric() || "_.".contains(*c)).collect();
        let module = path.rsplit_once('.').map_or(name.as_str(), |(module, _)| module);
        Some(format!(
            "put `import {module}` below `import sqlalchemy as sa` in script.py.mako, which lies beside env.py"
        ))
    }
}

/// The table and the column whose values are missing, as each server tells them.
fn empty_column(text: &str) -> Option<(String, String)> {
    if let Some(column) = between(text, "column \"", "\" of relation \"") {
        let table = between(text, "\" of relation \"", "\" contains null values")?;
        // The server leaves the schema out, its statement does not.
        let named = word_behind(text, "[SQL: ALTER TABLE ").filter(|name| name_of(name) == table);
        return Some((named.unwrap_or(table), column));
    }
    if text.contains("Cannot add a NOT NULL column with default value NULL") {
        let table = word_behind(text, "ALTER TABLE ")?;
        return Some((table, word_behind(text, " ADD COLUMN ")?.trim_matches('"').to_owned()));
    }
    let failed = word_behind(text, "NOT NULL constraint failed: ")?;
    let (table, column) = failed.split_once('.')?;
    Some((table.trim_start_matches("_alembic_tmp_").to_owned(), column.to_owned()))
}

/// The names that a table's name in a statement consists of.
fn path_of(table: &str) -> Vec<String> {
    table.split('.').map(|name| name.trim_matches('"').to_owned()).collect()
}

fn name_of(table: &str) -> &str {
    table.rsplit('.').next().unwrap_or(table).trim_matches('"')
}

/// The name as a statement has it, where it has to be quoted.
fn quoted(name: &str) -> String {
    let is_plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if is_plain { name.to_owned() } else { format!("\"{name}\"") }
}

fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let rest = &text[text.find(before)? + before.len()..];
    Some(rest[..rest.find(after)?].to_owned())
}

fn word_behind(text: &str, before: &str) -> Option<String> {
    let rest = &text[text.find(before)? + before.len()..];
    let word: &str = rest.split(|c: char| c.is_whitespace() || c == ']').next()?;
    (!word.is_empty()).then(|| word.to_owned())
}
