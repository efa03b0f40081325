use crate::chain::{Chain, Down};
use crate::finding::{Code, Finding};

/// What was seen while the files were read, what belongs to nothing, and what does nothing.
pub(super) fn check(chain: &Chain, found: &mut Vec<Finding>) {
    for fault in &chain.faults {
        found.push(Finding::new(fault.code, &fault.file, &fault.message).at(fault.line));
    }
    for (file, why) in &chain.strays {
        found.push(Finding::new(Code::Stray, file, format!("belongs to no migration: {why}")));
    }
    for entry in chain.entries.iter().filter(|entry| entry.is_empty) {
        // Several parents are joined by doing nothing, and a dialect that has nothing to do says so on both ways.
        let leads_back = matches!(entry.down, Down::Present(_) | Down::Code);
        if entry.parents.len() > 1 {
            continue;
        }
        let finding =
            Finding::new(Code::EmptyUp, &entry.file, format!("{} does nothing", entry.id)).at(entry.line);
        found.push(if leads_back { finding } else { finding.into_note() });
    }
}
