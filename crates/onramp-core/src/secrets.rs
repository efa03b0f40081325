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

#[cfg(test)]
mod tests {
    use super::*;

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
