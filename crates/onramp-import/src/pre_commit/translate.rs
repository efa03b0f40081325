use super::config::{FilePattern, Hook, PreCommitConfig, Repo, RepoKind};
use super::identify;
use super::options::options;
use super::remote::{Builtin, Program, Remote, own, remote};
use super::tags::KINDS;
use crate::command::FILES;
use crate::import::Import;
use crate::regex_glob::from_regex;
use crate::spec::{Line, Spec};
use crate::task::{Section, Task, Tool};
use crate::{ImportError, Stage, glob};

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

struct Translation<'a> {
    import: &'a mut Import,
    config: &'a PreCommitConfig,
    file: &'a str,
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
        if !self.import.delegate.contains(&hook.id) {
            self.import.delegate.push(hook.id.clone());
        }
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
            (&other.files, &other.exclude) == (&task.files, &task.exclude)
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

    /// The files that a hook sees, as far as globs can say it. What they cannot say makes them wider, never
    /// narrower.
    fn filter(&mut self, hook: &Hook, types: &[&str], spec: &mut Spec, pass: bool) {
        let names = self.names(hook, types, spec);
        let own = self.include(hook.files.as_ref(), "files", spec);
        let all = self.include(self.config.files.as_ref(), "files of the whole file", spec);
        let paths = match (own, all) {
            (Some(own), Some(all)) => Some(glob::both(&all, &own).unwrap_or_else(|| {
                spec.remarks.push(format!("of these files only those among {}", all.join(", ")));
                own
            })),
            (own, all) => own.or(all),
        };
        spec.files = match (paths, names) {
            (Some(paths), Some(names)) => glob::both(&paths, &names).unwrap_or_else(|| {
                spec.remarks.push(format!("of these files only those among {}", names.join(", ")));
                paths
            }),
            (Some(globs), None) | (None, Some(globs)) => globs,
            (None, None) if pass => vec!["**/*".to_owned()],
            (None, None) => Vec::new(),
        };
        for pattern in [&hook.exclude, &self.config.exclude].into_iter().flatten() {
            spec.exclude.extend(exclude(pattern, &mut spec.remarks));
        }
    }

    fn include(&self, pattern: Option<&FilePattern>, key: &str, spec: &mut Spec) -> Option<Vec<String>> {
        match pattern? {
            FilePattern::Globs(globs) => Some(globs.clone()),
            FilePattern::Regex(regex) if regex.trim().is_empty() => None,
            FilePattern::Regex(regex) => match from_regex(regex) {
                Some(globs) => {
                    if !globs.exact {
                        spec.remarks
                            .push(format!("{key} were `{}`, where `.` is any letter", one_line(regex)));
                    }
                    Some(globs.globs)
                }
                None => {
                    spec.remarks.push(format!("{key} were fewer, by `{}`", one_line(regex)));
                    None
                }
            },
        }
    }

    /// The globs for the types of a hook; `None` where any name will do.
    fn names(&mut self, hook: &Hook, types: &[&str], spec: &mut Spec) -> Option<Vec<String>> {
        let types: Vec<&str> = match &hook.types {
            Some(types) => types.iter().map(String::as_str).collect(),
            None => types.to_vec(),
        };
        // Several types of a known hook are alternatives; those that a file names must all be met.
        let (all, mut any) =
            if hook.types.is_some() || types.len() == 1 { (types, Vec::new()) } else { (vec![], types) };
        if !hook.types_or.is_empty() {
            any = hook.types_or.iter().map(String::as_str).collect();
        }
        let mut names: Option<Vec<String>> = None;
        for tag in &all {
            if let Some(globs) = self.of_type(tag, spec) {
                names = Some(match names {
                    None => globs,
                    Some(before) => before.into_iter().filter(|glob| globs.contains(glob)).collect(),
                });
            }
        }
        let alternatives: Option<Vec<Vec<String>>> = any.iter().map(|tag| self.of_type(tag, spec)).collect();
        if let Some(alternatives) = alternatives.filter(|lists| !lists.is_empty()) {
            let mut globs = alternatives.concat();
            let mut seen = std::collections::BTreeSet::new();
            globs.retain(|glob| seen.insert(glob.clone()));
            names = Some(match names {
                None => globs,
                Some(before) => before.into_iter().filter(|glob| globs.contains(glob)).collect(),
            });
        }
        for tag in &hook.exclude_types {
            match self.of_type(tag, spec) {
                Some(globs) => spec.exclude.extend(globs),
                None => spec.remarks.push(format!("`exclude_types` had `{tag}`")),
            }
        }
        let names = names.filter(|names| !names.is_empty());
        let wants_text = any.contains(&"text") || all.contains(&"text");
        let runs = !matches!(&spec.line, Line::Words(words) if words.is_empty());
        if names.is_none() && wants_text && runs {
            spec.remarks.push("of these files only text: binary ones are given to it, too".to_owned());
        }
        names
    }

    fn of_type(&mut self, tag: &str, spec: &mut Spec) -> Option<Vec<String>> {
        if matches!(tag, "file" | "text") {
            return None;
        }
        let globs = identify::globs(tag);
        if KINDS.contains(&tag) || globs.is_empty() {
            spec.remarks.push(format!("only files of the type `{tag}`, which has no glob"));
            return None;
        }
        if identify::is_of_scripts(tag) {
            let text =
                "types are globs now: a script without an ending that says its type by `#!` is none of them";
            let remark = format!("{}: {text}", self.file);
            if !self.import.remarks.contains(&remark) {
                self.import.remarks.push(remark);
            }
        }
        Some(globs)
    }
}

fn exclude(pattern: &FilePattern, remarks: &mut Vec<String>) -> Vec<String> {
    match pattern {
        FilePattern::Globs(globs) => globs.clone(),
        FilePattern::Regex(regex) if matches!(regex.trim(), "" | "^$") => Vec::new(),
        FilePattern::Regex(regex) => {
            let globs = from_regex(regex);
            if globs.as_ref().is_none_or(|globs| !globs.exact) {
                let how = if globs.is_some() { "about" } else { "also" };
                let remark = format!("files that were {how} left out: `{}`", one_line(regex));
                remarks.push(remark);
            }
            globs.map(|globs| globs.globs).unwrap_or_default()
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

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn doubled(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}
