//! What to try next for a row that was refused.
//!
//! A row has slots, each with a list of options, the preferred one first. Every refusal names the slots that it is
//! due to, and with it a combination of options that must not be tried again, whatever the other slots hold. The
//! next row to try is the one that differs in the fewest slots from the preferred one and holds none of those
//! combinations: iterative deepening over the number of changed slots, where each step changes a slot of a
//! combination that is still held (Reiter's hitting sets, "A theory of diagnosis from first principles", 1987).

/// How many partial rows may be looked at for one answer.
const STEPS: usize = 20_000;

/// The options of one row, and the combinations that were refused.
#[derive(Debug)]
pub(super) struct Search {
    options: Vec<usize>,
    refused: Vec<Vec<(usize, usize)>>,
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
        if self.options.contains(&0) {
            return None;
        }
        let mut choice = vec![0; self.options.len()];
        let mut changed = vec![false; self.options.len()];
        let mut steps = STEPS;
        (0..=self.options.len())
            .any(|depth| self.repair(&mut choice, &mut changed, depth, &mut steps))
            .then_some(choice)
    }

    fn repair(&self, choice: &mut [usize], changed: &mut [bool], depth: usize, steps: &mut usize) -> bool {
        let held =
            |refused: &&Vec<(usize, usize)>| refused.iter().all(|(slot, option)| choice[*slot] == *option);
        let Some(refused) = self.refused.iter().find(held) else { return true };
        if depth == 0 || *steps == 0 {
            return false;
        }
        for (slot, _) in refused {
            if changed[*slot] {
                continue;
            }
            changed[*slot] = true;
            for option in 1..self.options[*slot] {
                *steps = steps.saturating_sub(1);
                choice[*slot] = option;
                if self.repair(choice, changed, depth - 1, steps) {
                    return true;
                }
            }
            choice[*slot] = 0;
            changed[*slot] = false;
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
        assert_eq!(search.next(), Some(vec![0, 2, 0]));
        search.refuse(&[1], &[0, 2, 0]);
        assert_eq!(search.next(), Some(vec![1, 1, 0]));
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
