//! What PostgreSQL does when a column gets another type.

/// A type as the server prints it, taken apart.
#[derive(PartialEq, Eq)]
struct Type {
    /// Without what stands in parentheses: `timestamp with time zone`.
    base: String,
    /// What stands in parentheses: lengths, precisions.
    numbers: Vec<u32>,
}

impl Type {
    fn parse(text: &str) -> Self {
        let Some((name, rest)) = text.split_once('(') else {
            return Self { base: text.to_owned(), numbers: Vec::new() };
        };
        let (numbers, rest) = rest.split_once(')').unwrap_or((rest, ""));
        Self {
            base: format!("{}{rest}", name.trim_end()),
            numbers: numbers.split(',').filter_map(|number| number.trim().parse().ok()).collect(),
        }
    }
}

/// The types whose values are never cut by a change to a longer one, and whose bytes are the same then.
const OF_LENGTH: [&str; 2] = ["character varying", "bit varying"];

/// The types whose number tells how many digits of a second there are.
const OF_MOMENTS: [&str; 5] = [
    "timestamp without time zone",
    "timestamp with time zone",
    "time without time zone",
    "time with time zone",
    "interval",
];

/// Whole numbers with their bits.
const WHOLE: [(&str, u32); 3] = [("smallint", 16), ("integer", 32), ("bigint", 64)];

/// Whole numbers with the digits of their largest.
const WHOLE_DIGITS: [(&str, u32); 3] = [("smallint", 5), ("integer", 10), ("bigint", 19)];

/// Whether a change between two types, both as the server prints them, writes the table anew. In doubt it does.
pub fn type_change_rewrites(before: &str, after: &str) -> bool {
    if before == after {
        return false;
    }
    let (before, after) = (Type::parse(before), Type::parse(after));
    let is_wider = |before: &Type, after: &Type| match (before.numbers.first(), after.numbers.first()) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(before), Some(after)) => after >= before,
    };
    let [base, other] = [before.base.as_str(), after.base.as_str()];
    if base == other {
        return match base {
            "numeric" => !is_wider_numeric(&before.numbers, &after.numbers),
            _ if OF_LENGTH.contains(&base) || OF_MOMENTS.contains(&base) => !is_wider(&before, &after),
            _ => true,
        };
    }
    match (base, other) {
        ("character varying", "text") | ("cidr", "inet") => false,
        ("text", "character varying") => !after.numbers.is_empty(),
        _ => true,
    }
}

/// The digits behind the point must stay as many.
fn is_wider_numeric(before: &[u32], after: &[u32]) -> bool {
    match (before, after) {
        (_, []) => true,
        ([], _) => false,
        ([before, ..], [after, ..]) if after < before => false,
        (before, after) => before.get(1) == after.get(1),
    }
}

/// Whether values may not fit into the new type, or are cut by it.
pub fn type_change_narrows(before: &str, after: &str) -> bool {
    let (before, after) = (Type::parse(before), Type::parse(after));
    let [base, other] = [before.base.as_str(), after.base.as_str()];
    let bits = |name: &str| WHOLE.iter().find(|(known, _)| *known == name).map(|(_, bits)| *bits);
    let texts = ["text", "character varying", "character", "\"char\""];
    let shrinks = |before: Option<&u32>, after: Option<&u32>| match (before, after) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(before), Some(after)) => after < before,
    };
    match (base, other) {
        _ if bits(base).is_some() && bits(other).is_some() => bits(other) < bits(base),
        // Bits of a number that a float keeps.
        (_, "real" | "double precision") if bits(base).is_some() => {
            bits(base) > Some(if other == "real" { 24 } else { 53 })
        }
        (_, "numeric") if bits(base).is_some() => {
            whole_digits(&after.numbers).is_some_and(|whole| Some(whole) < digits_of(base))
        }
        ("numeric", _) if bits(other).is_some() => {
            let has_point = before.numbers.get(1).is_some_and(|scale| *scale > 0);
            has_point || whole_digits(&before.numbers).is_none_or(|whole| Some(whole) >= digits_of(other))
        }
        ("numeric", "numeric") => {
            let (before_scale, after_scale) = (before.numbers.get(1), after.numbers.get(1));
            shrinks(whole_digits(&before.numbers).as_ref(), whole_digits(&after.numbers).as_ref())
                || shrinks(before_scale, after_scale)
        }
        // Digits that a float always keeps.
        ("numeric", "real" | "double precision") => {
            let most = if other == "real" { 6 } else { 15 };
            before.numbers.first().is_none_or(|precision| *precision > most)
        }
        // A float has more digits than its cast gives.
        ("double precision", "real")
        | ("double precision" | "real", "numeric")
        | ("double precision" | "real", "smallint" | "integer" | "bigint") => true,
        ("timestamp without time zone" | "timestamp with time zone", "date") => true,
        ("timestamp without time zone" | "timestamp with time zone" | "interval", _)
            if other.starts_with("time ") =>
        {
            true
        }
        ("inet", "cidr") => true,
        ("jsonb" | "json", _) if !texts.contains(&other) && !["json", "jsonb"].contains(&other) => true,
        _ if texts.contains(&base) && !texts.contains(&other) => true,
        (_, "\"char\"") => base != other,
        _ if texts.contains(&other) => {
            shrinks(before.numbers.first().filter(|_| texts.contains(&base)), after.numbers.first())
        }
        _ if base == other || OF_MOMENTS.contains(&base) && OF_MOMENTS.contains(&other) => {
            shrinks(before.numbers.first(), after.numbers.first())
        }
        _ => false,
    }
}

/// The digits of the largest whole number of a type.
fn digits_of(base: &str) -> Option<u32> {
    WHOLE_DIGITS.iter().find(|(name, _)| *name == base).map(|(_, digits)| *digits)
}

/// The digits before the point of a `numeric`; `None` where there may be any number of them.
fn whole_digits(numbers: &[u32]) -> Option<u32> {
    numbers.first().map(|precision| precision.saturating_sub(*numbers.get(1).unwrap_or(&0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrower_types_are_known() {
        for (before, after) in [
            ("character varying(200)", "character varying(100)"),
            ("text", "character varying(100)"),
            ("text", "integer"),
            ("bigint", "integer"),
            ("numeric(10,2)", "numeric(8,2)"),
            ("numeric(10,2)", "numeric(10,1)"),
            ("numeric(10,2)", "numeric(10,4)"),
            ("timestamp with time zone", "date"),
            ("double precision", "real"),
            ("timestamp(6) without time zone", "timestamp(3) without time zone"),
            ("timestamp(6) with time zone", "timestamp(3) without time zone"),
            ("bigint", "numeric(18,0)"),
            ("integer", "numeric(3,0)"),
            ("integer", "numeric(10,2)"),
        ] {
            assert!(type_change_narrows(before, after), "{before} to {after}");
            let is_two_sided = after.starts_with("numeric(10");
            assert!(
                is_two_sided || !type_change_narrows(after, before) || before == "text",
                "{after} to {before}"
            );
        }
        for (before, after) in [
            ("character varying(100)", "text"),
            ("integer", "bigint"),
            ("integer", "text"),
            ("numeric(10,2)", "numeric"),
            ("numeric(10,2)", "numeric(12,2)"),
            ("json", "jsonb"),
            ("state", "text"),
            ("integer", "double precision"),
            ("smallint", "real"),
            ("real", "double precision"),
            ("integer", "numeric(10,0)"),
            ("bigint", "numeric(21,2)"),
            ("bigint", "numeric"),
            ("numeric(9,0)", "integer"),
            ("numeric(10,2)", "double precision"),
        ] {
            assert!(!type_change_narrows(before, after), "{before} to {after}");
        }
    }
}
