use crate::Stage;

/// A `.pre-commit-config.yaml` as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct PreCommitConfig {
    /// The sources of hooks, in the order of the file.
    pub repos: Vec<Repo>,
    /// Which files any hook may see.
    pub files: Option<FilePattern>,
    /// Which files no hook sees.
    pub exclude: Option<FilePattern>,
    /// The stages of hooks that name none.
    pub default_stages: Option<Vec<Stage>>,
    /// Whether the first failure ends the run.
    pub fail_fast: bool,
    /// What `pre-commit install` installs.
    pub default_install_hook_types: Option<Vec<Stage>>,
    /// Keys of the file that decide nothing here, each with its line.
    pub(crate) others: Vec<(usize, String)>,
}

/// A source of hooks.
#[derive(Clone, Debug, PartialEq)]
pub struct Repo {
    /// The line it begins at.
    pub line: usize,
    /// Where its hooks come from.
    pub kind: RepoKind,
    /// The hooks that are wanted of it.
    pub hooks: Vec<Hook>,
    pub(crate) others: Vec<(usize, String)>,
}

/// Where hooks come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RepoKind {
    /// Written in the file itself.
    Local,
    /// Built into prek.
    Builtin,
    /// About the file itself.
    Meta,
    /// A repository at a revision.
    Remote {
        /// Where it is.
        url: String,
        /// The tag or commit.
        rev: Option<String>,
    },
}

/// Which files: a regular expression that is searched in the path, or the globs of prek.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilePattern {
    /// A regular expression of Python.
    Regex(String),
    /// Globs, of which one must match the whole path.
    Globs(Vec<String>),
}

/// A hook. What it does not say is decided by its repository, or else by the rules of pre-commit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hook {
    /// The line it begins at.
    pub line: usize,
    /// What it is called in its repository.
    pub id: String,
    /// What people see.
    pub name: Option<String>,
    /// Another name for it.
    pub alias: Option<String>,
    /// The command.
    pub entry: Option<String>,
    /// How the command is installed and run.
    pub language: Option<String>,
    /// The version of the language.
    pub language_version: Option<String>,
    /// More words of the command.
    pub args: Option<Vec<String>>,
    /// Which files it sees.
    pub files: Option<FilePattern>,
    /// Which files it does not see.
    pub exclude: Option<FilePattern>,
    /// Tags of which a file must have all.
    pub types: Option<Vec<String>>,
    /// Tags of which a file must have one.
    pub types_or: Vec<String>,
    /// Tags of which a file must have none.
    pub exclude_types: Vec<String>,
    /// When it runs.
    pub stages: Option<Vec<Stage>>,
    /// Whether the command is given the files.
    pub pass_filenames: Option<bool>,
    /// Whether it runs where no file matches, too.
    pub always_run: Option<bool>,
    /// Whether no two of its processes may run at once.
    pub require_serial: Option<bool>,
    /// Whether its failure ends the run.
    pub fail_fast: Option<bool>,
    /// Whether its output is shown where it succeeds.
    pub verbose: Option<bool>,
    /// Packages that are installed with it.
    pub additional_dependencies: Vec<String>,
    /// One line about it.
    pub description: Option<String>,
    /// Variables of its environment, of prek.
    pub env: Vec<(String, String)>,
    /// Keys that decide nothing here, each with its line.
    pub(crate) others: Vec<(usize, String)>,
}
