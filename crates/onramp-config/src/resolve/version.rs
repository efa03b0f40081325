use semver::VersionReq;

/// A version requirement, in Cargo's notation or near it: `==` is `=`, comparisons may be separated by
/// blanks, a `v` may stand before a number, and numbers may begin with 0, as in `22.04`.
pub(crate) fn requirement(text: &str) -> Result<VersionReq, String> {
    let mut comparisons: Vec<String> = Vec::new();
    for piece in text.split(',') {
        let mut operator = String::new();
        for word in piece.split_whitespace() {
            operator.push_str(word);
            if word.ends_with(|character: char| !"<>=^~".contains(character)) {
                comparisons.push(plain(&std::mem::take(&mut operator)));
            }
        }
        if !operator.is_empty() || piece.trim().is_empty() {
            return Err("a comparison lacks its version".to_owned());
        }
    }
    VersionReq::parse(&comparisons.join(", ")).map_err(|error| error.to_string())
}

fn plain(comparison: &str) -> String {
    let number = comparison.trim_start_matches(|character: char| "<>=^~".contains(character));
    let operator = &comparison[..comparison.len() - number.len()];
    let operator = if operator == "==" { "=" } else { operator };
    let number = number.strip_prefix('v').unwrap_or(number);
    let parts: Vec<_> = number.split('.').map(without_zeros).collect();
    format!("{operator}{}", parts.join("."))
}

fn without_zeros(part: &str) -> &str {
    let rest = part.trim_start_matches('0');
    if rest.starts_with(|character: char| character.is_ascii_digit()) {
        rest
    } else {
        &part[part.len() - rest.len() - usize::from(rest.len() < part.len())..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_are_read_leniently() {
        for (text, expected) in [
            (">=3.10", ">=3.10"),
            (">= 3.10, < 4", ">=3.10, <4"),
            (">=18 <23", ">=18, <23"),
            ("20", "^20"),
            ("==3.12", "=3.12"),
            ("v20.1", "^20.1"),
            (">=22.04", ">=22.4"),
            ("0.1.0", "^0.1.0"),
            ("3.*", "3.*"),
            ("*", "*"),
        ] {
            assert_eq!(requirement(text).map(|req| req.to_string()).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "new", ">=", ">=3.10,", "1.2.3.4", "1 || 2", "~=3.1"] {
            assert!(requirement(text).is_err(), "{text}");
        }
    }
}
