use super::tokens::Token;

/// What is exported under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Code that does something, or that nobody can tell about.
    Code,
    /// Code that does nothing.
    Nothing,
    /// Code that refuses, or a value that stands for that there is no way.
    Refusal,
}

/// Expressions that do nothing where a body consists of them alone.
const NOTHING: [&[&str]; 11] = [
    &[],
    &["return"],
    &["return", "null"],
    &["return", "undefined"],
    &["return", "true"],
    &["return", "Promise", ".", "resolve", "(", ")"],
    &["await", "Promise", ".", "resolve", "(", ")"],
    &["Promise", ".", "resolve", "(", ")"],
    &["null"],
    &["undefined"],
    &["void", "0"],
];

impl Value {
    /// What a function does with such a body.
    pub(super) fn of_body(body: &[Token<'_>]) -> Self {
        if body.first().is_some_and(|token| token.is_word("throw")) {
            return Self::Refusal;
        }
        let words: Vec<Token<'_>> = body.iter().copied().filter(|token| !token.is(';')).collect();
        if is_nothing(&words) { Self::Nothing } else { Self::Code }
    }

    /// What stands behind a name: a function, or anything else. `None` for a name, which has to be looked for.
    pub(super) fn of(tokens: &[Token<'_>]) -> Option<Self> {
        let tokens = match tokens {
            [Token::Word("async"), rest @ ..] if !rest.first().is_some_and(|token| token.is('=')) => rest,
            _ => tokens,
        };
        match tokens {
            [Token::Word("false"), ..] => return Some(Self::Refusal),
            [Token::Word("function"), ..] => return Some(of_function(tokens)),
            [Token::Mark('(' | '<'), ..] | [Token::Word(_), Token::Mark('='), Token::Mark('>'), ..] => {}
            [Token::Word(_)] | [Token::Word(_), Token::Mark(';' | ',' | '}'), ..] => return None,
            _ => return Some(Self::Code),
        }
        // An arrow function: of what stands behind the arrow only a block, or all, may do nothing.
        let Some(arrow) = arrow(tokens) else { return Some(Self::Code) };
        let body = &tokens[arrow + 2..];
        Some(match body.first() {
            Some(first) if first.is('{') => Self::of_body(inner(body)),
            Some(first) if first.is('(') => Self::Code,
            _ if is_nothing(until_end(body)) => Self::Nothing,
            _ => Self::Code,
        })
    }
}

/// What a function does that is written with a list of parameters and a block: `function up(a: B): C { }`, `up() { }`.
pub(super) fn of_function(tokens: &[Token<'_>]) -> Value {
    let Some(parameters) = tokens.iter().position(|token| token.is('(')) else { return Value::Code };
    let mut place = parameters + end_of(&tokens[parameters..]);
    // The type of what it returns may have braces of its own, in angles.
    let mut angles = 0_usize;
    while let Some(token) = tokens.get(place) {
        match token {
            Token::Mark('<') => angles += 1,
            Token::Mark('>') => angles = angles.saturating_sub(1),
            Token::Mark('{') if angles == 0 => return Value::of_body(inner(&tokens[place..])),
            Token::Mark('{' | '(' | '[') => {
                place += end_of(&tokens[place..]);
                continue;
            }
            Token::Mark(';') if angles == 0 => return Value::Code,
            _ => {}
        }
        place += 1;
    }
    Value::Code
}

/// The place of the `=` of the arrow that belongs to the parameters in front.
fn arrow(tokens: &[Token<'_>]) -> Option<usize> {
    let mut place = 0;
    while let Some(token) = tokens.get(place) {
        match token {
            Token::Mark('=') if tokens.get(place + 1).is_some_and(|next| next.is('>')) => return Some(place),
            Token::Mark('(' | '[' | '{') => place += end_of(&tokens[place..]),
            Token::Mark(';') => return None,
            _ => place += 1,
        }
    }
    None
}

/// How many tokens there are up to the one that closes the first, with it.
pub(super) fn end_of(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0_usize;
    for (place, token) in tokens.iter().enumerate() {
        match token {
            Token::Mark('(' | '[' | '{') => depth += 1,
            Token::Mark(')' | ']' | '}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return place + 1;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// What stands between the first token and the one that closes it.
pub(super) fn inner<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let end = end_of(tokens);
    &tokens[1.min(end)..end.saturating_sub(1).max(1.min(end))]
}

/// What comes before the end of a statement, or of what it stands in.
fn until_end<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let mut place = 0;
    while let Some(token) = tokens.get(place) {
        match token {
            Token::Mark(';' | ',' | ')' | ']' | '}') => break,
            Token::Mark('(' | '[' | '{') => place += end_of(&tokens[place..]),
            _ => place += 1,
        }
    }
    &tokens[..place.min(tokens.len())]
}

fn is_nothing(tokens: &[Token<'_>]) -> bool {
    let is = |token: &Token<'_>, word: &str| match token {
        Token::Word(own) => *own == word,
        Token::Mark(mark) => word.chars().eq([*mark]),
        Token::Text(_) | Token::Opaque => false,
    };
    NOTHING.iter().any(|words| {
        words.len() == tokens.len() && tokens.iter().zip(*words).all(|(token, word)| is(token, word))
    })
}
