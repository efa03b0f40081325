use crate::rows::tokens::{Brackets, Token, Word, tokens};

/// A part of an expression with casts and needless parentheses gone.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    Operand(Operand),
    /// Whatever else.
    Word(Word),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operand {
    /// A column, or a function of it that is treated as if it were the column.
    Column(usize),
    /// How long a column is.
    Length(usize),
    /// A string or a number.
    Constant(String),
    /// The pattern of `SIMILAR TO`.
    Similar(String),
}

impl Piece {
    pub(super) fn constant(&self) -> Option<&str> {
        match self {
            Self::Operand(Operand::Constant(value) | Operand::Similar(value)) => Some(value),
            _ => None,
        }
    }

    pub(super) fn column(&self) -> Option<usize> {
        match self {
            Self::Operand(Operand::Column(column) | Operand::Length(column)) => Some(*column),
            _ => None,
        }
    }

    pub(super) fn symbol(&self) -> Option<&str> {
        match self {
            Self::Word(Word::Symbol(symbol)) => Some(symbol),
            _ => None,
        }
    }

    pub(super) fn plain(&self) -> Option<&str> {
        match self {
            Self::Word(Word::Plain(word)) => Some(word),
            _ => None,
        }
    }

    pub(super) fn is_plain(&self, word: &str) -> bool {
        self.plain() == Some(word)
    }

    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        self.symbol() == Some(symbol)
    }
}

/// Functions whose value is the length of their argument.
const LENGTHS: [&str; 8] = [
    "length",
    "char_length",
    "character_length",
    "octet_length",
    "cardinality",
    "array_length",
    "json_array_length",
    "jsonb_array_length",
];

/// Functions that leave a plain value as it is.
const TRANSPARENT: [&str; 8] = ["lower", "trim", "btrim", "ltrim", "rtrim", "abs", "round", "date"];

/// Words in front of a parenthesis that do not make it the argument list of a function.
const NO_FUNCTION: [&str; 12] =
    ["and", "or", "not", "when", "then", "else", "case", "between", "like", "ilike", "glob", "regexp"];

/// Words that may follow the first one of a type's name.
const OF_TYPES: [&str; 6] = ["varying", "precision", "with", "without", "time", "zone"];

/// Reads an expression over these columns.
pub(super) fn read(text: &str, columns: &[&str], brackets: Brackets) -> Vec<Piece> {
    let words: Vec<Word> = tokens(text, brackets).into_iter().map(|Token { word, .. }| word).collect();
    let words = without_casts(&words);
    let mut pieces: Vec<Piece> = words.iter().map(|word| piece(word, columns)).collect();
    while simplify(&mut pieces) {}
    pieces
}

fn piece(word: &Word, columns: &[&str]) -> Piece {
    let column = word.name().and_then(|name| columns.iter().position(|own| own.eq_ignore_ascii_case(name)));
    match word {
        _ if column.is_some() => Piece::Operand(Operand::Column(column.unwrap_or_default())),
        Word::Text(value) | Word::Number(value) => Piece::Operand(Operand::Constant(value.clone())),
        other => Piece::Word(other.clone()),
    }
}

/// Leaves out `::type` and turns `CAST(x AS type)` into `(x)`.
fn without_casts(words: &[Word]) -> Vec<Word> {
    let mut kept: Vec<Word> = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if word.is_symbol("::") {
            at = after_type(words, at + 1);
        } else if word.is_plain("cast") && words.get(at + 1).is_some_and(|next| next.is_symbol("(")) {
            at += 1;
        } else if word.is_plain("as") {
            at = after_type(words, at + 1);
        } else {
            kept.push(word.clone());
            at += 1;
        }
    }
    kept
}

fn after_type(words: &[Word], mut at: usize) -> usize {
    at += 1;
    loop {
        match words.get(at) {
            Some(Word::Plain(word)) if OF_TYPES.contains(&word.as_str()) => at += 1,
            // The name after a schema.
            Some(Word::Symbol(symbol)) if symbol == "." => at += 2,
            Some(Word::Symbol(symbol)) if symbol == "[" => {
                at += 1 + words[at..].iter().take_while(|word| !word.is_symbol("]")).count();
            }
            Some(Word::Symbol(symbol))
                if symbol == "(" && matches!(words.get(at + 1), Some(Word::Number(_))) =>
            {
                at += 1 + words[at..].iter().take_while(|word| !word.is_symbol(")")).count();
            }
            _ => return at,
        }
    }
}

/// One pass of making the pieces fewer; false where there was nothing to do.
fn simplify(pieces: &mut Vec<Piece>) -> bool {
    let before = pieces.len();
    let mut at = 0;
    while at < pieces.len() {
        negate(pieces, at);
        unwrap(pieces, at);
        at += 1;
    }
    pieces.len() < before
}

/// A minus before a number becomes part of it, where no operand stands before.
fn negate(pieces: &mut Vec<Piece>, at: usize) {
    let binary = at > 0
        && (matches!(pieces[at - 1], Piece::Operand(_))
            || pieces[at - 1].is_symbol(")")
            || pieces[at - 1].is_symbol("]"));
    if !binary
        && pieces[at].is_symbol("-")
        && let Some(Piece::Operand(Operand::Constant(number))) = pieces.get(at + 1)
        && number.parse::<f64>().is_ok()
    {
        pieces[at] = Piece::Operand(Operand::Constant(format!("-{number}")));
        pieces.remove(at + 1);
    }
}

/// `(x)` becomes `x`, `lower(x)` becomes `x`, `length(x)` becomes the length of `x`.
fn unwrap(pieces: &mut Vec<Piece>, at: usize) {
    if !pieces[at].is_symbol("(") {
        return;
    }
    let function = at.checked_sub(1).and_then(|before| match &pieces[before] {
        Piece::Word(word) => word.name().filter(|name| !NO_FUNCTION.contains(name)).map(str::to_owned),
        Piece::Operand(_) => None,
    });
    let Some(Piece::Operand(operand)) = pieces.get(at + 1).cloned() else { return };
    // `array_length(x, 1)` and `round(x, 2)` have a second argument that says how.
    let close = match pieces.get(at + 2) {
        Some(piece) if piece.is_symbol(")") => at + 2,
        Some(piece)
            if piece.is_symbol(",") && pieces.get(at + 4).is_some_and(|piece| piece.is_symbol(")")) =>
        {
            at + 4
        }
        _ => return,
    };
    let (start, result) = match (function.as_deref(), &operand) {
        (None, _) if close == at + 2 => (at, operand),
        (Some(name), Operand::Column(column)) if LENGTHS.contains(&name) => {
            (at - 1, Operand::Length(*column))
        }
        (Some(name), Operand::Column(_)) if TRANSPARENT.contains(&name) => (at - 1, operand),
        (Some("similar_to_escape" | "similar_escape"), Operand::Constant(text)) => {
            (at - 1, Operand::Similar(text.clone()))
        }
        _ => return,
    };
    pieces.splice(start..=close, [Piece::Operand(result)]);
}
