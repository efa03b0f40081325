use super::config::{Hook, PreCommitConfig, RepoKind};
use super::file_filter::FileFilter;
use super::grep::Grep;
use crate::Stage;

/// What running the hooks of a file takes.
#[derive(Clone, Debug, Default)]
pub struct PreCommitPlan {
    /// The hooks that can be run as they are.
    pub native: Vec<NativeHook>,
    /// The hooks that pre-commit, or prek, has to run.
    pub delegated: Vec<DelegatedHook>,
    /// Whether the first failure ends the run.
    pub fail_fast: bool,
}

/// A hook that needs nothing but what the repository and the machine have.
#[derive(Clone, Debug)]
pub struct NativeHook {
    /// Its place among all hooks of the file, native or not.
    pub position: usize,
    /// The line of the file that it begins at.
    pub line: usize,
    /// What it is called.
    pub id: String,
    /// Another name that it can be asked for by.
    pub alias: Option<String>,
    /// What people see.
    pub name: String,
    /// What it does.
    pub run: NativeRun,
    /// The files it sees.
    pub files: FileFilter,
    /// When it runs.
    pub stages: Vec<Stage>,
    /// Whether the command is given the files that it sees.
    pub pass_filenames: bool,
    /// Whether it runs where it sees no file, too.
    pub always_run: bool,
    /// Whether no two of its processes may run at once.
    pub require_serial: bool,
    /// Whether its failure ends the run.
    pub fail_fast: bool,
    /// Whether its output is shown where it succeeds.
    pub verbose: bool,
    /// Variables of its environment.
    pub env: Vec<(String, String)>,
}

/// What a hook does.
#[derive(Clone, Debug)]
pub enum NativeRun {
    /// The words of a command, run in the root of the repository. Files follow them.
    Command(Vec<String>),
    /// Fails where it sees a file, with this message.
    Fail(String),
    /// Searches each file.
    Grep(Grep),
    /// A check that is built in, by the id that pre-commit and prek have for it.
    Builtin {
        /// The id: `trailing-whitespace`.
        id: String,
        /// Its arguments.
        args: Vec<String>,
    },
}

/// A hook that is left to pre-commit or prek.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegatedHook {
    /// Its place among all hooks of the file.
    pub position: usize,
    /// The line of the file that it begins at.
    pub line: usize,
    /// What it is called.
    pub id: String,
    /// Another name that it can be asked for by.
    pub alias: Option<String>,
    /// When it runs; `None` where its repository decides that, and may mean any.
    pub stages: Option<Vec<Stage>>,
    /// Why, as a fragment.
    pub reason: String,
}

/// The checks of `repo: builtin` that there are, with the types of files that each one sees.
const BUILTIN: &[(&str, &[&str])] = &[
    ("check-added-large-files", &["file"]),
    ("check-case-conflict", &["file"]),
    ("check-executables-have-shebangs", &["text", "executable"]),
    ("check-json", &["json"]),
    ("check-merge-conflict", &["text"]),
    ("check-symlinks", &["symlink"]),
    ("check-toml", &["toml"]),
    ("check-yaml", &["yaml"]),
    ("detect-private-key", &["text"]),
    ("end-of-file-fixer", &["text"]),
    ("fix-byte-order-marker", &["text"]),
    ("mixed-line-ending", &["text"]),
    ("no-commit-to-branch", &["file"]),
    ("trailing-whitespace", &["text"]),
];

impl PreCommitConfig {
    /// What running the hooks takes, in the order of the file.
    pub fn plan(&self) -> PreCommitPlan {
        let mut plan = PreCommitPlan { fail_fast: self.fail_fast, ..PreCommitPlan::default() };
        let hooks = self.repos.iter().flat_map(|repo| repo.hooks.iter().map(move |hook| (repo, hook)));
        for (position, (repo, hook)) in hooks.enumerate() {
            match self.native(&repo.kind, hook, position) {
                Ok(native) => plan.native.push(native),
                Err(reason) => plan.delegated.push(DelegatedHook {
                    position,
                    line: hook.line,
                    id: hook.id.clone(),
                    alias: hook.alias.clone(),
                    stages: hook.stages.clone().or_else(|| self.default_stages.clone()),
                    reason,
                }),
            }
        }
        plan
    }

    fn native(&self, kind: &RepoKind, hook: &Hook, position: usize) -> Result<NativeHook, String> {
        let (run, types) = match kind {
            RepoKind::Remote { url, .. } => return Err(format!("it comes from {url}")),
            RepoKind::Meta => return Err("it is about the configuration of pre-commit itself".to_owned()),
            RepoKind::Builtin => builtin(hook)?,
            RepoKind::Local => (local(hook)?, ["file"].as_slice()),
        };
        let whole = hook.id == "no-commit-to-branch" && *kind == RepoKind::Builtin;
        Ok(NativeHook {
            position,
            line: hook.line,
            id: hook.id.clone(),
            alias: hook.alias.clone(),
            name: hook.name.clone().unwrap_or_else(|| hook.id.clone()),
            run,
            files: FileFilter::new(self, hook, types)?,
            stages: self.stages(hook),
            pass_filenames: hook.pass_filenames.unwrap_or(!whole),
            always_run: hook.always_run.unwrap_or(whole),
            require_serial: hook.require_serial.unwrap_or(false),
            fail_fast: hook.fail_fast.unwrap_or(false),
            verbose: hook.verbose.unwrap_or(false),
            env: hook.env.clone(),
        })
    }

    /// When a hook runs of which its repository says nothing.
    pub(super) fn stages(&self, hook: &Hook) -> Vec<Stage> {
        let named = hook.stages.as_ref().filter(|stages| !stages.is_empty());
        named.or(self.default_stages.as_ref()).cloned().unwrap_or_else(|| Stage::ALL.to_vec())
    }
}

fn builtin(hook: &Hook) -> Result<(NativeRun, &'static [&'static str]), String> {
    let Some((id, types)) = BUILTIN.iter().find(|(id, _)| *id == hook.id) else {
        return Err(format!("no check `{}` is built in", hook.id));
    };
    let args = hook.args.clone().unwrap_or_default();
    Ok((NativeRun::Builtin { id: (*id).to_owned(), args }, *types))
}

fn local(hook: &Hook) -> Result<NativeRun, String> {
    let entry = hook.entry.as_deref().unwrap_or_default().trim();
    if let Some(words) = command(hook)? {
        return Ok(NativeRun::Command(words));
    }
    match hook.language.as_deref().unwrap_or_default() {
        "fail" => Ok(NativeRun::Fail(entry.to_owned())),
        "pygrep" => Grep::new(entry, hook.args.as_deref().unwrap_or_default()).map(NativeRun::Grep),
        "" => Err("it has no `language`".to_owned()),
        other => Err(format!("its language is `{other}`")),
    }
}

/// The words of a local hook that is a command of the machine or of the repository; `None` where it is of another
/// kind.
pub(super) fn command(hook: &Hook) -> Result<Option<Vec<String>>, String> {
    let entry = hook.entry.as_deref().unwrap_or_default().trim();
    let language = hook.language.as_deref().unwrap_or_default();
    let version = hook.language_version.as_deref().unwrap_or("default");
    match language {
        "system" | "unsupported" | "script" | "unsupported_script" => {}
        "python" if !hook.additional_dependencies.is_empty() => {
            let packages = hook.additional_dependencies.join(", ");
            return Err(format!("it needs an environment with {packages}"));
        }
        "python" if !matches!(version, "default" | "system" | "python3" | "python") => {
            return Err(format!("it needs {version}"));
        }
        "python" => {}
        _ => return Ok(None),
    }
    let mut words =
        shell_words::split(entry).map_err(|_| format!("its `entry` has an open quote: `{entry}`"))?;
    let Some(program) = words.first_mut() else {
        return Err("its `entry` is empty".to_owned());
    };
    // A script is named from the root of the repository, where commands run; without a slash it would be looked
    // for on `PATH`.
    if language.ends_with("script") && !program.contains('/') {
        program.insert_str(0, "./");
    }
    words.extend(hook.args.clone().unwrap_or_default());
    Ok(Some(words))
}
