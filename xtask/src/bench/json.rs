/// A JSON string, which is a string in YAML and in TOML as well.
pub(super) fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// An array of strings.
pub(super) fn strings<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> String {
    array(texts.into_iter().map(|text| string(text.as_ref())))
}

/// An array of what is JSON already.
pub(super) fn array(values: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", values.into_iter().collect::<Vec<_>>().join(", "))
}

/// An object of names and what is JSON already.
pub(super) fn object<S: AsRef<str>>(members: impl IntoIterator<Item = (S, String)>) -> String {
    let members = members.into_iter().map(|(name, value)| format!("{}: {value}", string(name.as_ref())));
    format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_string_is_escaped() {
        assert_eq!(string("a \"b\" \\ \n"), r#""a \"b\" \\ \u000a""#);
        assert_eq!(object([("k", strings(["x", "y"]))]), r#"{"k": ["x", "y"]}"#);
    }
}
