use std::collections::BTreeSet;

use onramp_core::Dialect;
use onramp_database::catalog::Kind;
use onramp_database::structure::Structure;

use super::block::Block;
use super::made::makes_code;
use super::views::table_below;
use crate::lint::Step;
use crate::sql::{self, Action, Cursor, Parsed, Path, Token, TokenKind};
use crate::world::{World, same};

/// Which rows a statement deletes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// All of them, which another rule tells.
    All,
    /// Those that a condition is true of.
    Some,
}

/// A statement that gives values to rows.
struct Update {
    table: Vec<String>,
    /// The words behind `UPDATE`.
    words: Vec<String>,
    /// How many rows it can meet, where that is known.
    at_most: Option<usize>,
}

/// What the statements of a revision say that they do to rows. Tables are called as they were before the revision, and
/// statements by their places.
pub(super) struct Intent {
    dialect: Dialect,
    deletes: Vec<(Vec<String>, usize, Reach)>,
    updates: Vec<Update>,
    drops: Vec<(Vec<String>, String, usize)>,
    /// Columns whose new type comes with one value for all rows: `USING NULL`.
    constants: Vec<(Vec<String>, String, usize)>,
    /// The tables whose rows go into others.
    copies: Vec<(Vec<String>, usize)>,
    blocks: Vec<Block>,
    /// The tables that refer to one whose rows are deleted, or on SQLite to one that is dropped.
    below: BTreeSet<Vec<String>>,
    with_triggers: BTreeSet<Vec<String>>,
    /// The foreign keys from before.
    structure: Structure,
}

impl Intent {
    /// Of the statements that lead to that world.
    pub(super) fn of(steps: &[Step<'_>], end: &World<'_>) -> Self {
        let triggers = end.before.objects.keys().chain(end.after.objects.keys());
        let triggers = triggers.filter(|id| id.kind == Kind::Trigger);
        let mut intent = Self {
            dialect: end.before.dialect,
            deletes: Vec::new(),
            updates: Vec::new(),
            drops: Vec::new(),
            constants: Vec::new(),
            copies: Vec::new(),
            blocks: Vec::new(),
            below: BTreeSet::new(),
            with_triggers: triggers.map(|id| id.whole().to_vec()).collect(),
            structure: Structure::of(end.before),
        };
        let mut world = end.anew();
        let mut emptied = BTreeSet::new();
        for (place, step) in steps.iter().enumerate() {
            intent.read(place, step, &world, &mut emptied);
            world.apply(&step.parsed);
        }
        emptied.extend(intent.deletes.iter().map(|(table, ..)| table.clone()));
        intent.below = below(&intent.structure, emptied);
        intent
    }

    fn read(
        &mut self,
        place: usize,
        step: &Step<'_>,
        world: &World<'_>,
        emptied: &mut BTreeSet<Vec<String>>,
    ) {
        let origin = |table: &Path| world.origin(table).cloned();
        let tokens = &step.piece.tokens;
        if tokens.first().is_some_and(|first| first.is("do")) {
            self.blocks.push(Block::new(&step.piece.text, tokens));
            return;
        }
        if makes_code(tokens) {
            return;
        }
        match &step.parsed {
            Parsed::Truncate { tables } => {
                let tables = tables.iter().filter_map(origin);
                self.deletes.extend(tables.map(|table| (table, place, Reach::All)));
            }
            Parsed::Delete { table, reach: sql::Reach::All } => {
                self.deletes.extend(origin(table).map(|table| (table, place, Reach::All)));
            }
            Parsed::DropTable { tables } if self.dialect == Dialect::Sqlite => {
                emptied.extend(tables.iter().filter_map(origin));
            }
            Parsed::CopyRows { from, .. } => {
                self.copies.extend(origin(from).map(|table| (table, place)));
            }
            Parsed::AlterTable { table, actions } => {
                let Some(table) = origin(table) else { return };
                for action in actions {
                    match action {
                        Action::DropColumn { column } => {
                            self.drops.push((table.clone(), column.clone(), place));
                        }
                        Action::SetType { column, using: Some(using) }
                            if !names_a_column(using, &table, world) =>
                        {
                            self.constants.push((table.clone(), column.clone(), place));
                        }
                        Action::SetType { column, .. } => {
                            let words = vec![column.clone()];
                            self.updates.push(Update { table: table.clone(), words, at_most: None });
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        for (at, token) in tokens.iter().enumerate() {
            if !["delete", "update", "merge"].iter().any(|word| token.is(word)) {
                continue;
            }
            let mut words: Vec<String> = tokens[at..].iter().map(|token| token.text.clone()).collect();
            let mut table = |behind: &[&str]| {
                let named = table_behind(&tokens[at..], behind)?;
                origin(&named).or_else(|| table_below(world, &named, &mut words))
            };
            if token.is("delete") {
                self.deletes.extend(table(&["delete", "from"]).map(|table| (table, place, Reach::Some)));
            } else if token.is("update") {
                let Some(table) = table(&["update"]) else { continue };
                let at_most = if at == 0 { self.at_most(&step.parsed, world) } else { None };
                // No other rule tells of all rows behind a view.
                let is_of_view = |update: &Parsed| match update {
                    Parsed::Update { table, reach: sql::Reach::All } => origin(table).is_none(),
                    _ => false,
                };
                if at > 0 || !is_of_view(&step.parsed) {
                    self.updates.push(Update { table, words, at_most });
                }
            } else if token.is("merge") {
                let Some(table) = table(&["merge", "into"]) else { continue };
                if tokens[at..].iter().any(|token| token.is("delete")) {
                    self.deletes.push((table.clone(), place, Reach::Some));
                }
                self.updates.push(Update { table, words, at_most: None });
            }
        }
    }

    /// What deletes rows of a table, with its place: that which deletes all of them, if any does.
    pub(super) fn delete(&self, table: &[String]) -> Option<(usize, Reach)> {
        let mut of_table = self.deletes.iter().filter(|(other, ..)| other == table);
        let first = of_table.clone().next();
        of_table.find(|(.., reach)| *reach == Reach::All).or(first).map(|(_, place, reach)| (*place, *reach))
    }

    /// Whether rows go that rows of the table refer to.
    pub(super) fn deletes_below(&self, table: &[String]) -> bool {
        self.below.contains(table)
    }

    /// The tables that rows of the table refer to, by any number of steps.
    pub(super) fn above(&self, table: &[String]) -> Vec<&Vec<String>> {
        let is_above = |path: &&Vec<String>| {
            *path != table && below(&self.structure, BTreeSet::from([(*path).clone()])).contains(table)
        };
        self.structure.tables.keys().filter(is_above).collect()
    }

    pub(super) fn updates(&self, table: &[String]) -> bool {
        self.updates.iter().any(|update| update.table == table)
    }

    /// How many values of a column statements are meant to change at most: as many as there are, where that cannot be
    /// known, and `None` where there is no such statement.
    pub(super) fn sets(&self, table: &[String], columns: &[&str]) -> Option<usize> {
        let is_it = |word: &String| columns.iter().any(|column| self.is_same(word, column));
        let updates = self.updates.iter();
        let updates = updates.filter(|update| update.table == table && update.words.iter().any(is_it));
        updates.map(|update| update.at_most.unwrap_or(usize::MAX)).reduce(usize::saturating_add)
    }

    /// How many rows an `UPDATE` finds by a key at most.
    fn at_most(&self, update: &Parsed, world: &World<'_>) -> Option<usize> {
        let Parsed::Update { table, reach: sql::Reach::Where(condition) } = update else { return None };
        let origin = world.origin(table)?;
        let known = self.structure.tables.get(origin)?;
        let is_key = |column: &str| {
            let column = world.other_name(origin, column).unwrap_or(column);
            let mut keys = known.primary_key.iter().chain(&known.uniques);
            keys.any(|key| matches!(key.columns.as_slice(), [only] if self.is_same(only, column)))
        };
        condition.at_most(&is_key)
    }

    /// Whether something happens where rows of a table change.
    pub(super) fn has_trigger(&self, table: &[String]) -> bool {
        self.with_triggers.contains(table)
    }

    /// The place of the statement that drops a column.
    pub(super) fn drop_of(&self, table: &[String], column: &str) -> Option<usize> {
        let is_it =
            |(other, name, _): &&(Vec<String>, String, usize)| other == table && self.is_same(name, column);
        self.drops.iter().find(is_it).map(|(.., place)| *place)
    }

    /// The place of the statement that gives a column another type, and one value for all rows.
    pub(super) fn constant_of(&self, table: &[String], column: &str) -> Option<usize> {
        let is_it =
            |(other, name, _): &&(Vec<String>, String, usize)| other == table && self.is_same(name, column);
        self.constants.iter().find(is_it).map(|(.., place)| *place)
    }

    /// The place of the statement that copies the rows of a table.
    pub(super) fn copy(&self, table: &[String]) -> Option<usize> {
        self.copies.iter().find(|(other, _)| other == table).map(|(_, place)| *place)
    }

    /// Whether a block of code has a word and those names in it.
    pub(super) fn block_speaks_of(&self, word: &str, names: &[&str]) -> bool {
        self.blocks.iter().any(|block| block.speaks_of(word, names))
    }

    /// Whether a block of code gives values to a column of all rows.
    pub(super) fn block_updates_all(&self, table: &str, column: &str) -> bool {
        self.blocks.iter().any(|block| block.updates_all(table, column))
    }

    /// Whether two names are the same.
    pub(super) fn is_same(&self, left: &str, right: &str) -> bool {
        same(self.dialect, &[left.to_owned()], &[right.to_owned()])
    }
}

/// Whether an expression has the name of a column of a table in it.
fn names_a_column(expression: &[Token], table: &[String], world: &World<'_>) -> bool {
    let is_name = |token: &&Token| matches!(token.kind, TokenKind::Word | TokenKind::Name);
    let mut names = expression.iter().filter(is_name);
    names.any(|name| {
        world.column_before(table, &name.text).is_some() || world.column_after(table, &name.text).is_some()
    })
}

/// The table whose name stands behind those words.
fn table_behind(tokens: &[Token], words: &[&str]) -> Option<Path> {
    let mut cursor = Cursor::new(tokens);
    cursor.take(words).then_some(())?;
    // SQLite has `UPDATE OR IGNORE`.
    if cursor.take(&["or"]) {
        cursor.next();
    }
    cursor.take(&["only"]);
    cursor.path()
}

/// The tables that refer to one of these, by any number of steps.
fn below(structure: &Structure, of: BTreeSet<Vec<String>>) -> BTreeSet<Vec<String>> {
    let mut below: BTreeSet<Vec<String>> = BTreeSet::new();
    let mut pending: Vec<Vec<String>> = of.into_iter().collect();
    while let Some(parent) = pending.pop() {
        for (path, table) in &structure.tables {
            let refers = table.foreign_keys.iter().any(|key| same(structure.dialect, &key.target, &parent));
            if refers && *path != parent && below.insert(path.clone()) {
                pending.push(path.clone());
            }
        }
    }
    below
}
