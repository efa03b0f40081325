use std::fmt::Write as _;

use crate::schema::{Schema, toml_text};

/// A configuration with every section, commented.
pub const EXAMPLE: &str = include_str!("example.toml");

/// The sections in the order in which one reads about them. What is missing here comes last.
const ORDER: [&str; 13] = [
    "project",
    "env",
    "tools",
    "setup",
    "format",
    "lint",
    "test",
    "build",
    "task",
    "service",
    "database",
    "hooks",
    "kubernetes",
];

/// The reference of `onramp.toml`, as the page `docs/configuration.md`: a section per table with a row per
/// key, then a commented example. It is made from the same types as the parser.
pub fn reference_markdown() -> String {
    let root = Schema::of_file();
    let mut page = String::from("# The configuration file\n\n");
    let _ = writeln!(page, "{}\n", root.description());
    page.push_str(
        "Paths are relative to the file and stay in the workspace. Commands are split as a shell would split \
         them, but no shell runs them, unless `shell = true`. `{name}` is a placeholder; `{{` and `}}` stand \
         for the braces themselves. In a command with `shell = true`, placeholders are replaced by quoted \
         words, so put no quotes around them.\n",
    );
    let mut sections: Vec<_> = root.keys().collect();
    sections.sort_by_key(|(name, _)| ORDER.iter().position(|known| known == name).unwrap_or(ORDER.len()));
    for (name, schema) in sections {
        let mut description = schema.description();
        if let Some(entries) = schema.entries() {
            let _ = write!(description, " Each entry is {}", lower_first(&entries.table_description()));
        }
        section(&mut page, name, schema, &description);
    }
    let _ = write!(page, "\n## Example\n\n```toml\n{EXAMPLE}```\n");
    page
}

/// A table and the tables in it, which are few and end.
fn section(page: &mut String, path: &str, schema: Schema<'_>, description: &str) {
    let (path, table) = match schema.entries() {
        Some(entries) if is_section(entries) => (format!("{path}.NAME"), entries),
        _ => (path.to_owned(), schema),
    };
    let _ = writeln!(page, "\n## `[{path}]`\n\n{description}\n");
    rows(page, &path, table);
}

/// A row per key, and what is in them behind that.
fn rows(page: &mut String, path: &str, table: Schema<'_>) {
    page.push_str("| key | type | default | meaning |\n|---|---|---|---|\n");
    let required: Vec<_> = table.required().collect();
    let mut keys: Vec<_> = table.keys().collect();
    keys.sort_by_key(|(name, _)| !required.contains(name));
    for (name, key) in &keys {
        let default = if required.contains(name) { "required".to_owned() } else { default_text(*key) };
        let _ = writeln!(page, "| `{name}` | {} | {default} | {} |", type_text(*key), meaning(*key));
    }
    for (name, key) in keys {
        let path = format!("{path}.{name}");
        if is_section(key) {
            section(page, &path, key, &key.table_description());
        } else if let Some(items) = key.items().filter(|items| is_section(*items)) {
            let _ = writeln!(page, "\n## `[[{path}]]`\n\n{}\n", items.table_description());
            rows(page, &path, items);
        }
    }
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

/// Whether a value has keys with names of their own.
fn is_section(schema: Schema<'_>) -> bool {
    schema.keys().next().is_some()
}

fn type_text(schema: Schema<'_>) -> String {
    if schema.entries().is_some() {
        return "table of strings".to_owned();
    }
    let text = schema.expected();
    text.strip_prefix("a ").or_else(|| text.strip_prefix("an ")).unwrap_or(&text).to_owned()
}

fn default_text(schema: Schema<'_>) -> String {
    match schema.default_value() {
        Some(default) => format!("`{}`", toml_text(default)),
        None => String::new(),
    }
}

fn meaning(schema: Schema<'_>) -> String {
    let mut text = schema.description();
    for (word, meaning) in schema.words() {
        let _ = write!(text, " `{word}`: {meaning}");
    }
    if let Some(example) = schema.example() {
        let _ = write!(text, " Example: `{}`", toml_text(example).replace('`', "'"));
    }
    text.replace('|', "\\|")
}
