use std::collections::BTreeSet;
use std::sync::Arc;

use onramp_config::{Selection, Stage, TaskConfig};
use onramp_core::{Level, Reporter, TaskId};

use super::Hook;
use super::pre_commit_file::{FileHook, FileHooks};
use super::skipped::{BY_USER, Skipped};
use crate::Error;
use crate::checkout::Checkout;
use crate::session::Session;

/// A task that a hook names.
#[derive(Clone)]
pub(super) struct Chosen {
    pub(super) checkout: Arc<Checkout>,
    /// As it is named from where one stands.
    pub(super) id: TaskId,
    /// Its place among the tasks of its checkout.
    place: usize,
}

impl Chosen {
    pub(super) fn config(&self) -> &TaskConfig {
        &self.checkout.config.tasks[self.place]
    }
}

/// The tasks that a hook names, in the order of the configuration: those of the workspace before those of its members.
pub(super) struct Selected {
    pub(super) tasks: Vec<Chosen>,
    /// Tasks written in Rust, by their names.
    pub(super) others: Vec<TaskId>,
}

impl Selected {
    /// Those of all workspaces, without those that the user wants to skip.
    pub(super) fn of(
        session: &Session,
        hook: &Hook,
        file: Option<&FileHooks>,
        skipped: &mut Skipped,
    ) -> Result<Self, Error> {
        let skip = hook.skip();
        let is_all = is_all(&skip, hook);
        let mut selected = Self { tasks: Vec::new(), others: Vec::new() };
        for checkout in &session.checkouts {
            let hooks = checkout.config.hooks.iter().filter(|configured| configured.stage == hook.stage);
            let selections: Vec<&Selection> = hooks.flat_map(|configured| &configured.selections).collect();
            let mut named = BTreeSet::new();
            for selection in selections {
                match selection {
                    Selection::Section(section) => {
                        let tasks = checkout.config.tasks.iter().filter(|task| task.section == *section);
                        named.extend(tasks.map(|task| checkout.name(&task.id)));
                    }
                    Selection::Task(task) => drop(named.insert(checkout.name(task))),
                }
            }
            for id in named {
                let words = [id.to_string(), id.name().to_owned(), id.section().to_owned()];
                let by_name = words.iter().any(|word| skip.contains(word.as_str()));
                if is_all || by_name {
                    skipped.add(id, BY_USER);
                } else {
                    selected.add(session, id);
                }
            }
        }
        warn_of_unknown(session, file, &skip);
        let order = |chosen: &Chosen| {
            let checkout = session.checkouts.iter().position(|other| Arc::ptr_eq(other, &chosen.checkout));
            (checkout, chosen.place)
        };
        selected.tasks.sort_by_key(order);
        selected.tasks.dedup_by(|one, other| one.id == other.id);
        Ok(selected)
    }

    fn add(&mut self, session: &Session, id: TaskId) {
        let found = session.checkouts.iter().find_map(|checkout| {
            let place = checkout.config.tasks.iter().position(|task| checkout.name(&task.id) == id)?;
            Some(Chosen { checkout: Arc::clone(checkout), id: id.clone(), place })
        });
        match found {
            Some(chosen) => self.tasks.push(chosen),
            None => self.others.push(id),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty() && self.others.is_empty()
    }
}

impl Hook {
    /// The names that the user wants to skip.
    fn skip(&self) -> BTreeSet<&str> {
        self.variables.skip.split([',', ' ']).filter(|name| !name.is_empty()).collect()
    }

    /// The variable by which the user skips a hook of `.pre-commit-config.yaml`: these have one of their own, too.
    pub(super) fn skips(&self, hook: &FileHook) -> Option<&'static str> {
        let skip = self.skip();
        let names = names_of_file(hook);
        let by_name = |name: &&str| names.iter().any(|other| other == name);
        let mut of_file = self.variables.skip_of_file.split(',').map(str::trim);
        if is_all(&skip, self) || skip.contains("hooks") || skip.iter().any(by_name) {
            return Some(BY_USER);
        }
        of_file.any(|name| hook.names().any(|other| other == name)).then_some("SKIP")
    }
}

fn is_all(skip: &BTreeSet<&str>, hook: &Hook) -> bool {
    skip.contains("all") || skip.contains(hook.stage.name())
}

/// What a hook of the file can be skipped by.
fn names_of_file(hook: &FileHook) -> Vec<String> {
    hook.names().flat_map(|name| [name.to_owned(), format!("hooks:{name}")]).collect()
}

/// Says which of the names to skip is that of nothing: whoever has mistyped one would wait for its task.
fn warn_of_unknown(session: &Session, file: Option<&FileHooks>, skip: &BTreeSet<&str>) {
    let stages = Stage::ALL.map(Stage::name);
    let tasks = || {
        session
            .checkouts
            .iter()
            .flat_map(|checkout| checkout.config.tasks.iter().map(move |task| (checkout, task)))
    };
    let is_known = |name: &str| {
        let is_called = |(checkout, task): (&Arc<Checkout>, &TaskConfig)| {
            [task.id.name(), task.id.section()].contains(&name) || checkout.name(&task.id).to_string() == name
        };
        let of_file = |hook: &FileHook| names_of_file(hook).iter().any(|other| other == name);
        let in_file = file.is_some_and(|file| name == "hooks" || file.hooks.iter().any(of_file));
        name == "all" || stages.contains(&name) || tasks().any(is_called) || in_file
    };
    for name in skip.iter().filter(|name| !is_known(name)) {
        session
            .reporter
            .notice(Level::Warning, &format!("{BY_USER} names `{name}`, and no task is called that"));
    }
}
