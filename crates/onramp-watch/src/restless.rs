use std::collections::BTreeMap;
use std::path::PathBuf;

/// So many rounds in a row may change the same file and start another round by that.
const ROUNDS: usize = 3;

/// The files that change whenever the work is done, most likely by its own hand, and that would start it again for
/// ever.
#[derive(Debug, Default)]
pub struct Restless {
    /// During how many rounds in a row each file has changed.
    rounds: BTreeMap<PathBuf, usize>,
}

impl Restless {
    /// Takes the files that changed during a round of work, and leaves those of them that should start another
    /// one. Returns the files that have become restless with this round: they will not be left again before a
    /// round has passed in which they did not change.
    pub fn settle(&mut self, changed: &mut Vec<PathBuf>) -> Vec<PathBuf> {
        let rounds = |file: &PathBuf| self.rounds.get(file).copied().unwrap_or_default() + 1;
        self.rounds = changed.iter().map(|file| (file.clone(), rounds(file))).collect();
        let found = changed.iter().filter(|file| self.rounds[*file] == ROUNDS).cloned().collect();
        changed.retain(|file| self.rounds[file] < ROUNDS);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settle(restless: &mut Restless, changed: &[&str]) -> (Vec<String>, Vec<String>) {
        let mut changed = changed.iter().map(PathBuf::from).collect();
        let found = restless.settle(&mut changed);
        let names = |paths: Vec<PathBuf>| paths.iter().map(|path| path.display().to_string()).collect();
        (names(changed), names(found))
    }

    #[test]
    fn what_changes_in_every_round_starts_two_more_and_is_named_once() {
        let mut restless = Restless::default();
        let none: Vec<String> = Vec::new();
        assert_eq!(settle(&mut restless, &["x"]), (vec!["x".to_owned()], none.clone()));
        assert_eq!(settle(&mut restless, &["x"]), (vec!["x".to_owned()], none.clone()));
        assert_eq!(settle(&mut restless, &["x"]), (none.clone(), vec!["x".to_owned()]));
        assert_eq!(settle(&mut restless, &["x"]), (none.clone(), none.clone()));
        assert_eq!(settle(&mut restless, &["x", "y"]), (vec!["y".to_owned()], none));
    }

    #[test]
    fn a_round_in_which_it_rests_is_enough() {
        let mut restless = Restless::default();
        for changed in [&["x"][..], &["x"], &[], &["x"], &["x"]] {
            assert_eq!(settle(&mut restless, changed).0, changed);
        }
        assert_eq!(settle(&mut restless, &["x"]).1, ["x"]);
        settle(&mut restless, &[]);
        assert_eq!(settle(&mut restless, &["x"]).0, ["x"]);
    }
}
