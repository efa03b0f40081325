use super::*;

/// A table with a column of each meaning that matters.
struct Columns;

impl Scope for Columns {
    fn meaning(&self, column: &str) -> Option<Meaning> {
        Some(match column {
            "is_active" => Meaning::Boolean,
            "level" | "quantity" => Meaning::Integer,
            "price" => Meaning::Decimal,
            "at" => Meaning::Timestamp,
            "name" | "slug" => Meaning::Text,
            "state" => Meaning::Enumeration,
            _ => return None,
        })
    }

    fn is_required(&self, column: &str) -> bool {
        ["quantity", "slug"].contains(&column)
    }
}

/// As a check.
fn condition(text: &str) -> Expression {
    Expression::check(text, &Columns)
}

#[track_caller]
fn same_predicate(left: &str, right: &str) {
    let [one, other] = [left, right].map(|text| Expression::predicate(text, &Columns));
    assert_eq!(one, other, "{left} | {right}");
}

#[track_caller]
fn different_predicate(left: &str, right: &str) {
    let [one, other] = [left, right].map(|text| Expression::predicate(text, &Columns));
    assert_ne!(one, other, "{left} | {right}");
}

#[track_caller]
fn same(postgresql: &str, sqlite: &str) {
    assert_eq!(condition(postgresql), condition(sqlite), "{postgresql} | {sqlite}");
    assert!(!matches!(condition(postgresql), Expression::Unread(_)), "{postgresql}");
}

#[track_caller]
fn different(postgresql: &str, sqlite: &str) {
    assert_ne!(condition(postgresql), condition(sqlite), "{postgresql} | {sqlite}");
}

#[test]
fn parentheses_casts_and_quotes_are_a_matter_of_spelling() {
    same("((level >= 0) AND (level <= 50))", "level BETWEEN 0 AND 50");
    same("(state = 'SCHEDULED'::state_type)", "state = 'SCHEDULED'");
    same("((name)::text <> ''::text)", "\"name\" != ''");
    same("lower((name)::text)", "lower(Name)");
    same("(idempotency_key IS NOT NULL)", "idempotency_key NOTNULL");
    same("((price)::numeric > (0)::numeric)", "price > 0.00");
    same("((quantity)::numeric > price)", "quantity > price");
    same("(NOT (level = 1))", "level <> 1");
    same("(level > '-1'::integer)", "-1 < level");
    same("(length((name)::text) > 2)", "LENGTH(name) > 2");
    same("(char_length((name)::text) > 2)", "length(name) > 2");
    same("(((name)::text || '/'::text) || (slug)::text)", "name || '/' || slug");
    same("((name)::text ~~ 'a%'::text)", "name LIKE 'a%'");
    same("((name)::text !~~ 'a%'::text)", "name NOT LIKE 'a%'");
    same("(TRIM(BOTH FROM name) <> ''::text)", "trim(name) <> ''");
    same("(at >= '2020-01-01 00:00:00+00'::timestamp with time zone)", "at >= '2020-01-01T00:00:00'");
}

#[test]
fn lists_are_sets() {
    same(
        "((kind)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
        "kind IN ('b', 'a')",
    );
    same("(kind = ANY ('{a,b}'::text[]))", "kind IN ('a', 'b')");
    same("(kind <> ALL (ARRAY['a'::text, 'b'::text]))", "NOT kind IN ('a', 'b')");
    same("(kind = 'a'::text)", "kind IN ('a')");
    different("(kind = ANY (ARRAY['a'::text, 'b'::text]))", "kind IN ('a', 'c')");
    different("(kind = ANY (ARRAY['a'::text, 'b'::text]))", "kind IN ('a', 'b', 'c')");
}

#[test]
fn a_truth_value_is_compared_with_true() {
    same("is_active", "is_active = 1");
    same_predicate("(is_active = true)", "is_active IS TRUE");
    same("(NOT is_active)", "is_active = 0");
    same("(is_active AND (level > 1))", "level > 1 AND is_active <> 0");
    different("is_active", "is_active = 0");
    different("level", "level = 1");
}

#[test]
fn nulls_tell_is_and_equal_apart() {
    // What is null passes a check, and is in no index.
    different("is_active", "is_active IS TRUE");
    same_predicate("is_active", "is_active IS 1");
    same_predicate("(is_active AND (level > 1))", "level > 1 AND is_active IS TRUE");
    different_predicate("(NOT is_active)", "is_active IS NOT TRUE");
    different_predicate("((name)::text <> 'done'::text)", "name IS NOT 'done'");
    same_predicate("((name)::text IS DISTINCT FROM 'done'::text)", "name IS NOT 'done'");
    same_predicate("(is_active IS NOT TRUE)", "NOT (is_active IS 1)");
    same("((name)::text <> 'done'::text)", "name IS NOT 'done'");
    different("((name)::text = 'done'::text)", "name IS 'done'");
    same("(NOT (is_active AND (level > 1)))", "NOT (is_active IS TRUE AND level > 1)");
    // Where there are no nulls, nothing does.
    same_predicate("((slug)::text <> 'done'::text)", "slug IS NOT 'done'");
    same("(quantity = 1)", "quantity IS 1");
    different("(quantity = level)", "quantity IS level");
    // What is asked for its value tells all three answers apart.
    different("((is_active IS TRUE) = (level > 1))", "(is_active = 1) = (level > 1)");
    different_predicate("(coalesce((level = 1), true))", "coalesce(level IS 1, true)");
    same("CASE WHEN (is_active IS TRUE) THEN (level > 1) END", "CASE WHEN is_active THEN level > 1 END");
}

#[test]
fn order_and_repetition_of_conditions_tell_nothing() {
    same("((level > 1) AND ((name)::text <> 'a'::text))", "name <> 'a' AND 1 < level");
    same("((level > 1) OR ((level > 1) OR (quantity > 2)))", "quantity > 2 OR level > 1");
    same("((level < 0) OR (level > 5))", "level NOT BETWEEN 0 AND 5");
    different("((level > 1) AND (quantity > 2))", "level > 1 OR quantity > 2");
}

#[test]
fn what_means_something_else_is_different() {
    different("(level > 0)", "level >= 0");
    different("(level > 0)", "quantity > 0");
    different("(price > 0.5)", "price > 0.05");
    different("((level)::text > '5'::text)", "quantity > 5");
    different("((price)::integer > 5)", "price > 5");
    different("lower((name)::text)", "upper(name)");
    different("(level > quantity)", "quantity > level");
    different("(price > (level - quantity))", "price > quantity - level");
}

#[test]
fn forms_of_the_grammar_are_read() {
    same("CASE WHEN (level > 1) THEN 'a'::text ELSE NULL::text END", "CASE WHEN level > 1 THEN 'a' END");
    same("COALESCE(name, slug)", "ifnull(name, slug)");
    same("((data ->> 'a'::text) IS NOT NULL)", "data ->> '$.a' IS NOT NULL");
    same("((data ->> 'a'::text) IS NOT NULL)", "json_extract(data, '$.a') IS NOT NULL");
    different("((data ->> 'a'::text) IS NOT NULL)", "json_extract(data, '$.a.b') IS NOT NULL");
    same("(num_nonnulls(level, quantity) = 1)", "num_nonnulls(level, quantity) = 1");
    same("(level IS DISTINCT FROM quantity)", "level IS NOT quantity");
    same("((name)::text = (slug)::text)", "slug = name COLLATE BINARY");
    different("((name)::text = (slug)::text)", "slug = name COLLATE NOCASE");
}

#[test]
fn the_present_has_one_name() {
    for text in ["CURRENT_TIMESTAMP", "datetime('now')", "strftime('%Y-%m-%d %H:%M:%f', 'now')"] {
        same("now()", text);
        same("timezone('utc'::text, now())", text);
        same("(now() AT TIME ZONE 'utc'::text)", text);
    }
    same("CURRENT_DATE", "date('now')");
    same("('now'::text)::date", "('now'::text)::date");
    different("now()", "CURRENT_DATE");
}

#[test]
fn what_cannot_be_read_is_compared_as_it_is_written() {
    let unread = "level > (SELECT max(level) FROM other)";
    assert!(matches!(condition(unread), Expression::Unread(_)));
    assert_eq!(condition(unread), condition("Level  >  ( SELECT max(level) FROM other )"));
    assert_ne!(condition(unread), condition("level > (SELECT min(level) FROM other)"));
    let deep = format!("{}level{}", "(".repeat(100_000), ")".repeat(100_000));
    assert!(matches!(condition(&deep), Expression::Unread(_)));
    let negative = format!("{}level", "-".repeat(100_000));
    assert!(matches!(condition(&negative), Expression::Unread(_)));
    for text in
        ["", "(", ")", "CASE", "a IN", "a IN (", "NOT", "a COLLATE", "x::", "'", "a b", "trim(", "cast(a as"]
    {
        let _ = condition(text);
    }
}
