use crate::expression::{Token, tokens};

/// The query of a view over one table, cut into its clauses. What is more than that is not read: joins, unions, orders.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Query {
    pub(crate) is_distinct: bool,
    /// The names of the columns in lower case, each with the tokens of its expression.
    pub(crate) columns: Vec<(String, Vec<Token>)>,
    /// The schema of the table, in lower case, where it is written.
    pub(crate) schema: Option<String>,
    /// The name of the table, in lower case.
    pub(crate) table: String,
    pub(crate) condition: Option<Vec<Token>>,
    pub(crate) groups: Vec<Vec<Token>>,
    /// The condition for groups.
    pub(crate) having: Option<Vec<Token>>,
}

impl Query {
    /// Reads the text of a catalog: from behind the name of the view, or from `SELECT`.
    pub(crate) fn parse(definition: &str) -> Option<Self> {
        let all = tokens(definition);
        let mut rest = all.strip_suffix(&[Token::Symbol(";".to_owned())]).unwrap_or(&all);
        let mut names: Option<Vec<String>> = None;
        if let Some((_, list)) = rest.split_first().filter(|(first, _)| first.is_symbol("(")) {
            let end = list.iter().position(|token| token.is_symbol(")"))?;
            names = Some(parts(&list[..end], ",").into_iter().map(only_name).collect::<Option<_>>()?);
            rest = &list[end + 1..];
        }
        rest = after(rest, "as").unwrap_or(rest);
        rest = after(rest, "select")?;
        let distinct = after(rest, "distinct");
        let is_distinct = distinct.is_some();
        let mut clauses = Clauses { rest: distinct.unwrap_or(rest) };
        let list = clauses.until(&["from"])?;
        clauses.rest = after(clauses.rest, "from")?;
        let ends = ["where", "group", "having"];
        let (schema, table) = table(clauses.until(&ends)?)?;
        let mut query = Self {
            is_distinct,
            columns: Vec::new(),
            schema,
            table,
            condition: None,
            groups: Vec::new(),
            having: None,
        };
        while let Some((first, behind)) = clauses.rest.split_first() {
            clauses.rest = behind;
            match first.name()?.as_str() {
                "where" => query.condition = Some(clauses.until(&ends)?.to_vec()),
                "having" => query.having = Some(clauses.until(&ends)?.to_vec()),
                "group" => {
                    clauses.rest = after(clauses.rest, "by")?;
                    let groups = parts(clauses.until(&ends)?, ",");
                    query.groups = groups.into_iter().map(<[Token]>::to_vec).collect();
                }
                _ => return None,
            }
        }
        let mut given = names.map(Vec::into_iter);
        for column in parts(list, ",") {
            let (own, value) = column_of(column)?;
            let name = match &mut given {
                Some(names) => names.next()?,
                None => own?,
            };
            query.columns.push((name, value.to_vec()));
        }
        Some(query)
    }
}

/// Words of a query that are no part of the clauses that are read.
const OTHERS: [&str; 12] = [
    "union",
    "except",
    "intersect",
    "order",
    "limit",
    "offset",
    "window",
    "fetch",
    "for",
    "join",
    "values",
    "with",
];

struct Clauses<'a> {
    rest: &'a [Token],
}

impl<'a> Clauses<'a> {
    /// The tokens up to one of these words, which stays; to the end where none is left. `None` where another clause begins.
    fn until(&mut self, words: &[&str]) -> Option<&'a [Token]> {
        let mut depth = 0_usize;
        let end = self.rest.iter().position(|token| {
            depth = deeper(depth, token);
            depth == 0 && words.iter().chain(&OTHERS).any(|word| token.is_word(word))
        });
        let end = end.unwrap_or(self.rest.len());
        let (clause, rest) = self.rest.split_at(end);
        self.rest = rest;
        let is_other = rest.first().is_some_and(|token| OTHERS.iter().any(|word| token.is_word(word)));
        (!clause.is_empty() && !is_other).then_some(clause)
    }
}

fn deeper(depth: usize, token: &Token) -> usize {
    (depth + usize::from(token.is_symbol("("))).saturating_sub(usize::from(token.is_symbol(")")))
}

fn after<'a>(tokens: &'a [Token], word: &str) -> Option<&'a [Token]> {
    tokens.split_first().filter(|(first, _)| first.is_word(word)).map(|(_, rest)| rest)
}

/// The parts between separators that are in no parentheses.
fn parts<'a>(tokens: &'a [Token], separator: &str) -> Vec<&'a [Token]> {
    let mut depth = 0_usize;
    let parts = tokens.split(|token| {
        depth = deeper(depth, token);
        depth == 0 && token.is_symbol(separator)
    });
    parts.collect()
}

fn only_name(tokens: &[Token]) -> Option<String> {
    let [only] = tokens else { return None };
    only.name()
}

/// `app.run AS r`: the schema, where it is written, and the name, if that is all.
fn table(tokens: &[Token]) -> Option<(Option<String>, String)> {
    match tokens {
        [schema, dot, rest @ ..] if dot.is_symbol(".") => {
            Some((Some(schema.name()?), table(rest).filter(|(schema, _)| schema.is_none())?.1))
        }
        [name] => Some((None, name.name()?)),
        [name, word, alias] if word.is_word("as") => alias.name().and(Some((None, name.name()?))),
        [name, alias] => alias.name().and(Some((None, name.name()?))),
        _ => None,
    }
}

/// The name of a column, where it has one, and its expression. `None` where there is more than one column in it.
fn column_of(column: &[Token]) -> Option<(Option<String>, &[Token])> {
    match column {
        [] => None,
        [.., last] if last.is_symbol("*") => None,
        [value @ .., word, last] if word.is_word("as") => Some((Some(last.name()?), value)),
        [only] => Some((only.name(), column)),
        [_, dot, last] if dot.is_symbol(".") => Some((last.name(), column)),
        _ => Some((None, column)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_over_one_table_are_read() {
        let names = |text: &str| {
            let query = Query::parse(text)?;
            let names: Vec<String> = query.columns.into_iter().map(|(name, _)| name).collect();
            let schema = query.schema.map(|schema| format!("{schema}.")).unwrap_or_default();
            Some(format!("{} of {schema}{}", names.join(" "), query.table))
        };
        for (text, expected) in [
            (" SELECT run.id,\n run.name\n FROM run\n WHERE run.is_active;", "id name of run"),
            ("AS SELECT id, count(a, b) AS \"Many\" FROM app.run AS r GROUP BY id", "id many of app.run"),
            ("(a, B) AS SELECT 1, 2 FROM run r", "a b of run"),
            ("AS SELECT DISTINCT id FROM run WHERE x IN (SELECT y FROM z ORDER BY y)", "id of run"),
        ] {
            assert_eq!(names(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "AS SELECT * FROM a",
            "AS SELECT a.* FROM a",
            "AS SELECT count(a) FROM b",
            "AS SELECT a FROM b JOIN c ON d",
            "AS SELECT a FROM b, c",
            "AS SELECT a FROM b.c.d",
            "AS SELECT a FROM (SELECT a FROM b)",
            "AS SELECT a FROM b UNION SELECT a FROM c",
            "AS SELECT a FROM b ORDER BY a",
            "AS SELECT 1",
            "AS WITH a AS (SELECT 1) SELECT b FROM a",
            "",
        ] {
            assert_eq!(names(text), None, "{text}");
        }
    }
}
