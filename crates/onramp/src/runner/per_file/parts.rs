//! Divides files among processes that run side by side.

use std::cmp::Reverse;
use std::thread;

/// So many files are worth a process of their own: an interpreter takes as long to start as it takes for them.
const WORTH_A_PROCESS: usize = 200;

/// Into how many parts so many files may be divided.
pub(super) fn most(files: usize) -> usize {
    (files / WORTH_A_PROCESS).max(1)
}

/// Divides files, of which the sizes are given, into at most `parts` that have as much to do as one another. Each
/// has the places of its files, in order; the largest part comes first.
pub(super) fn divide(sizes: &[u64], parts: usize) -> Vec<Vec<usize>> {
    let mut largest: Vec<usize> = (0..sizes.len()).collect();
    largest.sort_by_key(|file| Reverse(sizes[*file]));
    let mut divided: Vec<(u64, Vec<usize>)> = vec![(0, Vec::new()); parts.min(most(sizes.len()))];
    for file in largest {
        // Small files cost something, too.
        let least = divided.iter_mut().min_by_key(|(size, files)| (*size, files.len()));
        if let Some((size, files)) = least {
            *size += sizes[file] + 1;
            files.push(file);
        }
    }
    divided.sort_by_key(|(size, _)| Reverse(*size));
    let mut parts: Vec<Vec<usize>> = divided.into_iter().map(|(_, files)| files).collect();
    parts.iter_mut().for_each(|files| files.sort_unstable());
    parts.retain(|files| !files.is_empty());
    parts
}

/// Does the work of all parts side by side, and returns the results in their order.
pub(super) fn each<T: Send>(parts: &[Vec<usize>], work: impl Fn(&[usize]) -> T + Sync) -> Vec<T> {
    let (Some((first, rest)), work) = (parts.split_first(), &work) else { return Vec::new() };
    thread::scope(|scope| {
        let rest: Vec<_> = rest.iter().map(|part| scope.spawn(move || work(part))).collect();
        let mut results = vec![work(first)];
        // A panic goes on where it would have gone on without threads.
        let result = |thread: thread::ScopedJoinHandle<'_, T>| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        results.extend(rest.into_iter().map(result));
        results
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_worth_a_process() {
        assert_eq!(divide(&[1; 10], 4), [(0..10).collect::<Vec<_>>()]);
        assert_eq!(divide(&[1; 1000], 2).iter().map(Vec::len).collect::<Vec<_>>(), [500, 500]);
        assert_eq!(divide(&[1; 450], 8).len(), 2);
        assert_eq!(divide(&[], 8), [[0; 0]; 0]);
    }

    #[test]
    fn parts_have_as_much_to_do_and_every_file_once() {
        let sizes: Vec<u64> = (0..1000).map(|file| if file == 500 { 1_000_000 } else { file }).collect();
        let parts = divide(&sizes, 3);
        let mut all = parts.concat();
        all.sort_unstable();
        assert_eq!(all, (0..1000).collect::<Vec<_>>());
        assert_eq!(parts[0], [500], "the large file is as much as the others together");
        assert_eq!(parts, divide(&sizes, 3));
        assert_eq!(each(&parts, <[usize]>::len), [parts[0].len(), parts[1].len(), parts[2].len()]);
    }
}
