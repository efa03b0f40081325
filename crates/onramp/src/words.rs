//! Numbers and times as people read them.

use std::time::Duration;

/// `1 task`, `3 tasks`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
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
    fn times_change_their_unit_where_a_reader_would() {
        let texts = [0, 12, 999, 1_000, 59_940, 125_000].map(|ms| duration(Duration::from_millis(ms)));
        assert_eq!(texts, ["0 ms", "12 ms", "999 ms", "1.0 s", "59.9 s", "2 min 05 s"]);
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("one two three", Some(7)), ["one two", "three"]);
        assert_eq!(wrapped("unbreakable a b", Some(3)), ["unbreakable", "a b"]);
        assert_eq!(wrapped("one two", None), ["one two"]);
    }
}
