use std::collections::BTreeSet;

use onramp_core::Dialect;
use onramp_database::catalog::Kind;

use super::pair::Pair;
use super::pairing::pair_up;
use super::{Found, written};
use crate::expression::Expression;
use crate::finding::{Object, Side};
use crate::model::{CheckModel, Clue, TableModel};
use crate::report::Renamed;
use crate::types::Meaning;

/// Checks, found by what they say.
pub(super) fn compare(pair: &Pair<'_>, found: &mut Found) {
    let is_equal = |left: &Check<'_>, right: &Check<'_>| left.expression == right.expression;
    let has_name_of = |left: &Check<'_>, right: &Check<'_>| match (&left.check.name, &right.check.name) {
        (Some(own), Some(other)) => own.eq_ignore_ascii_case(other),
        _ => false,
    };
    let (all_left, all_right) = (Check::all(pair.left, pair), Check::all(pair.right, pair));
    let (said_left, said_right) = (said(&all_left), said(&all_right));
    let mut paired = pair_up(all_left, all_right, &[&is_equal]);
    for (left, right, _) in &paired.pairs {
        rename(pair, left.check, right.check, found);
        let attributes = [left, right].map(|check| &check.check.attributes);
        written::compare(pair, found, &left.object(pair), attributes);
    }
    // Of one dialect, each check counts as it is written.
    if !pair.is_of_one_dialect() {
        paired.left.retain(|check| !check.is_explained(pair, Side::Left) && !check.is_said_by(&said_right));
        paired.right.retain(|check| !check.is_explained(pair, Side::Right) && !check.is_said_by(&said_left));
    }
    let named = pair_up(paired.left, paired.right, &[&has_name_of]);
    for (left, right, _) in &named.pairs {
        let texts = [left, right].map(|check| Some(check.check.text.clone()));
        pair.differs(found, left.object(pair), "expression", texts);
    }
    for (rest, side) in [(named.left, Side::Left), (named.right, Side::Right)] {
        for check in rest {
            pair.only(found, check.object(pair), side, check.check.text.clone());
        }
    }
}

/// A check with what it says.
struct Check<'a> {
    check: &'a CheckModel,
    expression: Expression,
}

impl<'a> Check<'a> {
    fn all(side: &'a TableModel, pair: &Pair<'_>) -> Vec<Self> {
        let of = |check: &'a CheckModel| Self { check, expression: check.expression(pair) };
        side.checks.iter().map(of).collect()
    }

    fn object(&self, pair: &Pair<'_>) -> Object {
        let text = &self.check.text;
        match &self.check.name {
            Some(name) => {
                let by_text = format!("{}({text})", pair.name());
                Object { other_names: vec![by_text], ..pair.part(Kind::Check, name) }
            }
            None => pair.key(Kind::Check, text, &[]),
        }
    }

    /// Whether it only says what the type of its column says on the other side.
    fn is_explained(&self, pair: &Pair<'_>, side: Side) -> bool {
        let Some(clue) = &self.check.clue else { return false };
        let (own, other) = match side {
            Side::Left => (pair.left, pair.right),
            Side::Right => (pair.right, pair.left),
        };
        let column = clue.column();
        let (Some(own), Some(other)) = (own.column(column), other.column(column)) else { return false };
        match clue {
            Clue::Labels { .. } => other.enumeration.is_some() && own.enumeration.is_none(),
            Clue::Truth { .. } => other.meaning == Some(Meaning::Boolean),
            Clue::Json { .. } => other.meaning == Some(Meaning::Json),
            Clue::Length { most, .. } => {
                let dialect = pair.dialects[1 - side.index()];
                dialect == Dialect::Postgresql && other.types[0].arguments == [most.clone()]
            }
        }
    }

    /// Whether other checks together say all that it says.
    fn is_said_by(&self, others: &BTreeSet<Expression>) -> bool {
        self.expression.clone().conjuncts().iter().all(|part| others.contains(part))
    }
}

/// All that the checks of a side say, part by part.
fn said(checks: &[Check<'_>]) -> BTreeSet<Expression> {
    checks.iter().flat_map(|check| check.expression.clone().conjuncts()).collect()
}

fn rename(pair: &Pair<'_>, left: &CheckModel, right: &CheckModel, found: &mut Found) {
    if let (Some(own), Some(other)) = (&left.name, &right.name)
        && !own.eq_ignore_ascii_case(other)
    {
        let (left, right) = (own.clone(), other.clone());
        found.renamed.push(Renamed { kind: Kind::Check, table: pair.name(), left, right });
    }
}
