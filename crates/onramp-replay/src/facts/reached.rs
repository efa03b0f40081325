use onramp_core::{Dialect, Failure};
use onramp_database::catalog::Catalog;
use onramp_database::script::{Transaction, opens_transaction};
use onramp_database::sql::{Piece, PieceKind, split};
use onramp_histories::Script;

use super::{Rows, Trial};
use crate::walk::End;

impl Trial<'_> {
    /// The catalog before the statement of a script that stopped it, `at` being a place in that statement; `None` where it
    /// cannot be told.
    pub(super) fn reached(
        &mut self,
        place: usize,
        number: usize,
        rows: Rows,
        at: Option<usize>,
    ) -> Result<Option<Catalog>, Failure> {
        let script = &self.entries[place].up[number];
        let (Some(at), Ok(text)) = (at, script.read()) else { return Ok(None) };
        let transaction = self.transaction(script);
        if let End::Stopped(_) = self.restart(place, number)? {
            return Ok(None);
        }
        if rows == Rows::Seed {
            self.walk.seed()?;
        }
        let before = text_before(&text, self.replay.databases.dialect(), transaction, at);
        Ok(if self.walk.goes_through(&before, transaction)? { Some(self.walk.catalog()?) } else { None })
    }
}

/// The statement of a script that a place lies in, by its place among them; `None` behind all of them.
pub(super) fn statement(script: &Script, dialect: Dialect, at: Option<usize>) -> Option<usize> {
    let (at, text) = (at?, script.read().ok()?);
    let pieces = split(&text, dialect);
    let statements = pieces.iter().filter(|piece| piece.kind == PieceKind::Statement);
    let known: Vec<&Piece<'_>> = statements.collect();
    let last = known.iter().rposition(|piece| piece.start <= at)?;
    // Rows of a COPY belong to it.
    let end = known.get(last + 1).map_or(text.trim_end().len(), |next| next.start);
    (at < end).then_some(last)
}

/// What stands before the statement that a place lies in. A transaction that is open there is committed, unless it is that
/// of the tool, which has to be open.
fn text_before(text: &str, dialect: Dialect, transaction: Transaction, at: usize) -> String {
    let pieces = split(text, dialect);
    let statements = || pieces.iter().filter(|piece| piece.kind == PieceKind::Statement);
    let is_behind = at >= text.trim_end().len();
    let refused = statements().rfind(|piece| piece.start <= at).filter(|_| !is_behind);
    let end = refused.map_or(text.len(), |piece| piece.start);
    let before = statements().filter(|piece| piece.start < end);
    let is_held = dialect == Dialect::Sqlite && transaction == Transaction::Held;
    let is_open = before.fold(is_held, |open, piece| opens_transaction(&piece.tokens).unwrap_or(open));
    let rest = match (is_held, is_open) {
        (false, true) => "\n;COMMIT",
        (true, false) => "\n;BEGIN",
        _ => "",
    };
    format!("{}{rest}", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_that_is_cut_is_committed() {
        let before = |text: &str, word: &str| {
            let at = text.rfind(word).unwrap_or(text.len());
            text_before(text, Dialect::Postgresql, Transaction::One, at)
        };
        assert_eq!(before("a; b; c d", "d"), "a; b; ");
        assert_eq!(before("begin; a; -- x;\nb;\ncommit; c", "b;"), "begin; a; -- x;\n\n;COMMIT");
        assert_eq!(before("begin; a; commit; b", "b"), "begin; a; commit; ");
        assert_eq!(before("begin; a; rollback to x; b", "b"), "begin; a; rollback to x; \n;COMMIT");
        assert_eq!(before("begin; a", "?"), "begin; a\n;COMMIT");
        let held =
            |text: &str| text_before(text, Dialect::Sqlite, Transaction::Held, text.rfind('b').unwrap());
        assert_eq!(held("a; b"), "a; ");
        assert_eq!(held("commit; a; b"), "commit; a; \n;BEGIN");
        assert_eq!(held("commit; begin; a; b"), "commit; begin; a; ");
    }
}
