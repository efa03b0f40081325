use std::borrow::Cow;
use std::sync::{Arc, PoisonError, RwLock};

/// What a secret is replaced by.
const MASK: &str = "***";

/// Shorter values are not masked: they would blank out half of an ordinary log. In bytes.
const SHORTEST: usize = 4;

/// The values that must not appear in any output: declared ones and generated passwords.
/// Clones are handles on the same set.
#[derive(Clone, Default)]
pub struct Secrets {
    /// Longest first, so that a secret which contains another one is masked whole.
    values: Arc<RwLock<Vec<String>>>,
}

impl Secrets {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Masks `value` from now on. A value of several lines is masked line by line, because output is
    /// reported line by line; a value or line of fewer than four bytes is left alone.
    pub fn add(&self, value: &str) {
        let mut values = self.values.write().unwrap_or_else(PoisonError::into_inner);
        for line in value.lines().map(str::trim).filter(|line| line.len() >= SHORTEST) {
            if !values.iter().any(|known| known == line) {
                values.push(line.to_owned());
            }
        }
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    }

    /// The length of the longest secret in bytes, 0 without one. Who hands on a text in pieces must hold back
    /// one byte less, for a secret may have begun there.
    pub fn longest(&self) -> usize {
        let values = self.values.read().unwrap_or_else(PoisonError::into_inner);
        values.first().map_or(0, String::len)
    }

    /// The first place at `place` or behind it where `text` can be cut without cutting a secret in two.
    pub fn cut(&self, text: &[u8], place: usize) -> usize {
        let values = self.values.read().unwrap_or_else(PoisonError::into_inner);
        let mut place = place.min(text.len());
        // The end of one secret may lie in another one.
        while let Some(end) = values.iter().filter_map(|value| end_across(text, place, value)).max() {
            place = end;
        }
        place
    }

    /// `text` with every secret replaced by `***`.
    pub fn mask<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let values = self.values.read().unwrap_or_else(PoisonError::into_inner);
        let mut masked = Cow::Borrowed(text);
        for value in values.iter() {
            if masked.contains(value.as_str()) {
                masked = Cow::Owned(masked.replace(value.as_str(), MASK));
            }
        }
        masked
    }
}

/// Where an occurrence of `value` ends that begins before `place` and ends behind it.
fn end_across(text: &[u8], place: usize, value: &str) -> Option<usize> {
    let length = value.len();
    let from = place.saturating_sub(length - 1);
    let to = text.len().min(place + length - 1);
    let around = text.get(from..to)?;
    let begin = around.windows(length).rposition(|window| window == value.as_bytes())?;
    Some(from + begin + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_behind_the_secrets_that_lie_across() {
        let secrets = Secrets::new();
        assert_eq!((secrets.longest(), secrets.cut(b"a text", 3)), (0, 3));
        secrets.add("abcd");
        secrets.add("cdefg");
        assert_eq!(secrets.longest(), 5);
        let cuts: Vec<usize> = (0..9).map(|place| secrets.cut(b".abcdefg", place)).collect();
        assert_eq!(cuts, [0, 1, 8, 8, 8, 8, 8, 8, 8]);
    }

    #[test]
    fn the_longer_secret_wins() {
        let secrets = Secrets::new();
        secrets.add("token");
        secrets.add("token-of-production");
        assert_eq!(secrets.mask("a token-of-production b"), "a *** b");
    }

    #[test]
    fn lines_of_a_key_are_masked_one_by_one() {
        let secrets = Secrets::new();
        secrets.add("first-line\n\n second-line\nab\n");
        assert_eq!(secrets.mask("x second-line ab"), "x *** ab");
    }
}
