use onramp_git::hooks::{HookPlace, Occupant, Refusal, Step};
use serde_json::{Value, json};

use crate::git_hooks::GitHooks;
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::{Error, ExitStatus};

/// What was done about the hooks, or would be.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) made: Vec<Change>,
    pub(super) refused: Vec<Refusal>,
}

/// What was done about one hook.
pub(super) struct Change {
    pub(super) step: Step,
    /// The place as it was before.
    pub(super) place: HookPlace,
    /// What runs there, where the stage is configured.
    pub(super) tasks: Option<Vec<String>>,
    /// The program whose hook was set aside: afterwards it no longer lies there to be asked.
    pub(super) manager: Option<&'static str>,
}

impl Change {
    fn word(&self) -> &'static str {
        match self.step {
            Step::Keep => "unchanged",
            Step::Write | Step::Chain | Step::SetAside => "installed",
            Step::Replace => "renewed",
            Step::Remove => "removed",
            Step::Restore => "restored",
        }
    }

    /// The hook of before that runs first, or that git would not run either.
    fn before(&self) -> Option<(String, bool)> {
        let name = format!("{}.before-onramp", self.place.stage);
        match (&self.place.before, &self.place.occupant) {
            _ if self.tasks.is_none() => None,
            _ if self.replaces().is_some() && self.place.before.is_none() => None,
            (Some(_), Occupant::Ours { .. }) if self.replaces().is_some() => None,
            (Some(before), _) => Some((name, before.runs)),
            (None, Occupant::Foreign { runs }) => Some((name, *runs)),
            (None, _) => None,
        }
    }

    /// The program whose hook ours takes the place of.
    fn replaces(&self) -> Option<&'static str> {
        self.manager.filter(|_| self.step == Step::SetAside)
    }

    fn line(&self) -> String {
        let line = format!("{:20} {:10}", self.place.stage, self.word());
        let line = match &self.tasks {
            Some(tasks) => format!("{line} {}", tasks.join(", ")),
            None => line,
        };
        let line = match self.replaces() {
            Some(manager) => {
                format!(
                    "{line} (in place of the hook of {manager}, kept as {}.replaced-by-onramp)",
                    self.place.stage
                )
            }
            None => line,
        };
        match self.before() {
            Some((name, true)) => format!("{line} (behind {name})"),
            Some((name, false)) => format!("{line} ({name} is kept, and is no program that git would run)"),
            None => line.trim_end().to_owned(),
        }
    }

    fn json(&self) -> Value {
        json!({
            "stage": self.place.stage,
            "change": self.word(),
            "tasks": self.tasks,
            "replaces": self.replaces(),
            "before": self.before().map(|(name, runs)| json!({"name": name, "runs": runs})),
        })
    }
}

impl Changes {
    /// Says what was done; fails where something was refused.
    pub(super) fn tell(&self, session: &Session, hooks: &GitHooks, verb: &str) -> Result<ExitStatus, Error> {
        let folder = &hooks.folder.path;
        if session.json() {
            let stages: Vec<Value> = self.made.iter().map(Change::json).collect();
            let refused: Vec<String> = self.refused.iter().map(ToString::to_string).collect();
            session.answer_json(json!({
                "version": SCHEMA_VERSION,
                "folder": folder.display().to_string(),
                "dry-run": session.options.dry_run,
                "stages": stages,
                "refused": refused,
            }));
        } else {
            if !self.made.is_empty() {
                let would = if session.options.dry_run { "would be done in" } else { "in" };
                session.say(&format!("{would} {}:", hooks.shown(folder)));
            }
            self.made.iter().for_each(|change| session.answer(&change.line()));
        }
        if self.refused.is_empty() {
            return Ok(ExitStatus::Success);
        }
        if session.json() {
            return Err(Error::Reported(ExitStatus::Failed));
        }
        let message = self.refused.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n       ");
        let is_forcible =
            |refusal: &Refusal| matches!(refusal, Refusal::Edited(_) | Refusal::OtherWorkspace(_));
        let hint = if self.refused.iter().any(is_forcible) {
            format!("onramp hooks {verb} --force, which does not keep what is there")
        } else {
            format!("move one of them away, then: onramp hooks {verb}")
        };
        Err(Error::Other { message, hint: Some(hint), status: ExitStatus::Failed, at: None })
    }
}
