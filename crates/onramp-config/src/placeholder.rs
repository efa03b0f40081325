use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// What the placeholders of a template stand for.
///
/// A template is a text with `{name}` in it; `{{` and `}}` stand for the braces themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    words: BTreeMap<String, String>,
    lists: BTreeMap<String, Vec<OsString>>,
}

impl Values {
    /// No placeholder at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// And `{name}` for one text.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.words.insert(name.to_owned(), value.into());
        self
    }

    /// And `{name}` for any number of arguments, also none. They may be names of files, which need not be text.
    #[must_use]
    pub fn with_list(mut self, name: &str, values: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.lists.insert(name.to_owned(), values.into_iter().map(Into::into).collect());
        self
    }

    /// The template with all its placeholders replaced. A list has no place in it.
    pub fn expand(&self, template: &str) -> Result<String, TemplateError> {
        let text = replace(template, |name| self.words.get(name).map(OsString::from))?;
        Ok(text.to_string_lossy().into_owned())
    }

    /// The arguments that `{name}` stands for, if it is a list.
    pub(crate) fn list(&self, name: &str) -> Option<&[OsString]> {
        self.lists.get(name).map(Vec::as_slice)
    }

    /// The template with all its placeholders replaced by words of the shell.
    pub(crate) fn expand_for_shell(&self, template: &str) -> Result<OsString, TemplateError> {
        replace(template, |name| match self.words.get(name) {
            Some(value) => Some(quote(OsStr::new(value))),
            None => {
                let words: Vec<_> = self.list(name)?.iter().map(|word| quote(word)).collect();
                Some(words.join(OsStr::new(" ")))
            }
        })
    }
}

/// One word of a shell, whatever its bytes are.
pub fn quote(word: &OsStr) -> OsString {
    match word.to_str() {
        Some(text) => shell_words::quote(text).into_owned().into(),
        // Between single quotes a shell leaves all bytes alone but that of a single quote.
        None => {
            let pieces: Vec<_> = word.as_bytes().split(|byte| *byte == b'\'').collect();
            OsString::from_vec([b"'", &*pieces.join(&br"'\''"[..]), b"'"].concat())
        }
    }
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateError {
    /// A placeholder that has no value.
    Unknown(String),
    /// A `{` without its `}`.
    Unclosed,
    /// A `}` without its `{`.
    Unopened,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "unknown placeholder `{{{name}}}`"),
            Self::Unclosed => f.write_str("`{` without its `}`"),
            Self::Unopened => f.write_str("`}` without its `{`"),
        }
    }
}

impl std::error::Error for TemplateError {}

/// A piece of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    Text(&'a str),
    Placeholder(&'a str),
}

fn replace(template: &str, value: impl Fn(&str) -> Option<OsString>) -> Result<OsString, TemplateError> {
    let mut text = OsString::with_capacity(template.len());
    for part in parts(template)? {
        match part {
            Part::Text(piece) => text.push(piece),
            Part::Placeholder(name) => {
                text.push(value(name).ok_or_else(|| TemplateError::Unknown(name.to_owned()))?);
            }
        }
    }
    Ok(text)
}

/// The pieces of a template in their order.
pub(crate) fn parts(template: &str) -> Result<Vec<Part<'_>>, TemplateError> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let (text, tail) = rest.split_at(at);
        parts.push(Part::Text(text));
        if tail.starts_with("{{") || tail.starts_with("}}") {
            parts.push(Part::Text(&tail[..1]));
            rest = &tail[2..];
        } else if let Some(inner) = tail.strip_prefix('{') {
            let (name, after) = inner.split_once('}').ok_or(TemplateError::Unclosed)?;
            parts.push(Part::Placeholder(name));
            rest = after;
        } else {
            return Err(TemplateError::Unopened);
        }
    }
    parts.push(Part::Text(rest));
    Ok(parts)
}

/// The names of the placeholders of a template that has no error.
pub(crate) fn names(template: &str) -> impl Iterator<Item = &str> {
    parts(template).unwrap_or_default().into_iter().filter_map(|part| match part {
        Part::Placeholder(name) => Some(name),
        Part::Text(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_replaced_and_double_braces_are_braces() {
        let values = Values::new().with("root", "/w").with("dir", "{root}");
        for (template, expected) in [
            ("", Ok("")),
            ("{root}/x", Ok("/w/x")),
            ("{dir}", Ok("{root}")),
            ("{{{root}}}", Ok("{/w}")),
            ("${{HOME}}", Ok("${HOME}")),
            ("{nope}", Err(TemplateError::Unknown("nope".to_owned()))),
            ("{}", Err(TemplateError::Unknown(String::new()))),
            ("{root", Err(TemplateError::Unclosed)),
            ("root}", Err(TemplateError::Unopened)),
        ] {
            assert_eq!(values.expand(template), expected.map(str::to_owned), "{template}");
        }
    }
}
