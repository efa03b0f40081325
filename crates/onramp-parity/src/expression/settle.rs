use super::asked::Asked;
use super::functions;
use super::operand::{negative, shortest};
use super::parse::operation;
use super::{Expression, Scope};
use crate::types::Meaning;

/// The one spelling of an expression whose value is not asked for its truth.
pub(super) fn value(expression: Expression, scope: &dyn Scope) -> Expression {
    match expression {
        Expression::Operation("and" | "or" | "not" | "is", _) => condition(expression, Asked::Value, scope),
        Expression::Operation(name, operands) => {
            let operands = match name {
                "case" => case(operands, 0, scope),
                "case of" => case(operands, 1, scope),
                _ => values(operands, scope),
            };
            settle(name, operands, scope)
        }
        Expression::Call(name, arguments) => functions::settle(&name, values(arguments, scope)),
        Expression::Cast(inner, name) => cast(value(*inner, scope), name, scope),
        other => other,
    }
}

/// The same of one that is true or false: a column of truth values is compared with true, so that `WHERE a` and
/// `WHERE a = 1` are the same.
pub(super) fn condition(expression: Expression, asked: Asked, scope: &dyn Scope) -> Expression {
    let settled = match expression {
        Expression::Operation(name @ ("and" | "or"), operands) => {
            let mut parts = Vec::new();
            for operand in operands {
                match condition(operand, asked, scope) {
                    Expression::Operation(inner, more) if inner == name => parts.extend(more),
                    other => parts.push(other),
                }
            }
            parts.sort();
            parts.dedup();
            match parts.len() {
                1 => parts.swap_remove(0),
                _ => operation(name, parts),
            }
        }
        Expression::Operation("not", mut operands) => {
            let operand = operands.pop().unwrap_or(Expression::Null);
            return negated(condition(operand, asked.of_opposite(), scope));
        }
        Expression::Operation("is", operands) => is(values(operands, scope), asked, scope),
        other => value(other, scope),
    };
    match &settled {
        Expression::Column(name) if scope.meaning(name) == Some(Meaning::Boolean) => {
            operation("=", vec![Expression::Bool(true), settled])
        }
        _ => settled,
    }
}

fn values(operands: Vec<Expression>, scope: &dyn Scope) -> Vec<Expression> {
    operands.into_iter().map(|operand| value(operand, scope)).collect()
}

/// Of a case the conditions stand in turns with the values, behind what is compared.
fn case(operands: Vec<Expression>, first: usize, scope: &dyn Scope) -> Vec<Expression> {
    let last = operands.len().saturating_sub(1);
    let settle = |(place, operand): (usize, Expression)| {
        let is_condition = first == 0 && place < last && place % 2 == 0;
        if is_condition { condition(operand, Asked::IsTrue, scope) } else { value(operand, scope) }
    };
    operands.into_iter().enumerate().map(settle).collect()
}

fn settle(name: &'static str, mut operands: Vec<Expression>, scope: &dyn Scope) -> Expression {
    match name {
        ">" | ">=" => {
            operands.reverse();
            settle(if name == ">" { "<" } else { "<=" }, operands, scope)
        }
        "=" | "<>" | "<" | "<=" => comparison(name, operands, scope),
        "in" | "not in" => list(name, operands, scope),
        "not like" | "not ilike" | "!~" | "!~*" => {
            let positive = match name {
                "not like" => "like",
                "not ilike" => "ilike",
                "!~" => "~",
                _ => "~*",
            };
            operation("not", vec![operation(positive, operands)])
        }
        "-" if operands.len() == 1 => operands.pop().map_or(Expression::Null, negative),
        "||" => {
            let parts = operands.into_iter().flat_map(|operand| match operand {
                Expression::Operation("||", parts) => parts,
                other => vec![other],
            });
            operation(name, parts.collect())
        }
        "->" | "->>" => {
            if let Some(Expression::Text(path)) = operands.last_mut()
                && let Some(key) = functions::only_key(path)
            {
                *path = key.to_owned();
            }
            operation(name, operands)
        }
        "collate" => match operands.as_slice() {
            // Both dialects compare bytes under these.
            [inner, Expression::Text(collation)]
                if ["c", "posix", "binary", "default"].contains(&collation.as_str()) =>
            {
                inner.clone()
            }
            _ => operation(name, operands),
        },
        _ => operation(name, operands),
    }
}

/// Two operands that are the same, nulls being values. It is a plain comparison where nulls make no difference: beside a
/// value `=` is null where this is false.
fn is(mut operands: Vec<Expression>, asked: Asked, scope: &dyn Scope) -> Expression {
    let is_required = |operand: &Expression| match operand {
        Expression::Column(name) => scope.is_required(name),
        other => is_value(other),
    };
    let are_required = operands.iter().all(is_required);
    if are_required || asked == Asked::IsTrue && operands.iter().any(is_value) {
        return comparison("=", operands, scope);
    }
    coerce(&mut operands, scope);
    operands.sort();
    operation("is", operands)
}

fn comparison(name: &'static str, mut operands: Vec<Expression>, scope: &dyn Scope) -> Expression {
    coerce(&mut operands, scope);
    let mut name = name;
    // A truth value that is not the one is the other.
    if let Some(Expression::Bool(truth)) =
        operands.iter_mut().find(|operand| name == "<>" && matches!(operand, Expression::Bool(_)))
    {
        *truth = !*truth;
        name = "=";
    }
    if matches!(name, "=" | "<>") {
        operands.sort();
    }
    operation(name, operands)
}

fn list(name: &'static str, mut operands: Vec<Expression>, scope: &dyn Scope) -> Expression {
    coerce(&mut operands, scope);
    let mut items = operands.split_off(1.min(operands.len()));
    items.sort();
    items.dedup();
    operands.extend(items);
    match (name, operands.len()) {
        ("in", 2) => comparison("=", operands, scope),
        ("not in", 2) => comparison("<>", operands, scope),
        _ => operation(name, operands),
    }
}

/// Literals beside a column are written as its values are.
fn coerce(operands: &mut [Expression], scope: &dyn Scope) {
    let Some(meaning) = operands.iter().find_map(|operand| match operand {
        Expression::Column(name) => scope.meaning(name),
        _ => None,
    }) else {
        return;
    };
    for operand in operands {
        *operand = literal(std::mem::replace(operand, Expression::Null), meaning);
    }
}

/// A literal as a value of that meaning; anything else as it is.
pub(crate) fn literal(expression: Expression, meaning: Meaning) -> Expression {
    match (meaning, expression) {
        (Meaning::Boolean, Expression::Number(number)) if number == "1" => Expression::Bool(true),
        (Meaning::Boolean, Expression::Number(number)) if number == "0" => Expression::Bool(false),
        (Meaning::Boolean, Expression::Text(text)) => match text.to_lowercase().as_str() {
            "t" | "true" | "1" | "yes" | "on" => Expression::Bool(true),
            "f" | "false" | "0" | "no" | "off" => Expression::Bool(false),
            _ => Expression::Text(text),
        },
        (Meaning::Integer | Meaning::Decimal | Meaning::Float, Expression::Text(text))
            if is_number(&text) =>
        {
            Expression::Number(shortest(text.trim()))
        }
        (Meaning::Timestamp | Meaning::Date | Meaning::Time, Expression::Text(text)) => {
            Expression::Text(moment(&text))
        }
        (Meaning::Binary, Expression::Text(text)) => match text.strip_prefix("\\x") {
            Some(digits) => Expression::Bytes(digits.to_lowercase()),
            None => Expression::Bytes(text.bytes().map(|byte| format!("{byte:02x}")).collect()),
        },
        (Meaning::Interval, Expression::Text(text) | Expression::Number(text)) => {
            seconds(&text).map_or(Expression::Text(text), Expression::Number)
        }
        (Meaning::Uuid, Expression::Text(text)) => Expression::Text(text.replace('-', "").to_lowercase()),
        (_, other) => other,
    }
}

/// Casts that a server prints because it has them make itself are no matter of the schema.
fn cast(inner: Expression, name: String, scope: &dyn Scope) -> Expression {
    let to = Meaning::of_cast(&name);
    if is_value(&inner) || inner == Expression::Null {
        return literal(inner, to);
    }
    let from = meaning(&inner, scope);
    let is_implicit = match (from, to) {
        (_, Meaning::Text) | (_, Meaning::Array) => true,
        (Some(from), to) if from.is_number() && to.is_number() => from <= to,
        (Some(Meaning::Date | Meaning::Timestamp), Meaning::Timestamp) => true,
        (Some(from), to) => from == to && to != Meaning::Other,
        (None, _) => false,
    };
    match is_implicit {
        true => inner,
        false if to == Meaning::Other => Expression::Cast(Box::new(inner), name),
        false => Expression::Cast(Box::new(inner), format!("{to:?}").to_lowercase()),
    }
}

/// What the values of an expression are, as far as that can be told.
fn meaning(expression: &Expression, scope: &dyn Scope) -> Option<Meaning> {
    match expression {
        Expression::Column(name) => scope.meaning(name),
        Expression::Number(number) if number.contains('.') => Some(Meaning::Decimal),
        Expression::Number(_) => Some(Meaning::Integer),
        Expression::Text(_) => Some(Meaning::Text),
        Expression::Bool(_) => Some(Meaning::Boolean),
        Expression::Call(name, _) => functions::meaning(name),
        Expression::Operation("+" | "-" | "*" | "/" | "%", operands) => operands
            .iter()
            .map(|operand| meaning(operand, scope))
            .collect::<Option<Vec<_>>>()?
            .into_iter()
            .max(),
        Expression::Cast(_, name) => Some(Meaning::of_cast(name)),
        _ => None,
    }
}

/// What is true where a condition is not.
fn negated(condition: Expression) -> Expression {
    let Expression::Operation(name, mut operands) = condition else {
        return operation("not", vec![condition]);
    };
    let turned = match name {
        "not" => return operands.pop().unwrap_or(Expression::Null),
        "and" | "or" => {
            let mut parts: Vec<Expression> = operands.into_iter().map(negated).collect();
            parts.sort();
            return operation(if name == "and" { "or" } else { "and" }, parts);
        }
        "<" | "<=" => {
            operands.reverse();
            if name == "<" { "<=" } else { "<" }
        }
        "=" => {
            if let Some(Expression::Bool(truth)) =
                operands.iter_mut().find(|operand| matches!(operand, Expression::Bool(_)))
            {
                *truth = !*truth;
                operands.sort();
                return operation("=", operands);
            }
            "<>"
        }
        "<>" => "=",
        "is null" => "is not null",
        "is not null" => "is null",
        "in" => "not in",
        "not in" => "in",
        _ => return operation("not", vec![operation(name, operands)]),
    };
    operation(turned, operands)
}

fn is_value(expression: &Expression) -> bool {
    matches!(
        expression,
        Expression::Text(_) | Expression::Number(_) | Expression::Bool(_) | Expression::Bytes(_)
    )
}

fn is_number(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty()
        && text.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '.' | '-'))
        && text.parse::<f64>().is_ok()
}

/// A moment without what may be left out: the T, the zone of UTC, zeros behind the point.
fn moment(text: &str) -> String {
    let text = text.trim().replace('T', " ");
    let text = ["+00:00", "+00", "Z"].iter().find_map(|zone| text.strip_suffix(zone)).unwrap_or(&text);
    match text.rsplit_once('.') {
        Some((whole, fraction)) if fraction.chars().all(|digit| digit == '0') => whole.to_owned(),
        Some((whole, fraction)) => format!("{whole}.{}", fraction.trim_end_matches('0')),
        None => text.to_owned(),
    }
}

/// How many seconds an interval has, where that is plain: `01:30:00`, `90`, and a moment of 1970 as SQLAlchemy writes one.
fn seconds(text: &str) -> Option<String> {
    let text = text.trim();
    if is_number(text) {
        return Some(shortest(text));
    }
    let clock = text.strip_prefix("1970-01-01 ").unwrap_or(text);
    let mut parts = clock.split(':').map(|part| part.parse::<f64>().ok().filter(|part| *part >= 0.0));
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then(|| shortest(&(hours * 3600.0 + minutes * 60.0 + seconds).to_string()))
}
