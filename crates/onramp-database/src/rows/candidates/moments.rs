//! Days, times and ranges. Nothing here reads a clock: the same row always gets the same day.

use crate::rows::clues::Clues;
use crate::rows::schema::Kind;

pub(super) fn dates(clues: &Clues, row: i64) -> Vec<String> {
    let mut dates = vec![day(row + clues.rank)];
    dates.extend(shifted(clues));
    dates.extend(["2024-01-01", "1999-12-31", "2099-01-01"].map(str::to_owned));
    dates
}

pub(super) fn times(clues: &Clues, row: i64) -> Vec<String> {
    let mut times = vec![format!("{:02}:30:15.250000", (row + clues.rank) % 24)];
    times.extend(clues.constants.iter().cloned());
    times.extend(["12:00:00", "00:00:00"].map(str::to_owned));
    times
}

/// With a fraction of a second, so that it is seen whether that survives.
pub(super) fn timestamps(clues: &Clues, row: i64) -> Vec<String> {
    let mut moments = vec![format!("{} 12:30:15.250000", day(row + clues.rank))];
    moments.extend(shifted(clues).into_iter().map(|moment| match moment.len() {
        10 => format!("{moment} 00:00:00.000000"),
        _ => moment,
    }));
    moments.extend(["2024-01-01", "1999-12-31", "2099-01-01"].map(|day| format!("{day} 00:00:00.000000")));
    moments
}

/// Ranges of which no two rows' overlap.
pub(super) fn ranges(bound: &Kind, row: i64) -> Vec<String> {
    let from_to = |row: i64| match bound {
        Kind::Date => format!("[{},{})", day(row * 30), day(row * 30 + 9)),
        Kind::Timestamp => {
            format!("[\"{} 00:00:00\",\"{} 12:00:00\")", day(row * 30), day(row * 30 + 9))
        }
        Kind::Domain { base, .. } => ranges(base, row).remove(0),
        _ => format!("[{},{})", row * 10, row * 10 + 5),
    };
    vec![from_to(row), from_to(row + 100), "empty".to_owned()]
}

/// A day of a calendar whose months have 28 days.
fn day(number: i64) -> String {
    let (year, rest) = (2024 + number / 336, number % 336);
    format!("{year:04}-{:02}-{:02}", rest / 28 + 1, rest % 28 + 1)
}

/// The days that the checks name, one year earlier, and one later.
fn shifted(clues: &Clues) -> Vec<String> {
    let mut moments = Vec::new();
    for constant in &clues.constants {
        let Some(year) = constant.get(..4).and_then(|year| year.parse::<i64>().ok()) else { continue };
        let rest = &constant[4..];
        if rest.starts_with('-') && rest.len() >= 6 {
            let rest = rest.replace("-02-29", "-02-28");
            moments.extend([year + 1, year - 1].map(|year| format!("{year:04}{rest}")));
            moments.push(constant.clone());
        }
    }
    moments
}
