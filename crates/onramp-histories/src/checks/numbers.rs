use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::chain::{Chain, Form};
use crate::finding::{Code, Finding};

/// How many numbers are named of a longer gap.
const NAMED: u128 = 3;

/// Numbers that a sequence leaves out. What another dialect of the set has is no gap, but a twin that is missing.
pub(super) fn check(chains: &[Chain], set: &[usize], found: &mut [Vec<Finding>]) {
    let all: BTreeSet<u128> = set.iter().flat_map(|place| sequence(&chains[*place]).into_keys()).collect();
    for place in set {
        let chain = &chains[*place];
        if chain.form == Form::Releases {
            of_releases(chains, set, *place, &mut found[*place]);
            continue;
        }
        let own = sequence(chain);
        let numbers: Vec<u128> = own.keys().copied().collect();
        let Some(step) = step(&numbers) else { continue };
        for pair in numbers.windows(2) {
            let (before, after) = (pair[0], pair[1]);
            let missing: Vec<u128> = (before + step..after)
                .step_by(usize::try_from(step).unwrap_or(usize::MAX))
                .take(1000)
                .filter(|number| !all.contains(number))
                .collect();
            if missing.is_empty() {
                continue;
            }
            let entry = own[&after];
            let message = format!("{} before it", left_out(&missing));
            found[*place].push(Finding::new(Code::Gap, &chain.entries[entry].file, message));
        }
    }
}

/// The numbers of a chain that count, each with the entry that has it.
fn sequence(chain: &Chain) -> BTreeMap<u128, usize> {
    if chain.form.is_graph() || matches!(chain.form, Form::Liquibase | Form::Releases) {
        return BTreeMap::new();
    }
    let entries = chain.entries.iter().enumerate();
    let numbers = entries.filter_map(|(place, entry)| Some((entry.number.as_ref()?.in_sequence()?, place)));
    numbers.collect()
}

/// The distance of most numbers to the next one; `None` where there is none that most have.
fn step(numbers: &[u128]) -> Option<u128> {
    let mut counts: BTreeMap<u128, usize> = BTreeMap::new();
    for pair in numbers.windows(2) {
        *counts.entry(pair[1] - pair[0]).or_default() += 1;
    }
    let all: usize = counts.values().sum();
    let (step, count) = counts.into_iter().max_by_key(|(step, count)| (*count, std::cmp::Reverse(*step)))?;
    // Of two numbers nobody can tell what their distance is meant to be, unless they follow one another.
    (count * 3 >= all * 2 || (all == 2 && step == 1)).then_some(step)
}

/// Within a release the numbers count from the first one on. Where that is often not so, it is no rule.
fn of_releases(chains: &[Chain], set: &[usize], place: usize, found: &mut Vec<Finding>) {
    let all: Vec<BTreeMap<&Path, BTreeMap<u128, usize>>> =
        set.iter().map(|place| by_release(&chains[*place])).collect();
    let (mut gaps, mut counted) = (Vec::new(), 0);
    for (folder, numbers) in by_release(&chains[place]) {
        let known: Vec<u128> = numbers.keys().copied().collect();
        let Some(1) = step(&known) else { continue };
        counted += 1;
        let has = |number: &u128| {
            all.iter().any(|of| of.get(folder).is_some_and(|numbers| numbers.contains_key(number)))
        };
        for pair in known.windows(2) {
            let missing: Vec<u128> =
                (pair[0] + 1..pair[1]).take(1000).filter(|number| !has(number)).collect();
            if !missing.is_empty() {
                let message = format!("{} before it", left_out(&missing));
                let file = &chains[place].entries[numbers[&pair[1]]].file;
                gaps.push(Finding::new(Code::Gap, file, message));
            }
        }
    }
    let is_rule = gaps.len() * 5 <= counted;
    found.extend(gaps.into_iter().map(|gap| if is_rule || counted < 5 { gap } else { gap.into_note() }));
}

/// The numbers of each release, each with the entry that has it.
fn by_release(chain: &Chain) -> BTreeMap<&Path, BTreeMap<u128, usize>> {
    let mut releases: BTreeMap<&Path, BTreeMap<u128, usize>> = BTreeMap::new();
    for (place, entry) in chain.entries.iter().enumerate() {
        let number = entry.number.as_ref().and_then(|number| number.parts.last().copied());
        if let (Some(number), Some(folder)) = (number, entry.file.parent()) {
            releases.entry(folder).or_default().insert(number, place);
        }
    }
    releases
}

fn left_out(missing: &[u128]) -> String {
    let count = missing.len() as u128;
    let named: Vec<String> = missing.iter().take(NAMED as usize).map(u128::to_string).collect();
    match count {
        1 => format!("number {} is missing", named[0]),
        _ if count <= NAMED => format!("numbers {} are missing", named.join(", ")),
        _ => {
            let last = missing.last().copied().unwrap_or_default();
            format!("numbers {} to {last} are missing", named[0])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps() {
        assert_eq!(step(&[1, 2, 3, 5]), Some(1));
        assert_eq!(step(&[10, 20, 30, 50]), Some(10));
        assert_eq!(step(&[1, 3]), Some(2));
        assert_eq!(step(&[1, 2, 4]), Some(1));
        assert_eq!(step(&[1, 4, 9, 11, 30]), None);
        assert_eq!(step(&[1]), None);
    }
}
