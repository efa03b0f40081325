//! Values to try in a column, the likeliest first.

mod moments;
mod nested;
mod numbers;
mod pattern;
mod spelled;
mod texts;

pub(super) use numbers::remote;

use super::clues::{Clues, clues};
use super::schema::{Dashes, Kind};
use super::tokens::Brackets;
use super::value::Value;

/// How many values of a column are tried at most.
const LIMIT: usize = 48;

/// What a value is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Purpose<'a> {
    /// The word that texts begin with, the column's name for example.
    pub(super) word: &'a str,
    /// The number of the row, from 1. Rows of different numbers get different values where the type has them.
    pub(super) row: i64,
    /// Which rows may not have the same one.
    pub(super) standing: Standing,
}

/// Whether a migration that puts rows of its own into the table may meet a value there: `INSERT .. VALUES (1, ..)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is a part of the primary key.
    Key,
    /// It is a part of what else is unique.
    Unique,
    /// Other rows may have the same value.
    Plain,
}

/// The values to try, without NULL, best first, none twice.
pub(super) fn candidates(kind: &Kind, clues: &Clues, purpose: Purpose<'_>) -> Vec<Value> {
    let row = purpose.row;
    let of = |texts: Vec<String>| texts.into_iter().map(Value::Text).collect::<Vec<_>>();
    let mut values = match kind {
        Kind::Boolean => vec![Value::Integer(row % 2), Value::Integer((row + 1) % 2)],
        Kind::Integer(bytes) => numbers::integers(*bytes, clues, purpose),
        Kind::Decimal { digits, fraction } => numbers::decimals((*digits, *fraction), clues, purpose),
        Kind::Real => numbers::reals(clues, row),
        Kind::Text(limit) => of(texts::texts(*limit, clues, purpose)),
        Kind::Any => {
            let mut values = of(texts::texts(None, clues, purpose));
            values.extend([Value::Integer(row), Value::Real(0.5), Value::Blob(vec![1])]);
            values
        }
        Kind::Date => of(moments::dates(clues, row)),
        Kind::Time => of(moments::times(clues, row)),
        Kind::Timestamp => of(moments::timestamps(clues, row)),
        Kind::Uuid(dashes) => of(uuids(*dashes, clues, row)),
        Kind::Json => of(nested::documents(clues, row)),
        Kind::Bytes => bytes(clues, row),
        Kind::Bits(length) => of(vec![bits(*length, row), bits(*length, 0), bits(*length, -1)]),
        Kind::Enumeration(labels) => of(rotated(labels, row)),
        Kind::Array(element) => of(nested::arrays(element, clues, purpose)),
        Kind::Range(bound) => of(moments::ranges(bound, row)),
        Kind::Multirange(bound) => {
            of(moments::ranges(bound, row).iter().map(|range| format!("{{{range}}}")).collect())
        }
        Kind::Composite(parts) => of(nested::composites(parts, purpose)),
        Kind::Domain { base, checks } => return candidates(base, &with_domain(clues, checks), purpose),
        Kind::Other(name) => of(spelled::spelled(name, row)),
    };
    let mut seen: Vec<Value> = Vec::new();
    values.retain(|value| {
        let new = !seen.contains(value);
        if new {
            seen.push(value.clone());
        }
        new
    });
    // Stable: what the clues say nothing about keeps its place.
    values.sort_by_key(|value| contradictions(value, clues));
    values.truncate(LIMIT);
    values
}

/// What a domain's checks add to what is known.
fn with_domain(clues_of_column: &Clues, checks: &[String]) -> Clues {
    let checks: Vec<&str> = checks.iter().map(String::as_str).collect();
    let domain = clues(&["value"], &checks, Brackets::Subscript).remove(0);
    let mut all = clues_of_column.clone();
    all.one_of.extend(domain.one_of);
    all.compared.extend(domain.compared);
    all.lengths.extend(domain.lengths);
    all.patterns.extend(domain.patterns);
    all.constants.extend(domain.constants);
    all
}

/// How many clues a value contradicts.
fn contradictions(value: &Value, clues: &Clues) -> usize {
    let text = value.text().unwrap_or_default();
    let number = text.parse::<f64>().ok();
    let same = |other: &str| {
        text == other || number.is_some_and(|number| other.parse::<f64>().is_ok_and(|other| other == number))
    };
    let not_one_of = !clues.one_of.is_empty() && !clues.one_of.iter().any(|other| same(other));
    let against = clues.compared.iter().filter(|(comparison, other)| !match (number, other.parse::<f64>()) {
        (Some(left), Ok(right)) => comparison.holds(left, right),
        _ => comparison.holds(text.as_str(), other.as_str()),
    });
    let length = match value {
        Value::Blob(bytes) => bytes.len(),
        _ => text.chars().count(),
    };
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let too_long = clues.lengths.iter().filter(|(comparison, other)| !comparison.holds(length, *other));
    usize::from(not_one_of) + against.count() + too_long.count()
}

/// The labels, beginning with the one whose turn it is.
pub(super) fn rotated<T: Clone>(list: &[T], row: i64) -> Vec<T> {
    let mut list = list.to_vec();
    if !list.is_empty() {
        let turn = usize::try_from(row - 1).unwrap_or(0) % list.len();
        list.rotate_left(turn);
    }
    list
}

fn uuids(dashes: Dashes, clues: &Clues, row: i64) -> Vec<String> {
    let own = [row, row + 0x100, row + 0x200].map(|number| match dashes {
        Dashes::With => format!("00000000-0000-4000-8000-{number:012x}"),
        Dashes::Without => format!("00000000000040008000{number:012x}"),
    });
    own.into_iter().chain(clues.constants.iter().cloned()).collect()
}

fn bytes(clues: &Clues, row: i64) -> Vec<Value> {
    let byte = u8::try_from(row).unwrap_or(0);
    let lengths = clues.lengths.iter().flat_map(|(_, length)| [*length, length + 1, length - 1]);
    let lengths = lengths.filter_map(|length| usize::try_from(length).ok().filter(|length| *length <= 4096));
    std::iter::once(3).chain(lengths).map(|length| Value::Blob(vec![byte; length])).collect()
}

/// The last bits of a number.
fn bits(length: usize, number: i64) -> String {
    (0..length).rev().map(|bit| if bit < 64 && number >> bit & 1 == 1 { '1' } else { '0' }).collect()
}
