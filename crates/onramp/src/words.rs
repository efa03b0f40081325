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

/// `12 B`, `3.4 KiB`, `120 MiB`.
pub(crate) fn bytes(number: u64) -> String {
    let mut value = number as f64;
    for unit in ["B", "KiB", "MiB", "GiB"] {
        if value < 1023.5 {
            let digits = usize::from(unit != "B" && value < 99.95);
            return format!("{value:.digits$} {unit}");
        }
        value /= 1024.0;
    }
    format!("{value:.1} TiB")
}

/// `12 ms`, `3.4 s`, `2 min 05 s`: two or three digits that matter.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 0.9995 {
        format!("{} ms", time.as_millis())
    } else if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else {
        let minutes = time.as_secs() / 60;
        match minutes {
            0..60 => format!("{minutes} min {:02} s", time.as_secs() % 60),
            60..2880 => format!("{} h {:02} min", minutes / 60, minutes % 60),
            _ => format!("{} days", minutes / 1440),
        }
    }
}

/// A text in lines of at most `width` letters, broken between words; a longer word keeps a line to itself.
pub(crate) fn wrapped(text: &str, width: Option<usize>) -> Vec<String> {
    let Some(width) = width else { return vec![text.to_owned()] };
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_change_their_unit_too() {
        let texts = [0, 1023, 1024, 102_400, 1 << 20, 5 << 40].map(bytes);
        assert_eq!(texts, ["0 B", "1023 B", "1.0 KiB", "100 KiB", "1.0 MiB", "5.0 TiB"]);
    }

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(some(&["a", "b"], 2), "a, b");
        assert_eq!(some(&["a", "b", "c"], 1), "a and 2 more");
    }

    #[test]
    fn times_change_their_unit_where_a_reader_would() {
        let texts = [0, 12, 999, 1_000, 59_940, 125_000, 3_720_000, 300_000_000];
        let texts = texts.map(|ms| duration(Duration::from_millis(ms)));
        let expected = ["0 ms", "12 ms", "999 ms", "1.0 s", "59.9 s", "2 min 05 s", "1 h 02 min", "3 days"];
        assert_eq!(texts, expected);
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("one two three", Some(7)), ["one two", "three"]);
        assert_eq!(wrapped("unbreakable a b", Some(3)), ["unbreakable", "a b"]);
        assert_eq!(wrapped("one two", None), ["one two"]);
    }
}
