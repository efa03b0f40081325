use super::config::{Hook, PreCommitConfig, Repo, RepoKind};
use super::options::options;
use super::remote::{Builtin, Program, Remote, own, remote};
use crate::command::FILES;
use crate::import::Import;
use crate::spec::{Line, Spec};
use crate::task::{Section, Task, Tool};
use crate::{ImportError, Stage};

impl Import {
    /// Adds the hooks of a `.pre-commit-config.yaml`.
    ///
    /// # Errors
    /// Where the file cannot be read, with the place.
    pub fn pre_commit(&mut self, file: &str, text: &str) -> Result<(), ImportError> {
        let config = PreCommitConfig::read(file, text)?;
        self.files.push(file.to_owned());
        let mut translation = Translation { import: self, config: &config, file, builtins: Vec::new() };
        translation.settings();
        for repo in &config.repos {
            for hook in &repo.hooks {
                translation.hook(repo, hook);
            }
        }
        Ok(())
    }
}

pub(super) struct Translation<'a> {
    pub(super) import: &'a mut Import,
    pub(super) config: &'a PreCommitConfig,
    pub(super) file: &'a str,
    /// Checks that Onramp has itself, those with the same files and stages together: which task, when, and which.
    builtins: Vec<(usize, Vec<Stage>, Vec<&'static str>)>,
}

impl Translation<'_> {
    /// What the file says about all hooks and Onramp has no word for.
    fn settings(&mut self) {
        let place = self.file.to_owned();
        if self.config.fail_fast {
            self.import.remark(&place, "`fail_fast` is left out: `--fail-fast` decides that for a run");
        }
        for (line, key) in &self.config.others {
            let place = format!("{place}:{line}");
            self.import.remark(&place, format!("`{key}` is left out: it is about pre-commit itself"));
        }
        for repo in &self.config.repos {
            for (line, key) in &repo.others {
                self.import.remark(&format!("{place}:{line}"), format!("`{key}` is not known, and left out"));
            }
        }
    }

    fn hook(&mut self, repo: &Repo, hook: &Hook) {
        let action = match &repo.kind {
            RepoKind::Meta => {
                let text = format!("hook `{}` is left out: it checks pre-commit's own file", hook.id);
                self.import.remark(&self.place(hook), text);
                return;
            }
            RepoKind::Builtin => own(&hook.id),
            RepoKind::Remote { url, .. } => remote(url, &hook.id),
            RepoKind::Local => {
                self.local(hook);
                return;
            }
        };
        match action {
            Some(Remote::Builtin(builtin)) => self.builtin(hook, builtin),
            Some(Remote::Program(program)) => self.program(repo, hook, program),
            None => {
                let reason = match &repo.kind {
                    RepoKind::Remote { url, rev } => {
                        let rev = rev.as_ref().map(|rev| format!(" at {rev}")).unwrap_or_default();
                        format!("it comes from {url}{rev}")
                    }
                    _ => "no such check is built in".to_owned(),
                };
                self.delegate(hook, &reason);
            }
        }
    }

    fn place(&self, hook: &Hook) -> String {
        format!("{}:{}", self.file, hook.line)
    }

    fn label(&self, hook: &Hook) -> String {
        format!("{} ({})", self.place(hook), hook.id)
    }

    fn delegate(&mut self, hook: &Hook, reason: &str) {
        let place = self.place(hook);
        self.import.remark(&place, format!("hook `{}` stays in that file: {reason}", hook.id));
        self.import.leave(&hook.id);
    }

    fn local(&mut self, hook: &Hook) {
        let entry = hook.entry.as_deref().unwrap_or_default().trim();
        let language = hook.language.as_deref().unwrap_or_default();
        if language == "fail" {
            return self.fail(hook, entry);
        }
        let words = match super::native::command(hook) {
            Ok(Some(words)) => words,
            Ok(None) => {
                return self.delegate(hook, &format!("its language is `{language}`"));
            }
            Err(reason) => return self.delegate(hook, &reason),
        };
        self.command(hook, words, &["file"], hook.pass_filenames.unwrap_or(true), None);
    }

    /// A hook that fails where it sees a file.
    fn fail(&mut self, hook: &Hook, message: &str) {
        let message = shell_words::quote(message).replace('{', "{{").replace('}', "}}");
        let line = format!(
            "bad=; for file in {{files}}; do bad=1; printf '%s\\n' \"$file\"; done; \
             [ -z \"$bad\" ] || {{{{ printf '%s\\n' {message}; exit 1; }}}}"
        );
        let mut spec = Spec::new(&hook.id, self.label(hook), Line::Shell(line), Section::Lint);
        self.filter(hook, &["file"], &mut spec, true);
        self.finish(hook, spec, None);
    }

    fn program(&mut self, repo: &Repo, hook: &Hook, program: &Program) {
        let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let mut words = own(program.command);
        let mut remarks = Vec::new();
        words.extend(hook.args.clone().unwrap_or_else(|| own(program.args)));
        if let Some(entry) = &hook.entry {
            remarks.push(format!("its own `entry` is left out: {entry}"));
        }
        let mut packages = program.package.map(|(kind, name)| (kind, vec![name.to_owned()]));
        if !hook.additional_dependencies.is_empty() {
            let list = hook.additional_dependencies.join(", ");
            remarks.push(format!("it was installed with {list}"));
            if let Some((_, packages)) = &mut packages {
                let plain = |package: &&String| !package.contains(char::is_whitespace);
                for package in hook.additional_dependencies.iter().filter(plain) {
                    // The program itself in a version of its own takes the place of the program.
                    let is_own = package.strip_prefix(packages[0].as_str());
                    match is_own.is_some_and(|rest| rest.starts_with(['@', '=', '<', '>', '~', '!'])) {
                        true => packages[0] = package.clone(),
                        false => packages.push(package.clone()),
                    }
                }
            }
        }
        if let RepoKind::Remote { rev: Some(rev), .. } = &repo.kind {
            let version = program.is_versioned.then(|| version(rev)).flatten();
            if version.is_none() {
                remarks.push(format!("it was at {rev}"));
            }
            self.import.tool(Tool {
                name: program.command[0].to_owned(),
                version: version.map(|version| format!(">={version}")),
                fix: packages.map(|(kind, packages)| (kind, packages.join(" "))),
            });
        }
        let pass = hook.pass_filenames.unwrap_or(program.pass_filenames);
        self.command(hook, words, program.types, pass, Some(remarks));
    }

    fn command(
        &mut self,
        hook: &Hook,
        mut words: Vec<String>,
        types: &[&str],
        pass: bool,
        remarks: Option<Vec<String>>,
    ) {
        if pass {
            words.push(FILES.to_owned());
        }
        let mut spec = Spec::new(&hook.id, self.label(hook), Line::Words(words), Section::Lint);
        spec.remarks = remarks.unwrap_or_default();
        spec.env = hook.env.iter().map(|(name, value)| (name.clone(), doubled(value))).collect();
        self.filter(hook, types, &mut spec, pass);
        self.finish(hook, spec, None);
    }

    fn finish(&mut self, hook: &Hook, spec: Spec, stages: Option<&[Stage]>) {
        let mut task = spec.task();
        let name = hook.name.as_ref().filter(|name| **name != hook.id);
        task.description = hook.description.clone().or_else(|| name.cloned()).map(|text| one_line(&text));
        remark_keys(hook, &mut task);
        let stages = self.stages(hook, stages, &mut task);
        let reference = self.import.add(task);
        for stage in stages {
            self.import.at(stage, &reference);
        }
    }

    /// When it runs: what it says, or else whatever `pre-commit install` installs.
    fn stages(&self, hook: &Hook, own: Option<&[Stage]>, task: &mut Task) -> Vec<Stage> {
        let installed = self.config.default_install_hook_types.as_deref().unwrap_or(&[Stage::PreCommit]);
        let named = hook.stages.as_deref().filter(|stages| !stages.is_empty()).or(own);
        let stages: Vec<Stage> = match named {
            Some(stages) => stages.to_vec(),
            None => {
                let all = self.config.stages(hook);
                installed.iter().copied().filter(|stage| all.contains(stage)).collect()
            }
        };
        if stages.contains(&Stage::Manual) {
            task.remarks.push("stage `manual`: it runs by hand, too".to_owned());
        }
        stages.into_iter().filter(|stage| *stage != Stage::Manual).collect()
    }

    fn builtin(&mut self, hook: &Hook, builtin: &'static Builtin) {
        let section = if builtin.formats { Section::Format } else { Section::Lint };
        let name = if builtin.is_of_commits() { builtin.name } else { "builtin" };
        let mut task = Task::new(section, name, self.label(hook));
        if !builtin.is_of_commits() {
            let mut spec = Spec::new(name, String::new(), Line::Words(Vec::new()), section);
            // Onramp's own checks find out themselves which files they are for.
            self.filter(hook, &["text"], &mut spec, false);
            task.files = spec.files;
            task.exclude = spec.exclude;
            task.types = spec.types;
            task.remarks = spec.remarks;
        }
        let options = options(builtin.name, hook.args.as_deref().unwrap_or_default());
        if !options.left_out.is_empty() {
            let left_out = shell_words::join(options.left_out);
            task.remarks.push(format!("arguments of `{}` that are left out: {left_out}", hook.id));
        }
        task.builtin.push(options.entry);
        remark_keys(hook, &mut task);
        let stages = self.stages(hook, builtin.stages(), &mut task);
        let tasks = &mut self.import.tasks;
        let is_same = |known: &&mut (usize, Vec<Stage>, Vec<&str>)| {
            let (other, when, names) = (&tasks[known.0], &known.1, &known.2);
            (&other.files, &other.exclude, &other.types) == (&task.files, &task.exclude, &task.types)
                && other.section == section
                && *when == stages
                && !names.contains(&builtin.name)
                && !builtin.is_of_commits()
        };
        if let Some((known, _, names)) = self.builtins.iter_mut().find(is_same) {
            let known = &mut tasks[*known];
            known.from.extend(task.from);
            known.remarks.extend(task.remarks);
            known.builtin.extend(task.builtin);
            names.push(builtin.name);
            return;
        }
        if !builtin.is_of_commits() {
            self.builtins.push((tasks.len(), stages.clone(), vec![builtin.name]));
        }
        let reference = self.import.add(task);
        for stage in stages {
            self.import.at(stage, &reference);
        }
    }
}

/// What a hook says and a task has no key for.
fn remark_keys(hook: &Hook, task: &mut Task) {
    if hook.always_run == Some(true) && !task.files.is_empty() {
        task.remarks.push("`always_run`: it ran where no file matched, too".to_owned());
    }
    if hook.require_serial == Some(true) {
        task.remarks.push("`require_serial`: one process at a time".to_owned());
    }
    if hook.fail_fast == Some(true) {
        task.remarks.push("`fail_fast`: its failure ended the run".to_owned());
    }
    if let Some(alias) = &hook.alias {
        task.remarks.push(format!("`alias`: it was also called {alias}"));
    }
    if let Some(version) = &hook.language_version {
        task.remarks.push(format!("`language_version`: {version}"));
    }
    for (line, key) in &hook.others {
        task.remarks.push(format!("`{key}` of line {line} is left out"));
    }
}

/// A tag that is nothing but a version: `v0.6.9`.
fn version(rev: &str) -> Option<String> {
    let version = rev.strip_prefix('v').unwrap_or(rev);
    let parts: Vec<&str> = version.split('.').collect();
    let numbers = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    // Some mirrors count their own releases in a fourth number.
    (numbers && (2..=4).contains(&parts.len())).then(|| parts[..parts.len().min(3)].join("."))
}

/// A text without the ends of its lines.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn doubled(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}
