use super::parse::{Parser, SIGN, operation};
use super::token::Token;
use super::{Expression, NEW, OLD};

/// What stands between operators: a literal, a column, a call, something in parentheses.
pub(super) fn operand(parser: &mut Parser<'_>) -> Option<Expression> {
    let found = match parser.next()? {
        Token::Text(text) => Expression::Text(text.clone()),
        Token::Bytes(digits) => Expression::Bytes(digits.clone()),
        Token::Number(number) => Expression::Number(shortest(number)),
        Token::Name(name) => named(parser, name.clone())?,
        Token::Word(word) => word_operand(parser, word)?,
        Token::Symbol(symbol) => match symbol.as_str() {
            "(" => parenthesised(parser)?,
            "-" => negative(parser.expression(SIGN)?),
            "+" => parser.expression(SIGN)?,
            "~" => operation("~", vec![parser.expression(SIGN)?]),
            "*" => Expression::Column("*".to_owned()),
            _ => return None,
        },
    };
    subscripts(parser, found)
}

fn parenthesised(parser: &mut Parser<'_>) -> Option<Expression> {
    let mut items = parser.list(")")?;
    match items.len() {
        1 => items.pop(),
        0 => None,
        _ => Some(operation("row", items)),
    }
}

fn subscripts(parser: &mut Parser<'_>, mut found: Expression) -> Option<Expression> {
    while parser.symbol("[") {
        let mut items = parser.list("]")?;
        items.insert(0, found);
        found = operation("subscript", items);
    }
    Some(found)
}

fn word_operand(parser: &mut Parser<'_>, word: &str) -> Option<Expression> {
    let is_call = parser.is_symbol("(");
    Some(match word {
        "null" => Expression::Null,
        "true" => Expression::Bool(true),
        "false" => Expression::Bool(false),
        "case" => case(parser)?,
        "array" if parser.symbol("[") => operation("array", parser.list("]")?),
        "cast" if is_call => {
            parser.symbol("(");
            let value = parser.expression(0)?;
            let name = parser.words(&["as"]).then(|| parser.type_name())??;
            parser.symbol(")").then(|| Expression::Cast(Box::new(value), name))?
        }
        "trim" | "substring" | "extract" if is_call => from_words(parser, word)?,
        // A literal with its type in front.
        "date" | "timestamp" | "interval" | "time" => match parser.peek() {
            Some(Token::Text(text)) => {
                let text = text.clone();
                parser.next();
                Expression::Cast(Box::new(Expression::Text(text)), word.to_owned())
            }
            _ => named(parser, word.to_owned())?,
        },
        "current_timestamp" | "current_date" | "current_time" | "localtimestamp" | "localtime"
        | "current_user" | "session_user" => {
            // A precision tells nothing that another dialect could tell.
            if parser.symbol("(") {
                parser.list(")")?;
            }
            Expression::Call(word.to_owned(), Vec::new())
        }
        "select" | "exists" | "with" => return None,
        _ => named(parser, word.to_owned())?,
    })
}

/// A column with whatever qualifies it, or a call.
fn named(parser: &mut Parser<'_>, mut name: String) -> Option<Expression> {
    let mut qualifiers = Vec::new();
    while parser.symbol(".") {
        qualifiers.push(std::mem::take(&mut name));
        name = match parser.next()? {
            Token::Word(last) | Token::Name(last) => last.clone(),
            Token::Symbol(star) if star == "*" => star.clone(),
            _ => return None,
        };
    }
    if !parser.symbol("(") {
        // A trigger has two rows with the same columns.
        let row = match qualifiers.as_slice() {
            [row] if [NEW, OLD].contains(&row.as_str()) => format!("{row}."),
            _ => String::new(),
        };
        return Some(Expression::Column(row + &name));
    }
    parser.words(&["distinct"]);
    Some(Expression::Call(name, parser.list(")")?))
}

/// Calls whose arguments have words between them: `TRIM(BOTH FROM a)`, `EXTRACT(year FROM a)`,
/// `SUBSTRING(a FROM 1 FOR 2)`.
fn from_words(parser: &mut Parser<'_>, word: &str) -> Option<Expression> {
    parser.symbol("(");
    let mut name = word.to_owned();
    let mut arguments = Vec::new();
    if word == "trim" {
        for (side, other) in [("leading", "ltrim"), ("trailing", "rtrim"), ("both", "trim")] {
            if parser.words(&[side]) {
                other.clone_into(&mut name);
            }
        }
    }
    loop {
        if parser.symbol(")") {
            return Some(Expression::Call(name, arguments));
        }
        let is_reversed = word == "trim" && !arguments.is_empty() && parser.is_word("from");
        let _ = parser.symbol(",") || parser.words(&["from"]) || parser.words(&["for"]);
        let argument = parser.expression(0)?;
        // `TRIM('x' FROM a)` is `trim(a, 'x')`; `EXTRACT(year FROM a)` has a word where others have a text.
        match (is_reversed, argument) {
            (true, argument) => arguments.insert(0, argument),
            (false, Expression::Column(part)) if word == "extract" && arguments.is_empty() => {
                arguments.push(Expression::Text(part));
            }
            (false, argument) => arguments.push(argument),
        }
    }
}

/// Operands in turns: condition and value, and the value of all others at the end. What is compared comes first,
/// where the form has it.
fn case(parser: &mut Parser<'_>) -> Option<Expression> {
    let mut operands = Vec::new();
    let name = if parser.is_word("when") { "case" } else { "case of" };
    if name == "case of" {
        operands.push(parser.expression(0)?);
    }
    while parser.words(&["when"]) {
        operands.push(parser.expression(0)?);
        operands.push(parser.words(&["then"]).then(|| parser.expression(0))??);
    }
    operands.push(if parser.words(&["else"]) { parser.expression(0)? } else { Expression::Null });
    parser.words(&["end"]).then(|| operation(name, operands))
}

pub(super) fn negative(value: Expression) -> Expression {
    match value {
        Expression::Number(number) => Expression::Number(match number.strip_prefix('-') {
            Some(positive) => positive.to_owned(),
            None if number == "0" => number,
            None => format!("-{number}"),
        }),
        other => operation("-", vec![other]),
    }
}

/// A number without the digits that change nothing. One with an exponent or in hexadecimal stays.
pub(super) fn shortest(number: &str) -> String {
    if number.contains(|letter: char| letter.is_ascii_alphabetic()) {
        return number.to_owned();
    }
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    match (whole, fraction) {
        ("", "") => "0".to_owned(),
        (whole, "") => format!("{sign}{whole}"),
        ("", fraction) => format!("{sign}0.{fraction}"),
        (whole, fraction) => format!("{sign}{whole}.{fraction}"),
    }
}
