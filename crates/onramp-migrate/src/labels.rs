use onramp_database::catalog::{Change, Kind, ObjectChange};

/// What can be done about labels of an enumeration that the models have no more: nothing takes one away, but one may have
/// got another name.
pub(crate) fn label_advice(change: &ObjectChange) -> Option<String> {
    let Change::Changed(attributes) = &change.change else { return None };
    if change.id.kind != Kind::Enum {
        return None;
    }
    let labels = attributes.iter().find(|attribute| attribute.attribute == "labels")?;
    let (before, after) = (labels_in(labels.before.as_deref()?), labels_in(labels.after.as_deref()?));
    let gone: Vec<&String> = before.iter().filter(|label| !after.contains(label)).collect();
    let new: Vec<&String> = after.iter().filter(|label| !before.contains(label)).collect();
    let name = change.id.path.join(".");
    match (gone.as_slice(), new.as_slice()) {
        ([gone], [new]) => Some(format!(
            "if that is a rename, write op.execute(\"ALTER TYPE {name} RENAME VALUE {gone} TO {new}\") into a revision of \
             your own, and prove it with `onramp migrate verify`"
        )),
        ([_, ..], _) => Some(
            "no server takes a label away: make the type anew in a revision of your own, and prove it with \
             `onramp migrate verify`"
                .to_owned(),
        ),
        _ => None,
    }
}

/// The labels in a list of them, each with its quotes.
fn labels_in(list: &str) -> Vec<String> {
    let mut labels = Vec::new();
    let mut rest = list.trim_start();
    while rest.starts_with('\'') {
        let mut end = 1;
        loop {
            match rest[end..].find('\'') {
                // Two quotes are one of the label's.
                Some(at) if rest[end + at + 1..].starts_with('\'') => end += at + 2,
                Some(at) => {
                    end += at + 1;
                    break;
                }
                None => return labels,
            }
        }
        labels.push(rest[..end].to_owned());
        rest = rest[end..].trim_start_matches([',', ' ']);
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;
    use onramp_database::catalog::{AttributeChange, ObjectId};

    fn advice(before: &str, after: &str) -> String {
        let labels = AttributeChange {
            attribute: "labels".to_owned(),
            before: Some(before.to_owned()),
            after: Some(after.to_owned()),
        };
        let change =
            ObjectChange { id: ObjectId::new(Kind::Enum, ["state"]), change: Change::Changed(vec![labels]) };
        label_advice(&change).unwrap_or_else(|| "none".to_owned())
    }

    #[test]
    fn one_for_another_may_be_a_rename() {
        let text = advice("'new', 'it''s, or', 'x'", "'new', 'it is', 'x'");
        assert!(text.contains("RENAME VALUE 'it''s, or' TO 'it is'"), "{text}");
        assert!(advice("'a', 'b'", "'a'").starts_with("no server takes"));
        assert_eq!(advice("'a'", "'a', 'b'"), "none");
        assert_eq!(advice("'a', 'b'", "'b', 'a'"), "none");
    }
}
