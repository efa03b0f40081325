use super::TypeName;
use crate::wildcard::matches;

/// What a line of the type map says of one dialect's types. A letter in the parentheses is a number that must be the
/// same on both sides; `*` there is anything, or no parentheses at all; `*` in the name is anything.
#[derive(Clone, Debug)]
pub(crate) struct TypePattern {
    name: TypeName,
}

impl TypePattern {
    pub(crate) fn parse(text: &str) -> Self {
        Self { name: TypeName::parse(text) }
    }

    /// What the letters stand for in a type; `None` where it is none of these.
    pub(crate) fn bind(&self, name: &TypeName) -> Option<Vec<(char, String)>> {
        let Self { name: pattern } = self;
        // Both are in lower case already, and most patterns have no star.
        let is_of_name =
            pattern.base == name.base || pattern.base.contains('*') && matches(&pattern.base, &name.base);
        if pattern.is_array != name.is_array || !is_of_name {
            return None;
        }
        if pattern.arguments.iter().map(String::as_str).eq(["*"]) {
            return Some(Vec::new());
        }
        if pattern.arguments.len() != name.arguments.len() {
            return None;
        }
        let mut letters = Vec::new();
        for (pattern, argument) in pattern.arguments.iter().zip(&name.arguments) {
            let mut signs = pattern.chars();
            match (signs.next(), signs.next()) {
                (Some(letter), None) if letter.is_ascii_alphabetic() => {
                    letters.push((letter, argument.clone()));
                }
                _ if pattern == argument || pattern == "*" => {}
                _ => return None,
            }
        }
        Some(letters)
    }
}

/// Whether the letters that both have stand for the same.
pub(crate) fn agree(left: &[(char, String)], right: &[(char, String)]) -> bool {
    left.iter().all(|(letter, value)| {
        right.iter().filter(|(other, _)| other == letter).all(|(_, other_value)| other_value == value)
    })
}
