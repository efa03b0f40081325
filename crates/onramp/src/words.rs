//! Numbers and times as people read them.

use std::time::Duration;

/// `1 task`, `3 tasks`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// `a, b and 4 more`: the first `most` of the names.
pub(crate) fn some(names: &[&str], most: usize) -> String {
    let shown = names[..names.len().min(most)].join(", ");
    match names.len().saturating_sub(most) {
        0 => shown,
        rest => format!("{shown} and {rest} more"),
    }
}

/// `12 ms`, `3.4 s`, `2 min 05 s`: two or three digits that matter.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 0.9995 {
        format!("{} ms", time.as_millis())
    } else if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else {
        format!("{} min {:02} s", time.as_secs() / 60, time.as_secs() % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(some(&["a", "b"], 2), "a, b");
        assert_eq!(some(&["a", "b", "c"], 1), "a and 2 more");
    }

    #[test]
    fn times_change_their_unit_where_a_reader_would() {
        let texts = [0, 12, 999, 1_000, 59_940, 125_000].map(|ms| duration(Duration::from_millis(ms)));
        assert_eq!(texts, ["0 ms", "12 ms", "999 ms", "1.0 s", "59.9 s", "2 min 05 s"]);
    }
}
