use std::fmt::Write as _;

/// A value to put into a column, or one that was read back.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// NULL.
    Null,
    /// What the server puts where a statement does not name the column.
    Default,
    /// A whole number; booleans are 0 and 1, which both dialects read.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// Text, or the text form of whatever else.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Value {
    /// The form that PostgreSQL reads, for any type. None for NULL and the default.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Null | Self::Default => None,
            Self::Integer(number) => Some(number.to_string()),
            Self::Real(number) => Some(number.to_string()),
            Self::Text(text) => Some(text.clone()),
            Self::Blob(bytes) => Some(format!("\\x{}", hexadecimal(bytes))),
        }
    }

    /// The form for a statement of PostgreSQL. A quoted literal takes the type of the column that it is put into.
    pub(super) fn literal(&self) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::Default => "DEFAULT".to_owned(),
            other => quote_literal(&other.text().unwrap_or_default()),
        }
    }
}

/// Two lower-case digits per byte.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A name as both dialects take it, whatever is in it.
pub(super) fn quote_identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A string constant. Valid with `standard_conforming_strings` on.
pub(super) fn quote_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Names, quoted and separated by commas.
pub(super) fn quote_all<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(quote_identifier).collect::<Vec<_>>().join(", ")
}
