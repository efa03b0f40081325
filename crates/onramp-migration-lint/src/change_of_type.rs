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
    if let (Some(before), Some(after)) = (bits(base), bits(other)) {
        return after < before;
    }
    match (base, other) {
        ("numeric", "numeric") => {
            let whole = |numbers: &[u32]| {
                numbers.first().map(|precision| precision.saturating_sub(*numbers.get(1).unwrap_or(&0)))
            };
            let (before_scale, after_scale) = (before.numbers.get(1), after.numbers.get(1));
            shrinks(whole(&before.numbers).as_ref(), whole(&after.numbers).as_ref())
                || shrinks(before_scale, after_scale)
        }
        ("double precision", "real")
        | ("numeric" | "double precision" | "real", "smallint" | "integer" | "bigint") => true,
        ("timestamp without time zone" | "timestamp with time zone", "date") => true,
        ("jsonb" | "json", _) if !texts.contains(&other) && !["json", "jsonb"].contains(&other) => true,
        _ if texts.contains(&base) && !texts.contains(&other) => true,
        _ if texts.contains(&other) => {
            shrinks(before.numbers.first().filter(|_| texts.contains(&base)), after.numbers.first())
        }
        _ if base == other => shrinks(before.numbers.first(), after.numbers.first()),
        _ => false,
    }
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
        ] {
            assert!(type_change_narrows(before, after), "{before} to {after}");
            let is_two_sided = before == "numeric(10,2)" && after.starts_with("numeric(10");
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
        ] {
            assert!(!type_change_narrows(before, after), "{before} to {after}");
        }
    }
}
