use super::alter_table::alter_table;
use super::condition::{Condition, Reach};
use super::cursor::{Cursor, outer, parts};
use super::parsed::{Parsed, Path};
use super::queries::{look_through, queries};
use super::token::Token;

/// Reads a statement, with those that change rows in the queries that stand before it: `WITH gone AS (DELETE ..) INSERT ..`.
/// The last is the statement itself.
pub(crate) fn parse_each(tokens: &[Token]) -> Vec<Parsed> {
    parse_each_below(tokens, &[])
}

/// The same where queries around it have names, which those before it know, too.
fn parse_each_below(tokens: &[Token], around: &[String]) -> Vec<Parsed> {
    let cursor = &mut Cursor::new(tokens);
    let queries = queries(cursor);
    let names: Vec<String> = around.iter().chain(queries.iter().map(|query| &query.name)).cloned().collect();
    let changes = queries.iter().filter(|query| query.changes_rows());
    let mut all: Vec<Parsed> = changes.flat_map(|query| parse_each_below(query.body, &names)).collect();
    let mut own = read(&mut Cursor::new(cursor.rest()), &names).unwrap_or(Parsed::Other);
    if let Parsed::CopyRows { from, .. } = &mut own {
        look_through(from, &queries);
    }
    all.push(own);
    all
}

/// Reads a statement without queries before it.
pub(crate) fn parse(tokens: &[Token]) -> Parsed {
    read(&mut Cursor::new(tokens), &[]).unwrap_or(Parsed::Other)
}

fn read(cursor: &mut Cursor<'_>, queries: &[String]) -> Option<Parsed> {
    let first = cursor.next()?;
    match first.text.to_ascii_lowercase().as_str() {
        "alter" => alter(cursor),
        "create" => create(cursor),
        "drop" => drop(cursor),
        "lock" => {
            cursor.take(&["table"]);
            Some(Parsed::Lock { tables: cursor.paths() })
        }
        "vacuum" => vacuum(cursor),
        "cluster" => {
            cursor.parenthesised();
            cursor.take(&["verbose"]);
            Some(Parsed::Cluster { table: cursor.path() })
        }
        "reindex" => {
            let options = cursor.parenthesised().unwrap_or_default();
            let is_table = cursor.is_at(&["table"]);
            cursor.next()?;
            let is_concurrent =
                cursor.take(&["concurrently"]) || options.iter().any(|option| option.is("concurrently"));
            Some(Parsed::Reindex { path: cursor.path(), is_table, is_concurrent })
        }
        "refresh" => {
            cursor.take(&["materialized", "view"]);
            let is_concurrent = cursor.take(&["concurrently"]);
            Some(Parsed::Refresh { view: cursor.path()?, is_concurrent })
        }
        "truncate" => {
            cursor.take(&["table"]);
            Some(Parsed::Truncate { tables: cursor.paths() })
        }
        "insert" => copy_rows(cursor),
        "delete" => {
            cursor.take(&["from"]).then_some(())?;
            cursor.take(&["only"]);
            let table = cursor.path()?;
            Some(Parsed::Delete { reach: reach(cursor, &table, queries), table })
        }
        "update" => {
            if cursor.take(&["or"]) {
                cursor.next()?;
            }
            cursor.take(&["only"]);
            let table = cursor.path()?;
            Some(Parsed::Update { reach: reach(cursor, &table, queries), table })
        }
        "pragma" => {
            let name = cursor.path()?.0.pop()?.to_ascii_lowercase();
            let value = if cursor.take_sign("=") {
                cursor.next()
            } else {
                cursor.parenthesised().and_then(<[Token]>::first)
            };
            Some(Parsed::Pragma { name, value: value.map(|token| token.text.to_ascii_lowercase()) })
        }
        "begin" => Some(Parsed::Begin),
        "start" if cursor.take(&["transaction"]) => Some(Parsed::Begin),
        "commit" | "end" => Some(Parsed::End),
        "rollback" if !cursor.rest().iter().any(|token| token.is("to")) => Some(Parsed::End),
        _ => None,
    }
}

fn copy_rows(cursor: &mut Cursor<'_>) -> Option<Parsed> {
    cursor.take(&["into"]).then_some(())?;
    let to = cursor.path()?;
    let columns = parts(cursor.parenthesised().unwrap_or_default());
    let columns =
        columns.iter().filter_map(|column| column.first()).map(|column| column.text.clone()).collect();
    let queries = queries(cursor);
    cursor.take(&["select"]).then_some(())?;
    let rest = cursor.rest();
    let place = outer(rest).find(|(_, token)| token.is("from"))?.0;
    let values = parts(&rest[..place]).into_iter().map(<[Token]>::to_vec).collect();
    let mut from = Cursor::new(&rest[place + 1..]).path()?;
    look_through(&mut from, &queries);
    Some(Parsed::CopyRows { to, from, columns, values })
}

/// Whether `AS SELECT` and the like stand there, in no parentheses.
fn fills(cursor: &Cursor<'_>) -> bool {
    outer(cursor.rest()).any(|(_, token)| token.is("as"))
}

/// Which rows are meant; what a query in parentheses says is no matter of the statement.
fn reach(cursor: &Cursor<'_>, table: &Path, queries: &[String]) -> Reach {
    let tokens = cursor.rest();
    let is_condition = |token: &Token| token.is("where");
    let end = outer(tokens).find(|(_, token)| is_condition(token)).map_or(tokens.len(), |(place, _)| place);
    // Other tables may have a say in it; `a IS DISTINCT FROM b` names none.
    let is_from = |place: usize| place == 0 || !tokens[place - 1].is("distinct");
    if outer(&tokens[..end]).any(|(place, token)| token.is("using") || token.is("from") && is_from(place)) {
        return Reach::Some;
    }
    let Some(condition) = tokens.get(end + 1..) else {
        return if end == tokens.len() { Reach::All } else { Reach::Some };
    };
    let behind = |token: &Token| ["returning", "order", "limit"].iter().any(|word| token.is(word));
    let condition = match outer(condition).find(|(_, token)| behind(token)) {
        Some((place, token)) if token.is("returning") => &condition[..place],
        Some(_) => return Reach::Some,
        None => condition,
    };
    let condition = Condition::new(table.clone(), queries, condition);
    if condition.is_always_true(&|_| false) { Reach::All } else { Reach::Where(condition) }
}

fn alter(cursor: &mut Cursor<'_>) -> Option<Parsed> {
    if cursor.take(&["table"]) {
        return alter_table(cursor);
    }
    if cursor.take(&["type"]) {
        let enumeration = cursor.path()?;
        cursor.take(&["add", "value"]).then_some(())?;
        cursor.take(&["if", "not", "exists"]);
        return Some(Parsed::AddEnumValue { enumeration, value: cursor.next()?.text.clone() });
    }
    if cursor.take(&["schema"]) {
        let from = cursor.name()?;
        cursor.take(&["rename", "to"]).then_some(())?;
        return Some(Parsed::RenameSchema { from, to: cursor.name()? });
    }
    if cursor.is_at(&["system"]) {
        return Some(Parsed::Outside { what: "ALTER SYSTEM" });
    }
    None
}

fn create(cursor: &mut Cursor<'_>) -> Option<Parsed> {
    if cursor.is_at(&["database"]) {
        return Some(Parsed::Outside { what: "CREATE DATABASE" });
    }
    if cursor.is_at(&["tablespace"]) {
        return Some(Parsed::Outside { what: "CREATE TABLESPACE" });
    }
    let is_unique = cursor.take(&["unique"]);
    if cursor.take(&["index"]) {
        let is_concurrent = cursor.take(&["concurrently"]);
        cursor.take(&["if", "not", "exists"]);
        let name = if cursor.is_at(&["on"]) { None } else { cursor.path()?.0.pop() };
        cursor.take(&["on"]).then_some(())?;
        cursor.take(&["only"]);
        return Some(Parsed::CreateIndex { name, table: cursor.path()?, is_concurrent, is_unique });
    }
    for word in ["global", "local", "temporary", "temp", "unlogged"] {
        cursor.take(&[word]);
    }
    if cursor.take(&["table"]) || cursor.take(&["materialized", "view"]) {
        cursor.take(&["if", "not", "exists"]);
        let table = cursor.path()?;
        return Some(Parsed::CreateTable { table, is_filled: fills(cursor) });
    }
    None
}

fn drop(cursor: &mut Cursor<'_>) -> Option<Parsed> {
    if cursor.is_at(&["database"]) {
        return Some(Parsed::Outside { what: "DROP DATABASE" });
    }
    if cursor.take(&["index"]) {
        let is_concurrent = cursor.take(&["concurrently"]);
        cursor.take(&["if", "exists"]);
        return Some(Parsed::DropIndex { indexes: cursor.paths(), is_concurrent });
    }
    cursor.take(&["table"]).then_some(())?;
    cursor.take(&["if", "exists"]);
    Some(Parsed::DropTable { tables: cursor.paths() })
}

fn vacuum(cursor: &mut Cursor<'_>) -> Option<Parsed> {
    let mut is_full = false;
    if let Some(options) = cursor.parenthesised() {
        is_full =
            options.windows(2).any(|pair| pair[0].is("full") && !pair[1].is("false") && !pair[1].is("off"))
                || options.last().is_some_and(|last| last.is("full"));
    }
    while let Some(word) = ["full", "freeze", "verbose", "analyze"].iter().find(|word| cursor.is_at(&[word]))
    {
        is_full |= *word == "full";
        cursor.next();
    }
    if !is_full {
        return Some(Parsed::Outside { what: "VACUUM" });
    }
    let mut tables = Vec::new();
    while let Some(table) = cursor.path() {
        tables.push(table);
        cursor.parenthesised();
        if !cursor.take_sign(",") {
            break;
        }
    }
    Some(Parsed::VacuumFull { tables })
}
