use std::fmt;
use std::io::{self, Read};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

/// How much of a file is hashed at once, in bytes.
const CHUNK: usize = 64 * 1024;

/// The length of a hash, in bytes.
pub(crate) const HASH_BYTES: usize = 32;

/// What tells one content from any other: its SHA-256 and its length in bytes, the pair that the Remote
/// Execution API calls a digest. Written as 64 hexadecimal digits, a dash, and the length.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest {
    hash: [u8; HASH_BYTES],
    size: u64,
}

impl Digest {
    /// The digest of these bytes.
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        Self { hash: Sha256::digest(bytes).into(), size: bytes.len() as u64 }
    }

    /// The digest of everything that can be read.
    pub fn of_reader(mut reader: impl Read) -> io::Result<Self> {
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; CHUNK];
        let mut size = 0;
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return Ok(Self { hash: hasher.finalize().into(), size }),
                Ok(read) => {
                    hasher.update(&buffer[..read]);
                    size += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The digest that these are the parts of.
    pub(crate) fn from_parts(hash: [u8; HASH_BYTES], size: u64) -> Self {
        Self { hash, size }
    }

    /// The SHA-256 alone.
    pub(crate) fn hash_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.hash
    }

    /// The length of the content, in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The SHA-256 alone, as 64 lower-case hexadecimal digits.
    pub fn hash(&self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = String::with_capacity(64);
        for byte in self.hash {
            text.push(char::from(DIGITS[usize::from(byte >> 4)]));
            text.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        text
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.hash(), self.size)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not of the form `64 hexadecimal digits`-`length`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoDigest;

impl fmt::Display for NoDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a digest")
    }
}

impl std::error::Error for NoDigest {}

impl FromStr for Digest {
    type Err = NoDigest;

    fn from_str(text: &str) -> Result<Self, NoDigest> {
        let (digits, size) = text.split_once('-').ok_or(NoDigest)?;
        if digits.len() != 64 || !size.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NoDigest);
        }
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
            *byte = value(pair[0])? << 4 | value(pair[1])?;
        }
        Ok(Self { hash, size: size.parse().map_err(|_| NoDigest)? })
    }
}

/// The value of a lower-case hexadecimal digit: of two ways to write a digest only one is right.
fn value(digit: u8) -> Result<u8, NoDigest> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(NoDigest),
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_the_known_one_and_survives_its_text() {
        let digest = Digest::of("abc");
        let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad-3";
        assert_eq!(digest.to_string(), text);
        assert_eq!(text.parse(), Ok(digest));
        assert_eq!(Digest::of_reader(&b"abc"[..]).unwrap(), digest);
        let long = vec![7; 3 * CHUNK + 1];
        assert_eq!(Digest::of_reader(&long[..]).unwrap(), Digest::of(&long));
    }

    #[test]
    fn other_texts_are_none() {
        let upper = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD-3";
        for text in
            ["", "-", "abc-3", upper, &format!("{}-", "a".repeat(64)), &format!("{}-+3", "a".repeat(64))]
        {
            assert_eq!(text.parse::<Digest>(), Err(NoDigest), "{text}");
        }
    }
}
