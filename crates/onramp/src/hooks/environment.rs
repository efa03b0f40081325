use std::ffi::{OsStr, OsString};

use onramp_exec::Environment;

use crate::env_vars;

/// What git tells a hook about the repository: a tool that works on another one, or on a copy, must not believe it.
const OF_THE_REPOSITORY: [&str; 17] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REFLOG_ACTION",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// What git told this hook by its environment.
#[derive(Clone, Debug, Default)]
pub(crate) struct HookVariables {
    /// The index that the commit is made of, relative to the root of the work tree.
    pub(crate) index_file: Option<OsString>,
    /// The repository, where git had to say which one it is, and the root of the work tree, where the user has said it.
    pub(crate) git_dir: Option<OsString>,
    pub(crate) git_work_tree: Option<OsString>,
    /// The names that the user wants to skip.
    pub(crate) skip: String,
    /// The same for the hooks of `.pre-commit-config.yaml`, as pre-commit knows it.
    pub(crate) skip_of_file: String,
    /// The work tree whose hook is running already, where this one is run from within it.
    pub(crate) within: Option<OsString>,
}

impl HookVariables {
    /// Takes them out of the environment, so that no tool sees them.
    pub(crate) fn take_from(environment: &mut Environment) -> Self {
        let text = |name: &str| environment.get(name).map(OsStr::to_owned);
        let names = |name: &str| text(name).unwrap_or_default().to_string_lossy().into_owned();
        let variables = Self {
            index_file: text("GIT_INDEX_FILE"),
            git_dir: text("GIT_DIR"),
            git_work_tree: text("GIT_WORK_TREE"),
            skip: names(env_vars::ONRAMP_SKIP),
            skip_of_file: names("SKIP"),
            within: text(env_vars::ONRAMP_HOOK),
        };
        OF_THE_REPOSITORY.iter().for_each(|name| environment.unset(name));
        variables
    }
}
