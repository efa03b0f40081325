use onramp_database::catalog::ObjectId;

use super::{Found, table_id};
use crate::lint::Step;
use crate::rule::{
    CONCURRENTLY_INSIDE, DROP_ENUM_VALUE, ENUM_VALUE_USED, FAILS_WITH_ROWS, NARROW_TYPE, NOT_TRIED,
    REBUILD_CASCADES, REQUIRED_COLUMN, REVISION_FAILS, Rule, SET_NOT_NULL, UNIQUE_ON_ROWS,
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
        Cause::Untried => (&NOT_TRIED, refusal.message.clone()),
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
        | Parsed::Update { table, .. }
        | Parsed::Delete { table, .. } => table,
        Parsed::CopyRows { from, .. } => from,
        Parsed::DropTable { tables } | Parsed::Truncate { tables } => tables.first()?,
        _ => return None,
    };
    world.origin(table).cloned()
}

/// The findings that say what a refusal says, and where they say it. `is_copy` tells of a statement whether it copies the
/// rows of a table into the one that takes its place.
pub(crate) fn companions<'a>(
    refusal: &Finding,
    findings: &'a [Finding],
    is_copy: impl Fn(usize) -> bool,
) -> Companions<'a> {
    let rules: &[&Rule] = match refusal.rule {
        rule if rule == &FAILS_WITH_ROWS => &ABOUT_ROWS,
        rule if rule == &REVISION_FAILS => &ABOUT_REFUSALS,
        _ => return Companions::Nowhere,
    };
    let may_say_it = |rule: &Rule| rules.contains(&rule) && is_about(rule, &refusal.message);
    let known = || findings.iter().filter(|finding| may_say_it(finding.rule));
    let at_statement =
        |finding: &&Finding| refusal.statement.is_some() && finding.statement == refusal.statement;
    let there: Vec<&Finding> = known().filter(at_statement).collect();
    if !there.is_empty() {
        return Companions::AtStatement(there);
    }
    // Where SQLite makes a table anew, what fails is the copy of the rows. Anything else that fails elsewhere fails for
    // reasons of its own.
    if !refusal.statement.is_some_and(is_copy) {
        return Companions::Nowhere;
    }
    let is_of_table = |id: &ObjectId, table: &ObjectId| id.path == table.path || id.whole() == table.path;
    let of_table = known().filter(|finding| {
        refusal.object.as_ref().zip(finding.object.as_ref()).is_some_and(|(table, id)| is_of_table(id, table))
    });
    Companions::OfTable(of_table.collect())
}

/// Whether a rule may be about what a database says. What it says in other words, or in another language, may be about
/// anything.
fn is_about(rule: &Rule, message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    let says = |words: &str| message.contains(words);
    match () {
        () if says("check constraint") => false,
        () if says("foreign key") => rule == &REBUILD_CASCADES,
        () if says("unique") => rule == &UNIQUE_ON_ROWS,
        () if says("not null") || says("null value") => {
            [&SET_NOT_NULL, &REQUIRED_COLUMN, &UNIQUE_ON_ROWS].contains(&rule)
        }
        () => true,
    }
}

/// Findings that say what a refusal says.
pub(crate) enum Companions<'a> {
    /// At the same statement.
    AtStatement(Vec<&'a Finding>),
    /// Elsewhere, of the same table.
    OfTable(Vec<&'a Finding>),
    /// Nowhere, or it is no refusal.
    Nowhere,
}
