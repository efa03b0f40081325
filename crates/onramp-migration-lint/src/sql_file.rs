use onramp_core::Dialect;

use crate::sql::{Parsed, parse, split};
use crate::{Statement, Transaction};

/// The comments by which tools are told to run a file without a transaction: sqlx, goose, Atlas, dbmate.
const WITHOUT_TRANSACTION: [&str; 4] =
    ["no-transaction", "+goose NO TRANSACTION", "atlas:txmode none", "transaction:false"];

/// The comments below which tools keep the way back: goose, dbmate, sql-migrate.
const WAY_BACK: [&str; 3] = ["+goose Down", "migrate:down", "+migrate Down"];

/// The statements of a file of SQL, each with its line. Whether a transaction is open around the file its tool knows; one
/// that the file opens is seen.
pub fn statements_of(source: &str, dialect: Dialect) -> Vec<Statement> {
    let is_way_back =
        |line: &str| comment(line).is_some_and(|text| WAY_BACK.iter().any(|mark| text.starts_with(mark)));
    let length: usize =
        source.split_inclusive('\n').take_while(|line| !is_way_back(line)).map(str::len).sum();
    let source = &source[..length];
    let is_without = source
        .lines()
        .filter_map(comment)
        .any(|text| WITHOUT_TRANSACTION.iter().any(|mark| text.contains(mark)));
    let around = if is_without { Transaction::Outside } else { Transaction::Unknown };
    let mut transaction = around;
    let mut statements = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for piece in split(source, dialect) {
        line += source[counted..piece.start].matches('\n').count();
        counted = piece.start;
        let before = transaction;
        match parse(&piece.tokens) {
            Parsed::Begin => transaction = Transaction::Inside,
            Parsed::End => transaction = around,
            _ => {}
        }
        statements.push(Statement {
            text: piece.text,
            transaction: before,
            foreign_keys: None,
            line: u32::try_from(line).ok(),
        });
    }
    statements
}

/// What a line says that is a comment alone. Tools take it with and without a blank behind the dashes.
fn comment(line: &str) -> Option<&str> {
    line.trim().strip_prefix("--").map(str::trim_start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        statements_of(source, Dialect::Sqlite).into_iter().map(|statement| statement.text).collect()
    }

    #[test]
    fn lines_may_end_in_two_characters() {
        let source = "-- +goose Up\r\ncreate table ä (b);\r\n-- ä\r\n-- +goose Down\r\ndrop table ä;\r\n";
        assert_eq!(texts(source), ["create table ä (b)"]);
        let long = format!("{}last;\r\n-- +goose Down\r\nback;", "--\r\n".repeat(50));
        assert_eq!(texts(&long), ["last"]);
        let lines: Vec<_> =
            statements_of("a;\r\nb;", Dialect::Sqlite).into_iter().map(|statement| statement.line).collect();
        assert_eq!(lines, [Some(1), Some(2)]);
    }

    #[test]
    fn marks_are_known_with_and_without_a_blank() {
        for mark in
            ["-- migrate:down", "--migrate:down", "--  +migrate Down", "--+goose Down", "-- +goose Down"]
        {
            assert_eq!(texts(&format!("up;\n{mark}\nback;\n")), ["up"], "{mark}");
        }
        let found = statements_of("--migrate:up transaction:false\nup;", Dialect::Sqlite);
        assert_eq!(found[0].transaction, Transaction::Outside);
        assert_eq!(texts("up; -- migrate:down\nmore;"), ["up", "more"]);
    }

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
