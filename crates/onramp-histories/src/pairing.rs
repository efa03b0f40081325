//! Which migrations of two dialects are the same.

use std::collections::HashSet;

use crate::chain::{Chain, Entry, Form};

/// What twins have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Id,
    Slug,
}

impl Mode {
    /// What most of the histories' entries have in common; `None` where that is nothing.
    pub(crate) fn of(chains: &[&Chain]) -> Option<Self> {
        let longest: &Chain = chains.iter().copied().max_by_key(|chain| chain.entries.len())?;
        let mut worst = [1.0_f64; 2];
        let mut names = 1.0_f64;
        for chain in chains.iter().filter(|chain| !std::ptr::eq(**chain, longest)) {
            for (share, mode) in worst.iter_mut().zip([Self::Id, Self::Slug]) {
                *share = share.min(shared(longest, chain, mode));
            }
            names = names.min(same_names(longest, chain));
        }
        let [ids, slugs] = worst;
        let are_times =
            longest.entries.iter().filter_map(|entry| entry.number.as_ref()).any(|number| number.is_time());
        let ids_mean = are_times || longest.form == Form::Named || names >= 0.3;
        match (ids >= 0.5 && ids_mean, slugs >= 0.5) {
            (true, false) => Some(Self::Id),
            (false, true) => Some(Self::Slug),
            (true, true) if slugs > ids => Some(Self::Slug),
            (true, true) => Some(Self::Id),
            (false, false) => None,
        }
    }

    /// What twins have in common.
    pub(crate) fn key(self, entry: &Entry) -> String {
        match (self, &entry.number) {
            (Self::Slug, _) if !entry.slug.is_empty() => entry.slug.to_lowercase(),
            // Of drone a file's number says nothing.
            (Self::Id, Some(number)) if entry.line.is_none() && !number.text.contains('/') => number.key(),
            _ => entry.id.clone(),
        }
    }
}

/// The part of the smaller history that the larger one has too.
fn shared(larger: &Chain, smaller: &Chain, mode: Mode) -> f64 {
    let keys: HashSet<String> = larger.entries.iter().map(|entry| mode.key(entry)).collect();
    let common = smaller.entries.iter().filter(|entry| keys.contains(&mode.key(entry))).count();
    common as f64 / (smaller.entries.len().max(1)) as f64
}

/// Of the entries with the same id, the part with names that are alike.
fn same_names(larger: &Chain, smaller: &Chain) -> f64 {
    let of_key: std::collections::HashMap<String, &Entry> =
        larger.entries.iter().map(|entry| (Mode::Id.key(entry), entry)).collect();
    let pairs: Vec<(&Entry, &&Entry)> =
        smaller.entries.iter().filter_map(|entry| Some((entry, of_key.get(&Mode::Id.key(entry))?))).collect();
    let alike = pairs.iter().filter(|(own, other)| slugs_are_alike(&own.slug, &other.slug)).count();
    alike as f64 / pairs.len().max(1) as f64
}

/// Whether two entries that have no twin are probably twins: by their ids, or by names but for a typo.
pub(crate) fn are_alike(left: &Entry, right: &Entry) -> bool {
    let same_times = match (&left.number, &right.number) {
        (Some(left), Some(right)) => left.is_time() && left.key() == right.key(),
        _ => false,
    };
    same_times || slugs_are_alike(&left.slug, &right.slug)
}

/// Whether two names are the same but for separators, case and a typo or two.
fn slugs_are_alike(left: &str, right: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase()
    };
    let (left, right) = (plain(left), plain(right));
    if left.is_empty() || right.is_empty() {
        return false;
    }
    // Numbers in names tell different things apart, as in `v1` and `v2`.
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let length = left.chars().count().min(right.chars().count());
    let allowed = match length {
        0..8 => 0,
        8..16 => 1,
        _ => 2,
    };
    // Tools cut long names off, at different places where what is in front has different lengths.
    let is_cut = length >= 20 && (left.starts_with(&right) || right.starts_with(&left));
    left == right
        || is_cut
        || (digits(&left) == digits(&right) && strsim::levenshtein(&left, &right) <= allowed)
}

/// Whether two entries that stand at the same place may be twins: a word of both names is the same, or none has a name.
pub(crate) fn may_be_alike(left: &Entry, right: &Entry) -> bool {
    let words = |slug: &str| -> HashSet<String> {
        slug.split(['_', '-', ' ', '.']).filter(|word| word.len() >= 4).map(str::to_lowercase).collect()
    };
    let (of_left, of_right) = (words(&left.slug), words(&right.slug));
    (left.slug.is_empty() && right.slug.is_empty()) || !of_left.is_disjoint(&of_right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_typos() {
        for (left, right) in [
            ("sso_userscascade", "sso_users_cascade"),
            ("AddUsers", "add_users"),
            ("add_organisation", "add_organization"),
        ] {
            assert!(slugs_are_alike(left, right), "{left} {right}");
        }
        for (left, right) in [
            ("add_a", "add_b"),
            ("drop_users_v1", "drop_users_v2"),
            ("", ""),
            ("create_users", "create_groups"),
        ] {
            assert!(!slugs_are_alike(left, right), "{left} {right}");
        }
    }
}
