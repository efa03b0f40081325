//! What people are told when a hook has stopped git.

use onramp_config::Stage;
use onramp_core::{Level, Outcome, Reporter, RunSummary, TaskId};

use crate::ExitStatus;
use crate::session::Session;

/// So many tasks are named for the variable that skips them.
const NAMED: usize = 3;

/// The status of a hook's run. If that stops git, people are told what became of their command, and how to go on.
/// `tasks` are those that the hook names, which alone can be skipped.
pub(super) fn status(session: &Session, stage: Stage, summary: &RunSummary, tasks: &[TaskId]) -> ExitStatus {
    let status = ExitStatus::of_run(summary);
    if status != ExitStatus::Success
        && status != ExitStatus::Interrupted
        && let Some(what) = what_is_left(stage)
    {
        let failed: Vec<&TaskId> = failed(summary).filter(|task| tasks.contains(task)).collect();
        let skip = match failed.len() {
            1..=NAMED => {
                let names: Vec<String> = failed.iter().map(ToString::to_string).collect();
                format!(", or leave out what failed with ONRAMP_SKIP={}", names.join(","))
            }
            _ => String::new(),
        };
        session.reporter.notice(Level::Note, &format!("{what}{skip}"));
    }
    status
}

/// What has not happened because of a hook, and what makes it happen; `None` where git does not ask the hook.
fn what_is_left(stage: Stage) -> Option<&'static str> {
    match stage {
        Stage::PreCommit | Stage::PreMergeCommit | Stage::PrepareCommitMsg => {
            Some("nothing was committed: mend it, stage it and commit again")
        }
        Stage::CommitMsg => Some(
            "nothing was committed: mend the message with `git commit -e -F \"$(git rev-parse --git-path COMMIT_EDITMSG)\"`",
        ),
        Stage::PrePush => Some("nothing was pushed: mend it, commit it and push again"),
        Stage::PreRebase => Some("nothing was rebased"),
        Stage::PostCommit | Stage::PostCheckout | Stage::PostMerge | Stage::PostRewrite => None,
    }
}

/// The tasks that failed.
fn failed(summary: &RunSummary) -> impl Iterator<Item = &TaskId> {
    let has_failed = |outcome: &Outcome| matches!(outcome, Outcome::Failed(_));
    let ended = summary.tasks.iter().filter(move |ended| has_failed(&ended.outcome));
    ended.map(|ended| &ended.task)
}
