use std::collections::BTreeMap;

use super::pair::Pair;
use super::{Found, object};
use crate::expression::{Expression, Token};
use crate::finding::Side;
use crate::model::Query;
use onramp_database::catalog::Kind;

/// Views of two dialects: the names of their columns, and what they ask for where that is one table. What their columns are
/// of follows from the tables, and is not declared.
pub(super) fn compare(pair: &Pair<'_>, found: &mut Found) {
    let (left, right) = (pair.left.view_columns(), pair.right.view_columns());
    let told = found.findings.len();
    if let (Some(left), Some(right)) = (left, right) {
        for (own, other, side) in [(&left, &right, Side::Left), (&right, &left, Side::Right)] {
            for name in own.iter().filter(|name| !other.contains(name)) {
                let text = "a column of the view".to_owned();
                pair.only(found, pair.part(Kind::Column, name), side, text);
            }
        }
    }
    let view = object(pair.name(), pair.left.kind(), pair.name());
    let has_same_columns = found.findings.len() == told;
    match ask_the_same(pair) {
        Some(false) if has_same_columns => {
            let texts = [pair.left, pair.right].map(|side| side.table.attributes.get("definition").cloned());
            pair.differs(found, view, "definition", texts);
        }
        Some(_) => {}
        None => found.uncompared.push(view),
    }
}

/// Whether both views ask for the same; `None` where a query cannot be read.
pub(super) fn ask_the_same(pair: &Pair<'_>) -> Option<bool> {
    let texts = [pair.left, pair.right].map(|side| side.table.attributes.get("definition"));
    let [left, right] = texts.map(|text| Meant::of(&Query::parse(text?)?, pair));
    Some(left? == right?)
}

/// What a query asks for, however it is written.
#[derive(PartialEq)]
struct Meant {
    is_distinct: bool,
    columns: BTreeMap<String, Expression>,
    /// Of two dialects only the name counts: one of them has no schemas.
    schema: Option<String>,
    table: String,
    condition: Option<Expression>,
    groups: Vec<Expression>,
    having: Option<Expression>,
}

impl Meant {
    /// `None` where a part of it cannot be read.
    fn of(query: &Query, view: &Pair<'_>) -> Option<Self> {
        let scope = &view.of_table(&query.table);
        let value = |tokens: &[Token]| Expression::value_of_tokens(tokens, scope);
        let condition = |tokens: &Vec<Token>| Expression::condition_of_tokens(tokens, scope);
        let columns = query.columns.iter().map(|(name, tokens)| (name.clone(), value(tokens)));
        let columns: BTreeMap<String, Expression> = columns.collect();
        let group = |tokens: &Vec<Token>| match value(tokens) {
            // The place of a column.
            Expression::Number(place) => {
                let place = place.parse::<usize>().ok()?.checked_sub(1)?;
                columns.get(&query.columns.get(place)?.0).cloned()
            }
            group => Some(group),
        };
        let mut groups: Vec<Expression> = query.groups.iter().map(group).collect::<Option<_>>()?;
        groups.sort();
        let meant = Self {
            is_distinct: query.is_distinct,
            columns,
            schema: query.schema.clone().filter(|_| view.is_of_one_dialect()),
            table: query.table.clone(),
            condition: query.condition.as_ref().map(condition),
            groups,
            having: query.having.as_ref().map(condition),
        };
        let Self { columns, condition, groups, having, .. } = &meant;
        let mut all = columns.values().chain(condition).chain(groups).chain(having);
        all.all(Expression::is_read).then_some(meant)
    }
}
