use std::fmt;

/// The name of a type, taken apart: `character varying(200)[]`, `NUMERIC(10, 2)`, `timestamp(3) with time zone`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TypeName {
    /// In lower case, without arguments: `timestamp with time zone`.
    pub(crate) base: String,
    /// What stands in parentheses.
    pub(crate) arguments: Vec<String>,
    /// Whether it is an array of that.
    pub(crate) is_array: bool,
}

impl TypeName {
    /// Reads a name in any case and with any spaces.
    pub(crate) fn parse(text: &str) -> Self {
        let text = text.trim().to_lowercase();
        let mut rest = text.as_str();
        let mut is_array = false;
        while let Some(element) = rest.strip_suffix("[]") {
            (rest, is_array) = (element.trim_end(), true);
        }
        let (before, inner, after) = match rest.split_once('(') {
            Some((before, behind)) => {
                let (inner, after) = behind.split_once(')').unwrap_or((behind, ""));
                (before, inner, after)
            }
            None => (rest, "", ""),
        };
        let words: Vec<&str> = before.split_whitespace().chain(after.split_whitespace()).collect();
        let arguments = inner.split(',').map(str::trim).filter(|argument| !argument.is_empty());
        let mut name =
            Self { base: words.join(" "), arguments: arguments.map(str::to_owned).collect(), is_array };
        name.complete();
        name
    }

    /// `NUMERIC(10)` has no digits behind the point.
    fn complete(&mut self) {
        let is_exact = ["numeric", "decimal"].contains(&self.base.as_str());
        if is_exact && self.arguments.len() == 1 && self.arguments[0] != "*" {
            self.arguments.push("0".to_owned());
        }
    }

    /// The only argument, where that is a number.
    pub(crate) fn length(&self) -> Option<usize> {
        match self.arguments.as_slice() {
            [length] => length.parse().ok(),
            _ => None,
        }
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)?;
        if !self.arguments.is_empty() {
            write!(f, "({})", self.arguments.join(","))?;
        }
        if self.is_array { f.write_str("[]") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(TypeName::parse(text).to_string(), expected, "{text}");
    }

    #[test]
    fn names_are_taken_apart() {
        check("character varying(200)", "character varying(200)");
        check("NUMERIC(10, 2)", "numeric(10,2)");
        check("DECIMAL(10)", "decimal(10,0)");
        check("timestamp(3) with time zone", "timestamp with time zone(3)");
        check("DOUBLE  PRECISION", "double precision");
        check("text[][]", "text[]");
        check("VARCHAR (20", "varchar(20)");
        check("", "");
    }
}
