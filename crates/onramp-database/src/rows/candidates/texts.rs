use super::pattern::sample;
use super::{Purpose, rotated};
use crate::rows::clues::Clues;

/// Texts of at most so many characters.
pub(super) fn texts(limit: Option<usize>, clues: &Clues, purpose: Purpose<'_>) -> Vec<String> {
    let Purpose { word, row, .. } = purpose;
    let samples: Vec<String> = clues.patterns.iter().filter_map(|pattern| sample(pattern, row)).collect();
    let mut texts = samples.clone();
    texts.push(fitted(word, row, limit));
    if !clues.one_of.is_empty() {
        texts.splice(0..0, rotated(&clues.one_of, row));
    }
    for (_, length) in &clues.lengths {
        let lengths = [*length, length + 1, length - 1];
        let lengths = lengths.into_iter().filter_map(|length| usize::try_from(length).ok());
        for length in lengths.filter(|length| *length <= 10_000) {
            let text = stretched(word, row, length);
            texts.extend([text.to_uppercase(), row.to_string().chars().cycle().take(length).collect(), text]);
        }
        // A pattern says what it looks like, a length how often.
        texts.extend(samples.iter().filter_map(|text| repeated(text, usize::try_from(*length).ok()?)));
    }
    for constant in clues.constants.iter().take(8) {
        texts.extend([format!("{constant}{row}"), constant.clone(), format!("a{row}{constant}a{row}")]);
        texts.push(format!("{row}{constant}"));
    }
    let letter = char::from(b'a' + u8::try_from(row % 26).unwrap_or(0));
    texts.extend([
        fitted(word, row, limit).to_uppercase(),
        letter.to_string(),
        letter.to_uppercase().to_string(),
        row.to_string(),
        format!("{letter}{row}@example.com"),
        format!("https://example.com/{row}"),
        format!("/{letter}{row}"),
        "{}".to_owned(),
        String::new(),
    ]);
    texts.retain(|text| limit.is_none_or(|limit| text.chars().count() <= limit));
    texts
}

/// The word and the number, the word shortened as far as it must be.
fn fitted(word: &str, row: i64, limit: Option<usize>) -> String {
    let number = row.to_string();
    let room = limit.unwrap_or(usize::MAX).min(24).saturating_sub(number.len());
    let word: String = word.chars().take(room.saturating_sub(1)).collect();
    match room {
        0 => number,
        1 => format!("{}{number}", word.chars().next().unwrap_or('a')),
        _ => format!("{word}-{number}"),
    }
}

/// Exactly so many characters, the number at the end.
fn stretched(word: &str, row: i64, length: usize) -> String {
    let number = row.to_string();
    let letters = word.chars().filter(|c| c.is_ascii_alphabetic());
    let letters: String = letters.chain(['a']).cycle().take(length.saturating_sub(number.len())).collect();
    format!("{letters}{number}").chars().take(length).collect()
}

/// A sample with its last character as often as it takes.
fn repeated(text: &str, length: usize) -> Option<String> {
    let last = text.chars().last()?;
    (length <= 10_000).then(|| text.chars().chain(std::iter::repeat(last)).take(length).collect())
}
