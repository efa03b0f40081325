/// How many letters of the usual width a text is as wide as, in a font whose letters are equally wide.
pub fn width_in_letters(text: &str) -> usize {
    // From here on most scripts have wide letters.
    text.chars().map(|c| if c >= '\u{1100}' { 2 } else { 1 }).sum()
}

/// A text of at most so many letters: of a longer one, its beginning and its end.
pub fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let half = most / 2;
    let (start, end) = (&letters[..half], &letters[letters.len() - (most - half - 1)..]);
    format!("{}…{}", start.iter().collect::<String>(), end.iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_keeps_both_ends() {
        assert_eq!(shortened("abcdefghij", 10), "abcdefghij");
        assert_eq!(shortened("abcdefghijk", 10), "abcde…hijk");
        assert_eq!(shortened("abcdefghijk", 5), "ab…jk");
        assert_eq!(width_in_letters("aé漢"), 4);
    }
}
