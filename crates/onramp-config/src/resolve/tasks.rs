use std::collections::BTreeMap;

use onramp_core::TaskId;

use super::Context;
use super::builtins::{Taken, builtins};
use super::commands::{Runner, commands};
use super::env::variables;
use super::globs::{globs, inside_workspace, output};
use super::needs::{Known, task_needs};
use super::paths::{folder, inside};
use super::templates::{Allowed, expand_all};
use super::timeout::timeout;
use crate::config::{Actions, Commands, FILES_ON_STDIN, FileSet, Section, TaskConfig};
use crate::file::{Common, ConfigFile, Lines};
use crate::placeholder::Values;
use crate::spot::Spot;
use crate::suggest::did_you_mean;

const PLACES: Allowed<'_> = Allowed::words(&["root", "dir"]);
/// What only a git hook has something for.
const LISTS: &[&str] = &["args", "staged", "refs"];
const WITH_ARGS: Allowed<'_> = Allowed { words: &["root", "dir", "message-file"], lists: LISTS };
const SUITE: Allowed<'_> = Allowed { words: &["root", "dir", "shard", "shards"], lists: LISTS };
const WITH_FILES: Allowed<'_> =
    Allowed { words: &["root", "dir", "message-file"], lists: &["files", FILES_ON_STDIN] };

/// The tasks of all sections, section by section, in each as they are written.
pub(crate) fn resolve(cx: &Context<'_>, file: &ConfigFile, known: &Known<'_>) -> Vec<TaskConfig> {
    let mut tasks = Vec::new();
    for section in Section::ALL {
        let spot = Spot::root().key(section.name());
        for name in cx.names(&spot) {
            tasks.extend(task(cx, &spot.key(name), section, name, file, known));
        }
    }
    report_shared_junit(cx, &tasks);
    tasks
}

/// Of two suites that write the same file, each would take the other one's results for its own.
fn report_shared_junit(cx: &Context<'_>, tasks: &[TaskConfig]) {
    let mut owners = BTreeMap::new();
    for task in tasks {
        let Actions::Test { junit: Some(junit), .. } = &task.actions else { continue };
        let path = task.dir.strip_prefix(cx.root).ok().and_then(|dir| inside(&dir.join(junit)));
        let Some(path) = path else { continue };
        if let Some(owner) = owners.insert(path, &task.id) {
            let spot = Spot::root().key(task.section.name()).key(task.id.name()).key("junit");
            let hint = "give each suite a file of its own".to_owned();
            cx.report(&spot, format!("`{owner}` writes `{junit}` too"), Some(hint));
        }
    }
}

fn task(
    cx: &Context<'_>,
    spot: &Spot,
    section: Section,
    name: &str,
    file: &ConfigFile,
    known: &Known<'_>,
) -> Option<TaskConfig> {
    let scope = |common| Scope { cx, spot, common };
    Some(match section {
        Section::Setup => {
            let task = file.setup.get(name)?;
            let scope = scope(task.common());
            let run = scope.commands("run", &task.run, PLACES);
            scope.task(section, name, Actions::Run { run }, known)
        }
        Section::Build => {
            let task = file.build.get(name)?;
            let scope = scope(task.common());
            let run = scope.commands("run", &task.run, PLACES);
            scope.task(section, name, Actions::Run { run }, known)
        }
        Section::Test => {
            let task = file.test.get(name)?;
            let scope = scope(task.common());
            let run = scope.commands("run", &task.run, SUITE);
            scope.check_args(&run, &task.args);
            let actions = Actions::Test { run, args: task.args.clone(), junit: task.junit.clone() };
            let mut suite = scope.task(section, name, actions, known);
            suite.outputs.extend(scope.junit(task.junit.as_deref()));
            suite
        }
        Section::Task => {
            let task = file.task.get(name)?;
            let scope = scope(task.common());
            let run = scope.commands("run", &task.run, WITH_ARGS);
            scope.check_args(&run, &task.args);
            scope.task(section, name, Actions::RunWithArgs { run, args: task.args.clone() }, known)
        }
        Section::Format => {
            let task = file.format.get(name)?;
            let scope = scope(task.common());
            let files = scope.files(&task.files, &task.exclude, &task.types, task.per_file);
            let is_told = !files.include.is_empty();
            let actions = match &task.builtin {
                Some(entries) => {
                    scope.without_commands(&[("run", task.run.is_some()), ("check", task.check.is_some())]);
                    let builtins = builtins(cx, &spot.key("builtin"), entries, Taken::Fixers);
                    Actions::Builtin { builtins, files: all_if_none(files), restage: task.restage }
                }
                None => Actions::Format {
                    run: scope.needed("run", task.run.as_ref(), is_told, "ruff format {files}"),
                    check: scope.needed("check", task.check.as_ref(), is_told, "ruff format --check {files}"),
                    files,
                    restage: task.restage,
                },
            };
            scope.check_per_file(task.per_file, &actions);
            scope.task(section, name, actions, known)
        }
        Section::Lint => {
            let task = file.lint.get(name)?;
            let scope = scope(task.common());
            let files = scope.files(&task.files, &task.exclude, &task.types, task.per_file);
            let is_told = !files.include.is_empty();
            let fix = task.fix.as_ref();
            let actions = match &task.builtin {
                Some(entries) => {
                    scope.without_commands(&[("run", task.run.is_some()), ("fix", fix.is_some())]);
                    let builtins = builtins(cx, &spot.key("builtin"), entries, Taken::All);
                    Actions::Builtin { builtins, files: all_if_none(files), restage: task.restage }
                }
                None => Actions::Lint {
                    run: scope.needed("run", task.run.as_ref(), is_told, "ruff check {files}"),
                    fix: fix.map_or_else(Vec::new, |fix| scope.with_files("fix", fix, is_told)),
                    files,
                    restage: task.restage,
                },
            };
            scope.check_per_file(task.per_file, &actions);
            scope.task(section, name, actions, known)
        }
    })
}

/// What Onramp does itself needs no globs to be told of its files.
fn all_if_none(mut files: FileSet) -> FileSet {
    if files.include.is_empty() {
        files.include.push("**".to_owned());
    }
    files
}

/// The task that is being resolved.
struct Scope<'a> {
    cx: &'a Context<'a>,
    spot: &'a Spot,
    common: Common<'a>,
}

impl Scope<'_> {
    fn commands(&self, key: &str, lines: &Lines, allowed: Allowed<'_>) -> Commands {
        // Where `shell` was refused, nobody knows what a `&&` would mean.
        let shell = self.common.shell || self.cx.is_filler(&self.spot.key("shell"));
        commands(self.cx, &self.spot.key(key), lines, Runner::of(shell), allowed)
    }

    fn check_args(&self, run: &Commands, args: &[String]) {
        let spot = self.spot.key("run");
        if !args.is_empty()
            && !run.iter().any(|command| command.mentions("args"))
            && !self.cx.is_filler(&spot)
        {
            let hint = "put `{args}` where they belong in `run`".to_owned();
            self.cx.report_key(&self.spot.key("args"), "`run` does not mention `{args}`", Some(hint));
        }
    }

    fn junit(&self, glob: Option<&str>) -> Option<String> {
        output(self.cx, &self.spot.key("junit"), self.common.dir, glob?);
        glob.map(str::to_owned)
    }

    /// The commands of a key that may be left out beside `builtin` alone.
    fn needed(&self, key: &str, lines: Option<&Lines>, is_told: bool, example: &str) -> Commands {
        if let Some(lines) = lines {
            return self.with_files(key, lines, is_told);
        }
        let hint = format!("for example `{key} = {example:?}`");
        self.cx.report(&self.spot.key(key), format!("missing key `{key}` in `[{}]`", self.spot), Some(hint));
        Vec::new()
    }

    /// Reports what is about commands only, beside built-ins.
    fn without_commands(&self, commands: &[(&str, bool)]) {
        let common = [
            ("shell", self.common.shell),
            ("env", !self.common.env.is_empty()),
            ("reads-env", !self.common.reads_env.is_empty()),
        ];
        for (key, is_set) in commands.iter().chain(&common) {
            let spot = self.spot.key(key);
            if *is_set && !self.cx.is_filler(&spot) {
                let hint = "give the commands a section of their own".to_owned();
                self.cx.report_key(&spot, format!("`{key}` has no meaning beside `builtin`"), Some(hint));
            }
        }
    }

    fn with_files(&self, key: &str, lines: &Lines, is_told: bool) -> Commands {
        let commands = self.commands(key, lines, WITH_FILES);
        let reported = self.cx.is_filler(&self.spot.key("files"));
        if !is_told && !reported && commands.iter().any(|command| command.mentions("files")) {
            let hint = "add for example `files = [\"**/*.py\"]`".to_owned();
            let message = "`{files}` needs the key `files`";
            self.cx.report_part(&self.spot.key(key), "{files}", message, Some(hint));
        }
        commands
    }

    fn files(
        &self,
        include: &[String],
        exclude: &[String],
        types: &[String],
        per_file: Option<bool>,
    ) -> FileSet {
        let spot = self.spot.key("types");
        let unknown = types.iter().enumerate().filter(|(_, name)| !onramp_file_types::is_known(name));
        for (index, name) in unknown {
            let hint = did_you_mean(name, onramp_file_types::known());
            self.cx.report(&spot.item(index), format!("unknown type of files `{name}`"), hint);
        }
        let files = FileSet {
            include: globs(self.cx, &self.spot.key("files"), include),
            exclude: globs(self.cx, &self.spot.key("exclude"), exclude),
            types: types.to_vec(),
            per_file,
        };
        if types.is_empty() { files } else { all_if_none(files) }
    }

    /// A command that is not told which files it is for looks at all of them.
    fn check_per_file(&self, per_file: Option<bool>, actions: &Actions) {
        let lists = match actions {
            Actions::Format { run, check, .. } => [("run", run), ("check", check)],
            Actions::Lint { run, fix, .. } => [("run", run), ("fix", fix)],
            _ => return,
        };
        for (key, commands) in lists {
            let lacks = commands.iter().any(|command| !command.mentions("files"));
            if per_file == Some(true) && lacks && !self.cx.is_filler(&self.spot.key(key)) {
                let hint = format!("put `{{files}}` into `{key}`, or leave `per-file` out");
                let message = format!("not every command of `{key}` has `{{files}}`");
                self.cx.report_key(&self.spot.key("per-file"), message, Some(hint));
                return;
            }
        }
    }

    fn task(&self, section: Section, name: &str, actions: Actions, known: &Known<'_>) -> TaskConfig {
        let Self { cx, spot, common } = *self;
        let dir = folder(cx, &spot.key("dir"), common.dir);
        let values = Values::new().with("root", cx.root.to_string_lossy()).with("dir", dir.to_string_lossy());
        TaskConfig {
            id: TaskId::new(section.name(), name),
            section,
            description: common.description.map(str::to_owned),
            actions,
            needs: task_needs(cx, &spot.key("needs"), common.needs, known),
            inputs: common.inputs.map(|inputs| globs(cx, &spot.key("inputs"), inputs)),
            outputs: inside_workspace(cx, &spot.key("outputs"), common.dir, common.outputs),
            env: expand_all(cx, &spot.key("env"), common.env, &values, PLACES),
            reads_env: variables(cx, &spot.key("reads-env"), common.reads_env),
            changes_tree: common.changes_tree,
            timeout: common.timeout.and_then(|text| timeout(cx, &spot.key("timeout"), text)),
            dir,
            place: cx.place(spot),
        }
    }
}
