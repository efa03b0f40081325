use std::collections::BTreeMap;

use onramp_database::catalog::{Catalog, Kind, ObjectId};

use crate::expression::texts;

/// The enumerations and domains of a catalog.
pub(crate) struct NamedTypes {
    enumerations: BTreeMap<Vec<String>, (ObjectId, Vec<String>)>,
    domains: BTreeMap<Vec<String>, Domain>,
}

/// A name for a type with rules of its own.
pub(crate) struct Domain {
    /// The type that it stands for.
    pub(crate) base: String,
    pub(crate) nullable: bool,
    pub(crate) default: Option<String>,
    /// The names and expressions of its checks.
    checks: Vec<(String, String)>,
}

impl NamedTypes {
    pub(crate) fn of(catalog: &Catalog) -> Self {
        let of_kind = |kind: Kind| catalog.objects.iter().filter(move |(id, _)| id.kind == kind);
        let enumerations = of_kind(Kind::Enum).map(|(id, object)| {
            let labels = texts(object.get("labels").map_or("", String::as_str));
            (id.path.clone(), (id.clone(), labels))
        });
        let domains = of_kind(Kind::Domain).map(|(id, object)| {
            let checks = object.iter().filter_map(|(attribute, text)| {
                let name = attribute.strip_prefix("check ")?;
                // A comment may stand behind it.
                let text = text.split(" -- ").next().unwrap_or(text).trim_end_matches(" NOT VALID");
                let inner = text.strip_prefix("CHECK (")?.strip_suffix(')')?;
                Some((name.to_owned(), inner.to_owned()))
            });
            let domain = Domain {
                base: object.get("type").cloned().unwrap_or_default(),
                nullable: object.get("nullable").is_none_or(|nullable| nullable == "true"),
                default: object.get("default").cloned(),
                checks: checks.collect(),
            };
            (id.path.clone(), domain)
        });
        Self { enumerations: enumerations.collect(), domains: domains.collect() }
    }

    /// The enumeration that a type is, with its labels in order.
    pub(crate) fn enumeration(&self, type_name: &str) -> Option<&(ObjectId, Vec<String>)> {
        self.enumerations.get(&path(type_name))
    }

    /// The domain that a type is.
    pub(crate) fn domain(&self, type_name: &str) -> Option<&Domain> {
        self.domains.get(&path(type_name))
    }

    /// The checks of the domain that a type is.
    pub(crate) fn domain_checks(&self, type_name: &str) -> Vec<(String, String)> {
        self.domain(type_name).map(|domain| domain.checks.clone()).unwrap_or_default()
    }
}

/// The exact names of what a text like `app."State"` means.
fn path(text: &str) -> Vec<String> {
    let mut path = vec![String::new()];
    let mut is_quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let Some(name) = path.last_mut() else { break };
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                name.push('"');
                letters.next();
            }
            '"' => is_quoted = !is_quoted,
            '.' if !is_quoted => path.push(String::new()),
            _ => name.push(letter),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn names_lose_their_quotes() {
        assert_eq!(path("state"), ["state"]);
        assert_eq!(path("app.\"Run.State\""), ["app", "Run.State"]);
        assert_eq!(path("\"a\"\"b\""), ["a\"b"]);
    }
}
