use std::collections::BTreeMap;

use crate::command::{ARGS, FILES, Words, known, template};
use crate::task::{Section, Task};

/// A command of another tool, before it is decided what kind of task it becomes.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    pub(crate) name: String,
    pub(crate) from: String,
    pub(crate) line: Line,
    pub(crate) files: Vec<String>,
    pub(crate) exclude: Vec<String>,
    /// One of which each file has.
    pub(crate) types: Vec<String>,
    pub(crate) dir: Option<String>,
    pub(crate) env: BTreeMap<String, String>,
    /// Whether it changes files, and that goes into the commit.
    pub(crate) fixes: Fixes,
    /// Whether it runs for files at all, and not after a merge or for a message.
    pub(crate) is_about_files: bool,
    /// What it is where neither program nor files tell.
    pub(crate) otherwise: Section,
    pub(crate) remarks: Vec<String>,
}

/// Whether a command changes files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fixes {
    Never,
    /// Its tool lets it, and does not tell.
    Maybe,
    Always,
}

#[derive(Clone, Debug)]
pub(crate) enum Line {
    /// Words, of which one may be [`FILES`].
    Words(Words),
    /// Lines for a shell: a template, braces doubled.
    Shell(String),
}

impl Spec {
    pub(crate) fn new(name: &str, from: String, line: Line, otherwise: Section) -> Self {
        Self {
            name: name.to_owned(),
            from,
            line,
            files: Vec::new(),
            exclude: Vec::new(),
            types: Vec::new(),
            dir: None,
            env: BTreeMap::new(),
            fixes: Fixes::Never,
            is_about_files: true,
            otherwise,
            remarks: Vec::new(),
        }
    }

    /// The task that it becomes.
    pub(crate) fn task(self) -> Task {
        let (known, uses_files, uses_args) = match &self.line {
            Line::Words(words) => {
                let has = |wanted: &str| words.iter().any(|word| word == wanted);
                (known(words), has(FILES), has(ARGS))
            }
            Line::Shell(text) => (None, text.contains("{files}"), text.contains("{args}")),
        };
        let filters = !self.files.is_empty() || !self.types.is_empty();
        let section = match known.as_ref().filter(|_| !uses_args).map(|known| known.section) {
            Some(section) if section.has_files() || !uses_files => section,
            // No other section has `{args}`.
            _ if uses_args => Section::Task,
            _ if uses_files || (filters && self.is_about_files) => Section::Lint,
            _ => self.otherwise,
        };
        let is_unknown = known.is_none();
        let mut task = Task::new(section, &self.name, self.from);
        task.remarks = self.remarks;
        task.dir = self.dir;
        task.env = self.env;
        task.exclude = self.exclude;
        task.files = self.files;
        task.types = self.types;
        let is_told = !task.files.is_empty() || !task.types.is_empty();
        if !is_told && (uses_files || !task.exclude.is_empty()) {
            task.files.push("**/*".to_owned());
        }
        if filters && !section.has_files() {
            let files: Vec<&str> = task.files.iter().chain(&task.types).map(String::as_str).collect();
            let files = files.join(", ");
            task.remarks.push(format!("it ran where one of these had changed: {files}; `inputs` may say so"));
        }
        match (self.line, known) {
            (Line::Words(_), Some(known)) if section == Section::Format => {
                task.check = known.check.as_deref().map(template);
                task.run.push(template(&known.run));
            }
            (Line::Words(_), Some(known)) if section == Section::Lint && known.check.is_some() => {
                task.run.extend(known.check.as_deref().map(template));
                task.fix = Some(template(&known.run));
                task.restage = self.fixes != Fixes::Never;
            }
            (line, _) => {
                let text = match line {
                    Line::Words(words) => template(&words),
                    Line::Shell(text) => {
                        task.shell = true;
                        text
                    }
                };
                if self.fixes == Fixes::Always && section == Section::Lint {
                    task.fix = Some(text.clone());
                    task.restage = true;
                    let remark = "no form of it that only checks is known: give `run` one";
                    task.remarks.push(remark.to_owned());
                } else if self.fixes == Fixes::Maybe && section == Section::Lint && is_unknown {
                    let remark =
                        "if it changes files, `fix` is its place, and `run` wants a form that only checks";
                    task.remarks.push(remark.to_owned());
                }
                task.run.push(text);
            }
        }
        task
    }
}
