//! Takes apart what `pg_get_indexdef` prints.

use super::super::Object;

/// Replaces the attribute `definition`, `CREATE INDEX i ON t USING btree (a, lower(b)) WHERE c`, by `method`,
/// `columns`, `include`, `nulls`, `with` and `where`. What is none of these stays in `definition`, so nothing
/// is lost where a later version of the server prints more.
pub(super) fn take_apart(object: &mut Object) {
    let Some(definition) = object.remove("definition") else { return };
    let Some((before, rest)) = split_outside(&definition, " USING ") else {
        object.insert("definition".to_owned(), definition);
        return;
    };
    let mut set = |name: &str, value: &str| object.insert(name.to_owned(), value.to_owned());
    // `CREATE INDEX i ON ONLY t`: the index of a partitioned table that its partitions have no part in yet.
    if split_outside(before, " ON ONLY ").is_some() {
        set("only", "true");
    }
    let (method, mut rest) = rest.split_once(' ').unwrap_or((rest, ""));
    set("method", method);
    if let Some((columns, after)) = parenthesised(rest) {
        set("columns", columns);
        rest = after;
    }
    if let Some((columns, after)) = rest.strip_prefix(" INCLUDE ").and_then(parenthesised) {
        set("include", columns);
        rest = after;
    }
    if let Some(after) = rest.strip_prefix(" NULLS NOT DISTINCT") {
        set("nulls", "not distinct");
        rest = after;
    }
    if let Some((options, after)) = rest.strip_prefix(" WITH ").and_then(parenthesised) {
        set("with", options);
        rest = after;
    }
    if let Some(predicate) = rest.strip_prefix(" WHERE ") {
        set("where", predicate);
        rest = "";
    }
    if !rest.trim().is_empty() {
        set("definition", rest.trim());
    }
}

/// The text before and after the first `separator` that is outside of quotes.
fn split_outside<'a>(text: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    let mut quote = None;
    for (place, letter) in text.char_indices() {
        match quote {
            Some(open) if letter == open => quote = None,
            Some(_) => {}
            None if letter == '"' || letter == '\'' => quote = Some(letter),
            None if text[place..].starts_with(separator) => {
                return Some((&text[..place], &text[place + separator.len()..]));
            }
            None => {}
        }
    }
    None
}

/// What stands in the parentheses that a text begins with, and what follows them.
fn parenthesised(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('(')?;
    let (mut depth, mut quote) = (1, None);
    for (place, letter) in inner.char_indices() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            (None, _) => {}
        }
        if depth == 0 {
            return Some((&inner[..place], &inner[place + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(definition: &str, expected: &[(&str, &str)]) {
        let mut object = Object::from([("definition".to_owned(), definition.to_owned())]);
        take_apart(&mut object);
        let expected =
            expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(object, expected, "{definition}");
    }

    #[test]
    fn every_part_has_its_attribute() {
        check(
            "CREATE UNIQUE INDEX i ON public.t USING btree (a DESC, lower(b) text_pattern_ops) INCLUDE (c) \
             NULLS NOT DISTINCT WITH (fillfactor='70') WHERE (a > 0)",
            &[
                ("method", "btree"),
                ("columns", "a DESC, lower(b) text_pattern_ops"),
                ("include", "c"),
                ("nulls", "not distinct"),
                ("with", "fillfactor='70'"),
                ("where", "(a > 0)"),
            ],
        );
    }

    #[test]
    fn names_and_texts_may_look_like_keywords() {
        check(
            "CREATE INDEX \"a USING b\" ON ONLY public.\"x ON ONLY y\" USING gin (\"(\", ((b || ')'::text)))",
            &[("only", "true"), ("method", "gin"), ("columns", "\"(\", ((b || ')'::text))")],
        );
    }

    #[test]
    fn what_nobody_knows_is_kept() {
        check(
            "CREATE INDEX i ON public.t USING btree (a) NEW THING",
            &[("method", "btree"), ("columns", "a"), ("definition", "NEW THING")],
        );
        check("CREATE INDEX i", &[("definition", "CREATE INDEX i")]);
    }
}
