use super::cursor::{Cursor, outer};
use super::parsed::Path;
use super::token::Token;

/// A query that has a name in one statement: `WITH name AS (body)`.
pub(crate) struct Query<'a> {
    pub(crate) name: String,
    pub(crate) body: &'a [Token],
}

impl Query<'_> {
    /// Whether it is a statement that changes rows.
    pub(crate) fn changes_rows(&self) -> bool {
        let first = self.body.first();
        first.is_some_and(|first| {
            ["with", "insert", "update", "delete", "merge"].iter().any(|word| first.is(word))
        })
    }

    /// The table that its rows come from.
    fn table(&self) -> Option<Path> {
        let mut cursor = Cursor::new(self.body);
        if cursor.take(&["update"]) || cursor.take(&["delete", "from"]) {
            cursor.take(&["only"]);
            return cursor.path();
        }
        let place = outer(self.body).find(|(_, token)| token.is("from"))?.0;
        Cursor::new(&self.body[place + 1..]).path()
    }
}

/// Takes the queries that stand before a statement, where some do.
pub(crate) fn queries<'a>(cursor: &mut Cursor<'a>) -> Vec<Query<'a>> {
    let mut queries = Vec::new();
    let mut ahead = *cursor;
    if !ahead.take(&["with"]) {
        return queries;
    }
    ahead.take(&["recursive"]);
    while let Some(query) = query(&mut ahead) {
        queries.push(query);
        // How a recursive one searches is no matter here.
        while !begins_a_statement(&ahead) && !ahead.rest().is_empty() && !ahead.take_sign(",") {
            ahead.next();
        }
        *cursor = ahead;
        if begins_a_statement(cursor) {
            break;
        }
    }
    queries
}

fn query<'a>(cursor: &mut Cursor<'a>) -> Option<Query<'a>> {
    let name = cursor.name()?;
    cursor.parenthesised();
    cursor.take(&["as"]).then_some(())?;
    cursor.take(&["not"]);
    cursor.take(&["materialized"]);
    Some(Query { name, body: cursor.parenthesised()? })
}

fn begins_a_statement(cursor: &Cursor<'_>) -> bool {
    ["select", "values", "insert", "update", "delete", "merge", "table"]
        .iter()
        .any(|word| cursor.is_at(&[word]))
        || cursor.rest().first().is_some_and(|first| first.is_sign("("))
}

/// Puts the table that its rows come from into the place of a query's name.
pub(crate) fn look_through(from: &mut Path, queries: &[Query<'_>]) {
    // One query may read from another, but no more often than there are some.
    for _ in queries {
        let [name] = from.0.as_slice() else { return };
        let query = queries.iter().find(|query| query.name == *name);
        match query.and_then(Query::table) {
            Some(table) => *from = table,
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use onramp_core::Dialect;

    use super::super::{Parsed, Reach, parse_each, split};

    fn parsed(text: &str) -> Vec<Parsed> {
        parse_each(&split(text, Dialect::Postgresql)[0].tokens)
    }

    fn told(text: &str) -> Vec<String> {
        let brief = |parsed: &Parsed| match parsed {
            Parsed::Delete { table, reach: Reach::All } => format!("deletes {}", table.0.join(".")),
            Parsed::Update { table, reach: Reach::All } => format!("updates {}", table.0.join(".")),
            Parsed::Delete { .. } | Parsed::Update { .. } => "other".to_owned(),
            Parsed::CopyRows { to, from, .. } => format!("{} to {}", from.0.join("."), to.0.join(".")),
            Parsed::Other => "other".to_owned(),
            other => format!("{other:?}"),
        };
        parsed(text).iter().map(brief).collect()
    }

    #[test]
    fn what_stands_behind_queries_is_the_statement() {
        let told_of = [
            ("WITH x AS (SELECT 1) DELETE FROM t", vec!["deletes t"]),
            ("WITH x AS (SELECT 1) DELETE FROM t WHERE id IN (SELECT * FROM x)", vec!["other"]),
            (
                "with recursive x (a, b) as not materialized (select 1), y AS (SELECT 2) update only s.t set a = 1",
                vec!["updates s.t"],
            ),
            ("WITH x AS (SELECT 1) UPDATE t SET a = x.a FROM x", vec!["other"]),
            (
                "WITH gone AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM gone",
                vec!["deletes t", "t to u"],
            ),
            (
                "WITH a AS (SELECT b FROM t), c AS (SELECT b FROM a) INSERT INTO u (b) SELECT b FROM c",
                vec!["t to u"],
            ),
            ("INSERT INTO u (b) WITH a AS (SELECT b FROM t) SELECT b FROM a", vec!["t to u"]),
            (
                "WITH x AS (WITH y AS (SELECT 1) DELETE FROM t RETURNING 1) SELECT * FROM x",
                vec!["deletes t", "other"],
            ),
            ("WITH a AS (SELECT 1 FROM a) INSERT INTO u SELECT 1 FROM a", vec!["a to u"]),
            ("WITH", vec!["other"]),
            ("WITH x AS (SELECT 1", vec!["other"]),
        ];
        for (text, expected) in told_of {
            assert_eq!(told(text), expected, "{text}");
        }
    }
}
