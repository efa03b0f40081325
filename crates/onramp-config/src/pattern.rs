/// What a name must look like, in the one form that the JSON Schema takes and the check understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// Of a task, a tool, a service or a project.
    Name,
    /// Of an environment variable.
    Variable,
}

impl Pattern {
    /// The regular expression of names.
    pub(crate) const NAME: &str = "^[A-Za-z0-9][A-Za-z0-9._-]*$";
    /// The regular expression of environment variables.
    pub(crate) const VARIABLE: &str = "^[A-Za-z_][A-Za-z0-9_]*$";

    /// The pattern of a schema.
    pub(crate) fn of_regex(regex: &str) -> Option<Self> {
        match regex {
            Self::NAME => Some(Self::Name),
            Self::VARIABLE => Some(Self::Variable),
            _ => None,
        }
    }

    pub(crate) fn accepts(self, text: &str) -> bool {
        let mut bytes = text.bytes();
        let Some(first) = bytes.next() else {
            return false;
        };
        match self {
            Self::Name => {
                first.is_ascii_alphanumeric()
                    && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
            }
            Self::Variable => {
                (first.is_ascii_alphabetic() || first == b'_')
                    && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            }
        }
    }

    /// What a text that is not accepted is not: `a name`.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Name => "a name",
            Self::Variable => "the name of an environment variable",
        }
    }

    /// What is accepted.
    pub(crate) fn rule(self) -> &'static str {
        match self {
            Self::Name => "letters, digits, `.`, `_` and `-`, beginning with a letter or digit",
            Self::Variable => "letters, digits and `_`, not beginning with a digit",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_variables() {
        for (name, is_name, is_variable) in [
            ("unit", true, true),
            ("node.18_x-y", true, false),
            ("_x", false, true),
            ("9a", true, false),
            ("", false, false),
            ("a b", false, false),
            ("a:b", false, false),
            ("ä", false, false),
        ] {
            assert_eq!(Pattern::Name.accepts(name), is_name, "{name}");
            assert_eq!(Pattern::Variable.accepts(name), is_variable, "{name}");
        }
    }
}
