use onramp_database::catalog::{Kind, ObjectId};

use super::{Found, part_id, shown, table_id};
use crate::Form;
use crate::change_of_type::type_change_rewrites;
use crate::lint::Step;
use crate::sql::{Action, AddedColumn, AddedConstraint, Parsed, Path, Reach, Token, Validation};
use crate::volatile::is_volatile;
use crate::world::World;

/// A form of statement that was met.
#[derive(Debug)]
pub(crate) struct Performed {
    pub(crate) form: Form,
    object: ObjectId,
    message: String,
}

/// What statements do to tables that were there before the revision.
pub(crate) fn locks(step: &Step<'_>, world: &World<'_>) -> Vec<Found> {
    let performed = forms_in(&step.parsed, world).into_iter();
    performed
        .filter_map(|performed| {
            let dialect = world.before.dialect;
            let rule =
                performed.form.rule().filter(|rule| rule.dialect.is_none_or(|only| only == dialect))?;
            Some(Found::at(step, rule, Some(performed.object), performed.message))
        })
        .collect()
}

/// The forms of a statement, as far as it is about tables that were there before.
pub(crate) fn forms_in(parsed: &Parsed, world: &World<'_>) -> Vec<Performed> {
    let mut met = Met { world, performed: Vec::new() };
    met.statement(parsed);
    met.performed
}

struct Met<'a> {
    world: &'a World<'a>,
    performed: Vec<Performed>,
}

impl Met<'_> {
    fn add(&mut self, form: Form, object: ObjectId, message: impl Into<String>) {
        self.performed.push(Performed { form, object, message: message.into() });
    }

    /// Adds something about a table, if that was there before.
    fn table(&mut self, form: Form, table: &Path, message: impl FnOnce(&str) -> String) {
        if self.world.origin(table).is_some() {
            self.add(form, table_id(&table.0), message(&shown(table)));
        }
    }

    fn statement(&mut self, parsed: &Parsed) {
        match parsed {
            Parsed::AlterTable { table, actions } => self.alter(table, actions),
            Parsed::CreateIndex { name, table, is_concurrent, .. } => {
                if self.world.origin(table).is_none() {
                    return;
                }
                let form = either(*is_concurrent, Form::CreateIndexConcurrently, Form::CreateIndex);
                let table = &table.0;
                let id =
                    name.as_ref().map_or_else(|| table_id(table), |name| part_id(Kind::Index, table, name));
                self.add(form, id, format!("builds an index of {}", table.join(".")));
            }
            Parsed::DropIndex { indexes, is_concurrent } => {
                for index in indexes {
                    let Some(table) = self.world.table_of_index(index) else { continue };
                    let form = either(*is_concurrent, Form::DropIndexConcurrently, Form::DropIndex);
                    let name = index.0.last().map_or("", String::as_str);
                    let message = format!("drops the index {name} of {}", table.join("."));
                    self.add(form, part_id(Kind::Index, table, name), message);
                }
            }
            Parsed::Lock { tables } => {
                for table in tables {
                    self.table(Form::Lock, table, |table| format!("locks {table}"));
                }
            }
            Parsed::VacuumFull { tables } => {
                for table in tables {
                    self.table(Form::VacuumFull, table, |table| format!("vacuums {table} with FULL"));
                }
            }
            Parsed::Cluster { table: Some(table) } => {
                self.table(Form::Cluster, table, |table| format!("clusters {table}"));
            }
            Parsed::Reindex { path: Some(path), is_table, is_concurrent } => {
                let form = either(*is_concurrent, Form::ReindexConcurrently, Form::Reindex);
                if *is_table {
                    self.table(form, path, |table| format!("builds the indexes of {table} anew"));
                } else if let Some(table) = self.world.table_of_index(path) {
                    let message = format!("builds the index {} of {} anew", shown(path), table.join("."));
                    self.add(form, table_id(table), message);
                }
            }
            Parsed::Refresh { view, is_concurrent } => {
                let form = either(*is_concurrent, Form::RefreshConcurrently, Form::Refresh);
                if self.world.origin(view).is_some() {
                    let id = ObjectId::new(Kind::MaterializedView, view.0.iter().map(String::as_str));
                    self.add(form, id, format!("refreshes {}", shown(view)));
                }
            }
            Parsed::Truncate { tables } => {
                for table in tables {
                    self.table(Form::Truncate, table, |table| format!("empties {table}"));
                }
            }
            Parsed::Update { table, reach: Reach::All } => {
                self.table(Form::UpdateAll, table, |table| format!("updates all rows of {table}"));
            }
            Parsed::Delete { table, reach: Reach::All } => {
                self.table(Form::DeleteAll, table, |table| format!("deletes all rows of {table}"));
            }
            _ => {}
        }
    }

    fn alter(&mut self, table: &Path, actions: &[Action]) {
        let Some(origin) = self.world.origin(table).cloned() else { return };
        let name = shown(table);
        let column_id = |column: &str| part_id(Kind::Column, &table.0, column);
        for action in actions {
            match action {
                Action::AddColumn(column) => self.add_column(table, column),
                Action::DropColumn { column } => {
                    self.add(Form::DropColumn, column_id(column), format!("drops {name}.{column}"));
                }
                Action::SetNotNull { column } => {
                    let is_proved = self.world.proofs.prove(&origin, column, actions);
                    let form = either(is_proved, Form::SetNotNullProved, Form::SetNotNull);
                    self.add(form, column_id(column), format!("requires a value in {name}.{column}"));
                }
                Action::SetType { column, using } => {
                    let types =
                        (self.world.column_before(&origin, column), self.world.column_after(&origin, column));
                    let (Some(before), Some(after)) = types else { continue };
                    let (before, after) = (type_of(before), type_of(after));
                    let is_plain = using.as_ref().is_none_or(|using| is_plain(using, column));
                    let rewrites = type_change_rewrites(before, after) || !is_plain;
                    let form = either(rewrites, Form::ChangeTypeRewriting, Form::ChangeType);
                    let message = format!("changes the type of {name}.{column} from {before} to {after}");
                    self.add(form, column_id(column), message);
                }
                Action::SetExpression { column } => {
                    let before = self.world.column_before(&origin, column);
                    let is_stored = before
                        .and_then(|column| column.get("generated"))
                        .is_some_and(|expression| expression.ends_with(" STORED"));
                    if is_stored {
                        let message = format!("computes {name}.{column} anew in every row");
                        self.add(Form::SetExpression, column_id(column), message);
                    }
                }
                Action::AddConstraint(AddedConstraint::NotNull { column, validation, .. }) => {
                    let is_proved = self.world.proofs.prove(&origin, column, actions);
                    let form = match validation {
                        Validation::Later => Form::AddNotNullLater,
                        Validation::Now => either(is_proved, Form::SetNotNullProved, Form::AddNotNull),
                    };
                    self.add(form, column_id(column), format!("requires a value in {name}.{column}"));
                }
                Action::AddConstraint(constraint) => self.constraint(table, constraint),
                Action::Validate { constraint } => {
                    self.table(Form::Validate, table, |table| format!("validates {constraint} of {table}"));
                }
                Action::Rewrite { what } => {
                    self.table(Form::RewriteTable, table, |table| format!("{what} of {table}"));
                }
                Action::AttachPartition { partition } => {
                    self.table(Form::AttachPartition, partition, |part| format!("attaches {part} to {name}"));
                }
                Action::DetachPartition { partition, is_concurrent } => {
                    let form =
                        either(*is_concurrent, Form::DetachPartitionConcurrently, Form::DetachPartition);
                    self.table(form, partition, |part| format!("detaches {part} from {name}"));
                }
                Action::RenameTable { .. }
                | Action::MoveTable { .. }
                | Action::DropConstraint { .. }
                | Action::RenameConstraint { .. }
                | Action::RenameColumn { .. }
                | Action::Other => {}
            }
        }
    }

    fn add_column(&mut self, table: &Path, column: &AddedColumn) {
        let id = part_id(Kind::Column, &table.0, &column.name);
        let is_serial = ["serial", "bigserial", "smallserial", "serial4", "serial8", "serial2"];
        let catalog = self.world.after;
        let is_domain = catalog.objects.iter().any(|(id, object)| {
            let is_bound = object.keys().any(|key| key.starts_with("check "))
                || object.get("nullable").is_some_and(|nullable| nullable == "false");
            id.kind == Kind::Domain && id.name() == column.type_ && is_bound
        });
        let rewrites = column.is_stored
            || column.is_identity
            || is_serial.contains(&column.type_.as_str())
            || is_domain
            || column.default.as_ref().is_some_and(|default| is_volatile(default, catalog));
        let form = match &column.default {
            _ if rewrites => Form::AddColumnRewriting,
            None if column.is_generated => Form::AddVirtualColumn,
            Some(default) if !is_null(default) => Form::AddColumnWithDefault,
            _ => Form::AddColumn,
        };
        let name = shown(table);
        // What costs more is told by its constraints.
        if rewrites || column.constraints.is_empty() {
            self.add(form, id, format!("adds {name}.{}, which has another value in each row", column.name));
        }
        for constraint in &column.constraints {
            let constraint = match constraint {
                // A new column refers to nothing yet.
                AddedConstraint::ForeignKey { name, to, .. } if column.default.is_none() => {
                    AddedConstraint::ForeignKey {
                        name: name.clone(),
                        to: to.clone(),
                        validation: Validation::Later,
                    }
                }
                other => other.clone(),
            };
            self.constraint(table, &constraint);
        }
    }

    fn constraint(&mut self, table: &Path, constraint: &AddedConstraint) {
        let id = |kind: Kind, name: &Option<String>| {
            name.as_ref().map_or_else(|| table_id(&table.0), |name| part_id(kind, &table.0, name))
        };
        let name = shown(table);
        match constraint {
            AddedConstraint::PrimaryKey { uses_index } => {
                let form = either(*uses_index, Form::AddPrimaryKeyFromIndex, Form::AddPrimaryKey);
                self.add(form, table_id(&table.0), format!("adds a primary key to {name}"));
            }
            AddedConstraint::Unique { uses_index } => {
                let form = either(*uses_index, Form::AddUniqueFromIndex, Form::AddUnique);
                self.add(form, table_id(&table.0), format!("adds a unique constraint to {name}"));
            }
            // It is told with its column.
            AddedConstraint::NotNull { .. } => {}
            AddedConstraint::Exclusion => {
                self.add(
                    Form::AddExclusion,
                    table_id(&table.0),
                    format!("adds an exclusion constraint to {name}"),
                );
            }
            AddedConstraint::Check { name: own, validation, .. } => {
                let is_later = *validation == Validation::Later;
                let form = either(is_later, Form::AddCheckLater, Form::AddCheck);
                self.add(
                    form,
                    id(Kind::Check, own),
                    format!("adds a check to {name}, and looks at all rows"),
                );
            }
            AddedConstraint::ForeignKey { name: own, to, validation } => {
                let is_later = *validation == Validation::Later;
                let form = either(is_later, Form::AddForeignKeyLater, Form::AddForeignKey);
                let to = to.as_ref().map(|to| format!(" to {}", shown(to))).unwrap_or_default();
                self.add(
                    form,
                    id(Kind::ForeignKey, own),
                    format!("adds a foreign key from {name}{to}, and looks at all rows"),
                );
            }
        }
    }
}

fn either(condition: bool, yes: Form, no: Form) -> Form {
    if condition { yes } else { no }
}

fn type_of(column: &onramp_database::catalog::Object) -> &str {
    column.get("type").map_or("", String::as_str)
}

fn is_null(default: &[Token]) -> bool {
    default.first().is_some_and(|first| first.is("null"))
}

/// Whether an expression is the column itself, as another type at most: `name`, `name::text`.
fn is_plain(using: &[Token], column: &str) -> bool {
    match using {
        [] => true,
        [name] => name.text == column,
        [name, cast, type_ @ ..] => {
            name.text == column && cast.is_sign("::") && !type_.iter().any(|token| token.is_sign("::"))
        }
    }
}
