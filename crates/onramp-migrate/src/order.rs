//! The order of changes that several histories have in common.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use onramp_core::Dialect;

use crate::History;

/// The revisions of one change, at most one of each dialect.
pub(crate) type Ids = BTreeMap<Dialect, String>;

/// Changes in the order that all histories agree to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Order {
    /// The places of the changes, oldest first.
    pub(crate) places: Vec<usize>,
    /// The changes that no order is right for: one history has them before a change that they come after in another.
    pub(crate) crossed: Vec<usize>,
}

/// Orders changes as the histories have them; where no history says anything, they stay in the order that they have.
pub(crate) fn order(changes: &[Ids], histories: &BTreeMap<Dialect, History>) -> Order {
    let mut followers: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); changes.len()];
    let mut open: Vec<usize> = vec![0; changes.len()];
    for (dialect, history) in histories {
        let listed: BTreeMap<&str, usize> = changes
            .iter()
            .enumerate()
            .filter_map(|(place, ids)| Some((ids.get(dialect)?.as_str(), place)))
            .collect();
        // By revision, the nearest changes that lead to it.
        let mut nearest: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for revision in history.in_order() {
            let mut before = BTreeSet::new();
            for down in &revision.down {
                match listed.get(down.as_str()) {
                    Some(place) => drop(before.insert(*place)),
                    None => before.extend(nearest.get(down.as_str()).into_iter().flatten().copied()),
                }
            }
            if let Some(place) = listed.get(revision.id.as_str()) {
                for other in before.iter().filter(|other| *other != place) {
                    if followers[*other].insert(*place) {
                        open[*place] += 1;
                    }
                }
            }
            nearest.insert(&revision.id, before);
        }
    }
    let mut order = Order { places: Vec::with_capacity(changes.len()), crossed: Vec::new() };
    let mut left: BTreeSet<usize> = (0..changes.len()).collect();
    let mut free: BinaryHeap<Reverse<usize>> =
        left.iter().filter(|place| open[**place] == 0).map(|place| Reverse(*place)).collect();
    while let Some(first) = left.first().copied() {
        let place = match free.pop() {
            Some(Reverse(place)) => place,
            None => {
                order.crossed.push(first);
                first
            }
        };
        if !left.remove(&place) {
            continue;
        }
        order.places.push(place);
        for follower in std::mem::take(&mut followers[place]) {
            open[follower] = open[follower].saturating_sub(1);
            if open[follower] == 0 && left.contains(&follower) {
                free.push(Reverse(follower));
            }
        }
    }
    order
}

/// The fewest numbers that have to move so that the rest rises, by their places.
pub(crate) fn out_of_order(numbers: &[usize]) -> BTreeSet<usize> {
    // The ends of the shortest possible rising sequences, after Fredman, "On computing the length of longest increasing
    // subsequences", 1975.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    for (place, number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|end| numbers[*end] < *number);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(place);
        } else {
            ends[length] = place;
        }
    }
    let mut moved: BTreeSet<usize> = (0..numbers.len()).collect();
    let mut next = ends.last().copied();
    while let Some(place) = next {
        moved.remove(&place);
        next = before[place];
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EngineSpec;
    use std::path::PathBuf;

    fn history(revisions: &[(&str, &str)]) -> History {
        let file = |(id, down): &(&str, &str)| {
            let text = format!("revision = '{id}'\ndown_revision = {down}\n");
            (PathBuf::from(format!("{id}.py")), text.into_bytes())
        };
        let files = revisions.iter().map(file).collect();
        History::of_files(&EngineSpec::Alembic(crate::AlembicSpec::default()), &files).unwrap()
    }

    fn ids(sqlite: &str, postgresql: &str) -> Ids {
        let pairs = [(Dialect::Sqlite, sqlite), (Dialect::Postgresql, postgresql)];
        pairs.into_iter().filter(|(_, id)| !id.is_empty()).map(|(of, id)| (of, id.to_owned())).collect()
    }

    #[test]
    fn all_histories_count_and_what_they_leave_open_stays() {
        let lite = history(&[("a", "None"), ("b", "'a'"), ("c", "'b'")]);
        let post = history(&[("x", "None"), ("y", "'x'"), ("z", "'y'")]);
        let histories = BTreeMap::from([(Dialect::Sqlite, lite), (Dialect::Postgresql, post)]);
        let changes = [ids("c", "z"), ids("", "y"), ids("a", "x"), ids("b", "")];
        assert_eq!(order(&changes, &histories), Order { places: vec![2, 1, 3, 0], crossed: vec![] });
        // What is not listed leads on to what comes before it.
        let changes = [ids("c", ""), ids("a", "")];
        assert_eq!(order(&changes, &histories).places, [1, 0]);
        let changes = [ids("a", "y"), ids("b", "x")];
        assert_eq!(order(&changes, &histories), Order { places: vec![0, 1], crossed: vec![0] });
    }

    #[test]
    fn two_branches_have_no_order() {
        let lite = history(&[("a", "None"), ("b", "'a'"), ("c", "'a'"), ("d", "('b', 'c')")]);
        let histories = BTreeMap::from([(Dialect::Sqlite, lite)]);
        let changes = [ids("a", ""), ids("c", ""), ids("b", ""), ids("d", "")];
        assert_eq!(order(&changes, &histories).places, [0, 1, 2, 3]);
    }

    #[test]
    fn the_fewest_move() {
        let places = |numbers: &[usize]| out_of_order(numbers).into_iter().collect::<Vec<_>>();
        assert!(places(&[0, 1, 2]).is_empty());
        assert_eq!(places(&[2, 0, 1]), [0]);
        assert_eq!(places(&[0, 3, 1, 2, 4]), [1]);
        assert!(places(&[]).is_empty());
    }
}
