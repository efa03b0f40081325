use std::fs::File;
use std::io::{self, Read};

/// Letters and digits alone, so that a value needs no quoting in any URL, shell or configuration file.
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A random word of `length` letters and digits from the system's generator: 5.95 bits each.
pub(crate) fn word(length: usize) -> io::Result<String> {
    let mut source = File::open("/dev/urandom")?;
    let mut word = String::with_capacity(length);
    let mut bytes = [0_u8; 64];
    while word.len() < length {
        source.read_exact(&mut bytes)?;
        // Bytes beyond the last whole multiple of the alphabet's size would make its first letters likelier.
        let fair = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < 4 * ALPHABET.len());
        word.extend(fair.take(length - word.len()).map(|byte| char::from(ALPHABET[byte % ALPHABET.len()])));
    }
    Ok(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_their_length_and_differ() {
        let (first, second) = (word(32).unwrap(), word(32).unwrap());
        assert_eq!(first.len(), 32);
        assert_ne!(first, second);
    }
}
