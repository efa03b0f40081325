use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap, HashSet};

use onramp_core::{Dialect, TaskId};

use super::Context;
use super::cycles::cycles;
use crate::config::{Section, Service, ServiceNeed, TaskConfig};
use crate::file::ConfigFile;
use crate::spot::Spot;
use crate::suggest::{did_you_mean, nearest};
use crate::workspace::Member;

/// What can be needed or selected: the tasks and services of a workspace and the tasks of its members.
#[derive(Debug)]
pub(crate) struct Known {
    tasks: HashSet<TaskId>,
    /// Their written forms, for the search of what a misspelled one may mean.
    names: OnceCell<Vec<String>>,
    /// What was found for a misspelled name: many tasks may need one that was renamed.
    meant: RefCell<HashMap<String, Option<String>>>,
    services: BTreeSet<String>,
    dialects: BTreeSet<Dialect>,
    /// Whether a member could not be read, so that nobody knows what tasks it has.
    members_missing: bool,
}

impl Known {
    pub(crate) fn new(
        file: &ConfigFile,
        members: &[Member],
        members_missing: bool,
        extra_tasks: &[TaskId],
    ) -> Self {
        let of = |section: Section| move |name: &String| TaskId::new(section.name(), name);
        let own = (file.setup.keys().map(of(Section::Setup)))
            .chain(file.format.keys().map(of(Section::Format)))
            .chain(file.lint.keys().map(of(Section::Lint)))
            .chain(file.test.keys().map(of(Section::Test)))
            .chain(file.build.keys().map(of(Section::Build)))
            .chain(file.task.keys().map(of(Section::Task)));
        let members = members.iter().flat_map(Member::task_ids);
        let dialects = file.database.iter().flat_map(|database| {
            let sqlite = database.dialects.sqlite.as_ref().map(|_| Dialect::Sqlite);
            sqlite.into_iter().chain(database.dialects.postgresql.as_ref().map(|_| Dialect::Postgresql))
        });
        Self {
            tasks: own.chain(members).chain(extra_tasks.iter().cloned()).collect(),
            names: OnceCell::new(),
            meant: RefCell::default(),
            services: file.service.keys().cloned().collect(),
            dialects: dialects.collect(),
            members_missing,
        }
    }

    /// The task of that name, or why there is none.
    pub(crate) fn task(&self, text: &str) -> Result<TaskId, Unknown> {
        let Ok(id) = text.parse::<TaskId>() else {
            let hint = self.hint(text, |names| {
                let end = format!(":{text}");
                let whole = names.iter().find(|name| name.ends_with(&end));
                whole.map(|name| format!("did you mean `{name}`?"))
            });
            return Err(Unknown {
                message: format!("`{text}` is not of the form `section:name`"),
                hint: hint.or_else(|| Some("for example `setup:python`".to_owned())),
            });
        };
        if self.tasks.contains(&id) || (self.members_missing && id.member().is_some()) {
            return Ok(id);
        }
        let hint = match id.section() {
            "db" | "service" => Some(format!("only a service can need a `{}:`", id.section())),
            _ => self.hint(text, |names| did_you_mean(text, names.iter().map(String::as_str))),
        };
        Err(Unknown { message: format!("there is no task `{text}`"), hint })
    }

    fn hint(&self, text: &str, search: impl Fn(&[String]) -> Option<String>) -> Option<String> {
        if let Some(hint) = self.meant.borrow().get(text) {
            return hint.clone();
        }
        let names = self.names.get_or_init(|| {
            let mut names: Vec<String> = self.tasks.iter().map(TaskId::to_string).collect();
            names.sort_unstable();
            names
        });
        let hint = search(names);
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
                hint: nearest(name, self.services.iter().map(String::as_str))
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
pub(crate) fn task_needs(cx: &Context<'_>, spot: &Spot, needs: &[String], known: &Known) -> Vec<TaskId> {
    once_each(cx, spot, needs, |text| known.task(text))
}

/// The needs of a service.
pub(crate) fn service_needs(
    cx: &Context<'_>,
    spot: &Spot,
    needs: &[String],
    known: &Known,
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

/// Reports the circles in which tasks and services need one another, each where its first need is written.
pub(crate) fn report_cycles(cx: &Context<'_>, tasks: &[TaskConfig], services: &[Service]) {
    let service_ids: Vec<TaskId> =
        services.iter().map(|service| TaskId::new("service", &service.name)).collect();
    let ids: Vec<&TaskId> = tasks.iter().map(|task| &task.id).chain(&service_ids).collect();
    let positions: HashMap<&TaskId, usize> =
        ids.iter().enumerate().map(|(position, id)| (*id, position)).collect();
    let of_tasks = tasks.iter().map(|task| task.needs.iter().filter_map(|need| positions.get(need)).copied());
    let of_services = services.iter().map(|service| {
        service.needs.iter().filter_map(|need| match need {
            ServiceNeed::Task(id) => positions.get(id).copied(),
            ServiceNeed::Service(name) => positions.get(&TaskId::new("service", name)).copied(),
            ServiceNeed::Database(_) => None,
        })
    });
    let needs: Vec<Vec<usize>> =
        of_tasks.map(Iterator::collect).chain(of_services.map(Iterator::collect)).collect();
    for cycle in cycles(&needs) {
        let path: Vec<_> =
            cycle.iter().chain(cycle.first()).map(|position| format!("`{}`", ids[*position])).collect();
        let message = match path.as_slice() {
            [only, _] => format!("{only} needs itself"),
            _ => format!("tasks need one another in a circle: {}", path.join(" -> ")),
        };
        if let Some(first) = cycle.first() {
            let second = cycle.get(1).unwrap_or(first);
            let spot = Spot::root().key(ids[*first].section()).key(ids[*first].name()).key("needs");
            cx.report_part(&spot, &ids[*second].to_string(), message, None);
        }
    }
}
