use clap::Args;
use onramp_git::hooks::{HookPlace, Occupant, Reach};
use serde_json::{Value, json};

use super::file_status::FileStatus;
use crate::git_hooks::{ConfiguredStage, GitHooks};
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::{Error, ExitStatus};

/// Show which hooks are installed, where, and what they run
#[derive(Args, Debug)]
pub(crate) struct StatusArgs {}

pub(crate) fn run(session: &Session) -> Result<ExitStatus, Error> {
    let hooks = GitHooks::find(session).map_err(super::no_answer)?;
    let found: Result<Vec<_>, _> = hooks.places().collect();
    let found = found.map_err(super::unusable)?;
    if session.json() {
        let file = FileStatus::of(session, &hooks.work_tree)?;
        let mut answer = answer(&hooks, &found);
        answer["pre-commit-file"] = file.map_or(Value::Null, |file| file.json());
        session.answer_json(answer);
        return Ok(ExitStatus::Success);
    }
    let file = FileStatus::of(session, &hooks.work_tree)?;
    session.answer(&folder_line(&hooks));
    let is_told = |(place, configured): &&(HookPlace, Option<&ConfiguredStage>)| {
        configured.is_some()
            || place.occupant != Occupant::Vacant
            || place.before.is_some()
            || place.replaced.is_some()
    };
    for (place, configured) in found.iter().filter(is_told) {
        let tasks = configured.map(|configured| configured.tasks.join(", ")).unwrap_or_default();
        let line = format!("{:20} {:14} {tasks}", place.stage, state(place, *configured).name());
        session.answer(line.trim_end());
        if let Some(before) = &place.before {
            let name = hooks.shown(&before.file);
            let what =
                if before.runs { "runs first" } else { "is kept, and is no program that git would run" };
            session.answer(&format!("{:20} {name} {what}", ""));
        }
        if let Some(replaced) = &place.replaced {
            let name = hooks.shown(replaced);
            session.answer(&format!("{:20} {name} is kept, and Onramp does its work", ""));
        }
    }
    if let Some(file) = &file {
        file.tell(session);
    }
    if hooks.configured.is_empty() {
        session.say("[hooks] of onramp.toml names no stage");
    }
    Ok(ExitStatus::Success)
}

/// How it stands about a stage.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// The shim is there, and as this version writes it.
    Installed,
    /// A shim of ours is there, and `install` would write another one.
    Outdated,
    /// Somebody has changed the shim.
    Edited,
    /// The stage is configured and has no hook.
    Missing,
    /// The stage is configured, and another hook lies there.
    Foreign,
    /// The shim is there, and the stage is no longer configured.
    Unconfigured,
    /// The stage is not configured; whatever lies there is none of ours.
    Other,
}

impl State {
    /// Its name in answers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Outdated => "outdated",
            Self::Edited => "edited",
            Self::Missing => "missing",
            Self::Foreign => "not ours",
            Self::Unconfigured => "unconfigured",
            Self::Other => "other",
        }
    }
}

/// How it stands about a stage, by what lies there and what is configured.
pub(crate) fn state(place: &HookPlace, configured: Option<&ConfiguredStage>) -> State {
    match (&place.occupant, configured) {
        (Occupant::Edited, _) => State::Edited,
        (_, Some(configured)) if place.runs_like(&configured.text) => State::Installed,
        (Occupant::Ours { .. }, Some(_)) => State::Outdated,
        (Occupant::Ours { .. }, None) => State::Unconfigured,
        (Occupant::Vacant, Some(_)) => State::Missing,
        (Occupant::Foreign { .. } | Occupant::Folder, Some(_)) => State::Foreign,
        (Occupant::Vacant | Occupant::Foreign { .. } | Occupant::Folder, None) => State::Other,
    }
}

fn folder_line(hooks: &GitHooks) -> String {
    let folder = &hooks.folder;
    let path = hooks.shown(&folder.path);
    let origin = match &folder.hooks_path {
        Some(path) => format!(" (core.hooksPath, {}, {})", path.scope, path.origin),
        None => String::new(),
    };
    match folder.reach {
        Reach::Repository => format!("hooks in {path}{origin}"),
        Reach::Shared => format!("hooks in {path}{origin}, which is not of this repository alone"),
        Reach::Nobody => format!("no hooks are run, because core.hooksPath is empty{origin}"),
    }
}

fn answer(hooks: &GitHooks, found: &[(HookPlace, Option<&ConfiguredStage>)]) -> Value {
    let folder = &hooks.folder;
    let stages = found.iter().map(|(place, configured)| {
        let before = place.before.as_ref();
        json!({
            "stage": place.stage,
            "file": place.file.display().to_string(),
            "state": state(place, *configured).name().replace(' ', "-"),
            "tasks": configured.map(|configured| &configured.tasks),
            "replaced": place.replaced.as_ref().map(|file| file.display().to_string()),
            "before": before.map(|before| json!({"file": before.file.display().to_string(), "runs": before.runs})),
        })
    });
    json!({
        "version": SCHEMA_VERSION,
        "folder": folder.path.display().to_string(),
        "reach": match folder.reach {
            Reach::Repository => "repository",
            Reach::Shared => "shared",
            Reach::Nobody => "nobody",
        },
        "hooks-path": folder.hooks_path.as_ref().map(|path| {
            json!({"value": path.value, "scope": path.scope, "origin": path.origin})
        }),
        "program": hooks.program.name(),
        "stages": stages.collect::<Vec<_>>(),
    })
}
