use onramp_database::catalog::{Kind, ObjectId};

use super::{Found, attribution};
use crate::Revision;
use crate::lint::Step;
use crate::rule::DROP_ENUM_VALUE;

/// Values of enumerations that are there no more.
pub(crate) fn enumerations(steps: &[Step<'_>], revision: &Revision<'_>) -> Vec<Found> {
    let enums = revision.before.objects.iter().filter(|(id, _)| id.kind == Kind::Enum);
    let mut found = Vec::new();
    for (id, object) in enums {
        // One that is gone altogether has taken its columns with it, or they have another type now.
        let Some(after) = revision.after.objects.get(id) else { continue };
        let (old, new) = (labels(object.get("labels")), labels(after.get("labels")));
        for label in old.iter().filter(|label| !new.contains(label) && !is_renamed(steps, id, label)) {
            let message = format!("takes {label} from the enumeration {}", id.path.join("."));
            let mut one = Found {
                rule: &DROP_ENUM_VALUE,
                object: Some(id.clone()),
                message,
                statement: None,
                line: None,
            };
            attribution::put(&mut one, steps, &[id.name()]);
            found.push(one);
        }
    }
    found
}

/// The labels in their quotes, as the server lists them.
fn labels(list: Option<&String>) -> Vec<String> {
    let mut labels = Vec::new();
    let mut rest = list.map_or("", String::as_str);
    while let Some(start) = rest.find('\'') {
        let inner = &rest[start + 1..];
        let mut end = 0;
        while let Some(quote) = inner[end..].find('\'') {
            end += quote + 1;
            if !inner[end..].starts_with('\'') {
                break;
            }
            end += 1;
        }
        labels.push(format!("'{}", &inner[..end]));
        rest = &inner[end..];
        if end == 0 {
            break;
        }
    }
    labels
}

/// Whether a statement gives the value another name.
fn is_renamed(steps: &[Step<'_>], id: &ObjectId, label: &str) -> bool {
    let plain = label.trim_matches('\'').replace("''", "'");
    steps.iter().any(|step| {
        let tokens = &step.piece.tokens;
        let renames = tokens
            .windows(3)
            .any(|three| three[0].is("rename") && three[1].is("value") && three[2].text == plain);
        renames && tokens.iter().any(|token| token.text == id.name())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_may_have_quotes_and_commas() {
        let list = "'a', 'b''s', 'c, d'".to_owned();
        assert_eq!(labels(Some(&list)), ["'a'", "'b''s'", "'c, d'"]);
        assert!(labels(None).is_empty());
    }
}
