/// The circles among nodes that need one another, each as the positions along it, beginning with the one that
/// is met first. Nodes of a circle that was found are not looked at again, so no two share a node.
///
/// Linear in nodes and needs, and iterative: a depth-first search whose path is kept in a list.
pub(crate) fn cycles(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    let mut states = vec![State::New; needs.len()];
    let mut path: Vec<(usize, usize)> = Vec::new();
    for start in 0..needs.len() {
        enter(start, &mut states, &mut path);
        while let Some((node, next)) = path.last_mut() {
            let Some(need) = needs[*node].get(*next).copied() else {
                states[*node] = State::Done;
                path.pop();
                continue;
            };
            *next += 1;
            match states[need] {
                State::New => enter(need, &mut states, &mut path),
                State::OnPath(place) => {
                    let cycle: Vec<usize> = path.drain(place..).map(|(node, _)| node).collect();
                    cycle.iter().for_each(|node| states[*node] = State::Done);
                    found.push(cycle);
                }
                State::Done => {}
            }
        }
    }
    found
}

#[derive(Clone, Copy)]
enum State {
    New,
    /// At this place of the path.
    OnPath(usize),
    Done,
}

fn enter(node: usize, states: &mut [State], path: &mut Vec<(usize, usize)>) {
    if matches!(states[node], State::New) {
        states[node] = State::OnPath(path.len());
        path.push((node, 0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_circle_is_found_once_from_where_it_is_entered() {
        for (needs, expected) in [
            (vec![vec![1], vec![2], vec![]], vec![]),
            (vec![vec![0]], vec![vec![0]]),
            (vec![vec![1], vec![2], vec![1]], vec![vec![1, 2]]),
            (vec![vec![1, 2], vec![0], vec![3], vec![2]], vec![vec![0, 1], vec![2, 3]]),
            (vec![vec![2], vec![2], vec![3], vec![]], vec![]),
        ] {
            assert_eq!(cycles(&needs), expected, "{needs:?}");
        }
    }

    #[test]
    fn a_circle_of_100_000_does_not_overflow_the_stack() {
        let needs: Vec<_> = (0..100_000).map(|node| vec![(node + 1) % 100_000]).collect();
        assert_eq!(cycles(&needs)[0].len(), 100_000);
    }
}
