use std::cmp::Ordering;

/// The number at the beginning of a migration's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// As it is written: `0007`, `2024-03-13-170000`, `1_9`.
    pub text: String,
    /// Its value: one part, or several with dots between them.
    pub(crate) parts: Vec<u128>,
}

/// Digits from which on a number is a time and not a place in a sequence.
const DIGITS_OF_TIMES: usize = 8;

/// What diesel writes behind a time.
pub(crate) const NO_COUNTER: &str = "-0000";

impl Number {
    /// A number of one part from its digits; `None` where there are none, or more than any tool counts with.
    pub(crate) fn of_digits(text: &str) -> Option<Self> {
        let number = Self { text: text.to_owned(), parts: Vec::new() };
        let digits = number.digits();
        let is_one = (1..=20).contains(&digits.len());
        is_one.then(|| Self { parts: vec![digits.parse().unwrap_or_default()], ..number })
    }

    /// A number with dots or underscores between its parts.
    pub(crate) fn of_version(text: &str) -> Option<Self> {
        let parts: Option<Vec<u128>> = text
            .split(['.', '_'])
            .map(|part| part.parse().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit())))
            .collect();
        parts.map(|parts| Self { text: text.to_owned(), parts })
    }

    /// The place of a number within a release.
    pub(crate) fn with(&self, own: &Self) -> Self {
        let mut parts = self.parts.clone();
        // Releases have different depths; what is numbered in one comes after all of them.
        parts.resize(8, 0);
        parts.extend(&own.parts);
        Self { text: format!("{}/{}", self.text, own.text), parts }
    }

    /// Its digits without what separates them, and without the counter behind a time that nobody has ever needed.
    pub(crate) fn digits(&self) -> String {
        let text = self.text.strip_suffix(NO_COUNTER).unwrap_or(&self.text);
        text.chars().filter(char::is_ascii_digit).collect()
    }

    /// The same for two spellings of one number: `007` and `7`, `2024-03-13` and `20240313`.
    pub(crate) fn key(&self) -> String {
        let mut parts = self.parts.as_slice();
        while let [rest @ .., 0] = parts
            && !rest.is_empty()
        {
            parts = rest;
        }
        parts.iter().map(u128::to_string).collect::<Vec<_>>().join(".")
    }

    /// Whether it is a time, or counts like one.
    pub(crate) fn is_time(&self) -> bool {
        self.parts.len() == 1 && self.digits().len() >= DIGITS_OF_TIMES
    }

    /// Its place in a sequence, where it is one.
    pub(crate) fn in_sequence(&self) -> Option<u128> {
        match self.parts.as_slice() {
            [number] if !self.is_time() => Some(*number),
            _ => None,
        }
    }

    /// The number by value; a missing part is 0.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        let parts = self.parts.len().max(other.parts.len());
        let part = |number: &Self, place: usize| number.parts.get(place).copied().unwrap_or_default();
        (0..parts)
            .map(|place| part(self, place).cmp(&part(other, place)))
            .find(|it| it.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    /// The time that it stands for, in seconds since 1970; `None` where it stands for none.
    pub(crate) fn seconds(&self) -> Option<i64> {
        let digits = self.digits();
        let whole: Option<i64> = digits.parse().ok();
        match digits.len() {
            _ if self.parts.len() != 1 => None,
            // Of the years 2001 to 2033, else a day and a counter.
            10 => whole.filter(|seconds| (1_000_000_000..2_000_000_000).contains(seconds)),
            13 => whole.map(|milliseconds| milliseconds / 1000),
            8 | 12 | 14 | 17 | 20 => calendar(&digits),
            _ => None,
        }
    }
}

/// The time of `YYYYMMDD[HHMM[SS...]]`.
fn calendar(digits: &str) -> Option<i64> {
    let field = |from: usize, to: usize| -> Option<i64> {
        if from >= digits.len() { Some(0) } else { digits.get(from..to)?.parse().ok() }
    };
    let (year, month, day) = (field(0, 4)?, field(4, 6)?, field(6, 8)?);
    let (hour, minute, second) = (field(8, 10)?, field(10, 12)?, field(12, 14)?);
    let is_time = (1970..2200).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    is_time.then(|| days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Days since 1970-01-01 in the Gregorian calendar, with years that begin in March so that the leap day is the last one.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::of_digits(text).unwrap()
    }

    #[test]
    fn spellings_of_one_number() {
        assert_eq!(number("007").key(), number("7").key());
        assert_eq!(number("2024-03-13-170000").key(), number("20240313170000").key());
        assert_eq!(Number::of_version("1_9").unwrap().key(), Number::of_version("1.9.0").unwrap().key());
        let before = |left: &str, right: &str| {
            Number::of_version(left).unwrap().compare(&Number::of_version(right).unwrap()).is_lt()
        };
        assert!(before("1.9", "1.10") && before("1", "1.0.1") && !before("1.0", "1"));
        assert_eq!(Number::of_digits("123456789012345678901"), None);
    }

    #[test]
    fn times() {
        assert_eq!(number("19700102000001").seconds(), Some(86_401));
        assert_eq!(number("20240229120000").seconds(), Some(1_709_208_000));
        assert_eq!(number("1588102412422").seconds(), Some(1_588_102_412));
        assert_eq!(number("1588102412").seconds(), Some(1_588_102_412));
        assert_eq!(number("2024031301").seconds(), None);
        assert_eq!(number("20241313000000").seconds(), None);
        assert_eq!(number("0007").seconds(), None);
    }
}
