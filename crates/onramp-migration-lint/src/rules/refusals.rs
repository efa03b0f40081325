use onramp_database::catalog::ObjectId;

use super::{Found, table_id};
use crate::lint::Step;
use crate::rule::{
    CONCURRENTLY_INSIDE, DROP_ENUM_VALUE, ENUM_VALUE_USED, FAILS_WITH_ROWS, NARROW_TYPE, REBUILD_CASCADES,
    REQUIRED_COLUMN, REVISION_FAILS, Rule, SET_NOT_NULL, UNIQUE_ON_ROWS,
};
use crate::sql::Parsed;
use crate::world::World;
use crate::{Cause, Finding, Refusal};

/// The rules about rows that stop a revision.
static ABOUT_ROWS: [&Rule; 6] =
    [&REQUIRED_COLUMN, &UNIQUE_ON_ROWS, &SET_NOT_NULL, &NARROW_TYPE, &DROP_ENUM_VALUE, &REBUILD_CASCADES];

/// The rules about what a database refuses in any case.
static ABOUT_REFUSALS: [&Rule; 2] = [&CONCURRENTLY_INSIDE, &ENUM_VALUE_USED];

/// Whether a rule is about what was refused.
pub(crate) fn is_refusal(rule: &Rule) -> bool {
    rule == &FAILS_WITH_ROWS || rule == &REVISION_FAILS
}

/// What was refused, `world` being the one before that statement.
pub(crate) fn refused(refusal: &Refusal, steps: &[Step<'_>], world: &World<'_>) -> Found {
    let (rule, message) = match refusal.cause {
        Cause::Rows => (&FAILS_WITH_ROWS, format!("refused because of rows: {}", refusal.message)),
        Cause::Revision | Cause::Somewhere => (&REVISION_FAILS, format!("fails: {}", refusal.message)),
    };
    let mut of_statement = steps.iter().filter(|step| Some(step.index) == refusal.statement);
    let object = of_statement.find_map(|step| table_of(&step.parsed, world)).map(|table| table_id(&table));
    Found { rule, object, message, statement: refusal.statement, line: refusal.line }
}

/// The table that a statement is about, as it was called before the revision.
fn table_of(parsed: &Parsed, world: &World<'_>) -> Option<Vec<String>> {
    let table = match parsed {
        Parsed::AlterTable { table, .. }
        | Parsed::CreateIndex { table, .. }
        | Parsed::UpdateAll { table }
        | Parsed::DeleteAll { table } => table,
        Parsed::CopyRows { from, .. } => from,
        Parsed::DropTable { tables } | Parsed::Truncate { tables } => tables.first()?,
        _ => return None,
    };
    world.origin(table).cloned()
}

/// The findings that say what a refusal says, and where they say it.
pub(crate) fn companions<'a>(refusal: &Finding, findings: &'a [Finding]) -> Companions<'a> {
    let rules: &[&Rule] = match refusal.rule {
        rule if rule == &FAILS_WITH_ROWS => &ABOUT_ROWS,
        rule if rule == &REVISION_FAILS => &ABOUT_REFUSALS,
        _ => return Companions::Nowhere,
    };
    let known = || findings.iter().filter(|finding| rules.contains(&finding.rule));
    let at_statement =
        |finding: &&Finding| refusal.statement.is_some() && finding.statement == refusal.statement;
    let there: Vec<&Finding> = known().filter(at_statement).collect();
    if !there.is_empty() {
        return Companions::AtStatement(there);
    }
    // Where SQLite makes a table anew, what fails is the copy of the rows.
    let is_of_table = |id: &ObjectId, table: &ObjectId| id.path == table.path || id.whole() == table.path;
    let of_table = known().filter(|finding| {
        refusal.object.as_ref().zip(finding.object.as_ref()).is_some_and(|(table, id)| is_of_table(id, table))
    });
    Companions::OfTable(of_table.collect())
}

/// Findings that say what a refusal says.
pub(crate) enum Companions<'a> {
    /// At the same statement.
    AtStatement(Vec<&'a Finding>),
    /// Elsewhere, of the same table.
    OfTable(Vec<&'a Finding>),
    /// It is no refusal.
    Nowhere,
}
