use crate::rows::schema::{Dashes, Kind};

/// What a declared type says, by the words that programs put into it rather than by its affinity alone: SQLite
/// takes text in a column called `DATETIME`, but the program that reads it does not.
pub(super) fn kind(declared: &str) -> Kind {
    let upper = declared.to_uppercase();
    let (name, arguments) = upper.split_once('(').unwrap_or((&upper, ""));
    let numbers: Vec<u32> =
        arguments.trim_end_matches(')').split(',').filter_map(|number| number.trim().parse().ok()).collect();
    let length = numbers.first().and_then(|length| usize::try_from(*length).ok());
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["BOOL"]) {
        Kind::Boolean
    } else if has(&["INTERVAL"]) {
        // What SQLAlchemy stores for a duration.
        Kind::Timestamp
    } else if has(&["TINYINT"]) {
        Kind::Integer(1)
    } else if has(&["INT", "SERIAL"]) {
        Kind::Integer(8)
    } else if has(&["UUID", "GUID"]) {
        Kind::Uuid(if length == Some(36) { Dashes::With } else { Dashes::Without })
    } else if has(&["JSON"]) {
        Kind::Json
    } else if has(&["CHAR", "CLOB", "TEXT", "STRING"]) {
        match length {
            Some(32) if !has(&["VAR"]) => Kind::Uuid(Dashes::Without),
            Some(36) if !has(&["VAR"]) => Kind::Uuid(Dashes::With),
            limit => Kind::Text(limit),
        }
    } else if has(&["DATETIME", "TIMESTAMP"]) {
        Kind::Timestamp
    } else if has(&["DATE"]) {
        Kind::Date
    } else if has(&["TIME"]) {
        Kind::Time
    } else if has(&["REAL", "FLOA", "DOUB"]) {
        Kind::Real
    } else if has(&["BLOB", "BINARY", "BYTEA"]) {
        Kind::Bytes
    } else if let [digits, fraction] = numbers[..] {
        Kind::Decimal { digits, fraction }
    } else if has(&["DEC", "NUMERIC", "MONEY", "NUMBER"]) {
        Kind::Decimal { digits: 10, fraction: 1 }
    } else {
        // `ANY`, no type at all, or the name of something that the program knows.
        Kind::Any
    }
}
