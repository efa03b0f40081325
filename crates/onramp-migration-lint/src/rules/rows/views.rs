use onramp_database::catalog::{Catalog, Kind};

use crate::sql::{Cursor, Path, Token, TokenKind, outer, parts, tokens};
use crate::world::{World, same};

/// How many views may lie upon each other.
const DEPTH: usize = 10;

/// The table from before that the rows of a view are rows of, where it shows those of one table. To names of the view's
/// columns those are added that they have in the table.
pub(super) fn table_below(world: &World<'_>, view: &Path, names: &mut Vec<String>) -> Option<Vec<String>> {
    let mut path = view.clone();
    for _ in 0..DEPTH {
        let definition =
            [world.before, world.after].into_iter().find_map(|catalog| definition(catalog, &path))?;
        let (table, columns) = read(&definition)?;
        for (shown, own) in columns {
            if names.iter().any(|name| name.eq_ignore_ascii_case(&shown)) {
                names.push(own);
            }
        }
        if let Some(origin) = world.origin(&table) {
            return Some(origin.clone());
        }
        path = table;
    }
    None
}

fn definition(catalog: &Catalog, path: &Path) -> Option<Vec<Token>> {
    let mut views = catalog.objects.iter().filter(|(id, _)| id.kind == Kind::View);
    let (_, view) = views.find(|(id, _)| same(catalog.dialect, &id.path, &path.0))?;
    Some(tokens(view.get("definition")?, catalog.dialect))
}

/// The one table that a query reads, and what it calls the columns with what they are called there.
fn read(query: &[Token]) -> Option<(Path, Vec<(String, String)>)> {
    let place = |word: &str| outer(query).find(|(_, token)| token.is(word)).map(|(place, _)| place);
    let (select, from) = (place("select")?, place("from")?);
    let mut cursor = Cursor::new(&query[from + 1..]);
    let table = cursor.path()?;
    let others = ["join", "union", "intersect", "except", "group"];
    let is_other = |token: &Token| token.is_sign(",") || others.iter().any(|word| token.is(word));
    if outer(cursor.rest()).any(|(_, token)| is_other(token)) {
        return None;
    }
    // SQLite keeps `CREATE VIEW v (a, b) AS ..` as it was written.
    let head = &query[..select];
    let list = head.iter().position(|token| token.is_sign("("));
    let list =
        list.and_then(|place| Cursor::new(&head[place..]).parenthesised()).map(parts).unwrap_or_default();
    let is_name = |token: &&Token| matches!(token.kind, TokenKind::Word | TokenKind::Name);
    let columns = parts(query.get(select + 1..from)?);
    let column = |(at, column): (usize, &&[Token])| {
        let end = column.iter().position(|token| token.is("as")).unwrap_or(column.len());
        let own = column[..end].iter().rfind(is_name)?.text.clone();
        let shown = list.get(at).copied().unwrap_or(column).iter().rfind(is_name)?.text.clone();
        Some((shown, own))
    };
    Some((table, columns.iter().enumerate().filter_map(column).collect()))
}
