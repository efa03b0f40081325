//! What can be wrong with a history, one file per question.

mod downs;
mod files;
mod names;
mod numbers;
mod order;
mod released;
mod times;
mod twins;

pub use twins::Set;
pub(crate) use twins::sets;

use crate::declared::Declared;
use crate::find::Histories;
use crate::finding::Finding;
use crate::released::Released;

/// All findings about some histories, the worst first for each file. `now` is in seconds since 1970.
pub(crate) fn findings(
    histories: &Histories,
    now: i64,
    released: &[Released],
    declared: &Declared,
) -> Vec<Vec<Finding>> {
    let sets = sets(&histories.chains);
    let mut found: Vec<Vec<Finding>> = histories
        .chains
        .iter()
        .map(|chain| {
            let mut found = Vec::new();
            files::check(chain, &mut found);
            order::check(chain, &mut found);
            names::check(chain, &mut found);
            times::check(chain, now, &mut found);
            downs::check(chain, &mut found);
            for released in released {
                released::check(chain, released, &mut found);
            }
            found
        })
        .collect();
    let mut in_sets = vec![false; histories.chains.len()];
    for set in &sets {
        set.places.iter().for_each(|place| in_sets[*place] = true);
        numbers::check(&histories.chains, &set.places, &mut found);
        twins::check(&histories.chains, set, declared, &mut found);
    }
    for place in (0..histories.chains.len()).filter(|place| !in_sets[*place]) {
        numbers::check(&histories.chains, &[place], &mut found);
    }
    // Histories of one folder share files, whose faults are told once.
    let mut told = std::collections::HashSet::new();
    for of_chain in &mut found {
        of_chain.sort();
        of_chain.retain(|finding| told.insert(finding.clone()));
    }
    found
}

/// What nearly all have in common: at least three, and all but two, or nine of ten. `None` where there is nothing like
/// that; what one of five does otherwise is no rule, however many there are.
fn rule<T: Ord + Clone>(values: impl IntoIterator<Item = T>) -> Option<T> {
    let mut counts: std::collections::BTreeMap<T, usize> = std::collections::BTreeMap::new();
    let mut all = 0;
    for value in values {
        *counts.entry(value).or_default() += 1;
        all += 1;
    }
    let (value, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    let others = all - count;
    (count >= 3 && others * 5 <= all && (others <= 2 || others * 10 <= all)).then_some(value)
}
