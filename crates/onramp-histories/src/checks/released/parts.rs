use std::collections::HashMap;
use std::path::Path;

use crate::chain::Chain;
use crate::finding::{Code, Finding};
use crate::parts::Part;
use crate::text::Text;

/// What became of each part of a file that has changed. Answers whether the file has parts that can be told apart.
pub(super) fn check(
    chain: &Chain,
    file: &Path,
    before: &str,
    release: &str,
    found: &mut Vec<Finding>,
) -> bool {
    let parts = |text: &str| Part::of(chain.form, &file.to_string_lossy(), text);
    let now = Text::read(file).ok().filter(|text| !text.is_cut).and_then(|text| parts(&text.text));
    let (Some(before), Some(now)) = (parts(before), now) else { return false };
    let by_key = |parts: &[Part]| -> HashMap<String, usize> {
        let places = parts.iter().enumerate().rev();
        places.map(|(place, part)| (part.key.clone(), place)).collect()
    };
    let (known, there) = (by_key(&before), by_key(&now));
    for part in &before {
        let shown = &part.shown;
        match there.get(&part.key).map(|place| &now[*place]) {
            Some(same) if same.content == part.content || same.may_change => {}
            Some(other) => {
                let message = format!("{shown} has changed since {release}, which released it");
                found.push(Finding::new(Code::ReleasedEdited, file, message).at(Some(other.line)));
            }
            // It may lie in another file, where its name has nothing of the file's.
            None if chain.get(&part.key).is_some() => {}
            None => {
                let message = format!("{shown} was released by {release}, and is gone");
                found.push(Finding::new(Code::ReleasedRemoved, file, message));
            }
        }
    }
    let mut next: Option<&Part> = None;
    for part in now.iter().rev() {
        match (known.contains_key(&part.key), next) {
            (true, _) => next = Some(part),
            (false, Some(next)) if chain.get(&part.key).is_none_or(|entry| entry.file == file) => {
                let (shown, next) = (&part.shown, &next.shown);
                let message =
                    format!("{shown} is new, and comes before {next}, which {release} has released");
                found.push(Finding::new(Code::AddedBefore, file, message).at(Some(part.line)));
            }
            (false, _) => {}
        }
    }
    true
}
