use std::collections::BTreeSet;
use std::sync::Arc;

use onramp_config::{Selection, TaskConfig};
use onramp_core::{Level, Reporter, TaskId};

use super::Hook;
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
    pub(super) fn of(session: &Session, hook: &Hook, skipped: &mut Skipped) -> Result<Self, Error> {
        let skip: BTreeSet<&str> =
            hook.variables.skip.split([',', ' ']).filter(|name| !name.is_empty()).collect();
        let mut unknown: BTreeSet<&str> = skip.clone();
        unknown.retain(|name| !["all", hook.stage.name()].contains(name));
        let is_all = skip.contains("all") || skip.contains(hook.stage.name());
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
                unknown.retain(|name| words.iter().all(|word| word != name));
                if is_all || by_name {
                    skipped.add(id, BY_USER);
                } else {
                    selected.add(session, id);
                }
            }
        }
        if let Some(name) = unknown.first() {
            let message = format!("{BY_USER} names `{name}`, and no task of this hook is called that");
            session.reporter.notice(Level::Warning, &message);
        }
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
