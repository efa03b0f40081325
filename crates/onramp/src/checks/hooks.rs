use std::fs;

use onramp_git::GitError;
use onramp_git::hooks::Reach;

use super::{Finding, Remedy};
use crate::commands::hooks::{State, is_of_husky, state};
use crate::env_vars;
use crate::git_hooks::GitHooks;
use crate::session::Session;

/// Looks whether git runs the hooks that the configuration names.
pub(super) fn find(session: &Session) -> Finding {
    if session.origin.environment.get(env_vars::CI).is_some() {
        return Finding::Absent { detail: "not needed in CI".to_owned() };
    }
    let hooks = match GitHooks::find(session) {
        Ok(hooks) => hooks,
        Err(error @ (GitError::NotARepository(_) | GitError::Ignored(_))) => {
            return Finding::Absent { detail: error.to_string() };
        }
        Err(error) => {
            let problem = error.to_string();
            let remedies = trust(&problem).map(Remedy::Advice).into_iter().collect();
            return Finding::Problem { problem, remedies };
        }
    };
    let program = hooks.program.name();
    let folder = hooks.shown(&hooks.folder.path).to_string();
    let advice = |problem: String, advice: String| Finding::Problem {
        problem,
        remedies: vec![Remedy::Advice(advice)],
    };
    if hooks.folder.reach == Reach::Nobody {
        let remedy = format!("remove the empty core.hooksPath, then: {program} hooks install");
        return advice("core.hooksPath is empty, so git runs no hooks".to_owned(), remedy);
    }
    if is_of_husky(&hooks.folder) {
        return of_husky(&hooks);
    }
    let found: Result<Vec<_>, _> = hooks.places().collect();
    let found = match found {
        Ok(found) => found,
        Err(error) => return Finding::Problem { problem: error.to_string(), remedies: Vec::new() },
    };
    let states = found.iter().map(|(place, configured)| (place, state(place, *configured)));
    let (fine, wrong): (Vec<_>, Vec<_>) =
        states.filter(|(_, state)| *state != State::Other).partition(|(_, state)| *state == State::Installed);
    if wrong.is_empty() {
        let names: Vec<&str> = fine.iter().map(|(place, _)| place.stage.as_str()).collect();
        return Finding::Fine { detail: format!("{} in {folder}", names.join(", ")) };
    }
    let wrong_ones = wrong.iter().map(|(place, state)| format!("{} is {}", place.stage, state.name()));
    let problem = format!("{} in {folder}", wrong_ones.collect::<Vec<_>>().join(", "));
    let install = format!("{program} hooks install");
    if hooks.folder.reach == Reach::Shared {
        return advice(problem, format!("git config --local core.hooksPath .githooks && {install}"));
    }
    if wrong.iter().any(|(_, state)| *state == State::Edited) {
        return advice(problem, format!("{install} --force, which overwrites what was changed"));
    }
    let words = ["hooks", "install"].map(str::to_owned).to_vec();
    Finding::Problem { problem, remedies: vec![Remedy::Own { program, words }] }
}

/// What makes git look into a repository of another user, as one that a container has from outside.
fn trust(problem: &str) -> Option<String> {
    let (_, behind) = problem.split_once("dubious ownership in repository at '")?;
    let folder = behind.split('\'').next()?;
    Some(format!("git config --global --add safe.directory {}", shell_words::quote(folder)))
}

/// Husky's own files must call us, each for its stage.
fn of_husky(hooks: &GitHooks) -> Finding {
    let is_called = |stage: &str| {
        let text = fs::read_to_string(hooks.work_tree.join(".husky").join(stage)).unwrap_or_default();
        text.contains(&format!("hooks run {stage}"))
    };
    let stages = hooks.configured.iter().map(|configured| configured.stage.name());
    let (called, missing): (Vec<&str>, Vec<&str>) = stages.partition(|stage| is_called(stage));
    match missing.first() {
        None => Finding::Fine { detail: format!("{} by husky", called.join(", ")) },
        Some(first) => {
            let line = format!("{} hooks run {first} \"$@\"", hooks.program.name());
            let problem = format!("husky does not run {}", missing.join(", "));
            Finding::Problem {
                problem,
                remedies: vec![Remedy::Advice(format!("put `{line}` into .husky/{first}"))],
            }
        }
    }
}
