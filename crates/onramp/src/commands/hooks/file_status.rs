use std::path::Path;

use serde_json::{Value, json};

use crate::Error;
use crate::hooks::pre_commit_file::{Delegate, FILE, FileHook, FileHooks, How};
use crate::session::Session;
use crate::words::count;

/// How the hooks of `.pre-commit-config.yaml` are run.
pub(super) struct FileStatus {
    file: FileHooks,
    program: Option<Delegate>,
    /// The command that installs what is missing.
    remedy: &'static str,
}

/// How one of them is run.
enum Way {
    Native,
    Delegated(Delegate),
    NotRunnable,
    NotAskedFor,
}

impl FileStatus {
    /// `None` where there is no such file.
    pub(super) fn of(session: &Session, work_tree: &Path) -> Result<Option<Self>, Error> {
        let wanted = FileHooks::wanted(session);
        let environment = &session.outermost().environment;
        let file = FileHooks::of_work_tree(work_tree, &wanted)?;
        Ok(file.map(|file| Self {
            program: Delegate::find(environment, work_tree, &file),
            remedy: Delegate::remedy(environment, work_tree),
            file,
        }))
    }

    fn way(&self, hook: &FileHook) -> Way {
        match (&hook.how, self.program) {
            _ if !hook.is_wanted => Way::NotAskedFor,
            (How::Native(_), _) => Way::Native,
            (How::Delegated(_), Some(program)) => Way::Delegated(program),
            (How::Delegated(_), None) => Way::NotRunnable,
        }
    }

    /// A line about each of them.
    pub(super) fn tell(&self, session: &Session) {
        let hooks = count(self.file.hooks.len(), "hook");
        if !self.file.hooks.iter().any(|hook| hook.is_wanted) {
            session.answer(&format!("{FILE}: {hooks}, and [hooks] delegate asks for none of them"));
            return;
        }
        session.answer(&format!("{FILE}: {hooks}"));
        for hook in &self.file.hooks {
            let reason = reason(hook).unwrap_or_default();
            let way = match self.way(hook) {
                Way::Native => "native".to_owned(),
                Way::Delegated(program) => format!("delegated to {}: {reason}", program.name()),
                Way::NotRunnable => {
                    let missing = match self.file.is_of_prek {
                        true => "prek is not installed",
                        false => "neither prek nor pre-commit is installed",
                    };
                    format!("not runnable: {missing}, and {reason}")
                }
                Way::NotAskedFor => "not asked for by [hooks] delegate".to_owned(),
            };
            session.answer(&format!("    {:24} {way}", hook.own_name()));
        }
        if self.file.hooks.iter().any(|hook| matches!(self.way(hook), Way::NotRunnable)) {
            session.say(&session.printer.hint(self.remedy));
        }
    }

    pub(super) fn json(&self) -> Value {
        let hook = |hook: &FileHook| {
            let way = match self.way(hook) {
                Way::Native => "native",
                Way::Delegated(_) => "delegated",
                Way::NotRunnable => "not-runnable",
                Way::NotAskedFor => "not-asked-for",
            };
            json!({"id": hook.id, "alias": hook.alias, "line": hook.line, "runs": way, "reason": reason(hook)})
        };
        json!({
            "program": self.program.map(Delegate::name),
            "hooks": self.file.hooks.iter().map(hook).collect::<Vec<_>>(),
        })
    }
}

/// Why a hook does not run as it is.
fn reason(hook: &FileHook) -> Option<&str> {
    match &hook.how {
        How::Native(_) => None,
        How::Delegated(reason) => Some(reason),
    }
}
