//! Values that are made of others: arrays, rows, documents.

use super::{Purpose, candidates};
use crate::rows::clues::Clues;
use crate::rows::schema::Kind;

/// Arrays of one, two and no elements, and of as many as a check names.
pub(super) fn arrays(element: &Kind, clues: &Clues, purpose: Purpose<'_>) -> Vec<String> {
    let of_element =
        Clues { one_of: clues.one_of.clone(), constants: clues.constants.clone(), ..Clues::default() };
    let elements = candidates(element, &of_element, purpose);
    let elements: Vec<String> = elements.iter().filter_map(|value| value.text()).collect();
    let array = |length: usize| {
        let elements = elements.iter().cycle().take(length).map(|element| quoted(element));
        format!("{{{}}}", elements.collect::<Vec<_>>().join(","))
    };
    let named = clues.constants.iter().filter_map(|constant| constant.parse::<usize>().ok());
    let mut lengths = vec![1, 2];
    lengths.extend(named.filter(|length| *length <= 64).flat_map(|length| [length, length + 1]));
    lengths.push(0);
    lengths.retain(|length| *length == 0 || !elements.is_empty());
    let mut arrays: Vec<String> = lengths.into_iter().map(array).collect();
    // Each possible first element, for checks that look into it.
    arrays.extend(elements.iter().skip(1).take(8).map(|element| format!("{{{}}}", quoted(element))));
    arrays
}

/// Rows of a composite type: with all fields, and with none.
pub(super) fn composites(parts: &[Kind], purpose: Purpose<'_>) -> Vec<String> {
    let row = |skip: usize| {
        let field = |kind: &Kind| {
            let values = candidates(kind, &Clues::default(), purpose);
            values
                .get(skip)
                .or(values.first())
                .and_then(|value| value.text())
                .map_or_else(String::new, |text| quoted(&text))
        };
        format!("({})", parts.iter().map(field).collect::<Vec<_>>().join(","))
    };
    vec![row(0), row(1), format!("({})", vec![""; parts.len()].join(","))]
}

/// JSON: an object, and the other shapes that a check may ask for.
pub(super) fn documents(clues: &Clues, row: i64) -> Vec<String> {
    let keys: Vec<String> =
        clues.constants.iter().filter(|key| key.parse::<f64>().is_err()).map(|key| json(key)).collect();
    let mut documents = vec![format!("{{\"n\": {row}}}")];
    for value in [row.to_string(), format!("\"a{row}\"")] {
        let fields: Vec<String> = keys.iter().map(|key| format!("{key}: {value}")).collect();
        documents.push(format!("{{{}}}", fields.join(", ")));
    }
    documents.extend([format!("[{row}]"), format!("\"a{row}\""), row.to_string()]);
    documents.extend(["[]", "{}", "true", "null"].map(str::to_owned));
    documents.extend(clues.one_of.iter().map(|text| json(text)));
    documents
}

/// An element of an array, or a field of a row. Both are read with backslashes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn json(text: &str) -> String {
    quoted(text)
}
