//! Sizes, ages and numbers as people type them.

use std::num::NonZeroUsize;
use std::time::Duration;

/// A size in bytes: a number with `B`, `KB`, `MB`, `GB`, `TB` (thousands), or `KiB`, `MiB`, `GiB`, `TiB` (1,024s).
pub(crate) fn size(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 9] = [
        ("KiB", 1 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
        ("TiB", 1 << 40),
        ("KB", 1_000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("TB", 1_000_000_000_000),
        ("B", 1),
    ];
    amount(text, &UNITS).ok_or_else(|| "expected a size such as 500MB or 2GiB".to_owned())
}

/// A time: a number with `s`, `m`, `h`, `d` or `w`.
pub(crate) fn age(text: &str) -> Result<Duration, String> {
    const UNITS: [(&str, u64); 5] = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400), ("w", 604_800)];
    let seconds = amount(text, &UNITS).ok_or_else(|| "expected a time such as 12h or 30d".to_owned())?;
    Ok(Duration::from_secs(seconds))
}

/// A number of tasks.
pub(crate) fn tasks(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "expected a number of tasks, 1 or more".to_owned())
}

fn amount(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let text = text.trim();
    let (number, factor) =
        units.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?.trim_end(), factor)))?;
    // Only digits: `parse` would take a sign as well.
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| number.parse::<u64>().ok()?.checked_mul(*factor)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_units() {
        assert_eq!(size("10GiB"), Ok(10 << 30));
        assert_eq!(size("500 MB"), Ok(500_000_000));
        assert_eq!(size("0B"), Ok(0));
        assert_eq!(age("30d"), Ok(Duration::from_secs(2_592_000)));
        for text in ["", "5", "GiB", "-1GB", "+1GB", "1.5GB", "99999999999TB"] {
            assert!(size(text).is_err(), "{text}");
        }
        assert!(age("1y").is_err());
        assert_eq!(tasks("8").map(NonZeroUsize::get), Ok(8));
        assert!(["0", "-1", "many", ""].iter().all(|text| tasks(text).is_err()));
    }
}
