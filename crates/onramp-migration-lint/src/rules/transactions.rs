use std::collections::BTreeMap;

use onramp_database::catalog::{Catalog, Kind};

use super::{Found, shown, table_id};
use crate::Transaction;
use crate::lint::Step;
use crate::rule::{CONCURRENTLY_INSIDE, ENUM_VALUE_USED, VALIDATE_WITH_ADD};
use crate::sql::{Action, AddedConstraint, Parsed, TokenKind, Validation};

/// The version from which on a new value can be used at once where its type is as new.
const TAKES_VALUES_OF_NEW_TYPES: u32 = 17;

fn major(catalog: &Catalog) -> u32 {
    let digits = catalog.server_version.split(|letter: char| !letter.is_ascii_digit()).next();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// What PostgreSQL refuses in a transaction, and what makes no sense in the same one.
pub(crate) fn transactions(steps: &[Step<'_>], before: &Catalog) -> Vec<Found> {
    let mut found = Vec::new();
    // Values of enumerations and constraints, and the transactions that have added them.
    let mut values: BTreeMap<&str, usize> = BTreeMap::new();
    let mut later: BTreeMap<(&[String], &str), usize> = BTreeMap::new();
    for step in steps.iter().filter(|step| step.transaction == Transaction::Inside) {
        if let Some(what) = outside(&step.parsed) {
            found.push(Found::at(step, &CONCURRENTLY_INSIDE, None, format!("{what} in a transaction")));
        }
        let used = step
            .piece
            .tokens
            .iter()
            .filter(|token| token.kind == TokenKind::Text)
            .find(|token| values.get(token.text.as_str()) == Some(&step.number));
        if let Some(value) = used {
            let message =
                format!("uses '{}', which the same transaction has added to its enumeration", value.text);
            found.push(Found::at(step, &ENUM_VALUE_USED, None, message));
        }
        match &step.parsed {
            Parsed::AddEnumValue { enumeration, value } => {
                let is_old =
                    before.objects.keys().any(|id| id.kind == Kind::Enum && id.path == enumeration.0);
                if is_old || major(before) < TAKES_VALUES_OF_NEW_TYPES {
                    values.insert(value, step.number);
                }
            }
            Parsed::AlterTable { table, actions } => {
                for action in actions {
                    match action {
                        Action::AddConstraint(
                            AddedConstraint::Check {
                                name: Some(name), validation: Validation::Later, ..
                            }
                            | AddedConstraint::ForeignKey {
                                name: Some(name),
                                validation: Validation::Later,
                                ..
                            },
                        ) => {
                            later.insert((&table.0, name), step.number);
                        }
                        Action::Validate { constraint }
                            if later.get(&(&table.0[..], constraint.as_str())) == Some(&step.number) =>
                        {
                            let message = format!(
                                "validates {constraint} of {} in the transaction that adds it",
                                shown(table)
                            );
                            let is_old = before.objects.contains_key(&table_id(&table.0));
                            if is_old {
                                let id = Some(table_id(&table.0));
                                found.push(Found::at(step, &VALIDATE_WITH_ADD, id, message));
                            }
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// What the server runs outside of transactions alone.
fn outside(parsed: &Parsed) -> Option<&'static str> {
    match parsed {
        Parsed::CreateIndex { is_concurrent: true, .. } => Some("CREATE INDEX CONCURRENTLY"),
        Parsed::DropIndex { is_concurrent: true, .. } => Some("DROP INDEX CONCURRENTLY"),
        Parsed::Reindex { is_concurrent: true, .. } => Some("REINDEX CONCURRENTLY"),
        Parsed::VacuumFull { .. } => Some("VACUUM"),
        Parsed::Outside { what } => Some(what),
        Parsed::AlterTable { actions, .. } => actions.iter().find_map(|action| match action {
            Action::DetachPartition { is_concurrent: true, .. } => Some("DETACH PARTITION CONCURRENTLY"),
            _ => None,
        }),
        _ => None,
    }
}
