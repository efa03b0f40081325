//! What became of the changes that formatters made in staged files.

use onramp_config::Stage;
use onramp_core::{Event, Failure, Level, Problem, Reporter, Severity, Stream, TaskId};
use onramp_git::{Conflict, Published};

use crate::session::Session;
use crate::words::{count, some};

/// So many of the files whose changes are staged are named.
const NAMED: usize = 5;

/// So many lines of what could not be taken are repeated with the failure.
const PATCH_LINES: usize = 40;

/// Tells it, and fails where something could not be taken.
pub(super) fn tell(
    session: &Session,
    stage: Stage,
    task: &TaskId,
    published: &Published,
) -> Result<(), Failure> {
    let Published { taken, conflicts, overtaken, reverted } = published;
    if !taken.is_empty() {
        let names: Vec<String> = taken.iter().map(|path| path.display().to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let message = format!("staged the changes of {}", some(&names, NAMED));
        session.reporter.notice(Level::Note, &message);
    }
    if let Some(failure) = conflict(session, task, conflicts) {
        return Err(failure);
    }
    if let Some(path) = reverted.first() {
        let message = format!("a task has taken {} back to the newest commit by git", path.display());
        return Err(Failure::task(message).hint("git stash list"));
    }
    if stage == Stage::PreMergeCommit && !taken.is_empty() {
        // Git has made the tree of the merge before it runs the hook.
        let message = "git takes what was changed into a commit that is made by hand alone";
        return Err(Failure::task(message).hint("git commit"));
    }
    if let Some(path) = overtaken.first() {
        let message = format!("{} was staged anew while the hook ran", path.display());
        return Err(Failure::task(message).hint("git commit"));
    }
    Ok(())
}

/// Shows what does not go together with what is not staged.
fn conflict(session: &Session, task: &TaskId, conflicts: &[Conflict]) -> Option<Failure> {
    let patches = || conflicts.iter().flat_map(|conflict| conflict.patch.lines()).map(str::to_owned);
    for line in patches() {
        let (task, stream) = (task.clone(), Stream::Stdout);
        session.reporter.report(Event::TaskOutput { task, stream, line });
    }
    for conflict in conflicts {
        let problem = Problem {
            file: conflict.path.to_string_lossy().into_owned(),
            line: None,
            column: None,
            severity: Severity::Error,
            message: "what formatters changed is in conflict with what is not staged".to_owned(),
            code: None,
        };
        session.reporter.report(Event::TaskProblem { task: task.clone(), problem });
    }
    let path = conflicts.first()?.path.display().to_string();
    let files = match conflicts.len() {
        1 => path.clone(),
        more => format!("{}, {path} among them,", count(more, "file")),
    };
    let message = format!("what formatters changed in {files} is in conflict with what is not staged there");
    // People see no output of a task that has company, and this they have to.
    let tail = patches().take(PATCH_LINES).collect();
    Some(Failure {
        tail,
        ..Failure::task(message).hint(format!("git diff -- {}", shell_words::quote(&path)))
    })
}
