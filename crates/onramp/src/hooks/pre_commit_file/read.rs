use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use onramp_config::Stage;
use onramp_import::{NativeHook, NativeRun, PreCommitConfig, PreCommitPlan, RepoKind, decoded};

use super::builtin::counterpart;
use crate::Error;
use crate::session::Session;

/// The file, in the root of the work tree.
pub(crate) const FILE: &str = ".pre-commit-config.yaml";

/// The entry of `delegate` that stands for all hooks.
const ALL: &str = "*";

/// The hooks of the file, in its order.
#[derive(Debug)]
pub(crate) struct FileHooks {
    pub(crate) hooks: Vec<FileHook>,
    /// Whether the first failure ends the run.
    pub(crate) fail_fast: bool,
    /// Whether it has hooks that pre-commit does not know.
    pub(crate) is_of_prek: bool,
    /// The stages that are installed for it.
    pub(crate) stages: Vec<Stage>,
}

/// A hook of the file.
#[derive(Debug)]
pub(crate) struct FileHook {
    position: usize,
    /// The line that it begins at.
    pub(crate) line: usize,
    pub(crate) id: String,
    pub(crate) alias: Option<String>,
    /// When it runs; `None` where its repository decides that.
    stages: Option<Vec<onramp_import::Stage>>,
    /// Whether the configuration asks for it.
    pub(crate) is_wanted: bool,
    pub(crate) how: How,
}

/// How a hook is run.
#[derive(Debug)]
pub(crate) enum How {
    /// As it is.
    Native(Box<NativeHook>),
    /// By prek or pre-commit, for this reason.
    Delegated(String),
}

impl FileHooks {
    /// What the configuration asks for: ids and other names of hooks.
    pub(crate) fn wanted(session: &Session) -> BTreeSet<&str> {
        let named = session.checkouts.iter().flat_map(|checkout| &checkout.config.delegate);
        named.map(String::as_str).collect()
    }

    /// Those of the work tree, if it has the file.
    pub(crate) fn of_work_tree(root: &Path, wanted: &BTreeSet<&str>) -> Result<Option<Self>, Error> {
        match fs::read(root.join(FILE)) {
            Ok(bytes) => Self::parse(&bytes, wanted).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::environment(format!("{FILE} cannot be read: {error}"))),
        }
    }

    /// Those of the file with this content.
    pub(crate) fn parse(bytes: &[u8], wanted: &BTreeSet<&str>) -> Result<Self, Error> {
        let config = decoded(FILE, bytes).and_then(|text| PreCommitConfig::read(FILE, &text));
        let config = config.map_err(|error| Error::configuration(error.to_string()))?;
        let plan = config.plan();
        let stages = stages(&config);
        let fail_fast = plan.fail_fast;
        let mut hooks = hooks(plan);
        hooks.sort_by_key(|hook| hook.position);
        delegate_namesakes(&mut hooks);
        for hook in &mut hooks {
            hook.is_wanted = hook.names().any(|name| wanted.contains(name)) || wanted.contains(ALL);
        }
        let is_of_prek = config.repos.iter().any(|repo| repo.kind == RepoKind::Builtin);
        Ok(Self { hooks, fail_fast, is_of_prek, stages })
    }

    /// The entries of `delegate` that name no hook.
    pub(crate) fn unknown<'w>(&self, wanted: &BTreeSet<&'w str>) -> Vec<&'w str> {
        let is_known =
            |name: &str| name == ALL || self.hooks.iter().any(|hook| hook.names().any(|n| n == name));
        wanted.iter().copied().filter(|name| !is_known(name)).collect()
    }

    /// Whether something is asked for that may run at a stage.
    pub(crate) fn has_stage(&self, stage: Stage) -> bool {
        self.stages.contains(&stage) && self.hooks.iter().any(|hook| hook.is_wanted && hook.runs_at(stage))
    }
}

impl FileHook {
    /// What it is called.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        [Some(self.id.as_str()), self.alias.as_deref()].into_iter().flatten()
    }

    /// The name that is its own rather than that of several.
    pub(crate) fn own_name(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.id)
    }

    /// Whether it may run at a stage.
    pub(crate) fn runs_at(&self, stage: Stage) -> bool {
        let same = |named: &onramp_import::Stage| named.name() == stage.name();
        self.stages.as_ref().is_none_or(|stages| stages.is_empty() || stages.iter().any(same))
    }
}

fn hooks(plan: PreCommitPlan) -> Vec<FileHook> {
    let native = plan.native.into_iter().map(|native| FileHook {
        position: native.position,
        line: native.line,
        id: native.id.clone(),
        alias: native.alias.clone(),
        stages: Some(native.stages.clone()),
        is_wanted: false,
        how: match &native.run {
            NativeRun::Builtin { id, args } if counterpart(id, args).is_none() => {
                How::Delegated("nothing built in does just that".to_owned())
            }
            _ => How::Native(Box::new(native)),
        },
    });
    let delegated = plan.delegated.into_iter().map(|delegated| FileHook {
        position: delegated.position,
        line: delegated.line,
        id: delegated.id,
        alias: delegated.alias,
        stages: delegated.stages,
        is_wanted: false,
        how: How::Delegated(delegated.reason),
    });
    native.chain(delegated).collect()
}

/// Prek and pre-commit leave hooks out by their names, so hooks of one name go the same way.
fn delegate_namesakes(hooks: &mut [FileHook]) {
    let is_delegated = |hook: &&FileHook| matches!(hook.how, How::Delegated(_));
    let delegated = hooks.iter().filter(is_delegated).flat_map(FileHook::names);
    let names: BTreeSet<String> = delegated.map(str::to_owned).collect();
    for hook in hooks {
        let shared = hook.names().find(|name| names.contains(*name)).map(str::to_owned);
        if let (How::Native(_), Some(name)) = (&hook.how, shared) {
            hook.how = How::Delegated(format!("another hook called `{name}` is"));
        }
    }
}

/// The stages that `pre-commit install` installs, and those that a hook names.
fn stages(config: &PreCommitConfig) -> Vec<Stage> {
    let installed = config.default_install_hook_types.as_deref();
    let named = config.repos.iter().flat_map(|repo| &repo.hooks).filter_map(|hook| hook.stages.as_ref());
    let named: Vec<_> = named.chain(&config.default_stages).flatten().map(|stage| stage.name()).collect();
    let is_used = |stage: &Stage| {
        let by_default = installed.map_or(*stage == Stage::PreCommit, |installed| {
            installed.iter().any(|other| other.name() == stage.name())
        });
        by_default || named.contains(&stage.name())
    };
    Stage::ALL.into_iter().filter(is_used).collect()
}
