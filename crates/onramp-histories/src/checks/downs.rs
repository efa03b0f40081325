use std::path::{Path, PathBuf};

use crate::chain::{Chain, Down, Entry};
use crate::finding::{Code, Finding};

/// What leads back, held against what most of the history has.
pub(super) fn check(chain: &Chain, found: &mut Vec<Finding>) {
    let known: Vec<&Entry> =
        chain.entries.iter().filter(|entry| entry.down != Down::Unknown && !entry.is_repeatable).collect();
    let count = |wanted: fn(&Down) -> bool| known.iter().filter(|entry| wanted(&entry.down)).count();
    let filled = count(|down| matches!(down, Down::Present(_) | Down::Code));
    let there = count(|down| *down != Down::Missing);
    let (has_downs, fills_them) =
        (there * 2 >= known.len() && there > 0, filled * 3 >= there * 2 && filled > 0);
    for entry in &known {
        // What does nothing has nothing to take back.
        let finding = match entry.down {
            Down::Irreversible => {
                Finding::new(Code::Irreversible, way_back(entry), "is declared irreversible")
            }
            Down::Empty if entry.is_empty => continue,
            Down::Empty => {
                let finding = Finding::new(
                    Code::EmptyDown,
                    way_back(entry),
                    format!("reverting {} does nothing", entry.id),
                );
                if fills_them { finding } else { finding.into_note() }
            }
            Down::Missing if has_downs && !entry.is_empty => {
                let message = format!(
                    "nothing leads back from {}, as it does from {there} of {}",
                    entry.id,
                    known.len()
                );
                Finding::new(Code::MissingDown, &entry.file, message)
            }
            _ => continue,
        };
        found.push(finding.at(entry.line));
    }
}

/// The file that leads back, where it is another than the one that leads up.
fn way_back(entry: &Entry) -> &Path {
    let is_down = |file: &&PathBuf| {
        let name =
            file.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        **file != entry.file && name.ends_with(".sql")
    };
    entry.files.iter().find(is_down).unwrap_or(&entry.file)
}
