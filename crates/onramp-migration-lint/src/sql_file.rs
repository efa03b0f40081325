use onramp_core::Dialect;

use crate::sql::{Parsed, parse, split};
use crate::{Statement, Transaction};

/// The comments by which tools are told to run a file without a transaction: sqlx, goose, Atlas, dbmate.
const WITHOUT_TRANSACTION: [&str; 4] =
    ["-- no-transaction", "-- +goose NO TRANSACTION", "-- atlas:txmode none", "transaction:false"];

/// The comments below which tools keep the way back: goose and dbmate.
const WAY_BACK: [&str; 3] = ["-- +goose Down", "-- migrate:down", "-- +migrate Down"];

/// The statements of a file of SQL, each with its line. Whether a transaction is open around the file its tool knows; one
/// that the file opens is seen.
pub fn statements_of(source: &str, dialect: Dialect) -> Vec<Statement> {
    let is = |line: &str, marks: &[&str]| marks.iter().any(|mark| line.trim().starts_with(mark));
    let end = source.lines().scan(0, |at, line| {
        let start = *at;
        *at += line.len() + 1;
        Some((start, line))
    });
    let end = end.into_iter().find(|(_, line)| is(line, &WAY_BACK)).map_or(source.len(), |(start, _)| start);
    let source = &source[..end.min(source.len())];
    let is_without = source.lines().any(|line| {
        let line = line.trim();
        line.starts_with("--")
            && WITHOUT_TRANSACTION.iter().any(|mark| line.contains(mark.trim_start_matches("-- ")))
    });
    let around = if is_without { Transaction::Outside } else { Transaction::Unknown };
    let mut transaction = around;
    let mut statements = Vec::new();
    for piece in split(source, dialect) {
        let line = u32::try_from(source[..piece.start].matches('\n').count() + 1).ok();
        let before = transaction;
        match parse(&piece.tokens) {
            Parsed::Begin => transaction = Transaction::Inside,
            Parsed::End => transaction = around,
            _ => {}
        }
        statements.push(Statement { text: piece.text, transaction: before, foreign_keys: None, line });
    }
    statements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_have_lines_and_transactions() {
        let source = "-- no-transaction\nA;\nBEGIN;\n  B\n  ;COMMIT;\nC;\n-- +goose Down\nD;\n";
        let told: Vec<_> = statements_of(source, Dialect::Sqlite)
            .into_iter()
            .map(|statement| (statement.text, statement.line.unwrap(), statement.transaction))
            .collect();
        assert_eq!(
            told,
            [
                ("A".to_owned(), 2, Transaction::Outside),
                ("BEGIN".to_owned(), 3, Transaction::Outside),
                ("B".to_owned(), 4, Transaction::Inside),
                ("COMMIT".to_owned(), 5, Transaction::Inside),
                ("C".to_owned(), 6, Transaction::Outside),
            ]
        );
        let unknown = statements_of("A", Dialect::Sqlite);
        assert_eq!(unknown[0].transaction, Transaction::Unknown);
    }
}
