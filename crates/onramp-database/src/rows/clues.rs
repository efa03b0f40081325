//! What the text of a check says about the columns in it: hints for values to try, never a judgement. Whether a row
//! is right, the server alone decides.

mod pieces;

use pieces::{Operand, Piece};

use super::tokens::Brackets;

/// What is known about the values of one column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Clues {
    /// Values that it is compared with by `=`, `IN` and `ANY`.
    pub(super) one_of: Vec<String>,
    /// Values that it is compared with otherwise.
    pub(super) compared: Vec<(Comparison, String)>,
    /// How long it is, in characters, bytes or elements.
    pub(super) lengths: Vec<(Comparison, i64)>,
    /// What it looks like.
    pub(super) patterns: Vec<Pattern>,
    /// All constants of the checks that it occurs in.
    pub(super) constants: Vec<String>,
    /// How many other columns of its table it comes after.
    pub(super) rank: i64,
    /// The columns that it has to equal.
    pub(super) equals: Vec<usize>,
    /// Whether a check asks if it is NULL.
    pub(super) null_matters: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What a text has to look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// `%` and `_` stand for anything.
    Like(String),
    /// `*`, `?` and `[..]` stand for anything.
    Glob(String),
    /// A regular expression.
    Regex(String),
}

impl Comparison {
    fn read(symbol: &str) -> Option<Self> {
        Some(match symbol {
            "=" | "==" => Self::Equal,
            "<>" | "!=" => Self::NotEqual,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    /// The comparison with its sides changed.
    fn flipped(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }

    pub(super) fn holds<T: PartialOrd>(self, left: T, right: T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}

/// Reads all checks of a table with these columns; one answer per column. A check of a domain has the single column
/// `value`.
pub(super) fn clues(columns: &[&str], checks: &[&str], brackets: Brackets) -> Vec<Clues> {
    let mut all = vec![Clues::default(); columns.len()];
    // Which column has to come before which.
    let mut order = Vec::new();
    for check in checks {
        let pieces = pieces::read(check, columns, brackets);
        let constants = pieces.iter().filter_map(Piece::constant).map(str::to_owned).collect::<Vec<_>>();
        let mut own: Vec<usize> = pieces.iter().filter_map(Piece::column).collect();
        own.sort_unstable();
        own.dedup();
        let null = ["null", "isnull", "notnull", "num_nonnulls", "num_nulls", "coalesce"];
        let null_matters = pieces.iter().any(|piece| null.iter().any(|word| piece.is_plain(word)));
        for column in own {
            all[column].constants.extend(constants.iter().cloned());
            all[column].null_matters |= null_matters;
        }
        (0..pieces.len()).for_each(|at| take(&pieces[at..], &mut all, &mut order));
    }
    for clues in &mut all {
        dedup(&mut clues.one_of);
        dedup(&mut clues.constants);
    }
    rank(&mut all, &order);
    all
}

fn dedup(values: &mut Vec<String>) {
    let mut seen = std::collections::HashSet::new();
    values.retain(|value| seen.insert(value.clone()));
}

/// The constants of an expression.
pub(super) fn constants(expression: &str, brackets: Brackets) -> Vec<String> {
    let pieces = pieces::read(expression, &[], brackets);
    pieces.iter().filter_map(Piece::constant).map(str::to_owned).collect()
}

/// Looks at what stands at the front.
fn take(pieces: &[Piece], all: &mut [Clues], order: &mut Vec<(usize, usize)>) {
    let Some(Piece::Operand(left)) = pieces.first() else { return };
    let Some(next) = pieces.get(1) else { return };
    if let Some((comparison, right)) = next.symbol().and_then(Comparison::read).zip(pieces.get(2)) {
        if let Piece::Operand(right) = right {
            compare(left, comparison, right, all, order);
        } else if right.is_plain("any") || right.is_plain("all") {
            list(left, comparison, &pieces[3..], all);
        }
    }
    let Operand::Column(column) = left else { return };
    let (negated, rest) = match next.is_plain("not") {
        true => (true, &pieces[2..]),
        false => (false, &pieces[1..]),
    };
    let Some(word) = rest.first() else { return };
    if word.is_plain("in") {
        let comparison = if negated { Comparison::NotEqual } else { Comparison::Equal };
        list(left, comparison, &rest[1..], all);
    } else if word.is_plain("between") && !negated {
        if let [_, Piece::Operand(low), _, Piece::Operand(high), ..] = rest {
            compare(left, Comparison::GreaterOrEqual, low, all, order);
            compare(left, Comparison::LessOrEqual, high, all, order);
        }
    } else if let Some(Piece::Operand(Operand::Constant(text))) = rest.get(1)
        && !negated
        && let Some(pattern) = pattern(word, text)
    {
        all[*column].patterns.push(pattern);
    } else if let Some(Piece::Operand(Operand::Similar(text))) = rest.get(1) {
        let text = text.replace('%', ".*").replace('_', ".");
        all[*column].patterns.push(Pattern::Regex(format!("^({text})$")));
    }
}

fn pattern(word: &Piece, text: &str) -> Option<Pattern> {
    let text = text.to_owned();
    match (word.plain(), word.symbol()) {
        (Some("like" | "ilike"), _) | (_, Some("~~" | "~~*")) => Some(Pattern::Like(text)),
        (Some("glob"), _) => Some(Pattern::Glob(text)),
        (Some("regexp"), _) | (_, Some("~" | "~*")) => Some(Pattern::Regex(text)),
        _ => None,
    }
}

fn compare(
    left: &Operand,
    comparison: Comparison,
    right: &Operand,
    all: &mut [Clues],
    order: &mut Vec<(usize, usize)>,
) {
    match (left, right) {
        (Operand::Column(column), Operand::Constant(value)) => match comparison {
            Comparison::Equal => all[*column].one_of.push(value.clone()),
            other => all[*column].compared.push((other, value.clone())),
        },
        (Operand::Length(column), Operand::Constant(value)) => {
            if let Ok(length) = value.parse() {
                all[*column].lengths.push((comparison, length));
            }
        }
        (Operand::Column(left), Operand::Column(right)) => match comparison {
            Comparison::Equal => {
                all[*left].equals.push(*right);
                all[*right].equals.push(*left);
            }
            Comparison::Less | Comparison::LessOrEqual | Comparison::NotEqual => order.push((*left, *right)),
            Comparison::Greater | Comparison::GreaterOrEqual => order.push((*right, *left)),
        },
        (Operand::Constant(_), Operand::Column(_) | Operand::Length(_)) => {
            compare(right, comparison.flipped(), left, all, order);
        }
        _ => {}
    }
}

/// The constants of a list, up to its end.
fn list(left: &Operand, comparison: Comparison, pieces: &[Piece], all: &mut [Clues]) {
    let values = pieces.iter().take_while(|piece| !piece.is_symbol(")") && !piece.is_symbol("]"));
    for value in values.filter_map(Piece::constant) {
        // `ANY ('{a,b}')` has its list in one constant.
        let inner = value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let values = inner.map_or_else(
            || vec![value.to_owned()],
            |inner| inner.split(',').map(|part| part.trim_matches('"').to_owned()).collect(),
        );
        for value in values {
            compare(left, comparison, &Operand::Constant(value), all, &mut Vec::new());
        }
    }
}

/// Counts for each column how many others lie before it, along the longest way.
fn rank(all: &mut [Clues], order: &[(usize, usize)]) {
    // As many rounds as there are columns are enough where there is no circle, and end one.
    for _ in 0..all.len().min(order.len() + 1) {
        for (before, after) in order {
            if before != after {
                all[*after].rank = all[*after].rank.max(all[*before].rank + 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(columns: &[&str], check: &str) -> Vec<Clues> {
        clues(columns, &[check], Brackets::Subscript)
    }

    #[test]
    fn a_list_in_each_spelling() {
        for check in [
            "state IN ('a', 'b')",
            "((state)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            "(state = ANY (ARRAY['a'::text, 'b'::text]))",
            "(state = ANY ('{a,b}'::text[]))",
            "state = 'a' OR \"state\" = 'b'",
        ] {
            assert_eq!(of(&["state"], check)[0].one_of, ["a", "b"], "{check}");
        }
    }

    #[test]
    fn numbers_and_lengths() {
        let found = of(&["level"], "((level >= '-5'::integer) AND (level <= (50)::bigint))");
        let compared =
            [(Comparison::GreaterOrEqual, "-5".to_owned()), (Comparison::LessOrEqual, "50".to_owned())];
        assert_eq!(found[0].compared, compared);
        assert_eq!(of(&["level"], "level BETWEEN -5 AND 50")[0].compared, compared);
        assert_eq!(of(&["level"], "-5 <= level and 50 >= [level]")[0].compared[0], compared[0]);
        let found = of(&["name"], "(char_length((name)::text) > 3)");
        assert_eq!(found[0].lengths, [(Comparison::Greater, 3)]);
    }

    #[test]
    fn patterns_and_nulls() {
        let found = of(&["mail", "n"], "(((mail)::text ~~ '%@%'::text) OR (n IS NULL))");
        assert_eq!(found[0].patterns, [Pattern::Like("%@%".to_owned())]);
        assert!(found[1].null_matters);
        let found = of(&["value"], "(VALUE ~ '^[0-9]+$'::text)");
        assert_eq!(found[0].patterns, [Pattern::Regex("^[0-9]+$".to_owned())]);
        assert_eq!(of(&["a"], "a not like 'x'")[0].patterns, []);
    }

    #[test]
    fn columns_among_themselves() {
        let found = of(&["c", "b", "a"], "(a < b) AND (c >= b)");
        assert_eq!(found.iter().map(|clues| clues.rank).collect::<Vec<_>>(), [2, 1, 0]);
        assert_eq!(of(&["a", "b"], "a = b")[0].equals, [1]);
        // A circle is no reason not to end.
        assert!(of(&["a", "b"], "a < b AND b < a")[0].rank > 0);
    }
}
