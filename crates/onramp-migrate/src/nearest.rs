/// The word that another one was most likely meant to be, by the Damerau-Levenshtein distance: at most a third of the
/// longer one differs. The beginning of a single word counts as that word.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let candidates: Vec<&str> = candidates.into_iter().filter(|candidate| *candidate != word).collect();
    let mut longer = candidates.iter().filter(|candidate| word.len() >= 4 && candidate.starts_with(word));
    if let (Some(only), None) = (longer.next(), longer.next()) {
        return Some(only);
    }
    let distances = candidates.into_iter().filter_map(|candidate| {
        let limit = word.chars().count().max(candidate.chars().count()) / 3;
        let distance = strsim::damerau_levenshtein(word, candidate);
        (distance <= limit).then_some((distance, candidate))
    });
    distances.min().map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_beginnings_are_found_and_strangers_are_not() {
        let ids = ["06a3e9f7b5d4", "ed40c2871a9b", "add_flow_owner"];
        for (word, expected) in [
            ("06a3e9f7b5d5", Some("06a3e9f7b5d4")),
            ("06a3e9f7b54d", Some("06a3e9f7b5d4")),
            ("ed40", Some("ed40c2871a9b")),
            ("add_flow_onwer", Some("add_flow_owner")),
            ("7bd5f13a96e0", None),
            ("ed", None),
        ] {
            assert_eq!(nearest(word, ids), expected, "{word}");
        }
    }
}
