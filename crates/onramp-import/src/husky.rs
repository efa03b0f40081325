use std::collections::BTreeMap;

use crate::command::{program, simple};
use crate::import::Import;
use crate::node::{Node, Value};
use crate::spec::{Line, Spec};
use crate::task::Section;
use crate::{ImportError, Stage, shell};

/// Words by which a line is a part of something larger.
const CONTROL: [&str; 15] = [
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "function",
    "exit", "return",
];

impl Import {
    /// Adds a script of `.husky`. `file` is its path, whose last part is the hook.
    ///
    /// # Errors
    /// None so far: whatever a shell would read can be kept for one.
    pub fn husky(&mut self, file: &str, text: &str) -> Result<(), ImportError> {
        let name = file.rsplit('/').next().unwrap_or(file);
        let stage = Stage::from_name(name).filter(|stage| stage.name() == name && *stage != Stage::Manual);
        self.files.push(file.to_owned());
        let Some(stage) = stage else {
            self.remark(file, "left out: git has no hook of this name, or Onramp does not run it");
            return Ok(());
        };
        self.finds_node_programs(None);
        self.script(file, 1, stage, text);
        Ok(())
    }

    /// The hooks of a mapping of names to command lines, as husky 4 and simple-git-hooks have them.
    pub(crate) fn hook_lines(&mut self, file: &str, node: &Node, of: &str) -> Result<(), ImportError> {
        let Value::Map(entries) = &node.value else { return Ok(()) };
        for entry in entries {
            let place = format!("{file}:{}", entry.place.line);
            match (&entry.node.value, Stage::from_name(&entry.key)) {
                (Value::Text(text), Some(stage)) if stage.name() == entry.key => {
                    self.script(file, entry.node.place.line, stage, text);
                }
                _ => self.remark(&place, format!("`{}` of {of} is left out", entry.key)),
            }
        }
        if !self.files.iter().any(|known| known == file) {
            self.files.push(file.to_owned());
        }
        Ok(())
    }

    fn script(&mut self, file: &str, first: usize, stage: Stage, text: &str) {
        let lines: Vec<(usize, &str)> = text
            .lines()
            .enumerate()
            .map(|(index, line)| (first + index, line.trim()))
            .filter(|(_, line)| !is_idle(line))
            .collect();
        if lines.iter().any(|(_, line)| is_control(line)) {
            let from = format!("{file}:{first} ({stage})");
            let remark = "a script with control flow, kept as it is for a shell";
            let body: String =
                text.lines().filter(|line| !is_start(line.trim())).map(|l| format!("{l}\n")).collect();
            self.shell_task(stage.name(), from, stage, &body, Vec::new(), vec![remark.to_owned()]);
            return;
        }
        let mut dir: Option<String> = None;
        let mut env: BTreeMap<String, String> = BTreeMap::new();
        for (number, line) in lines {
            let place = format!("{file}:{number}");
            if let Some(folder) = folder(line) {
                dir = Some(joined(dir.as_deref(), &folder));
                continue;
            }
            if let Some((name, value)) = variable(line) {
                env.insert(name, value.replace('{', "{{").replace('}', "}}"));
                continue;
            }
            let (line, folder) = match line.split_once("&&") {
                Some((start, rest)) if folder(start.trim()).is_some() && !rest.contains("cd ") => {
                    (rest.trim(), folder(start.trim()))
                }
                _ => (line, None),
            };
            let dir = folder.map(|folder| joined(dir.as_deref(), &folder)).or_else(|| dir.clone());
            self.line(&place, line, stage, dir, &env);
        }
    }

    /// One command of a script.
    fn line(
        &mut self,
        place: &str,
        line: &str,
        stage: Stage,
        dir: Option<String>,
        env: &BTreeMap<String, String>,
    ) {
        let from = format!("{place} ({stage}: {line})");
        if self.runs_lint_staged(line, stage) {
            self.remark(&from, "it runs lint-staged, whose own tasks are here instead");
            return;
        }
        if line.starts_with(". ") || line.starts_with("source ") {
            self.remark(&from, "left out: what a script reads for itself");
            return;
        }
        let env: Vec<(String, String)> =
            env.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let words = simple(line).unwrap_or_else(|| shell_words::split(line).unwrap_or_default());
        let name = task_name(&words).unwrap_or_else(|| stage.name().to_owned());
        let mut remarks = Vec::new();
        if program(&words) == Some("lint-staged") {
            remarks.push("the configuration of lint-staged was not found, or is code".to_owned());
        }
        if line.contains('$') && shell::mentions_arguments(line) {
            let line = shell::with_arguments(line, stage);
            let mut spec = Spec::new(&name, from, line, Section::Task);
            spec.dir = dir;
            spec.env = env.into_iter().collect();
            spec.remarks = remarks;
            let reference = self.add(spec.task());
            self.at(stage, &reference);
            return;
        }
        let otherwise = if stage.has_files() { Section::Lint } else { Section::Task };
        let mut spec = Spec::new(&name, from, shell::line(line, &[]), otherwise);
        if let Line::Shell(_) = spec.line {
            spec.otherwise = Section::Task;
            spec.remarks.push("a line for a shell, kept as it is".to_owned());
        }
        spec.dir = dir;
        spec.is_about_files = stage.has_files();
        spec.env = env.into_iter().collect();
        spec.remarks.extend(remarks);
        let reference = self.add(spec.task());
        self.at(stage, &reference);
    }

    fn shell_task(
        &mut self,
        name: &str,
        from: String,
        stage: Stage,
        text: &str,
        env: Vec<(String, String)>,
        remarks: Vec<String>,
    ) {
        let body = text.replace('{', "{{").replace('}', "}}");
        let body = if shell::mentions_arguments(text) { format!("set -- {{args}}\n{body}") } else { body };
        let mut spec = Spec::new(name, from, Line::Shell(body), Section::Task);
        spec.env = env.into_iter().collect();
        spec.remarks = remarks;
        let reference = self.add(spec.task());
        self.at(stage, &reference);
    }
}

/// A line that does nothing: a comment, the start of every script of husky, an option of the shell.
fn is_idle(line: &str) -> bool {
    line.is_empty() || line.starts_with('#') || is_start(line) || line == "set -e" || line == "set -eu"
}

/// The first line of a script, and the line that husky wrote itself.
fn is_start(line: &str) -> bool {
    line.starts_with("#!") || line.starts_with(". ") && line.contains("/_/husky.sh")
}

/// Whether a line belongs to something larger than itself.
fn is_control(line: &str) -> bool {
    let word = line.split(|letter: char| letter.is_whitespace() || letter == ';').next().unwrap_or_default();
    CONTROL.contains(&word)
        || line.ends_with(['\\', '{', '(', '|'])
        || line.ends_with("&&")
        || line.starts_with(['}', ')', '[', '{', '('])
        || line.contains("<<")
        || line.contains("()")
        || (line.contains(';') && CONTROL.iter().any(|word| line.contains(&format!("; {word}"))))
        || assigns(line)
        || shell_words::split(line).is_err()
}

/// Whether a line sets a variable of the shell to something that it has to work out.
fn assigns(line: &str) -> bool {
    let name: String =
        line.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect();
    !name.is_empty() && line[name.len()..].starts_with('=') && variable(line).is_none()
}

/// The folder of a line that goes there.
fn folder(line: &str) -> Option<String> {
    match simple(line)?.as_slice() {
        [cd, folder] if cd == "cd" && !folder.starts_with(['/', '-', '~']) => Some(folder.clone()),
        _ => None,
    }
}

fn joined(before: Option<&str>, folder: &str) -> String {
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    match before {
        Some(before) if folder == ".." => {
            before.rsplit_once('/').map_or_else(|| ".".to_owned(), |(front, _)| front.to_owned())
        }
        Some(before) if before != "." => format!("{before}/{folder}"),
        _ => folder.to_owned(),
    }
}

/// `export NAME=value`, or without the first word.
fn variable(line: &str) -> Option<(String, String)> {
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=')?;
    let is_name =
        !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    match simple(&format!("x {value}"))?.as_slice() {
        [_] if is_name => Some((name.to_owned(), String::new())),
        [_, value] if is_name => Some((name.to_owned(), value.clone())),
        _ => None,
    }
}

/// What a task of this command is called: the script that a package manager runs, or else the program.
fn task_name(words: &[String]) -> Option<String> {
    let is_manager =
        |word: &String| matches!(word.as_str(), "npm" | "pnpm" | "yarn" | "bun" | "make" | "cargo" | "go");
    let words: Vec<String> = words.iter().skip_while(|word| word.contains('=')).cloned().collect();
    match words.as_slice() {
        [manager, run, script, ..] if is_manager(manager) && run == "run" => Some(script.clone()),
        [manager, script, ..] if is_manager(manager) && !script.starts_with('-') => Some(script.clone()),
        words => program(words).map(str::to_owned),
    }
}
