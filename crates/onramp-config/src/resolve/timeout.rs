use std::time::Duration;

use super::Context;
use crate::spot::Spot;

/// A duration such as `90s`, `10m` or `1m30s`.
pub(crate) fn timeout(cx: &Context<'_>, spot: &Spot, text: &str) -> Option<Duration> {
    let duration = parse(text).filter(|duration| !duration.is_zero());
    if duration.is_none() {
        let hint = "write for example `90s`, `10m` or `1h30m`".to_owned();
        cx.report(spot, format!("`{text}` is not a time that something may take"), Some(hint));
    }
    duration
}

/// The same, and nothing at all, `0s`, is fine.
pub(crate) fn duration(cx: &Context<'_>, spot: &Spot, text: &str) -> Option<Duration> {
    let duration = parse(text);
    if duration.is_none() {
        let hint = "write for example `90s`, `10m` or `0s`".to_owned();
        cx.report(spot, format!("`{text}` is not a length of time"), Some(hint));
    }
    duration
}

/// Reads a duration such as `90s`, `10m` or `1m30s`.
pub fn parse(text: &str) -> Option<Duration> {
    let mut total = Duration::ZERO;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, tail) = rest.split_at(digits);
        let letters = tail.len() - tail.trim_start_matches(|c: char| c.is_ascii_lowercase()).len();
        let (unit, tail) = tail.split_at(letters);
        let milliseconds: u64 = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return None,
        };
        let number: u64 = number.parse().ok()?;
        total = total.checked_add(Duration::from_millis(number.checked_mul(milliseconds)?))?;
        rest = tail;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, milliseconds) in [
            ("90s", Some(90_000)),
            ("10m", Some(600_000)),
            ("1h30m", Some(5_400_000)),
            ("250ms", Some(250)),
            ("", None),
            ("10", None),
            ("m", None),
            ("-1s", None),
            ("1 s", None),
            ("1d", None),
            ("99999999999999999999s", None),
            ("18446744073709551615h", None),
        ] {
            assert_eq!(parse(text), milliseconds.map(Duration::from_millis), "{text}");
        }
    }
}
