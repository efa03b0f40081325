use postgres::Error;
use postgres::error::{DbError, SqlState};

use crate::client::postgresql_failure;
use crate::rows::ground::Refusal;
use crate::rows::schema::Table;

/// What the server says about a row, and the columns that it names in saying so.
pub(super) fn refusal(table: &Table, error: &Error) -> Refusal {
    let Some(said) = error.as_db_error() else { return Refusal::Broken(postgresql_failure(error)) };
    // The server itself is in need: no memory, no disk, a shutdown, a limit, something internal.
    let fatal = ["53", "57", "58", "XX"].iter().any(|class| said.code().code().starts_with(class));
    if fatal && *said.code() != SqlState::QUERY_CANCELED {
        return Refusal::Broken(postgresql_failure(error));
    }
    // The whole row is long, and tells less than the name of what it breaks.
    let detail = said.detail().filter(|detail| !detail.starts_with("Failing row"));
    let detail = detail.map(|detail| format!(" ({detail})")).unwrap_or_default();
    Refusal::Refused { blamed: blamed(table, said), message: format!("{}{detail}", said.message()) }
}

fn blamed(table: &Table, said: &DbError) -> Option<Vec<usize>> {
    if let (Some(schema), Some(name)) = (said.schema(), said.datatype()) {
        let is_it = |at: &usize| {
            table.columns[*at].domain.as_ref().is_some_and(|(own, domain)| own == schema && domain == name)
        };
        let columns: Vec<usize> = (0..table.columns.len()).filter(is_it).collect();
        return (!columns.is_empty()).then_some(columns);
    }
    // A trigger may have been at work on another table.
    let path = format!("{}.{}", said.schema()?, said.table()?);
    if path != table.path.replace('"', "") {
        return None;
    }
    if let Some(column) = said.column() {
        return table.columns.iter().position(|own| own.name == column).map(|at| vec![at]);
    }
    // The condition of a partition has no name.
    table.constraint(said.constraint().unwrap_or_default())
}
