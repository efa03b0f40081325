use super::cursor::{Cursor, parts};
use super::parsed::{Action, AddedColumn, AddedConstraint, Parsed, Validation};
use super::required::required;
use super::token::Token;

/// What stands behind `ALTER TABLE`.
pub(crate) fn alter_table(cursor: &mut Cursor<'_>) -> Option<Parsed> {
    cursor.take(&["if", "exists"]);
    cursor.take(&["only"]);
    let table = cursor.path()?;
    cursor.take_sign("*");
    let actions = parts(cursor.rest()).into_iter().map(|part| action(part).unwrap_or(Action::Other));
    Some(Parsed::AlterTable { table, actions: actions.collect() })
}

fn action(tokens: &[Token]) -> Option<Action> {
    let cursor = &mut Cursor::new(tokens);
    if cursor.take(&["add"]) {
        if let Some(constraint) = constraint(cursor) {
            return Some(Action::AddConstraint(constraint));
        }
        cursor.take(&["column"]);
        cursor.take(&["if", "not", "exists"]);
        return column(cursor).map(Action::AddColumn);
    }
    if cursor.take(&["drop"]) {
        if cursor.take(&["constraint"]) {
            cursor.take(&["if", "exists"]);
            return Some(Action::DropConstraint { constraint: cursor.name()? });
        }
        cursor.take(&["column"]);
        cursor.take(&["if", "exists"]);
        return Some(Action::DropColumn { column: cursor.name()? });
    }
    if cursor.take(&["rename"]) {
        if cursor.take(&["constraint"]) {
            let from = cursor.name()?;
            cursor.take(&["to"]).then_some(())?;
            return Some(Action::RenameConstraint { from, to: cursor.name()? });
        }
        if cursor.take(&["to"]) {
            return Some(Action::RenameTable { to: cursor.name()? });
        }
        cursor.take(&["column"]);
        let from = cursor.name()?;
        cursor.take(&["to"]).then_some(())?;
        return Some(Action::RenameColumn { from, to: cursor.name()? });
    }
    if cursor.take(&["validate", "constraint"]) {
        return Some(Action::Validate { constraint: cursor.name()? });
    }
    if cursor.take(&["attach", "partition"]) {
        return Some(Action::AttachPartition { partition: cursor.path()? });
    }
    if cursor.take(&["detach", "partition"]) {
        let partition = cursor.path()?;
        return Some(Action::DetachPartition { partition, is_concurrent: cursor.is_at(&["concurrently"]) });
    }
    if cursor.take(&["set", "schema"]) {
        return Some(Action::MoveTable { to: cursor.name()? });
    }
    for (words, what) in [
        (&["set", "logged"][..], "SET LOGGED"),
        (&["set", "unlogged"], "SET UNLOGGED"),
        (&["set", "tablespace"], "SET TABLESPACE"),
        (&["set", "access", "method"], "SET ACCESS METHOD"),
    ] {
        if cursor.is_at(words) {
            return Some(Action::Rewrite { what });
        }
    }
    cursor.take(&["alter"]).then_some(())?;
    if cursor.is_at(&["constraint"]) {
        return None;
    }
    cursor.take(&["column"]);
    let column = cursor.name()?;
    if cursor.take(&["set", "not", "null"]) {
        return Some(Action::SetNotNull { column });
    }
    if cursor.take(&["set", "expression"]) {
        return Some(Action::SetExpression { column });
    }
    cursor.take(&["set", "data"]);
    cursor.take(&["type"]).then_some(())?;
    let using = cursor.rest().iter().position(|token| token.is("using"));
    Some(Action::SetType { column, using: using.map(|place| cursor.rest()[place + 1..].to_vec()) })
}

/// A constraint of a table.
fn constraint(cursor: &mut Cursor<'_>) -> Option<AddedConstraint> {
    let name = if cursor.take(&["constraint"]) { cursor.name() } else { None };
    let validation = match cursor.rest() {
        [.., not, valid] if not.is("not") && (valid.is("valid") || valid.is("enforced")) => Validation::Later,
        _ => Validation::Now,
    };
    let uses_index = cursor.rest().windows(2).any(|pair| pair[0].is("using") && pair[1].is("index"))
        && !cursor.rest().iter().any(|token| token.is("tablespace"));
    if cursor.is_at(&["primary", "key"]) {
        return Some(AddedConstraint::PrimaryKey { uses_index });
    }
    if cursor.is_at(&["unique"]) {
        return Some(AddedConstraint::Unique { uses_index });
    }
    if cursor.is_at(&["exclude"]) {
        return Some(AddedConstraint::Exclusion);
    }
    if cursor.take(&["check"]) {
        let required = required(cursor.parenthesised().unwrap_or_default());
        return Some(AddedConstraint::Check { name, validation, required });
    }
    if cursor.take(&["foreign", "key"]) {
        cursor.parenthesised();
        let to = if cursor.take(&["references"]) { cursor.path() } else { None };
        return Some(AddedConstraint::ForeignKey { name, to, validation });
    }
    if cursor.take(&["not", "null"]) {
        return Some(AddedConstraint::NotNull { name, column: cursor.name()?, validation });
    }
    None
}

/// A column with its type, and all that stands at it.
fn column(cursor: &mut Cursor<'_>) -> Option<AddedColumn> {
    let name = cursor.name()?;
    let type_ = cursor.path().and_then(|mut path| path.0.pop()).unwrap_or_default();
    let mut column = AddedColumn {
        name,
        type_,
        default: None,
        is_generated: false,
        is_stored: false,
        is_identity: false,
        is_required: false,
        constraints: Vec::new(),
    };
    loop {
        if cursor.take(&["default"]) {
            column.default = Some(default(cursor));
        } else if cursor.take(&["not", "null"]) {
            column.is_required = true;
        } else if cursor.take(&["primary", "key"]) {
            column.is_required = true;
            column.constraints.push(AddedConstraint::PrimaryKey { uses_index: false });
        } else if cursor.take(&["unique"]) {
            column.constraints.push(AddedConstraint::Unique { uses_index: false });
        } else if cursor.take(&["check"]) {
            let required = required(cursor.parenthesised().unwrap_or_default());
            column.constraints.push(AddedConstraint::Check {
                name: None,
                validation: Validation::Now,
                required,
            });
        } else if cursor.take(&["references"]) {
            let to = cursor.path();
            column.constraints.push(AddedConstraint::ForeignKey {
                name: None,
                to,
                validation: Validation::Now,
            });
        } else if cursor.take(&["generated"]) {
            cursor.take(&["always"]);
            cursor.take(&["by", "default"]);
            cursor.take(&["as"]);
            column.is_identity |= cursor.take(&["identity"]);
            if cursor.parenthesised().is_some() {
                column.is_generated = true;
                column.is_stored |= cursor.take(&["stored"]);
            }
        } else if cursor.take(&["as"]) {
            column.is_generated |= cursor.parenthesised().is_some();
            column.is_stored |= cursor.take(&["stored"]);
        } else if cursor.next().is_none() {
            return Some(column);
        }
    }
}

/// An expression: what comes before the next word that may stand at a column.
fn default(cursor: &mut Cursor<'_>) -> Vec<Token> {
    let ends =
        ["not", "null", "unique", "primary", "check", "references", "constraint", "collate", "generated"];
    let mut taken = Vec::new();
    loop {
        let before = *cursor;
        if let Some(inner) = cursor.parenthesised() {
            let length = before.rest().len() - cursor.rest().len();
            debug_assert!(inner.len() + 2 == length);
            taken.extend_from_slice(&before.rest()[..length]);
            continue;
        }
        // `DEFAULT NULL` is an expression, `DEFAULT 1 NULL` is one and a word behind it.
        match before.rest().first() {
            Some(token) if taken.is_empty() || !ends.iter().any(|word| token.is(word)) => {
                taken.push(token.clone());
                cursor.next();
            }
            _ => return taken,
        }
    }
}
