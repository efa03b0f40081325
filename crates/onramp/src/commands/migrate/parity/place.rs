use std::fs;
use std::path::PathBuf;

use onramp_core::Dialect;
use onramp_database::catalog::Kind;
use onramp_migrate::{History, MigrateSpec};
use onramp_parity::{Difference, Finding};

/// Where in the histories things are spoken of. The files are texts here and are only searched for names.
pub(super) struct Places {
    histories: Vec<(Dialect, Vec<(PathBuf, String)>)>,
}

impl Places {
    /// Of the histories of the work tree; without them nothing has a place.
    pub(super) fn new(spec: Option<&MigrateSpec>) -> Self {
        let Some(spec) = spec else { return Self { histories: Vec::new() } };
        let histories = spec.dialects.iter().filter_map(|dialect| {
            let history = History::of(spec, dialect).ok()?;
            let files = history.line().into_iter().filter_map(|id| history.get(id));
            let texts = files.flat_map(|revision| &revision.files).filter_map(|file| {
                let text = String::from_utf8_lossy(&fs::read(file).ok()?).into_owned();
                Some((file.clone(), text))
            });
            Some((dialect.dialect, texts.collect()))
        });
        Self { histories: histories.collect() }
    }

    /// The newest file that speaks of what a finding is about, and the line. What only one dialect has is in its history;
    /// of what differs, the newer-looking side is unknown, so it is the last one that has words for it.
    pub(super) fn find(&self, finding: &Finding, dialects: [Dialect; 2]) -> Option<(PathBuf, u32)> {
        let object = &finding.object;
        let table = object.table.rsplit('.').next().unwrap_or(&object.table);
        let sides: Vec<Dialect> = match &finding.difference {
            Difference::Only { side, .. } => vec![dialects[side.index()]],
            _ => dialects.iter().rev().copied().collect(),
        };
        let words = words(finding);
        for dialect in sides {
            let (_, files) = self.histories.iter().find(|(own, _)| *own == dialect)?;
            for word in words.iter().map(String::as_str).chain([table]) {
                let newest = files.iter().rev().filter(|(_, text)| line_of(text, table).is_some());
                let place =
                    newest.filter_map(|(file, text)| Some((file.clone(), line_of(text, word)?))).next();
                if place.is_some() {
                    return place;
                }
            }
        }
        None
    }
}

/// The names that a file has which speaks of the object, the most telling first.
fn words(finding: &Finding) -> Vec<String> {
    let object = &finding.object;
    let last = |name: &str| name.strip_prefix(&format!("{}.", object.table)).map(str::to_owned);
    let names = std::iter::once(&object.name).chain(&object.other_names);
    let mut words: Vec<String> = names.filter_map(|name| last(name)).collect();
    if matches!(object.kind, Kind::Unique | Kind::ForeignKey | Kind::PrimaryKey) {
        let columns = object.name.split_once('(').map(|(_, columns)| columns.trim_end_matches(')'));
        words.extend(columns.into_iter().flat_map(|columns| columns.split(", ")).map(str::to_owned));
    }
    words
}

/// The first line on which a word stands by itself, from 1.
fn line_of(text: &str, word: &str) -> Option<u32> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let has_word = |line: &str| {
        line.match_indices(word).any(|(place, _)| {
            let before = line[..place].chars().next_back();
            let after = line[place + word.len()..].chars().next();
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        })
    };
    let first = text.lines().position(has_word)?;
    u32::try_from(first + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::line_of;

    #[test]
    fn a_word_stands_by_itself() {
        let text = "ix_flow_name\n\"ix_flow\",\nix_flow";
        assert_eq!(line_of(text, "ix_flow"), Some(2));
        assert_eq!(line_of(text, "flow"), None);
    }
}
