use onramp_database::catalog::Object;

/// The labels of an enumeration, from the list in which the server quotes each.
pub(super) fn labels(object: &Object) -> Vec<String> {
    let mut labels = Vec::new();
    let mut rest = object.get("labels").map_or("", String::as_str);
    loop {
        // A label with a backslash is written as E'..', where each is doubled.
        let has_escapes = rest.starts_with(['E', 'e']);
        let Some(start) = rest.find('\'') else { return labels };
        let (mut label, mut letters) = (String::new(), rest[start + 1..].char_indices().peekable());
        let mut end = rest.len();
        while let Some((place, letter)) = letters.next() {
            let is_doubled = letters.peek().is_some_and(|(_, next)| *next == letter);
            match letter {
                '\'' if !is_doubled => {
                    end = start + 1 + place + 1;
                    break;
                }
                '\'' => drop(letters.next()),
                '\\' if has_escapes && is_doubled => drop(letters.next()),
                _ => {}
            }
            label.push(letter);
        }
        labels.push(label);
        rest = rest[end..].trim_start_matches([',', ' ']);
    }
}

/// Whether a column's type is an enumeration of that path, or a list of them.
pub(super) fn is_of(type_name: &str, path: &[String]) -> bool {
    let type_name = type_name.trim_end_matches("[]");
    let quoted = |name: &String| {
        let is_plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if is_plain { name.clone() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
    };
    type_name == path.iter().map(quoted).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        labels(&[("labels".to_owned(), text.to_owned())].into())
    }

    #[test]
    fn labels_lose_their_quotes() {
        assert_eq!(of("'a', 'b, c', 'd''e', '', 'it''s'''"), ["a", "b, c", "d'e", "", "it's'"]);
        assert_eq!(of("'a', E'b\\\\c''d', 'e\\'"), ["a", "b\\c'd", "e\\"]);
        assert_eq!(labels(&Object::new()), [""; 0]);
    }

    #[test]
    fn a_type_may_be_a_list_and_a_name_in_quotes() {
        let path = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(is_of("state_type", &path(&["state_type"])));
        assert!(is_of("app.state[]", &path(&["app", "state"])));
        assert!(is_of("\"State \"\"x\"\"\"", &path(&["State \"x\""])));
        assert!(!is_of("text", &path(&["state_type"])));
    }
}
