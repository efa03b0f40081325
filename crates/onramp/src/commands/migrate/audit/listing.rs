use std::collections::BTreeMap;
use std::path::Path;

use onramp_histories::{Chain, Code, Down, Entry, Finding, Level};
use serde_json::{Value, json};

use super::Audited;
use super::shown::Shown;
use crate::reporter::SCHEMA_VERSION;
use crate::words::count;

/// How many warnings and how many notes of one kind are listed of a history, unless all are wanted.
const WARNINGS: usize = 10;
const NOTES: usize = 3;

/// How many heads are named.
const HEADS: usize = 3;

/// The answer for people.
pub(super) struct Listing<'a> {
    pub(super) audited: &'a Audited,
    pub(super) verbose: bool,
    pub(super) quiet: bool,
}

impl Listing<'_> {
    /// A line for each history, and below it one for each finding.
    pub(super) fn lines(&self) -> Vec<String> {
        let audit = &self.audited.audit;
        let rows: Vec<[String; 5]> = audit.histories.iter().map(|audited| self.row(&audited.chain)).collect();
        let width =
            |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
        let widths: [usize; 5] = std::array::from_fn(width);
        let mut lines = Vec::new();
        for (row, audited) in rows.iter().zip(&audit.histories) {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(widths) {
                line.push_str(cell);
                line.push_str(&" ".repeat(width + 2 - cell.chars().count()));
            }
            lines.push(line.trim_end().to_owned());
            lines.extend(self.findings(&audited.findings, &audited.chain.folder));
        }
        if !audit.elsewhere.is_empty() {
            lines.push("elsewhere".to_owned());
            lines.extend(self.findings(&audit.elsewhere, &self.audited.base));
        }
        lines
    }

    /// How much was found.
    pub(super) fn verdict(&self) -> String {
        let audit = &self.audited.audit;
        let of = |level: Level| audit.count(level);
        let histories = match audit.histories.len() {
            1 => "1 history".to_owned(),
            several => format!("{several} histories"),
        };
        let (errors, warnings, notes) = (of(Level::Error), of(Level::Warning), of(Level::Note));
        let found: Vec<String> = [(errors, "error"), (warnings, "warning"), (notes, "note")]
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, noun)| count(number, noun))
            .collect();
        if found.is_empty() {
            format!("{histories}, no findings")
        } else {
            format!("{histories}: {}", found.join(", "))
        }
    }

    fn row(&self, chain: &Chain) -> [String; 5] {
        let dialect = match chain.dialect {
            Some((dialect, _)) => dialect.name().to_owned(),
            None => "-".to_owned(),
        };
        let heads = chain.heads();
        let named = heads.iter().take(HEADS).map(|head| clean(head)).collect::<Vec<_>>().join(", ");
        let heads = match heads.len() {
            0 => "no head".to_owned(),
            1 => format!("head {named}"),
            number if number > HEADS => format!("{number} heads {named}, ..."),
            number => format!("{number} heads {named}"),
        };
        let entries = match chain.entries.len() {
            1 => "1 entry".to_owned(),
            number => format!("{number} entries"),
        };
        [
            clean(&self.audited.shown.path(&chain.folder).to_string_lossy()),
            chain.form.name().to_owned(),
            dialect,
            entries,
            heads,
        ]
    }

    /// A file of a history as it is shown below the line of that, and on one line whatever its name is made of.
    fn place(&self, path: &Path, folder: &Path) -> String {
        match path.strip_prefix(folder) {
            Ok(below) if below.as_os_str().is_empty() => ".".to_owned(),
            Ok(below) => clean(&below.to_string_lossy()),
            Err(_) => clean(&self.audited.shown.path(path).to_string_lossy()),
        }
    }

    fn findings(&self, findings: &[Finding], folder: &Path) -> Vec<String> {
        let mut lines = Vec::new();
        let mut told: BTreeMap<(Level, Code), usize> = BTreeMap::new();
        let limit = |level: Level| match level {
            Level::Note if self.quiet => 0,
            _ if self.verbose => usize::MAX,
            Level::Error => usize::MAX,
            Level::Warning => WARNINGS,
            Level::Note => NOTES,
        };
        for finding in findings {
            let number = told.entry((finding.level, finding.code)).or_default();
            *number += 1;
            if *number > limit(finding.level) {
                continue;
            }
            let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
            lines.push(format!(
                "  {:7}  {}{line}: {} [{}]",
                finding.level.name(),
                self.place(&finding.file, folder),
                clean(&finding.message),
                finding.code.name()
            ));
        }
        for ((level, code), number) in told.into_iter().filter(|((level, _), number)| *number > limit(*level))
        {
            if limit(level) > 0 {
                let more = number - limit(level);
                let (level, code) = (level.name(), code.name());
                lines.push(format!("  {level:7}  and {more} more [{code}]; --verbose lists them"));
            }
        }
        lines
    }
}

/// A text on one line, that can neither move the cursor nor change colours.
fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() { clean.extend(letter.escape_default()) } else { clean.push(letter) }
    }
    clean
}

/// The answer for machines.
pub(super) fn json(audited: &Audited) -> Value {
    let audit = &audited.audit;
    let base = &audited.shown;
    let histories: Vec<Value> = audit
        .histories
        .iter()
        .map(|history| {
            let chain = &history.chain;
            json!({
                "folder": path(&chain.folder, base),
                "form": chain.form.name(),
                "dialect": chain.dialect.map(|(dialect, _)| dialect.name()),
                "told-by": chain.dialect.map(|(_, told)| told.name()),
                "heads": chain.heads(),
                "entries": chain.entries.iter().map(|entry| entry_json(entry, base)).collect::<Vec<_>>(),
                "snapshots": chain.snapshots.iter().map(|file| path(file, base)).collect::<Vec<_>>(),
                "findings": findings_json(&history.findings, base),
            })
        })
        .collect();
    let releases = audited.releases.iter().map(|(tree, tag)| json!({"folder": path(tree, base), "tag": tag}));
    json!({
        "version": SCHEMA_VERSION,
        "histories": histories,
        "elsewhere": findings_json(&audit.elsewhere, base),
        "releases": releases.collect::<Vec<_>>(),
        "configurations": audited.configurations.iter().map(|file| path(file, base)).collect::<Vec<_>>(),
        "declared": audited.meant.met,
        "errors": audit.count(Level::Error),
        "warnings": audit.count(Level::Warning),
        "notes": audit.count(Level::Note),
    })
}

fn entry_json(entry: &Entry, base: &Shown) -> Value {
    json!({
        "id": entry.id,
        "name": entry.slug,
        "parents": entry.parents,
        "file": path(&entry.file, base),
        "line": entry.line,
        "files": entry.files.iter().map(|file| path(file, base)).collect::<Vec<_>>(),
        "down": entry.down.name(),
        "transaction": !has_none(entry),
        "repeatable": entry.is_repeatable,
        "privileged": entry.is_privileged,
    })
}

fn has_none(entry: &Entry) -> bool {
    let down = match &entry.down {
        Down::Present(script) => script.no_transaction,
        _ => false,
    };
    down || entry.up.iter().any(|script| script.no_transaction)
}

fn findings_json(findings: &[Finding], base: &Shown) -> Vec<Value> {
    let finding = |finding: &Finding| {
        json!({
            "level": finding.level.name(),
            "code": finding.code.name(),
            "file": path(&finding.file, base),
            "line": finding.line,
            "message": finding.message,
        })
    };
    findings.iter().map(finding).collect()
}

fn path(path: &Path, base: &Shown) -> String {
    base.path(path).to_string_lossy().into_owned()
}
