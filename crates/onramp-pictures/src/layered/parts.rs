/// The connected parts, each with its boxes in their order.
pub fn parts(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut neighbours = vec![Vec::new(); needs.len()];
    for (task, needs) in needs.iter().enumerate() {
        for need in needs {
            neighbours[task].push(*need);
            neighbours[*need].push(task);
        }
    }
    let mut seen = vec![false; needs.len()];
    let mut parts = Vec::new();
    for start in 0..needs.len() {
        let mut part = Vec::new();
        let mut pending = vec![start];
        while let Some(task) = pending.pop() {
            if !std::mem::replace(&mut seen[task], true) {
                part.push(task);
                pending.extend(&neighbours[task]);
            }
        }
        part.sort_unstable();
        if !part.is_empty() {
            parts.push(part);
        }
    }
    parts
}
