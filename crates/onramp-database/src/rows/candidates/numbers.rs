use super::{Purpose, Standing, rotated};
use crate::rows::clues::Clues;
use crate::rows::value::Value;

/// Whole numbers that fit into so many bytes. What is unique begins where nobody counts to by hand.
pub(super) fn integers(bytes: u8, clues: &Clues, purpose: Purpose<'_>) -> Vec<Value> {
    let (low, high) = match bytes {
        1 => (i64::from(i8::MIN), i64::from(i8::MAX)),
        2 => (i64::from(i16::MIN), i64::from(i16::MAX)),
        4 => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    #[expect(clippy::cast_possible_truncation, reason = "a value beyond the range becomes its end")]
    let whole = |number: f64| number.round() as i64;
    let fitting = |number: &i64| (low..=high).contains(number);
    let far = remote(bytes, purpose).map(|number| number + clues.rank);
    let near = around(clues, purpose.row).into_iter().map(whole);
    far.into_iter().chain(near).filter(fitting).map(Value::Integer).collect()
}

/// A number that rows of other people hardly have; `None` where they may have the same one. A key fits into four bytes where
/// there are eight, since a revision may make them four. What else is unique is rather a position or a code than a count: it
/// fits into two, and is no larger than it must be, since a revision may come with a bound.
pub(in crate::rows) fn remote(bytes: u8, purpose: Purpose<'_>) -> Option<i64> {
    let base = match (bytes, purpose.standing) {
        (_, Standing::Plain) => return None,
        (1, _) => 100,
        (2, Standing::Key) => 30_000,
        (_, Standing::Key) => 1_000_000_000,
        (_, Standing::Unique) => UNIQUE,
    };
    Some(base + purpose.row)
}

/// Where numbers begin that are unique and no keys.
const UNIQUE: i64 = 32_100;

/// Numbers of so many digits, of which so many after the point.
pub(super) fn decimals((digits, fraction): (u32, u32), clues: &Clues, purpose: Purpose<'_>) -> Vec<Value> {
    let places = usize::try_from(fraction.min(30)).unwrap_or(0);
    let bound = 10f64.powi(i32::try_from(digits.saturating_sub(fraction)).unwrap_or(i32::MAX));
    let mut numbers = around(clues, purpose.row);
    if let Some(far) = [4, 2, 1].into_iter().find_map(|bytes| {
        remote(bytes, purpose).map(|number| as_float(number + clues.rank)).filter(|far| *far < bound)
    }) {
        numbers.insert(0, far);
    }
    if places > 0 {
        // A fraction tells whether it survives; where nothing may stand before the point there is only one.
        numbers.insert(0, numbers[0] + 0.5);
        numbers.push(as_float(purpose.row) / 10.0);
    }
    let fitting = numbers.into_iter().filter(|number| number.abs() < bound);
    fitting.map(|number| Value::Text(format!("{number:.places$}"))).collect()
}

/// Numbers that any binary form holds exactly, where the clues leave a choice.
pub(super) fn reals(clues: &Clues, row: i64) -> Vec<Value> {
    let mut numbers = around(clues, row);
    numbers.insert(0, numbers[0] + 0.5);
    numbers.into_iter().map(Value::Real).collect()
}

/// The number of the row, then what lies at, beside and between the constants of the checks.
fn around(clues: &Clues, row: i64) -> Vec<f64> {
    let step = as_float(row);
    let mut constants: Vec<f64> =
        clues.constants.iter().filter_map(|constant| constant.parse().ok()).collect();
    constants.retain(|constant| constant.is_finite());
    let one_of: Vec<f64> = clues.one_of.iter().filter_map(|constant| constant.parse().ok()).collect();
    let mut numbers = vec![step + as_float(clues.rank)];
    numbers.extend(rotated(&one_of, row));
    for constant in &constants {
        numbers.extend([constant + step, constant - step, *constant, constant * step]);
    }
    constants.sort_by(f64::total_cmp);
    numbers.extend(constants.windows(2).map(|pair| pair[0] + (pair[1] - pair[0]) * step / 4.0));
    numbers.extend([0.0, 1.0, 2.0, 3.0, -step, 10.0 * step, 100.0 * step, step / 4.0]);
    numbers
}

#[expect(clippy::cast_precision_loss, reason = "numbers of rows and ranks are small")]
fn as_float(number: i64) -> f64 {
    number as f64
}
