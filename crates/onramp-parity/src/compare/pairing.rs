/// What belongs together on two sides, and what is left of each.
pub(super) struct Paired<T> {
    /// Both sides' of what is the same, with the place of the rule that says so.
    pub(super) pairs: Vec<(T, T, usize)>,
    pub(super) left: Vec<T>,
    pub(super) right: Vec<T>,
}

/// A rule that says whether two are the same.
type Rule<'a, T> = &'a dyn Fn(&T, &T) -> bool;

/// Pairs up by the first rule as many as possible, then what is left by the second one, and so on.
pub(super) fn pair_up<T>(left: Vec<T>, right: Vec<T>, rules: &[Rule<'_, T>]) -> Paired<T> {
    let mut paired = Paired { pairs: Vec::new(), left, right };
    for (place, is_same) in rules.iter().enumerate() {
        let mut rest = Vec::new();
        for one in paired.left {
            match paired.right.iter().position(|other| is_same(&one, other)) {
                Some(found) => paired.pairs.push((one, paired.right.remove(found), place)),
                None => rest.push(one),
            }
        }
        paired.left = rest;
    }
    paired
}
