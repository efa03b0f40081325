use std::collections::{BTreeMap, BTreeSet};

use onramp_database::catalog::{Kind, ObjectId};
use onramp_database::structure::{Event, Structure};

use super::made::{made, makes_code};
use crate::lint::Step;
use crate::rules::renames::plain_name;
use crate::sql::tokens;
use crate::world::World;

/// The code that statements run: blocks, functions, triggers, rules and views, by the words in it. It is asked who has done what has been
/// done, and never whether.
pub(super) struct Code {
    units: Vec<Unit>,
    /// The words of the statements that run something, by their places.
    statements: Vec<(usize, BTreeSet<String>)>,
}

/// A function, a trigger, a rule, or a view that hands on what is done to it.
pub(super) struct Unit {
    /// `function purge`.
    pub(super) name: String,
    pub(super) call: Call,
    /// Those of what it does.
    pub(super) words: BTreeSet<String>,
}

/// What makes a unit run.
pub(super) enum Call {
    /// The name of a function.
    Name(String),
    /// A change of a table, in one of those ways.
    Change { table: String, ways: Vec<&'static str> },
}

/// Who has done something.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Doer {
    /// The place of the statement.
    pub(super) place: usize,
    /// The function, trigger, rule or view that it has run; `None` for a block of code.
    pub(super) unit: Option<String>,
}

impl Code {
    pub(super) fn of(steps: &[Step<'_>], world: &World<'_>) -> Self {
        let mut units = BTreeMap::new();
        for catalog in [world.before, world.after] {
            let functions = catalog.objects.iter();
            for (id, object) in
                functions.filter(|(id, _)| matches!(id.kind, Kind::Function | Kind::Procedure))
            {
                let definition = object.get("definition").map_or("", String::as_str);
                units.insert(id.clone(), function(id, definition));
            }
            for (id, object) in catalog.objects.iter().filter(|(id, _)| id.kind == Kind::Rule) {
                let definition = object.get("definition").map_or("", String::as_str);
                let rule = made(&tokens(definition, catalog.dialect));
                units.extend(rule.map(|rule| (id.clone(), rule)));
            }
            for trigger in Structure::of(catalog).tables.into_values().flat_map(|table| table.triggers) {
                let table = trigger.id.whole().last().map_or("", String::as_str).to_lowercase();
                let ways = trigger.events.iter().flat_map(ways_of).copied().collect();
                let unit = Unit {
                    name: format!("trigger {}", trigger.id.name()),
                    call: Call::Change { table, ways },
                    words: words_of(&trigger.body),
                };
                units.insert(trigger.id, unit);
            }
        }
        // One that comes and goes again is in no catalog.
        let made = steps.iter().filter_map(|step| made(&step.piece.tokens));
        let made: Vec<Unit> =
            made.filter(|unit| !units.values().any(|known| known.name == unit.name)).collect();
        let views = [world.before, world.after].into_iter().flat_map(|catalog| &catalog.objects);
        let views = views.filter(|(id, _)| id.kind == Kind::View).map(|(id, object)| {
            let ways = vec!["update", "delete", "merge"];
            let mut words = words_of(object.get("definition").map_or("", String::as_str));
            words.extend(ways.iter().map(|way| (*way).to_owned()));
            let call = Call::Change { table: id.name().to_lowercase(), ways };
            Unit { name: format!("view {}", id.name()), call, words }
        });
        let runs = steps.iter().enumerate().filter(|(_, step)| runs(step));
        Self {
            units: units.into_values().chain(made).chain(views).collect(),
            statements: runs.map(|(place, step)| (place, words_of(&step.piece.text))).collect(),
        }
    }

    /// Who has run code that has one of the words and all the names in it, if it was not the statement itself that says so.
    pub(super) fn doer(&self, words: &[&str], names: &[&str]) -> Option<Doer> {
        let has_names = |has: &dyn Fn(&String) -> bool| names.iter().all(|name| has(&name.to_lowercase()));
        let has_word = |own: &BTreeSet<String>| words.iter().any(|word| own.contains(*word));
        self.statements.iter().find_map(|(place, own)| {
            if own.contains("do") && has_word(own) && has_names(&|name| own.contains(name)) {
                return Some(Doer { place: *place, unit: None });
            }
            // What puts a statement together may be given the names.
            let is_given = |unit: &Unit, name: &String| unit.words.contains("execute") && own.contains(name);
            let does = |unit: &&Unit| {
                has_word(&unit.words) && has_names(&|name| unit.words.contains(name) || is_given(unit, name))
            };
            let unit = self.run_by(own).into_iter().find(does)?;
            Some(Doer { place: *place, unit: Some(unit.name.clone()) })
        })
    }

    /// Who has put rows in the place of others, which takes those with it that refer to them.
    pub(super) fn replacer(&self, table: &str) -> Option<Doer> {
        let table = table.to_lowercase();
        let replaces = |(_, own): &&(usize, BTreeSet<String>)| {
            own.contains("replace") && own.contains("into") && own.contains(&table)
        };
        let (place, _) = self.statements.iter().find(replaces)?;
        Some(Doer { place: *place, unit: Some(format!("REPLACE INTO {table}")) })
    }

    /// What runs where those words are run, by any number of steps.
    fn run_by(&self, words: &BTreeSet<String>) -> Vec<&Unit> {
        let mut words = words.clone();
        let mut run: Vec<&Unit> = Vec::new();
        let mut rest: Vec<&Unit> = self.units.iter().collect();
        loop {
            let (called, others): (Vec<_>, Vec<_>) =
                rest.into_iter().partition(|unit| unit.call.is_in(&words));
            if called.is_empty() {
                return run;
            }
            called.iter().for_each(|unit| words.extend(unit.words.iter().cloned()));
            run.extend(called);
            rest = others;
        }
    }
}

impl Call {
    fn is_in(&self, words: &BTreeSet<String>) -> bool {
        match self {
            Self::Name(name) => words.contains(name),
            Self::Change { table, ways } => {
                words.contains(table) && ways.iter().any(|way| words.contains(*way))
            }
        }
    }
}

fn function(id: &ObjectId, definition: &str) -> Unit {
    let name = plain_name(id).to_lowercase();
    Unit { name: format!("function {name}"), call: Call::Name(name), words: words_of(definition) }
}

/// The words for what a trigger runs for.
pub(super) fn ways_of(event: &Event) -> &'static [&'static str] {
    match event {
        Event::Insert => &["insert", "merge", "copy"],
        Event::Update => &["update", "merge", "conflict"],
        Event::Delete => &["delete", "merge"],
        Event::Truncate => &["truncate"],
    }
}

/// Whether a statement runs what it names: one that makes, drops or describes it does not.
fn runs(step: &Step<'_>) -> bool {
    let tokens = &step.piece.tokens;
    let begins = |words: &[&str]| words.iter().any(|word| tokens.first().is_some_and(|first| first.is(word)));
    !makes_code(tokens) && !begins(&["alter", "drop", "comment", "grant", "revoke", "set", "lock"])
}

pub(super) fn words_of(text: &str) -> BTreeSet<String> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let words = text.split(|letter| !is_part(letter)).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}
