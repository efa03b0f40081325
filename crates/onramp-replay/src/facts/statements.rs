use onramp_core::Dialect;
use onramp_database::script::{Seen, Transaction, begins_or_ends, opens_transaction, refuses_company};
use onramp_database::sql::{Piece, PieceKind, split};
use onramp_histories::Script;

/// A statement of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// As it is written.
    pub text: String,
    /// Whether a transaction is open before it, where that can be told.
    pub in_transaction: Option<bool>,
    /// Whether foreign keys were enforced, where somebody has looked.
    pub foreign_keys: Option<bool>,
    /// The line of the file, counted from 1.
    pub line: u32,
}

/// The statements of a script. One that cannot be read has none.
pub(super) fn of(
    script: &Script,
    dialect: Dialect,
    transaction: Transaction,
    seen: &[Seen],
) -> Vec<Statement> {
    let Ok(text) = script.read() else { return Vec::new() };
    let mut pieces = split(&text, dialect);
    pieces.retain(|piece| piece.kind == PieceKind::Statement);
    let around = around(transaction, dialect, &pieces);
    let mut open = around;
    let lines = script.lines_in_file(lines(&text, &pieces));
    let statements = pieces.iter().zip(lines).map(|(piece, line)| {
        let in_transaction = open;
        open = opens_transaction(&piece.tokens).or(open);
        let foreign_keys = seen.iter().find(|seen| seen.start == piece.start).map(|seen| seen.foreign_keys);
        Statement { text: piece.text.to_owned(), in_transaction, foreign_keys, line }
    });
    statements.collect()
}

/// Whether a script has a statement that a server runs in no transaction of several. One that cannot be read has none.
pub(super) fn has_one_that_is_alone(script: &Script, dialect: Dialect) -> bool {
    let text = script.read().unwrap_or_default();
    let pieces = split(&text, dialect);
    pieces.iter().any(|piece| refuses_company(&piece.tokens))
}

/// Whether a transaction is open around the script, where that can be told.
fn around(transaction: Transaction, dialect: Dialect, statements: &[Piece<'_>]) -> Option<bool> {
    let is_told = statements.iter().any(|piece| begins_or_ends(&piece.tokens));
    match transaction {
        Transaction::Held => Some(true),
        Transaction::Each => Some(false),
        // Flyway's, which does without where a statement has to be alone.
        Transaction::IfAllowed => Some(!statements.iter().any(|piece| refuses_company(&piece.tokens))),
        // What is handed to this server at once is one transaction, whatever the tool does, unless it says otherwise
        // itself. Statement by statement, and on SQLite, it may be none.
        Transaction::One => {
            (dialect == Dialect::Postgresql && statements.len() > 1 && !is_told).then_some(true)
        }
    }
}

/// The line of the script of each piece, counted from 1.
fn lines(text: &str, pieces: &[Piece<'_>]) -> Vec<u32> {
    let (mut line, mut counted) = (1_usize, 0);
    let line_of = |piece: &Piece<'_>| {
        line += text[counted..piece.start].matches('\n').count();
        counted = piece.start;
        u32::try_from(line).unwrap_or(u32::MAX)
    };
    pieces.iter().map(line_of).collect()
}
