use std::collections::BTreeMap;

use super::globs::{Matcher, translated};
use crate::fields::{Fields, text};
use crate::import::Import;
use crate::node::{Entry, Node, Value};
use crate::shell;
use crate::spec::{Fixes, Spec};
use crate::task::Section;
use crate::{ImportError, Stage, toml, yaml};

/// The placeholders that stand for files.
const FILES: [&str; 4] = ["{staged_files}", "{push_files}", "{all_files}", "{files}"];

/// Keys of the whole file that are about lefthook's own output and installation.
const OWN: &[&str] = &[
    "assert_lefthook_installed",
    "colors",
    "glob_matcher",
    "min_version",
    "no_auto_install",
    "no_tty",
    "output",
    "skip_lfs",
    "skip_output",
    "source_dir",
    "source_dir_local",
    "templates",
    "install_non_git_hooks",
    "lefthook",
    "rc",
];

impl Import {
    /// Adds the hooks of a `lefthook.yml`, or of the same in TOML or JSON.
    ///
    /// # Errors
    /// Where the file cannot be read, with the place.
    pub fn lefthook(&mut self, file: &str, text: &str) -> Result<(), ImportError> {
        let root = if file.ends_with(".toml") { toml::parse(file, text)? } else { yaml::parse(file, text)? };
        let fields = Fields::new(file, &root, "the file")?;
        let matcher = match fields.text("glob_matcher")?.as_deref() {
            Some("doublestar") => Matcher::Doublestar,
            _ => Matcher::Gobwas,
        };
        let scripts = fields.text("source_dir")?.unwrap_or_else(|| ".lefthook".to_owned());
        self.files.push(file.to_owned());
        let mut translation = Translation { import: self, file, matcher, scripts };
        translation.import.remark(file, "lefthook's globs do not tell upper case from lower case; these do");
        for entry in fields.others() {
            translation.entry(entry)?;
        }
        Ok(())
    }
}

struct Translation<'a> {
    import: &'a mut Import,
    file: &'a str,
    matcher: Matcher,
    /// The folder of the scripts.
    scripts: String,
}

/// What a hook or group says about all that is in it.
#[derive(Clone, Default)]
struct Scope {
    stage: Option<Stage>,
    hook: String,
    root: Option<String>,
    glob: Vec<String>,
    exclude: Vec<String>,
    env: BTreeMap<String, String>,
    tags: Vec<String>,
    types: Vec<String>,
    remarks: Vec<String>,
}

impl Translation<'_> {
    fn entry(&mut self, entry: &Entry) -> Result<(), ImportError> {
        let place = format!("{}:{}", self.file, entry.place.line);
        match entry.key.as_str() {
            "extends" | "remotes" | "remote" => {
                let text =
                    format!("`{}` is left out: other files are not read, import them by name", entry.key);
                self.import.remark(&place, text);
                Ok(())
            }
            key if OWN.contains(&key) => {
                self.import.remark(&place, format!("`{key}` is left out: it is about lefthook itself"));
                Ok(())
            }
            name => self.hook(name, &entry.node),
        }
    }

    fn hook(&mut self, name: &str, node: &Node) -> Result<(), ImportError> {
        let fields = Fields::new(self.file, node, name)?;
        let stage = Stage::from_name(name).filter(|stage| *stage != Stage::Manual && stage.name() == name);
        let mut scope = Scope { stage, hook: name.to_owned(), ..Scope::default() };
        let place = format!("{}:{}", self.file, node.place.line);
        if stage.is_none() {
            self.import
                .remark(&place, format!("`{name}` is no hook that Onramp has; its commands run by hand"));
        }
        for key in ["parallel", "follow", "fail_on_changes", "fail_on_changes_diff", "setup"] {
            if fields.node(key).is_some() {
                let text =
                    format!("`{key}` of `{name}` is left out: the task graph decides what runs at once");
                let text = if key.starts_with("fail") || key == "setup" {
                    format!("`{key}` of `{name}` is left out")
                } else {
                    text
                };
                self.import.remark(&place, text);
            }
        }
        if fields.truth("piped")? == Some(true) {
            let text =
                format!("`piped` of `{name}`: each ran only if the one before succeeded; `needs` says that");
            self.import.remark(&place, text);
        }
        self.scope(&fields, &mut scope)?;
        for key in ["commands", "scripts"] {
            if let Some(node) = fields.node(key) {
                let commands = Fields::new(self.file, node, key)?;
                for entry in commands.others() {
                    self.job(Some(entry), &entry.node, &scope, key == "scripts")?;
                }
            }
        }
        for job in fields.items("jobs")? {
            self.job(None, job, &scope, false)?;
        }
        for entry in fields.others() {
            let place = format!("{}:{}", self.file, entry.place.line);
            self.import.remark(&place, format!("`{}` of `{name}` is not known, and left out", entry.key));
        }
        Ok(())
    }

    /// Takes what a hook, a group or a command says about files and environment.
    fn scope(&self, fields: &Fields<'_>, scope: &mut Scope) -> Result<(), ImportError> {
        if let Some(root) = fields.text("root")? {
            let root = root.trim_start_matches("./").trim_end_matches('/').to_owned();
            scope.root = Some(root).filter(|root| !root.is_empty());
        }
        if let Some(globs) = fields.text_or_texts("glob")? {
            scope.glob = globs;
        }
        if let Some(globs) = fields.text_or_texts("exclude")? {
            scope.exclude.extend(globs);
        }
        if let Some(node) = fields.node("env") {
            for entry in Fields::new(self.file, node, "env")?.others() {
                let value = match &entry.node.value {
                    Value::Bool(truth) => truth.to_string(),
                    _ => text(self.file, &entry.node, &entry.key)?,
                };
                scope.env.insert(entry.key.clone(), value.replace('{', "{{").replace('}', "}}"));
            }
        }
        if let Some(command) = fields.text("files")? {
            scope.remarks.push(format!("its files came from `{command}`"));
        }
        if let Some(types) = fields.text_or_texts("file_types")? {
            match &*types {
                [tag] if onramp_file_types::is_known(tag) => scope.types = vec![tag.clone()],
                // A file has all of them there.
                _ => scope.remarks.push(format!("only files of the types {}", types.join(", "))),
            }
        }
        for key in ["skip", "only"] {
            if let Some(node) = fields.node(key) {
                scope.remarks.push(format!("`{key}`: {}", shown(node)));
            }
        }
        if let Some(tags) = fields.text_or_texts("tags")? {
            scope.tags.extend(tags);
        }
        if let Some(tags) = fields.text_or_texts("exclude_tags")? {
            scope.remarks.push(format!("`exclude_tags`: {}", tags.join(", ")));
        }
        Ok(())
    }

    fn job(
        &mut self,
        named: Option<&Entry>,
        node: &Node,
        scope: &Scope,
        is_script: bool,
    ) -> Result<(), ImportError> {
        let fields = Fields::new(self.file, node, "a job")?;
        let mut scope = scope.clone();
        self.scope(&fields, &mut scope)?;
        let line = named.map_or(node.place.line, |entry| entry.place.line);
        let own_name = match fields.text("name")? {
            None => named.map(|entry| entry.key.clone()),
            name => name,
        };
        if let Some(group) = fields.node("group") {
            let group = Fields::new(self.file, group, "group")?;
            if group.truth("piped")? == Some(true) {
                let name = own_name.as_deref().unwrap_or("a group");
                scope.remarks.push(format!("in {name} each ran only if the one before had succeeded"));
            }
            group.truth("parallel")?;
            for job in group.items("jobs")? {
                self.job(None, job, &scope, false)?;
            }
            return Ok(());
        }
        let script = match fields.text("script")? {
            None if is_script => named.map(|entry| entry.key.clone()),
            script => script,
        };
        let run = fields.text("run")?;
        let runner = fields.text("runner")?;
        let args = fields.text("args")?;
        let fixes = fields.truth("stage_fixed")?.unwrap_or(false);
        for key in ["priority", "fail_text", "interactive", "use_stdin", "timeout"] {
            if let Some(node) = fields.node(key) {
                scope.remarks.push(format!("`{key}` is left out: {}", shown(node)));
            }
        }
        for entry in fields.others() {
            scope.remarks.push(format!("`{}` is left out", entry.key));
        }
        let command = match (run, &script) {
            (Some(run), _) => run,
            (None, Some(script)) => {
                let path = format!("{}/{}/{script}", self.scripts, scope.hook);
                let start = runner.map_or_else(String::new, |runner| format!("{runner} "));
                // Scripts are handed what git hands to the hook.
                format!("{start}{path} {}", args.unwrap_or_else(|| "{0}".to_owned()))
            }
            (None, None) => {
                let name = own_name.unwrap_or_else(|| "a job".to_owned());
                let place = format!("{}:{line}", self.file);
                self.import.remark(&place, format!("{name} of `{}` has nothing to run", scope.hook));
                return Ok(());
            }
        };
        let name = own_name
            .or_else(|| script.clone())
            .or_else(|| command.split_whitespace().next().map(str::to_owned))
            .unwrap_or_default();
        self.add(&name, &command, line, scope, fixes);
        Ok(())
    }

    fn add(&mut self, name: &str, command: &str, line: usize, scope: Scope, fixes: bool) {
        let from = format!("{}:{line} ({name} of {})", self.file, scope.hook);
        if let Some(stage) = scope.stage
            && self.import.runs_lint_staged(command, stage)
        {
            self.import.remark(&from, "it runs lint-staged, whose own tasks are here instead");
            return;
        }
        let mut remarks = scope.remarks;
        if command.contains("{all_files}") {
            remarks.push("`{all_files}`: it was given all files, also where few had changed".to_owned());
        }
        if !scope.tags.is_empty() {
            remarks.push(format!("`tags`: {}", scope.tags.join(", ")));
        }
        let command = arguments(command);
        let uses_files = FILES.iter().any(|name| command.contains(name));
        let line = match shell::mentions_arguments(&command) {
            true if !uses_files => shell::with_arguments(&command, scope.stage.unwrap_or(Stage::Manual)),
            true => {
                remarks.push("a task with files is not told what git hands to the hook".to_owned());
                shell::line(&command, &FILES)
            }
            false => shell::line(&command, &FILES),
        };
        let mut spec = Spec::new(name, from, line, Section::Task);
        spec.fixes = if fixes { Fixes::Always } else { Fixes::Never };
        spec.is_about_files = scope.stage.is_none_or(Stage::has_files);
        spec.env = scope.env;
        for glob in &scope.glob {
            match translated(glob, self.matcher).and_then(|globs| below(scope.root.as_deref(), globs)) {
                Some(globs) => spec.files.extend(globs),
                None => {
                    remarks.push(format!("`glob`: {glob}"));
                    spec.files.push("**/*".to_owned());
                }
            }
        }
        for glob in &scope.exclude {
            match translated(glob, self.matcher).and_then(|globs| below(scope.root.as_deref(), globs)) {
                Some(globs) => spec.exclude.extend(globs),
                None => remarks.push(format!("`exclude`: {glob}")),
            }
        }
        // With a folder of its own a command ran only where something in it had changed.
        spec.types = scope.types;
        spec.dir = scope.root;
        spec.remarks = remarks;
        let task = spec.task();
        let reference = self.import.add(task);
        if let Some(stage) = scope.stage {
            self.import.at(stage, &reference);
        }
    }
}

/// Globs of the whole repository as globs of one folder of it; `None` where that cannot be said.
fn below(root: Option<&str>, globs: Vec<String>) -> Option<Vec<String>> {
    let Some(root) = root else { return Some(globs) };
    let inside = |glob: String| match glob.strip_prefix(&format!("{root}/")) {
        Some(rest) => Some(rest.to_owned()),
        // Any number of folders may be those that lead here.
        None if glob.starts_with("**/") => Some(glob),
        None if glob.starts_with("*/**/") => Some(glob.replacen("*/**/", "**/", 1)),
        None => None,
    };
    globs.into_iter().map(inside).collect()
}

/// Placeholders for what git hands to the hook, as a shell has them.
fn arguments(command: &str) -> String {
    let mut text = command.replace("{0}", "\"$@\"");
    for number in 1..10 {
        text = text.replace(&format!("{{{number}}}"), &format!("\"${number}\""));
    }
    text
}

/// A value on one line.
fn shown(node: &Node) -> String {
    match &node.value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(text) | Value::Text(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Value::List(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Map(entries) => {
            let pairs = entries.iter().map(|entry| format!("{} {}", entry.key, shown(&entry.node)));
            pairs.collect::<Vec<_>>().join(", ")
        }
    }
}
