//! What to try next for a row that was refused.
//!
//! A row has slots, each with a list of options, the preferred one first. Every refusal names the slots that it is
//! due to, and with it a combination of options that must not be tried again, whatever the other slots hold. A
//! combination of one slot strikes an option from its list. Slots that combinations of several tie together, by
//! any number of steps, are a group, and each group is solved for itself: what differs in the fewest slots from the
//! preferred options and holds none of the combinations, by iterative deepening over the number of changed slots,
//! where each step changes a slot of a combination that is still held (Reiter's hitting sets, "A theory of
//! diagnosis from first principles", 1987).

/// How many partial rows of a group may be looked at for one answer.
const STEPS: usize = 20_000;

/// The options of one row, and the combinations that were refused.
#[derive(Debug)]
pub(super) struct Search {
    options: Vec<usize>,
    refused: Vec<Combination>,
}

impl Search {
    /// A search over slots with so many options each.
    pub(super) fn new(options: Vec<usize>) -> Self {
        Self { options, refused: Vec::new() }
    }

    /// Never again the options that `choice` has in `slots`.
    pub(super) fn refuse(&mut self, slots: &[usize], choice: &[usize]) {
        self.refused.push(slots.iter().map(|slot| (*slot, choice[*slot])).collect());
    }

    /// The next choice, one option per slot; None if there is none, or none was found in time.
    pub(super) fn next(&self) -> Option<Vec<usize>> {
        let mut left: Vec<Vec<usize>> = self.options.iter().map(|count| (0..*count).collect()).collect();
        for refused in &self.refused {
            match refused[..] {
                [] => return None,
                [(slot, option)] => left[slot].retain(|own| *own != option),
                _ => {}
            }
        }
        let mut choice: Vec<usize> =
            left.iter().map(|options| options.first().copied()).collect::<Option<_>>()?;
        let possible = |refused: &&Combination| {
            refused.len() > 1 && refused.iter().all(|(slot, option)| left[*slot].contains(option))
        };
        for refused in groups(self.refused.iter().filter(possible)) {
            let mut group = Group { left: &left, refused, changed: vec![false; left.len()], steps: STEPS };
            if !(0..=left.len()).any(|depth| group.repair(&mut choice, depth)) {
                return None;
            }
        }
        Some(choice)
    }
}

/// Options of slots that must not occur together.
type Combination = Vec<(usize, usize)>;

/// Combinations that share slots, by any number of steps, together.
fn groups<'a>(refused: impl Iterator<Item = &'a Combination>) -> Vec<Vec<&'a Combination>> {
    let mut groups: Vec<(Vec<usize>, Vec<&Combination>)> = Vec::new();
    for combination in refused {
        let shares = |(slots, _): &(Vec<usize>, Vec<&Combination>)| {
            combination.iter().any(|(slot, _)| slots.contains(slot))
        };
        let (joined, rest): (Vec<_>, Vec<_>) = groups.into_iter().partition(shares);
        groups = rest;
        let mut slots: Vec<usize> = combination.iter().map(|(slot, _)| *slot).collect();
        let mut all = Vec::new();
        for (other, combinations) in joined {
            slots.extend(other);
            all.extend(combinations);
        }
        slots.sort_unstable();
        slots.dedup();
        all.push(combination);
        groups.push((slots, all));
    }
    groups.into_iter().map(|(_, combinations)| combinations).collect()
}

struct Group<'a> {
    left: &'a [Vec<usize>],
    refused: Vec<&'a Combination>,
    changed: Vec<bool>,
    steps: usize,
}

impl Group<'_> {
    /// Changes at most so many slots until no combination is held.
    fn repair(&mut self, choice: &mut [usize], depth: usize) -> bool {
        let held = |refused: &&&Combination| refused.iter().all(|(slot, option)| choice[*slot] == *option);
        let Some(refused) = self.refused.iter().find(held).copied() else { return true };
        for (slot, _) in refused {
            if depth == 0 || self.changed[*slot] {
                continue;
            }
            self.changed[*slot] = true;
            for option in &self.left[*slot][1..] {
                if self.steps == 0 {
                    return false;
                }
                self.steps -= 1;
                choice[*slot] = *option;
                if self.repair(choice, depth - 1) {
                    return true;
                }
            }
            choice[*slot] = self.left[*slot][0];
            self.changed[*slot] = false;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fewest_slots_are_changed() {
        let mut search = Search::new(vec![3, 3, 3]);
        assert_eq!(search.next(), Some(vec![0, 0, 0]));
        search.refuse(&[1], &[0, 0, 0]);
        assert_eq!(search.next(), Some(vec![0, 1, 0]));
        search.refuse(&[0, 1], &[0, 1, 0]);
        assert_eq!(search.next(), Some(vec![1, 1, 0]));
        search.refuse(&[0], &[1, 1, 0]);
        assert_eq!(search.next(), Some(vec![2, 1, 0]));
        search.refuse(&[0], &[2, 1, 0]);
        assert_eq!(search.next(), Some(vec![0, 2, 0]));
    }

    #[test]
    fn what_has_nothing_to_do_with_one_another_is_solved_apart() {
        let mut search = Search::new(vec![9; 40]);
        for _ in 0..8 {
            let choice = search.next().unwrap();
            for pair in 0..20 {
                search.refuse(&[2 * pair, 2 * pair + 1], &choice);
            }
        }
        assert_eq!(search.next().unwrap()[..4], [8, 0, 8, 0]);
    }

    #[test]
    fn a_search_ends() {
        let mut search = Search::new(vec![2, 1]);
        search.refuse(&[0], &[0, 0]);
        search.refuse(&[0, 1], &[1, 0]);
        assert_eq!(search.next(), None);
        assert_eq!(Search::new(vec![1, 0]).next(), None);
        let mut search = Search::new(vec![4]);
        search.refuse(&[], &[0]);
        assert_eq!(search.next(), None);
    }
}
