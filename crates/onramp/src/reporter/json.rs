use std::sync::Arc;

use onramp_core::{Event, Failure, FailureKind, FilePlace, Level, Outcome, Reporter, Stream};
use serde_json::{Value, json};

use crate::{Error, Printer};

/// The version of every machine-readable shape; `docs/formats.md` describes it. Fields may be added without
/// a new version, so readers should ignore what they do not know.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// So many files are listed of those that a watch has seen change.
const CHANGED_FILES: usize = 100;

/// One JSON object a line, on standard output.
pub(super) struct Json {
    printer: Arc<Printer>,
}

impl Json {
    pub(super) fn new(printer: Arc<Printer>) -> Self {
        Self { printer }
    }
}

impl Reporter for Json {
    fn report(&self, event: Event) {
        self.printer.json(event_json(event));
    }
}

fn event_json(event: Event) -> Value {
    let mut value = match event {
        Event::RunStarted { verb, tasks } => json!({"event": "run-started", "verb": verb, "tasks": tasks}),
        Event::TaskStarted { task } => json!({"event": "task-started", "task": task.to_string()}),
        Event::TaskStep { task, step } => {
            json!({"event": "task-step", "task": task.to_string(), "step": step})
        }
        Event::TaskOutput { task, stream, line } => json!({
            "event": "task-output",
            "task": task.to_string(),
            "stream": match stream { Stream::Stdout => "stdout", Stream::Stderr => "stderr" },
            "line": line,
        }),
        Event::TaskFinished { task, outcome, elapsed } => {
            let mut value = outcome_json(&outcome);
            value["event"] = json!("task-finished");
            value["task"] = json!(task.to_string());
            value["milliseconds"] = json!(elapsed.as_millis() as u64);
            value
        }
        Event::TaskProblem { task, problem } => json!({
            "event": "task-problem",
            "task": task.to_string(),
            "severity": problem.severity.word(),
            "file": problem.file,
            "line": problem.line,
            "column": problem.column,
            "code": problem.code,
            "message": problem.message,
        }),
        Event::TaskFiles { task, files } => json!({
            "event": "task-files",
            "task": task.to_string(),
            "given": files.given,
            "changed": files.changed,
        }),
        Event::TaskAnswer { task, text } => {
            json!({"event": "task-answer", "task": task.to_string(), "text": text})
        }
        Event::Notice { level, message } => json!({
            "event": "notice",
            "level": match level {
                Level::Detail => "detail",
                Level::Note | Level::Asked => "note",
                Level::Warning => "warning",
            },
            "message": message,
        }),
        Event::RunFinished(summary) => json!({
            "event": "run-finished",
            "verb": summary.verb,
            "milliseconds": summary.elapsed.as_millis() as u64,
            "tasks": summary.tasks.iter().map(|ended| {
                let mut value = outcome_json(&ended.outcome);
                value["task"] = json!(ended.task.to_string());
                value["milliseconds"] = json!(ended.elapsed.as_millis() as u64);
                value
            }).collect::<Vec<_>>(),
        }),
        Event::WatchWaiting => json!({"event": "watch-waiting"}),
        Event::WatchChanged { files } => json!({
            "event": "watch-changed",
            "files": files.iter().take(CHANGED_FILES).collect::<Vec<_>>(),
            "total": files.len(),
        }),
        _ => json!({"event": "unknown"}),
    };
    value["version"] = json!(SCHEMA_VERSION);
    value
}

/// How a task ended, with why where it did not succeed.
pub(crate) fn outcome_json(outcome: &Outcome) -> Value {
    let mut value = json!({"outcome": outcome.word()});
    match outcome {
        Outcome::Failed(failure) => value["failure"] = failure_json(failure),
        Outcome::Skipped { because } => value["because"] = json!(because.to_string()),
        Outcome::LeftOut { reason } => value["reason"] = json!(reason),
        Outcome::Passed | Outcome::UpToDate | Outcome::Restored | Outcome::NotStarted => {}
    }
    value
}

/// Adds the file that something is due to, and its line.
fn place_json(value: &mut Value, at: Option<&FilePlace>) {
    if let Some(FilePlace { file, line }) = at {
        value["file"] = json!(file.display().to_string());
        value["line"] = json!(line);
    }
}

fn failure_json(failure: &Failure) -> Value {
    let mut value = json!({
        "kind": match failure.kind {
            FailureKind::Interrupted => "interrupted",
            FailureKind::Panic => "panic",
            FailureKind::Task => "task",
            FailureKind::Environment => "environment",
        },
        "message": failure.message,
        "tail": failure.tail,
        "log": failure.log.as_ref().map(|log| log.display().to_string()),
        "hint": failure.hint,
    });
    place_json(&mut value, failure.at.as_deref());
    value
}

/// An error that ended the run before or instead of any task.
pub(crate) fn error_json(error: &Error) -> Value {
    let mut value = json!({
        "version": SCHEMA_VERSION,
        "event": "error",
        "message": error.to_string(),
        "exit-code": error.status() as u8,
    });
    match error {
        Error::Configuration(diagnostics) => {
            value["diagnostics"] = diagnostics
                .iter()
                .map(|diagnostic| {
                    json!({
                        "message": diagnostic.message,
                        "file": diagnostic.file.display().to_string(),
                        "line": diagnostic.line,
                        "column": diagnostic.column,
                        "hint": diagnostic.hint,
                    })
                })
                .collect();
        }
        Error::Other { hint, at, .. } => {
            value["hint"] = json!(hint);
            place_json(&mut value, at.as_deref());
        }
        Error::Reported(_) => {}
    }
    value
}
