use std::collections::BTreeMap;

use super::read_sql;
use crate::Code;
use crate::chain::{Chain, Down, Entry, Form, Script};
use crate::name::Name;
use crate::sections::{Marks, Sections, named_statements};
use crate::sql;
use crate::text::Text;
use crate::walk::Listed;

/// Adds entries of which each is one file, and sets the form by the marks in most of them.
pub(super) fn add(chain: &mut Chain, files: &[(Name, &Listed)]) {
    let read: Vec<(&Name, &Listed, Option<Text>)> = files
        .iter()
        .map(|(name, file)| (name, *file, if name.is_sql() { read_sql(chain, file) } else { None }))
        .collect();
    let texts = || read.iter().filter_map(|(_, _, text)| text.as_ref());
    let mut counts: BTreeMap<Marks, usize> = BTreeMap::new();
    for sections in texts().filter_map(|text| Sections::of(&text.text)) {
        *counts.entry(sections.marks).or_default() += 1;
    }
    let marked = counts.iter().max_by_key(|(_, count)| **count).map(|(marks, _)| *marks);
    let named = texts().filter(|text| !named_statements(&text.text).is_empty()).count();
    let sql_files = read.iter().filter(|(name, ..)| name.is_sql()).count();
    chain.form = match marked {
        Some(marks) if counts[&marks] * 2 >= sql_files => Form::Marked(marks),
        _ if named * 2 > sql_files => Form::Named,
        _ => chain.form,
    };
    for (name, file, text) in read {
        match (chain.form, text) {
            (Form::Marked(marks), Some(text)) => add_marked(chain, name, file, &text, marks),
            (Form::Named, Some(text)) => add_named(chain, name, file, &text),
            (_, Some(text)) => {
                let no_transaction =
                    name.no_transaction || crate::sections::begins_without_transaction(&text.text);
                let mut entry = entry(name, file);
                entry.up.push(Script::whole(&file.path, no_transaction));
                entry.is_empty = !text.is_cut && sql::is_empty(&text.text);
                chain.entries.push(entry);
            }
            (_, None) => chain.entries.push(entry(name, file)),
        }
    }
}

/// An entry that stands for a whole file.
pub(super) fn entry(name: &Name, file: &Listed) -> Entry {
    Entry {
        id: name.number.text.clone(),
        slug: name.slug.clone(),
        number: Some(name.number.clone()),
        separator: Some(name.separator.clone()),
        file: file.path.clone(),
        files: vec![file.path.clone()],
        ..Entry::default()
    }
}

fn add_marked(chain: &mut Chain, name: &Name, file: &Listed, text: &Text, marks: Marks) {
    let mut entry = entry(name, file);
    let Some(sections) = Sections::of(&text.text).filter(|sections| sections.marks == marks) else {
        let message = format!("has no mark of {}, unlike the others of this folder", marks.name());
        chain.fault(Code::Marks, &file.path, None, message);
        chain.entries.push(entry);
        return;
    };
    for (line, message) in &sections.faults {
        chain.fault(Code::Marks, &file.path, Some(*line), message.clone());
    }
    let is_empty = |parts: &[std::ops::Range<usize>]| {
        parts.iter().all(|part| sql::is_empty(text.text.get(part.clone()).unwrap_or_default()))
    };
    entry.is_empty = sections.has_up && is_empty(&sections.up);
    entry.down = match (sections.has_down, is_empty(&sections.down)) {
        (false, _) => Down::Missing,
        (true, true) => Down::Empty,
        (true, false) => Down::Present(Script {
            file: file.path.clone(),
            parts: Some(sections.down),
            no_transaction: sections.down_no_transaction,
        }),
    };
    entry.up.push(Script {
        file: file.path.clone(),
        parts: Some(sections.up),
        no_transaction: sections.up_no_transaction,
    });
    chain.entries.push(entry);
}

/// One entry for each statement: drone knows them by their names, and not by their files.
fn add_named(chain: &mut Chain, name: &Name, file: &Listed, text: &Text) {
    let statements = named_statements(&text.text);
    if statements.is_empty() {
        let message = "has no `-- name:`, unlike the others of this folder";
        chain.fault(Code::Marks, &file.path, None, message);
    }
    for (line, statement, part) in statements {
        let is_empty = sql::is_empty(text.text.get(part.clone()).unwrap_or_default());
        let script = Script { file: file.path.clone(), parts: Some(vec![part]), no_transaction: false };
        chain.entries.push(Entry {
            id: statement.clone(),
            slug: statement,
            line: Some(line),
            up: vec![script],
            is_empty,
            ..entry(name, file)
        });
    }
}
