use std::fs::File;
use std::io::{self, Read};

/// Whether `text` can be the name or id of a container or volume. Names become parts of paths of requests, so anything
/// else must not get there.
pub(crate) fn is_name(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(is_word)
}

/// Whether `text` can be the name of an image, with or without registry, tag and digest.
pub(crate) fn is_image(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_.-:/@".contains(c);
    let has_empty_part = text.split('/').any(|part| part.is_empty() || part.starts_with('.'));
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(is_word) && !has_empty_part
}

/// Sixteen hexadecimal digits from the system's generator.
pub(crate) fn random_suffix() -> io::Result<String> {
    let mut bytes = [0_u8; 8];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(format!("{:016x}", u64::from_ne_bytes(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_place_in_a_path() {
        assert!(is_name("onramp-postgresql-00ff") && is_name("0356b70d5582"));
        for text in ["", "..", "-v", "a/b", "a?force=1", "a b", "a%2e", "ä"] {
            assert!(!is_name(text), "{text}");
        }
    }

    #[test]
    fn images_may_have_registry_tag_and_digest() {
        for text in ["postgres", "postgres:16", "localhost:5000/a/b_c:1.2-x", "a@sha256:00ff"] {
            assert!(is_image(text), "{text}");
        }
        for text in ["", "a//b", "a/../b", "../a", "a?b", "a b", "a#b", "/a"] {
            assert!(!is_image(text), "{text}");
        }
    }

    #[test]
    fn suffixes_differ() {
        let (first, second) = (random_suffix().unwrap(), random_suffix().unwrap());
        assert_eq!(first.len(), 16);
        assert_ne!(first, second);
    }
}
