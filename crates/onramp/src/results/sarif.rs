//! SARIF 2.1.0, of OASIS.
//!
//! A command is one run of one tool, `onramp`, and each task that tells of something is an extension of it with its own
//! rules: two linters may call different things `E501`. One SARIF run per task would be refused where somebody has many
//! tasks (GitHub takes twenty runs of a file), and the findings of a task that is gone would stay open there, because no
//! later run says that they are mended.

use std::path::PathBuf;

use onramp_core::{FailureKind, FilePlace, Outcome, Problem, TaskId};
use serde_json::{Value, json};

use super::rules::{RuleText, rule_of};
use super::{Results, TaskResult};
use crate::ExitStatus;

/// What the paths of all files are relative to.
const ROOT: &str = "SRCROOT";

/// The rule of a failure that no problem explains.
const TASK_FAILED: &str = "task-failed";

/// The rule of what ended a command that belongs to no task, where it is due to a file.
const FILE_UNREADABLE: &str = "file-unreadable";

/// What is told of tasks that did not run, and of the command: the name, its place, and what it means.
const NOTIFICATIONS: [(&str, &str); 3] = [
    ("task-skipped", "there was nothing to do for a task, or somebody did not want it"),
    ("task-not-run", "a task should have run and did not"),
    ("command-failed", "something ended the command that belongs to no task"),
];

/// The results as SARIF. `home` tells where a task is configured.
pub(crate) fn sarif(results: &Results, home: &dyn Fn(&TaskId) -> PathBuf) -> Value {
    let mut log = Log { results, home, found: Vec::new(), extensions: Vec::new(), told: Vec::new() };
    results.tasks.iter().for_each(|task| log.add(task));
    if let Some(error) = &results.error {
        log.tell("command-failed", "error", error.clone());
        log.add_error(error);
    }
    let notifications = NOTIFICATIONS.map(|(id, text)| json!({"id": id, "shortDescription": {"text": text}}));
    let driver = json!({
        "name": "onramp",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": [
            {
                "id": TASK_FAILED,
                "shortDescription": {"text": "a task failed, and its output tells of no error in a file"},
            },
            {
                "id": FILE_UNREADABLE,
                "shortDescription": {"text": "a file that the command needs is not as it has to be"},
            },
        ],
        "notifications": notifications,
    });
    let run = json!({
        "tool": {"driver": driver, "extensions": log.extensions},
        // What comes before the last slash is the category: the report of one verb does not take the place of that
        // of another.
        "automationDetails": {"id": format!("{}/", results.verb)},
        "originalUriBaseIds": {ROOT: {"uri": folder_uri(&results.root.to_string_lossy())}},
        "columnKind": "unicodeCodePoints",
        "invocations": [{
            "executionSuccessful": is_complete(results),
            "exitCode": results.status as u8,
            "toolExecutionNotifications": log.told,
            "properties": {
                "verb": results.verb,
                "tasks": results.tasks.iter().map(task_json).collect::<Vec<_>>(),
            },
        }],
        "results": log.found,
    });
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    })
}

/// Whether everything was looked at: what linters find is a result, not a failure of theirs.
fn is_complete(results: &Results) -> bool {
    let is_broken = |task: &TaskResult| match &task.outcome {
        Outcome::Failed(failure) => failure.kind != FailureKind::Task,
        outcome => !outcome.is_success(),
    };
    let has_ended = matches!(results.status, ExitStatus::Success | ExitStatus::Failed);
    has_ended && results.error.is_none() && !results.tasks.iter().any(is_broken)
}

struct Log<'a> {
    results: &'a Results,
    home: &'a dyn Fn(&TaskId) -> PathBuf,
    found: Vec<Value>,
    extensions: Vec<Value>,
    told: Vec<Value>,
}

impl Log<'_> {
    fn add(&mut self, task: &TaskResult) {
        self.add_problems(task);
        if task.unexplained().is_some() {
            self.add_failure(task);
        }
        let name = &task.task;
        match &task.outcome {
            Outcome::LeftOut { reason } => {
                self.tell("task-skipped", "note", format!("{name} was skipped: {reason}"));
            }
            Outcome::Skipped { because } => {
                let text = format!("{name} did not run, because {because} did not succeed");
                self.tell("task-not-run", "warning", text);
            }
            Outcome::NotStarted => {
                let text = format!("{name} did not run, because the run was ended before its turn");
                self.tell("task-not-run", "warning", text);
            }
            Outcome::Passed | Outcome::UpToDate | Outcome::Restored | Outcome::Failed(_) => {}
        }
    }

    fn add_problems(&mut self, task: &TaskResult) {
        if task.problems.is_empty() {
            return;
        }
        let name = task.task.to_string();
        let mut rules: Vec<&str> = Vec::new();
        for problem in &task.problems {
            // A tool that has no names for its rules has one.
            let rule = problem.code.as_deref().unwrap_or(&name);
            let place = rules.iter().position(|known| *known == rule).unwrap_or_else(|| {
                rules.push(rule);
                rules.len() - 1
            });
            self.found.push(json!({
                "ruleId": rule,
                "rule": {
                    "id": rule,
                    "index": place,
                    "toolComponent": {"name": name, "index": self.extensions.len()},
                },
                "level": problem.severity.word(),
                "message": {"text": problem.message},
                "locations": [location(problem)],
                "properties": {"task": name},
            }));
        }
        let rules: Vec<Value> = rules.iter().map(|rule| descriptor(&task.task, rule)).collect();
        self.extensions.push(json!({"name": name, "rules": rules}));
    }

    /// A failure lies where the task is configured, because a result without a place is shown nowhere.
    fn add_failure(&mut self, task: &TaskResult) {
        let Some(failure) = task.unexplained() else { return };
        let mut lines = vec![format!("{} failed: {}", task.task, failure.message)];
        lines.extend(failure.tail.iter().map(|line| anstream::adapter::strip_str(line).to_string()));
        let mut result = json!({
            "ruleId": TASK_FAILED,
            "ruleIndex": 0,
            "level": "error",
            "message": {"text": lines.join("\n")},
            "properties": {"task": task.task.to_string()},
        });
        if let Some(file) = self.results.relative(&(self.home)(&task.task)) {
            let artifact = json!({"uri": encoded(&file), "uriBaseId": ROOT});
            let place = json!({"artifactLocation": artifact, "region": {"startLine": 1}});
            result["locations"] = json!([{"physicalLocation": place}]);
        }
        self.found.push(result);
    }

    /// What ended the command lies in the file that it is due to.
    fn add_error(&mut self, error: &str) {
        let Some(FilePlace { file, line }) = &self.results.at else { return };
        let Some(file) = self.results.relative(file) else { return };
        let artifact = json!({"uri": encoded(&file), "uriBaseId": ROOT});
        let place = json!({"artifactLocation": artifact, "region": {"startLine": line.unwrap_or(1).max(1)}});
        self.found.push(json!({
            "ruleId": FILE_UNREADABLE,
            "ruleIndex": 1,
            "level": "error",
            "message": {"text": error},
            "locations": [{"physicalLocation": place}],
        }));
    }

    fn tell(&mut self, id: &str, level: &str, text: String) {
        let place = NOTIFICATIONS.iter().position(|(known, _)| *known == id);
        self.told.push(json!({
            "descriptor": {"id": id, "index": place},
            "level": level,
            "message": {"text": text},
        }));
    }
}

/// A rule, with what is known of it.
fn descriptor(task: &TaskId, code: &str) -> Value {
    let Some(RuleText { what, remedy, level }) = rule_of(task, code) else { return json!({"id": code}) };
    json!({
        "id": code,
        "name": camel_case(code),
        "shortDescription": {"text": what},
        "fullDescription": {"text": format!("{what} Instead: {remedy}")},
        "help": {
            "text": format!("{what}\n\nInstead: {remedy}"),
            "markdown": format!("{what}\n\n**Instead:** {remedy}"),
        },
        "defaultConfiguration": {"level": level.word()},
    })
}

/// `drop-table` as `DropTable`, which is how readers of the format show names.
fn camel_case(code: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    code.split('-').map(capital).collect()
}

fn location(problem: &Problem) -> Value {
    // Without a line a problem is about the whole file; who shows results wants a line all the same.
    let mut region = json!({"startLine": problem.line.unwrap_or(1).max(1)});
    if let (Some(_), Some(column)) = (problem.line, problem.column.filter(|column| *column > 0)) {
        region["startColumn"] = json!(column);
    }
    let artifact = json!({"uri": encoded(&problem.file), "uriBaseId": ROOT});
    json!({"physicalLocation": {"artifactLocation": artifact, "region": region}})
}

/// The URI of a folder, which ends with one slash even where it is the root of all.
fn folder_uri(folder: &str) -> String {
    format!("file://{}/", encoded(folder.trim_end_matches('/')))
}

fn task_json(task: &TaskResult) -> Value {
    let mut value = json!({
        "task": task.task.to_string(),
        "outcome": task.outcome.word(),
        "milliseconds": task.elapsed.as_millis() as u64,
    });
    if let Outcome::LeftOut { reason } = &task.outcome {
        value["reason"] = json!(reason);
    }
    if let Some(files) = &task.files {
        value["files"] = json!(files.given);
        value["changed"] = json!(files.changed);
    }
    value
}

/// A path as a part of a URI.
fn encoded(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    let encoded = |byte: u8| match is_plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    path.bytes().map(encoded).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_of_all_has_one_slash() {
        assert_eq!(
            (folder_uri("/"), folder_uri("/a b")),
            ("file:///".to_owned(), "file:///a%20b/".to_owned())
        );
    }

    #[test]
    fn a_path_becomes_a_uri_that_means_the_same() {
        assert_eq!(encoded("a b/ä#1.py"), "a%20b/%C3%A4%231.py");
        assert_eq!(encoded("src/a-b_c.d~e"), "src/a-b_c.d~e");
    }
}
