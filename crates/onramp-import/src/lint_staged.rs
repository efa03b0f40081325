use crate::command::{FILES, program};
use crate::import::Import;
use crate::micromatch::translated;
use crate::node::{Node, Value};
use crate::spec::{Fixes, Line, Spec};
use crate::task::Section;
use crate::{ImportError, Stage, yaml};

impl Import {
    /// Adds the tasks of a `.lintstagedrc` in JSON or YAML, or of the key `lint-staged` of a `package.json`. Patterns
    /// and commands are about the folder of the file.
    ///
    /// # Errors
    /// Where the file cannot be read, with the place.
    pub fn lint_staged(&mut self, file: &str, text: &str) -> Result<(), ImportError> {
        let root = yaml::parse(file, text)?;
        self.lint_staged_node(file, &root)
    }

    pub(crate) fn lint_staged_node(&mut self, file: &str, root: &Node) -> Result<(), ImportError> {
        let Value::Map(entries) = &root.value else {
            let message = format!("the configuration of lint-staged is {}, not a mapping", root.value.kind());
            return Err(root.place.error(file, message));
        };
        if !self.files.iter().any(|known| known == file) {
            self.files.push(file.to_owned());
        }
        let mut known = self.lint_staged.take().unwrap_or_default();
        for entry in entries {
            let commands: Vec<&Node> = match &entry.node.value {
                Value::List(items) => items.iter().collect(),
                _ => vec![&entry.node],
            };
            for node in commands {
                let Value::Text(command) = &node.value else {
                    let message = format!("a command is {}, not a string", node.value.kind());
                    return Err(node.place.error(file, message));
                };
                let line = node.place.line;
                if let Some(reference) = self.lint_staged_command(file, line, &entry.key, command) {
                    known.push(reference);
                }
            }
        }
        self.lint_staged = Some(known);
        Ok(())
    }

    fn lint_staged_command(
        &mut self,
        file: &str,
        line: usize,
        pattern: &str,
        command: &str,
    ) -> Option<String> {
        let from = format!("{file}:{line} ({pattern}: {command})");
        let Ok(mut words) = shell_words::split(command) else {
            self.remark(&from, "left out: it has an open quote");
            return None;
        };
        if words.is_empty() || words.starts_with(&["git".to_owned(), "add".to_owned()]) {
            self.remark(&from, "left out: what formatters change goes into the commit anyway");
            return None;
        }
        let name = program(&words).unwrap_or("lint-staged").to_owned();
        words.push(FILES.to_owned());
        let mut spec = Spec::new(&name, from, Line::Words(words), Section::Lint);
        let globs = translated(pattern);
        spec.files = globs.files;
        spec.exclude = globs.exclude;
        if !globs.exact {
            spec.remarks.push(format!("files were fewer, by `{pattern}`"));
        }
        spec.dir = file.rsplit_once('/').map(|(folder, _)| folder.to_owned());
        spec.fixes = Fixes::Maybe;
        self.finds_node_programs(spec.dir.as_deref());
        let task = spec.task();
        let is_same = |known: &&mut crate::task::Task| {
            (&known.run, &known.dir, &known.exclude, known.section)
                == (&task.run, &task.dir, &task.exclude, task.section)
        };
        if let Some(known) = self.tasks.iter_mut().find(is_same) {
            let more = task.files.iter().filter(|glob| !known.files.contains(glob)).cloned();
            let more: Vec<String> = more.collect();
            known.files.extend(more);
            known.from.extend(task.from);
            return Some(known.reference());
        }
        Some(self.add(task))
    }

    /// Whether a command line runs lint-staged, and its tasks are known; the stage runs them then.
    pub(crate) fn runs_lint_staged(&mut self, line: &str, stage: Stage) -> bool {
        let words = shell_words::split(line).unwrap_or_default();
        if program(&words) != Some("lint-staged") {
            return false;
        }
        let Some(known) = self.lint_staged.clone() else { return false };
        self.lint_staged_runs = true;
        for reference in known {
            self.at(stage, &reference);
        }
        true
    }
}
