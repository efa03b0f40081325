use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};

use onramp_core::{Dialect, TaskId};

use super::{Context, Everywhere};
use crate::config::ServiceNeed;
use crate::file::ConfigFile;
use crate::spot::Spot;
use crate::suggest::{did_you_mean, nearest};

/// What can be needed or selected in the file of one workspace: all tasks, and its own services and databases.
#[derive(Debug)]
pub(crate) struct Known<'a> {
    everywhere: &'a Everywhere,
    /// The workspace's path of members from the outermost one.
    path: &'a str,
    services: BTreeSet<&'a str>,
    dialects: BTreeSet<Dialect>,
    /// What was found for a misspelled name: many tasks may need one that was renamed.
    meant: RefCell<HashMap<String, Option<String>>>,
}

impl<'a> Known<'a> {
    pub(crate) fn new(everywhere: &'a Everywhere, path: &'a str, file: &'a ConfigFile) -> Self {
        let dialects = file.database.iter().flat_map(|database| {
            let sqlite = database.dialects.sqlite.as_ref().map(|_| Dialect::Sqlite);
            sqlite.into_iter().chain(database.dialects.postgresql.as_ref().map(|_| Dialect::Postgresql))
        });
        Self {
            everywhere,
            path,
            services: file.service.keys().map(String::as_str).collect(),
            dialects: dialects.collect(),
            meant: RefCell::default(),
        }
    }

    /// The task of that name, or why there is none.
    pub(crate) fn task(&self, text: &str) -> Result<TaskId, Unknown> {
        let Ok(id) = text.parse::<TaskId>() else {
            let hint = self.meant(text, |names| {
                let end = format!(":{text}");
                let whole = names.iter().find(|name| name.ends_with(&end));
                whole.map(|name| format!("did you mean `{name}`?"))
            });
            return Err(Unknown {
                message: format!("`{text}` is not of the form `section:name`"),
                hint: hint.or_else(|| Some("for example `setup:python`".to_owned())),
            });
        };
        if self.everywhere.may_have(&id.named_from_outermost(self.path)) {
            return Ok(id);
        }
        let mut message = format!("there is no task `{text}`");
        if id.is_absolute() && self.path.is_empty() {
            // Most likely a member whose folder was taken out of the workspace around it.
            message.push_str(
                ": this workspace is the outermost one, because no `onramp.toml` above it names it as a member",
            );
        }
        let hint = match (id.section(), id.member()) {
            (section @ ("db" | "service"), None) => Some(format!("only a service can need a `{section}:`")),
            ("db" | "service", Some(_)) => Some("of another workspace only tasks can be needed".to_owned()),
            _ => self.meant(text, |names| did_you_mean(text, names.iter().map(String::as_str))),
        };
        Err(Unknown { message, hint })
    }

    /// Searches the names of all tasks for what a misspelled one may mean.
    fn meant(&self, text: &str, search: impl Fn(&[String]) -> Option<String>) -> Option<String> {
        if let Some(hint) = self.meant.borrow().get(text) {
            return hint.clone();
        }
        let hint = search(&self.everywhere.names(self.path, text.starts_with('/')));
        self.meant.borrow_mut().insert(text.to_owned(), hint.clone());
        hint
    }

    fn service_need(&self, text: &str) -> Result<ServiceNeed, Unknown> {
        match text.split_once(':') {
            Some(("db", name)) => match self.dialects.iter().find(|dialect| dialect.name() == name) {
                Some(dialect) => Ok(ServiceNeed::Database(*dialect)),
                None => Err(Unknown {
                    message: format!("there is no `[database.dialects.{name}]`"),
                    hint: nearest(name, self.dialects.iter().map(|dialect| dialect.name()))
                        .map(|name| format!("did you mean `db:{name}`?")),
                }),
            },
            Some(("service", name)) if self.services.contains(name) => {
                Ok(ServiceNeed::Service(name.to_owned()))
            }
            Some(("service", name)) => Err(Unknown {
                message: format!("there is no service `{name}`"),
                hint: nearest(name, self.services.iter().copied())
                    .map(|name| format!("did you mean `service:{name}`?")),
            }),
            _ => self.task(text).map(ServiceNeed::Task),
        }
    }
}

/// Why a text names nothing that is known.
#[derive(Debug)]
pub(crate) struct Unknown {
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

/// The needs of a task.
pub(crate) fn task_needs(cx: &Context<'_>, spot: &Spot, needs: &[String], known: &Known<'_>) -> Vec<TaskId> {
    once_each(cx, spot, needs, |text| known.task(text))
}

/// The needs of a service.
pub(crate) fn service_needs(
    cx: &Context<'_>,
    spot: &Spot,
    needs: &[String],
    known: &Known<'_>,
) -> Vec<ServiceNeed> {
    once_each(cx, spot, needs, |text| known.service_need(text))
}

/// Reads each text of a list, and reports those that mean nothing and those that are there already.
pub(crate) fn once_each<T>(
    cx: &Context<'_>,
    spot: &Spot,
    texts: &[String],
    read: impl Fn(&str) -> Result<T, Unknown>,
) -> Vec<T> {
    let mut seen = HashSet::new();
    let mut found = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        if !seen.insert(text) {
            cx.report(&spot.item(index), format!("`{text}` is given twice"), None);
            continue;
        }
        match read(text) {
            Ok(value) => found.push(value),
            Err(unknown) => cx.report(&spot.item(index), unknown.message, unknown.hint),
        }
    }
    found
}
