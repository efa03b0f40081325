use onramp_core::Dialect;
use onramp_database::sql::{self, PieceKind};

use super::token::{Token, kept};

/// A statement of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Without the semicolon behind it, and without what stands before it.
    pub(crate) text: String,
    /// Where it begins in the text, in bytes.
    pub(crate) start: usize,
    pub(crate) tokens: Vec<Token>,
}

/// The statements of a text. Bodies of triggers and functions are parts of theirs.
pub(crate) fn split(text: &str, dialect: Dialect) -> Vec<Piece> {
    let statements = sql::split(text, dialect).into_iter().filter(|piece| piece.kind == PieceKind::Statement);
    let piece = |piece: sql::Piece<'_>| Piece {
        text: piece.text.to_owned(),
        start: piece.start,
        tokens: kept(&piece.tokens, dialect),
    };
    statements.map(piece).collect()
}
