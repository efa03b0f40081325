/// Replaces each `{name}` for which `value_of` knows a value, and leaves every other brace as it is.
pub(crate) fn expand(template: &str, value_of: impl Fn(&str) -> Option<String>) -> String {
    let mut result = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        let (before, from_brace) = rest.split_at(start);
        result.push_str(before);
        let value = from_brace.find('}').and_then(|end| Some((end, value_of(&from_brace[1..end])?)));
        match value {
            Some((end, value)) => {
                result.push_str(&value);
                rest = &from_brace[end + 1..];
            }
            None => {
                result.push('{');
                rest = &from_brace[1..];
            }
        }
    }
    result.push_str(rest);
    result
}

/// `text` with every byte percent-encoded that is neither unreserved (RFC 3986, section 2.3) nor in `kept`.
pub(crate) fn percent_encode(text: &str, kept: &[u8]) -> String {
    let mut result = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || kept.contains(&byte) {
            result.push(char::from(byte));
        } else {
            result.push_str(&format!("%{byte:02X}"));
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_braces_stay() {
        let value = |name: &str| (name == "user").then(|| "{x}".to_owned());
        assert_eq!(expand("a{user}b{other}{user}{", value), "a{x}b{other}{x}{");
    }

    #[test]
    fn reserved_bytes_are_encoded() {
        assert_eq!(percent_encode("a/b:c@ä", b"/"), "a/b%3Ac%40%C3%A4");
    }
}
