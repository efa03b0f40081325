use onramp_core::Dialect;
use onramp_database::catalog::{Catalog, Kind};

use crate::sql::{Action, AddedConstraint, Validation, parse_required};

/// The checks of tables at one moment of a revision, as far as they say of columns that they have no nulls.
#[derive(Default)]
pub(crate) struct Proofs {
    checks: Vec<Check>,
}

struct Check {
    /// The path that its table had before the revision.
    table: Vec<String>,
    /// None where the server has named it.
    name: Option<String>,
    /// The columns that it requires values in.
    columns: Vec<String>,
    /// Whether the rows have been looked at.
    is_valid: bool,
}

impl Proofs {
    /// Those that are there before the revision.
    pub(crate) fn of(catalog: &Catalog) -> Self {
        let checks = catalog.objects.iter().filter(|(id, _)| id.kind == Kind::Check);
        let checks = checks.filter_map(|(id, object)| {
            let definition = object.get("definition")?;
            Some(Check {
                table: id.whole().to_vec(),
                name: Some(id.name().to_owned()),
                columns: parse_required(definition, Dialect::Postgresql),
                is_valid: !["NOT VALID", "NOT ENFORCED"].iter().any(|end| definition.ends_with(end)),
            })
        });
        Self { checks: checks.collect() }
    }

    /// Whether a valid check says that a column has no nulls, when one statement does all of that with the table: what it
    /// drops is gone before it looks.
    pub(crate) fn prove(&self, table: &[String], column: &str, actions: &[Action]) -> bool {
        let is_dropped = |check: &Check| {
            let mut dropped = actions.iter().filter_map(|action| match action {
                Action::DropConstraint { constraint } => Some(constraint),
                _ => None,
            });
            dropped.any(|name| check.name.as_ref().is_none_or(|own| own == name))
        };
        let mut checks = self.checks.iter().filter(|check| check.table == table && check.is_valid);
        checks.any(|check| check.columns.iter().any(|own| own == column) && !is_dropped(check))
    }

    /// Goes on to the moment behind a statement.
    pub(crate) fn apply(&mut self, table: &[String], action: &Action) {
        let is_it = |check: &Check, name: &str| check.table == table && check.name.as_deref() == Some(name);
        match action {
            Action::AddConstraint(constraint) => self.add(table, constraint),
            Action::AddColumn(column) => {
                column.constraints.iter().for_each(|constraint| self.add(table, constraint));
            }
            Action::Validate { constraint } => {
                let validated = self.checks.iter_mut().filter(|check| is_it(check, constraint));
                validated.for_each(|check| check.is_valid = true);
            }
            Action::DropConstraint { constraint } => {
                let is_known = self.checks.iter().any(|check| is_it(check, constraint));
                // It may be one that the server has named.
                let is_unnamed = |check: &Check| !is_known && check.table == table && check.name.is_none();
                self.checks.retain(|check| !is_it(check, constraint) && !is_unnamed(check));
            }
            Action::RenameConstraint { from, to } => {
                let renamed = self.checks.iter_mut().filter(|check| is_it(check, from));
                renamed.for_each(|check| check.name = Some(to.clone()));
            }
            // The checks of a column go with it.
            Action::DropColumn { column } => {
                self.checks.retain(|check| check.table != table || !check.columns.contains(column));
            }
            Action::RenameColumn { from, to } => {
                let own = self.checks.iter_mut().filter(|check| check.table == table);
                for column in own.flat_map(|check| &mut check.columns).filter(|column| *column == from) {
                    to.clone_into(column);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, table: &[String], constraint: &AddedConstraint) {
        let (name, validation, columns) = match constraint {
            AddedConstraint::Check { name, validation, required } => (name, validation, required.clone()),
            AddedConstraint::NotNull { name, column, validation } => (name, validation, vec![column.clone()]),
            _ => return,
        };
        self.checks.push(Check {
            table: table.to_vec(),
            name: name.clone(),
            columns,
            is_valid: *validation == Validation::Now,
        });
    }

    /// Forgets a table that is gone.
    pub(crate) fn forget(&mut self, table: &[String]) {
        self.checks.retain(|check| check.table != table);
    }
}
