use super::Expression;
use super::parse::operation;
use crate::types::Meaning;

/// The moment at which a row is written.
pub(crate) const NOW: &str = "current_timestamp";
/// The day of it.
pub(crate) const TODAY: &str = "current_date";
/// The time of that day.
pub(crate) const CLOCK: &str = "current_time";
/// A new random UUID.
pub(crate) const RANDOM_UUID: &str = "random uuid";

/// Functions that have another name in the other dialect: the one that stands for all, and the others.
const SYNONYMS: [(&str, &[&str]); 10] = [
    ("length", &["char_length", "character_length"]),
    ("coalesce", &["ifnull", "nvl"]),
    ("substr", &["substring"]),
    ("trim", &["btrim"]),
    ("json_array_length", &["jsonb_array_length"]),
    ("json_typeof", &["jsonb_typeof", "json_type"]),
    ("greatest", &["max"]),
    ("least", &["min"]),
    (RANDOM_UUID, &["gen_random_uuid", "uuid_generate_v4", "uuid4"]),
    ("strpos", &["instr", "position"]),
];

/// A call in its one spelling; its arguments are in theirs.
pub(super) fn settle(name: &str, mut arguments: Vec<Expression>) -> Expression {
    if let Some(moment) = moment(name, &arguments) {
        return Expression::Call(moment.to_owned(), Vec::new());
    }
    if name == "like" && arguments.len() == 2 {
        // `like(pattern, text)` of SQLite.
        arguments.reverse();
        return operation("like", arguments);
    }
    if name == "json_extract"
        && let [document, Expression::Text(path)] = arguments.as_slice()
        && let Some(key) = only_key(path)
    {
        return operation("->>", vec![document.clone(), Expression::Text(key.to_owned())]);
    }
    let of_any = |(one, others): &&(&str, &[&str])| *one == name || others.contains(&name);
    let name = SYNONYMS.iter().find(of_any).map_or(name, |(one, _)| *one);
    Expression::Call(name.to_owned(), arguments)
}

/// The key of a path that leads to a value of the document itself: `$.name`.
pub(super) fn only_key(path: &str) -> Option<&str> {
    let key = path.strip_prefix("$.")?;
    let is_plain = key.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    Some(key).filter(|key| is_plain && !key.is_empty())
}

/// What the values of a function are, where that is sure.
pub(super) fn meaning(name: &str) -> Option<Meaning> {
    Some(match name {
        "length" | "octet_length" | "json_array_length" | "strpos" | "sign" => Meaning::Integer,
        "lower" | "upper" | "trim" | "ltrim" | "rtrim" | "substr" | "replace" | "hex" | "json_typeof" => {
            Meaning::Text
        }
        NOW => Meaning::Timestamp,
        TODAY => Meaning::Date,
        _ => return None,
    })
}

/// The part of the present that a call tells, if it tells one.
fn moment(name: &str, arguments: &[Expression]) -> Option<&'static str> {
    let is_now = |argument: &Expression| {
        matches!(argument, Expression::Text(text) if text.eq_ignore_ascii_case("now"))
            || matches!(argument, Expression::Call(name, _) if name == NOW)
    };
    let is_of_now = |place: usize| arguments.get(place).is_some_and(is_now);
    match name {
        "now"
        | "transaction_timestamp"
        | "statement_timestamp"
        | "clock_timestamp"
        | "localtimestamp"
        | "getdate"
        | "sysdate" => Some(NOW),
        "current_timestamp" | "current_date" | "current_time" | "localtime" if arguments.is_empty() => {
            Some(match name {
                "current_timestamp" => NOW,
                "current_date" => TODAY,
                _ => CLOCK,
            })
        }
        "datetime" | "unixepoch" | "julianday" if arguments.is_empty() || is_of_now(0) => Some(NOW),
        "date" if arguments.is_empty() || is_of_now(0) => Some(TODAY),
        "time" if arguments.is_empty() || is_of_now(0) => Some(CLOCK),
        "strftime" if arguments.len() == 1 || is_of_now(1) => Some(match &arguments[0] {
            Expression::Text(format) if format == "%Y-%m-%d" => TODAY,
            Expression::Text(format) if format.starts_with("%H") => CLOCK,
            _ => NOW,
        }),
        // Where the server keeps moments in UTC anyway.
        "timezone" if is_of_now(1) && is_utc(arguments.first()) => Some(NOW),
        // Seconds since 1970.
        "extract" | "date_part" if is_of_now(1) && is_epoch(arguments.first()) => Some(NOW),
        _ => None,
    }
}

fn is_utc(zone: Option<&Expression>) -> bool {
    matches!(zone, Some(Expression::Text(zone)) if ["utc", "etc/utc", "gmt"].contains(&zone.to_lowercase().as_str()))
}

fn is_epoch(part: Option<&Expression>) -> bool {
    matches!(part, Some(Expression::Text(part)) if part == "epoch")
}
