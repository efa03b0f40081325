use std::collections::BTreeMap;

use super::Context;
use crate::placeholder::{Part, TemplateError, Values, parts};
use crate::spot::Spot;
use crate::suggest::nearest;

/// The placeholders that a template may mention.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowed<'a> {
    /// Those that stand for one text.
    pub(crate) words: &'a [&'a str],
    /// Those that stand for any number of arguments.
    pub(crate) lists: &'a [&'a str],
}

impl<'a> Allowed<'a> {
    pub(crate) const fn words(words: &'a [&'a str]) -> Self {
        Self { words, lists: &[] }
    }

    fn names(self) -> impl Iterator<Item = &'a str> {
        self.words.iter().chain(self.lists).copied()
    }
}

/// Reports the placeholders of a template that are not allowed, and braces that do not pair.
pub(crate) fn check(cx: &Context<'_>, spot: &Spot, template: &str, allowed: Allowed<'_>) {
    match parts(template) {
        Ok(parts) => {
            for part in parts {
                if let Part::Placeholder(name) = part
                    && allowed.names().all(|known| known != name)
                {
                    let message = TemplateError::Unknown(name.to_owned()).to_string();
                    cx.report_part(spot, &format!("{{{name}}}"), message, Some(hint(name, allowed)));
                }
            }
        }
        Err(error) => {
            let hint = "write `{{` and `}}` for the braces themselves".to_owned();
            cx.report(spot, error.to_string(), Some(hint));
        }
    }
}

/// The same for a table of templates, such as environment variables.
pub(crate) fn check_all(
    cx: &Context<'_>,
    spot: &Spot,
    templates: &BTreeMap<String, String>,
    allowed: Allowed<'_>,
) {
    for (name, template) in templates {
        check(cx, &spot.key(name), template, allowed);
    }
}

/// Expands a table of templates whose placeholders are all known now.
pub(crate) fn expand_all(
    cx: &Context<'_>,
    spot: &Spot,
    templates: &BTreeMap<String, String>,
    values: &Values,
    allowed: Allowed<'_>,
) -> BTreeMap<String, String> {
    check_all(cx, spot, templates, allowed);
    let expand = |template: &String| values.expand(template).unwrap_or_default();
    templates.iter().map(|(name, template)| (name.clone(), expand(template))).collect()
}

fn hint(name: &str, allowed: Allowed<'_>) -> String {
    if let Some(near) = nearest(name, allowed.names()) {
        return format!("did you mean `{{{near}}}`?");
    }
    let names: Vec<_> = allowed.names().map(|name| format!("`{{{name}}}`")).collect();
    let known = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
    format!("allowed here: {known}; write `{{{{` and `}}}}` for the braces themselves")
}
