use super::Expression;
use super::operand::operand;
use super::token::{Token, tokens};

/// How deep parentheses and operators may be nested; what is deeper is not read.
const DEEPEST: usize = 120;

/// The tree of an expression as it is written.
pub(super) fn parse(text: &str) -> Expression {
    parse_tokens(&tokens(text))
}

/// The same of one that has been cut into pieces.
pub(super) fn parse_tokens(tokens: &[Token]) -> Expression {
    let mut parser = Parser { tokens, place: 0, depth: 0 };
    match parser.expression(0) {
        Some(expression) if parser.peek().is_none() => expression,
        _ => Expression::Unread(tokens.iter().map(Token::spelling).collect::<Vec<_>>().join(" ")),
    }
}

/// A place among tokens.
pub(super) struct Parser<'a> {
    tokens: &'a [Token],
    place: usize,
    depth: usize,
}

/// How tightly operators bind, from the loosest. `||` and `->` bind as in SQLite; PostgreSQL prints the parentheses.
const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARISON: u8 = 4;
const OTHER: u8 = 5;
const SUM: u8 = 6;
const PRODUCT: u8 = 7;
const JOINED: u8 = 8;
const AFTER: u8 = 9;
pub(super) const SIGN: u8 = 10;
const CAST: u8 = 11;

impl<'a> Parser<'a> {
    pub(super) fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.place)
    }

    pub(super) fn next(&mut self) -> Option<&'a Token> {
        let token = self.tokens.get(self.place)?;
        self.place += 1;
        Some(token)
    }

    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        self.peek().is_some_and(|token| token.is_symbol(symbol))
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.peek().is_some_and(|token| token.is_word(word))
    }

    /// Takes a symbol if it is next.
    pub(super) fn symbol(&mut self, symbol: &str) -> bool {
        let is_next = self.is_symbol(symbol);
        self.place += usize::from(is_next);
        is_next
    }

    /// Takes keywords if all of them are next.
    pub(super) fn words(&mut self, words: &[&str]) -> bool {
        let ahead = self.tokens.get(self.place..self.place + words.len());
        let are_next =
            ahead.is_some_and(|ahead| ahead.iter().zip(words).all(|(token, word)| token.is_word(word)));
        self.place += if are_next { words.len() } else { 0 };
        are_next
    }

    /// An expression whose operators bind at least as tightly as `least`.
    pub(super) fn expression(&mut self, least: u8) -> Option<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut left = match self.words(&["not"]) {
            true => operation("not", vec![self.expression(NOT)?]),
            false => operand(self)?,
        };
        while let Some(after) = self.operator(&left, least)? {
            left = after;
        }
        self.depth -= 1;
        Some(left)
    }

    /// What the operator that is next makes of its left side. The outer `None`: it cannot be read; the inner: there is
    /// none that binds tightly enough.
    fn operator(&mut self, left: &Expression, least: u8) -> Option<Option<Expression>> {
        let Some(token) = self.peek() else { return Some(None) };
        let start = self.place;
        let done = match token {
            Token::Word(word) => self.word_operator(&word.clone(), left, least),
            Token::Symbol(symbol) => match binary(symbol) {
                Some((power, name)) if power >= least => {
                    self.place += 1;
                    self.right_side(left, power, name)
                }
                _ if symbol == "::" && CAST >= least => {
                    self.place += 1;
                    self.type_name().map(|name| Expression::Cast(Box::new(left.clone()), name)).map(Some)
                }
                _ => return Some(None),
            },
            _ => return Some(None),
        };
        if matches!(done, Some(None)) {
            self.place = start;
        }
        done
    }

    fn right_side(&mut self, left: &Expression, power: u8, name: &'static str) -> Option<Option<Expression>> {
        // `x = ANY (ARRAY[..])` and `x <> ALL (ARRAY[..])` are lists to be in.
        for (word, operator, list) in [("any", "=", "in"), ("all", "<>", "not in")] {
            if name == operator && self.is_word(word) {
                self.place += 1;
                let items = self.array()?;
                return Some(Some(Expression::Operation(list, with_first(left, items))));
            }
        }
        let right = self.expression(power + 1)?;
        Some(Some(operation(name, vec![left.clone(), right])))
    }

    fn word_operator(&mut self, word: &str, left: &Expression, least: u8) -> Option<Option<Expression>> {
        let power = match word {
            "or" => OR,
            "and" => AND,
            "collate" | "at" => AFTER,
            "is" | "isnull" | "notnull" | "in" | "between" | "like" | "ilike" | "glob" | "regexp"
            | "match" | "not" | "similar" => COMPARISON,
            _ => return Some(None),
        };
        if power < least {
            return Some(None);
        }
        self.place += 1;
        let left = left.clone();
        let found = match word {
            "or" => operation("or", vec![left, self.expression(AND)?]),
            "and" => operation("and", vec![left, self.expression(NOT)?]),
            "isnull" => operation("is null", vec![left]),
            "notnull" => operation("is not null", vec![left]),
            "collate" => {
                let collation = match self.next()? {
                    Token::Word(name) | Token::Name(name) => name.clone(),
                    _ => return None,
                };
                operation("collate", vec![left, Expression::Text(collation)])
            }
            "at" => {
                let is_zone = self.words(&["time", "zone"]);
                let zone = is_zone.then(|| self.expression(AFTER + 1))??;
                Expression::Call("timezone".to_owned(), vec![zone, left])
            }
            "is" => self.is(left)?,
            "not" if self.words(&["null"]) => operation("is not null", vec![left]),
            "not" => {
                let word = match self.next()? {
                    Token::Word(word) => word.clone(),
                    _ => return None,
                };
                operation("not", vec![self.comparison(&word, left)?])
            }
            word => self.comparison(word, left)?,
        };
        Some(Some(found))
    }

    fn is(&mut self, left: Expression) -> Option<Expression> {
        let is_not = self.words(&["not"]);
        let found = if self.words(&["null"]) {
            operation("is null", vec![left])
        } else if self.words(&["distinct", "from"]) {
            let right = self.expression(COMPARISON + 1)?;
            operation("not", vec![operation("is", vec![left, right])])
        } else {
            // `x IS 1` of SQLite and `x IS TRUE`.
            let right = self.expression(COMPARISON + 1)?;
            operation("is", vec![left, right])
        };
        Some(if is_not { operation("not", vec![found]) } else { found })
    }

    fn comparison(&mut self, word: &str, left: Expression) -> Option<Expression> {
        match word {
            "in" => {
                if !self.symbol("(") {
                    return None;
                }
                let items = self.list(")")?;
                Some(Expression::Operation("in", with_first(&left, items)))
            }
            "between" => {
                let low = self.expression(OTHER)?;
                let high = self.words(&["and"]).then(|| self.expression(OTHER))??;
                let from = operation("<=", vec![low, left.clone()]);
                Some(operation("and", vec![from, operation("<=", vec![left, high])]))
            }
            "like" | "ilike" | "glob" | "regexp" | "match" => {
                let name = match word {
                    "like" => "like",
                    "ilike" => "ilike",
                    "glob" => "glob",
                    "regexp" => "~",
                    _ => "match",
                };
                let mut operands = vec![left, self.expression(OTHER)?];
                if self.words(&["escape"]) {
                    operands.push(self.expression(OTHER)?);
                }
                Some(operation(name, operands))
            }
            _ => None,
        }
    }

    /// The expressions up to a closing bracket, which is taken.
    pub(super) fn list(&mut self, end: &str) -> Option<Vec<Expression>> {
        let mut items = Vec::new();
        if self.symbol(end) {
            return Some(items);
        }
        loop {
            items.push(self.expression(0)?);
            if self.symbol(end) {
                return Some(items);
            }
            if !self.symbol(",") {
                return None;
            }
        }
    }

    /// The items of the array in parentheses behind `ANY`, whatever it is cast to.
    fn array(&mut self) -> Option<Vec<Expression>> {
        let mut array = self.symbol("(").then(|| self.expression(0))??;
        if !self.symbol(")") {
            return None;
        }
        while let Expression::Cast(inner, _) = array {
            array = *inner;
        }
        match array {
            Expression::Operation("array", items) => Some(items),
            Expression::Text(text) => plain_items(&text),
            _ => None,
        }
    }

    /// The name of a type behind `::` or `AS`, in one spelling.
    pub(super) fn type_name(&mut self) -> Option<String> {
        let mut name = match self.next()? {
            Token::Word(word) | Token::Name(word) => word.clone(),
            _ => return None,
        };
        while self.symbol(".") {
            name = match self.next()? {
                Token::Word(word) | Token::Name(word) => word.clone(),
                _ => return None,
            };
        }
        let more = [
            &["varying"][..],
            &["precision"],
            &["unsigned"],
            &["with", "time", "zone"],
            &["without", "time", "zone"],
        ];
        loop {
            if let Some(words) = more.iter().find(|words| self.words(words)) {
                name = format!("{name} {}", words.join(" "));
            } else if self.is_symbol("(") {
                self.place += 1;
                self.list(")")?;
            } else if self.symbol("[") {
                self.symbol("]").then_some(())?;
                name.push_str("[]");
            } else {
                return Some(name);
            }
        }
    }
}

/// `{a,b}`, where nothing in it needs quotes.
fn plain_items(text: &str) -> Option<Vec<Expression>> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let is_plain = !inner.is_empty() && !inner.contains(['"', '\\', '{', '}']);
    is_plain.then(|| inner.split(',').map(|item| Expression::Text(item.to_owned())).collect())
}

pub(super) fn operation(name: &'static str, operands: Vec<Expression>) -> Expression {
    Expression::Operation(name, operands)
}

fn with_first(first: &Expression, mut items: Vec<Expression>) -> Vec<Expression> {
    items.insert(0, first.clone());
    items
}

/// How tightly an operator between two values binds, and the name of what it does.
fn binary(symbol: &str) -> Option<(u8, &'static str)> {
    Some(match symbol {
        "=" | "==" => (COMPARISON, "="),
        "<>" | "!=" => (COMPARISON, "<>"),
        "<" => (COMPARISON, "<"),
        "<=" => (COMPARISON, "<="),
        ">" => (COMPARISON, ">"),
        ">=" => (COMPARISON, ">="),
        "~~" => (COMPARISON, "like"),
        "!~~" => (COMPARISON, "not like"),
        "~~*" => (COMPARISON, "ilike"),
        "!~~*" => (COMPARISON, "not ilike"),
        "~" => (COMPARISON, "~"),
        "~*" => (COMPARISON, "~*"),
        "!~" => (COMPARISON, "!~"),
        "!~*" => (COMPARISON, "!~*"),
        "&" => (OTHER, "&"),
        "|" => (OTHER, "|"),
        "#" => (OTHER, "#"),
        "<<" => (OTHER, "<<"),
        ">>" => (OTHER, ">>"),
        "@>" => (OTHER, "@>"),
        "<@" => (OTHER, "<@"),
        "?" => (OTHER, "?"),
        "?|" => (OTHER, "?|"),
        "?&" => (OTHER, "?&"),
        "&&" => (OTHER, "&&"),
        "@@" => (OTHER, "@@"),
        "+" => (SUM, "+"),
        "-" => (SUM, "-"),
        "*" => (PRODUCT, "*"),
        "/" => (PRODUCT, "/"),
        "%" => (PRODUCT, "%"),
        "||" => (JOINED, "||"),
        "->" => (JOINED, "->"),
        "->>" => (JOINED, "->>"),
        "#>" => (JOINED, "#>"),
        "#>>" => (JOINED, "#>>"),
        _ => return None,
    })
}
