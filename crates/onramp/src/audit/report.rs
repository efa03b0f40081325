use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use onramp_core::TaskId;
use serde_json::json;

use super::findings::Findings;
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::words::count;

/// So many files of a list are named to people.
const NAMES: usize = 12;

/// Answers with what was found.
pub(super) fn tell(session: &Session, task: &TaskId, found: &Findings) {
    if session.json() {
        let names = |paths: &BTreeSet<PathBuf>| {
            paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>()
        };
        return session.answer_json(json!({
            "version": SCHEMA_VERSION,
            "task": task.to_string(),
            "declared": found.is_declared(),
            "idle": found.is_idle,
            "reads": names(&found.reads),
            "writes": names(&found.writes),
            "inputs": found.inputs,
            "outputs": found.outputs,
            "caches": found.caches,
            "looked-at": names(&found.looked_at),
            "absent": names(&found.absent),
            "outside": found.outside,
        }));
    }
    for line in lines(task, found, &session.workspace().root) {
        session.answer(&line);
    }
}

fn lines(task: &TaskId, found: &Findings, root: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    match (found.is_declared(), found.is_idle) {
        (true, false) => lines.push(format!("{task} declares all files that it reads and writes")),
        (true, true) => {
            lines.push(format!("{task} declares all files that it has read and written this time"))
        }
        (false, _) => {}
    }
    for (files, does) in [(&found.reads, "reads"), (&found.writes, "writes")] {
        if !files.is_empty() {
            let number = count(files.len(), "file");
            lines.push(format!(
                "{task} {does} {number} without declaring {}",
                if files.len() == 1 { "it" } else { "them" }
            ));
            lines.extend(names(files));
        }
    }
    if found.is_idle {
        lines.push(idle(task, found));
    }
    if found.has_lines() {
        let file = found.configuration.strip_prefix(root).unwrap_or(&found.configuration);
        let kinds = [("inputs", &found.reads, &found.inputs), ("outputs", &found.writes, &found.outputs)];
        let kinds = kinds.iter().filter(|(_, files, _)| !files.is_empty());
        let keys: Vec<&str> = kinds.clone().map(|(key, ..)| *key).collect();
        lines.push(String::new());
        lines.push(format!(
            "# in [{}.{}] of {}, in place of its {}:",
            task.section(),
            key(task.name()),
            file.display(),
            keys.join(" and ")
        ));
        lines.extend(kinds.map(|(key, _, globs)| format!("{key} = {}", list(globs))));
    }
    let caches =
        found.caches.iter().map(|(cache, files)| format!("{cache} ({})", count(*files, "file"))).collect();
    let groups = [
        ("caches written to, ignored by git", caches),
        ("looked at, not read", short(&found.looked_at)),
        ("looked for, and not there", short(&found.absent)),
        ("outside the workspace", found.outside.clone()),
    ];
    lines.push(String::new());
    for (title, items) in groups.iter().filter(|(_, items)| !items.is_empty()) {
        lines.push(format!("{title}: {}", items.join(", ")));
    }
    lines.push("not seen: environment variables, which are read without the system's knowledge".to_owned());
    lines
}

/// What a run that has written nothing says of its task.
fn idle(task: &TaskId, found: &Findings) -> String {
    let looked = match found.looked_at.len() {
        0 => String::new(),
        number => format!(", though it looked at {} that it does not declare", count(number, "file")),
    };
    format!("{task} wrote none of its outputs{looked}: its tool may have found everything up to date")
}

fn names(files: &BTreeSet<PathBuf>) -> Vec<String> {
    let mut names: Vec<String> =
        files.iter().take(NAMES).map(|file| format!("    {}", file.display())).collect();
    if files.len() > NAMES {
        names.push(format!("    and {} more", files.len() - NAMES));
    }
    names
}

fn short(files: &BTreeSet<PathBuf>) -> Vec<String> {
    let mut names: Vec<String> = files.iter().take(NAMES).map(|file| file.display().to_string()).collect();
    if files.len() > NAMES {
        names.push(format!("and {} more", files.len() - NAMES));
    }
    names
}

/// A list as it is written in TOML, whose texts are quoted like those of JSON.
fn list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| json!(item).to_string()).collect();
    format!("[{}]", items.join(", "))
}

fn key(name: &str) -> String {
    let is_bare = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if is_bare { name.to_owned() } else { json!(name).to_string() }
}
