use std::collections::{BTreeMap, BTreeSet, HashSet};

use onramp_core::{Dialect, GraphError, TaskGraph, TaskId, TaskNode};

use super::Context;
use crate::config::{Section, Service, ServiceNeed, TaskConfig};
use crate::file::ConfigFile;
use crate::spot::Spot;
use crate::suggest::{did_you_mean, nearest};
use crate::workspace::Member;

/// What can be needed or selected: the tasks and services of a workspace and the tasks of its members.
#[derive(Debug)]
pub(crate) struct Known {
    tasks: BTreeSet<TaskId>,
    /// Their written forms, for the search of what a misspelled one may mean.
    names: Vec<String>,
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
        let sections: BTreeMap<Section, Vec<&String>> = BTreeMap::from([
            (Section::Setup, file.setup.keys().collect()),
            (Section::Format, file.format.keys().collect()),
            (Section::Lint, file.lint.keys().collect()),
            (Section::Test, file.test.keys().collect()),
            (Section::Build, file.build.keys().collect()),
            (Section::Task, file.task.keys().collect()),
        ]);
        let own = sections
            .iter()
            .flat_map(|(section, names)| names.iter().map(|name| TaskId::new(section.name(), *name)));
        let tasks: BTreeSet<TaskId> =
            own.chain(members.iter().flat_map(Member::task_ids)).chain(extra_tasks.iter().cloned()).collect();
        let dialects = file.database.iter().flat_map(|database| {
            let sqlite = database.dialects.sqlite.as_ref().map(|_| Dialect::Sqlite);
            sqlite.into_iter().chain(database.dialects.postgresql.as_ref().map(|_| Dialect::Postgresql))
        });
        Self {
            names: tasks.iter().map(TaskId::to_string).collect(),
            tasks,
            services: file.service.keys().cloned().collect(),
            dialects: dialects.collect(),
            members_missing,
        }
    }

    /// The task of that name, or why there is none.
    pub(crate) fn task(&self, text: &str) -> Result<TaskId, Unknown> {
        let Ok(id) = text.parse::<TaskId>() else {
            let whole = self.names.iter().find(|name| name.ends_with(&format!(":{text}")));
            let hint = whole.map(|name| format!("did you mean `{name}`?"));
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
            _ => did_you_mean(text, self.names.iter().map(String::as_str)),
        };
        Err(Unknown { message: format!("there is no task `{text}`"), hint })
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
    let mut needs: Vec<(TaskId, Vec<TaskId>)> =
        tasks.iter().map(|task| (task.id.clone(), task.needs.clone())).collect();
    needs.extend(services.iter().map(|service| {
        let needs = service.needs.iter().filter_map(|need| match need {
            ServiceNeed::Task(id) => Some(id.clone()),
            ServiceNeed::Service(name) => Some(TaskId::new("service", name)),
            ServiceNeed::Database(_) => None,
        });
        (TaskId::new("service", &service.name), needs.collect())
    }));
    while let Some(cycle) = find_cycle(&needs) {
        let path: Vec<_> = cycle.iter().map(|id| format!("`{id}`")).collect();
        let message = match path.as_slice() {
            [only, _] => format!("{only} needs itself"),
            _ => format!("tasks need one another in a circle: {}", path.join(" -> ")),
        };
        if let [first, second, ..] = cycle.as_slice() {
            let spot = Spot::root().key(first.section()).key(first.name()).key("needs");
            cx.report_part(&spot, &second.to_string(), message, None);
        }
        // What is told of is taken out, to find the circles elsewhere.
        let told: HashSet<&TaskId> = cycle.iter().collect();
        needs.retain(|(id, _)| !told.contains(id));
    }
}

fn find_cycle(needs: &[(TaskId, Vec<TaskId>)]) -> Option<Vec<TaskId>> {
    let there: HashSet<&TaskId> = needs.iter().map(|(id, _)| id).collect();
    let nodes = needs.iter().map(|(id, needs)| TaskNode {
        id: id.clone(),
        needs: needs.iter().filter(|need| there.contains(need)).cloned().collect(),
        payload: (),
    });
    let errors = TaskGraph::new(nodes.collect()).err()?;
    errors.into_iter().find_map(|error| match error {
        GraphError::Cycle(path) => Some(path),
        GraphError::Duplicate(_) | GraphError::UnknownNeed { .. } => None,
    })
}
