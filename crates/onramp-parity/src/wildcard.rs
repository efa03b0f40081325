/// Whether a text is what a pattern says, `*` standing for any number of letters. Case does not count.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut left) = text.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*').filter(|part| !part.is_empty()) {
        let Some(place) = left.find(part) else { return false };
        left = &left[place + part.len()..];
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, text) in [
            ("flow.name", "Flow.NAME"),
            ("*", ""),
            ("flow.*", "flow.name"),
            ("*.ix_*_like", "flow.ix_name_like"),
            ("a*b*c", "abbc"),
            ("a**", "a"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("flow.name", "flow.names"), ("a*a", "a"), ("*x", ""), ("a*b*c", "acb"), ("", "a")]
        {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
