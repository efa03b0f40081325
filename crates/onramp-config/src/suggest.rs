/// The candidate that a misspelled word most likely stands for, if one is near enough.
///
/// Near is a Damerau-Levenshtein distance of at most a third of the longer word, counted without regard to
/// case and to `_` against `-`, or a Jaro-Winkler similarity of 0.9, which finds a word's beginning.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace('_', "-");
    let word = plain(word);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let other = plain(candidate);
            let distance = strsim::damerau_levenshtein(&word, &other);
            let longer = word.chars().count().max(other.chars().count());
            let near = distance <= (longer / 3).max(1) && distance < longer;
            (near || strsim::jaro_winkler(&word, &other) >= 0.9).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The hint that names the nearest candidate.
pub(crate) fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

/// The words in backticks, one after the other: `` `a`, `b` ``.
pub(crate) fn quoted<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let keys = ["run", "needs", "inputs", "outputs", "url-env", "min-version"];
        for (word, expected) in [
            ("need", Some("needs")),
            ("rnu", Some("run")),
            ("input", Some("inputs")),
            ("url_env", Some("url-env")),
            ("Min-Version", Some("min-version")),
            ("banana", None),
            ("x", None),
        ] {
            assert_eq!(nearest(word, keys), expected, "{word}");
        }
    }
}
