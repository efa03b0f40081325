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
    if found.is_declared() {
        lines.push(format!("{task} declares all files that it reads and writes"));
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
    if !found.is_declared() {
        let file = found.configuration.strip_prefix(root).unwrap_or(&found.configuration);
        lines.push(String::new());
        lines.push(format!("# {}", file.display()));
        lines.push(format!("[{}.{}]", task.section(), key(task.name())));
        if !found.reads.is_empty() {
            lines.push(format!("inputs = {}", list(&found.inputs)));
        }
        if !found.writes.is_empty() {
            lines.push(format!("outputs = {}", list(&found.outputs)));
        }
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
