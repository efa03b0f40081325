//! What is known of tools by their names: the files that their settings stand in, and which programs start others.

use std::path::Path;

use onramp_config::CommandLine;

const PYPROJECT: &str = "pyproject.toml";
const SETUP: &str = "setup.cfg";
const TOX: &str = "tox.ini";
const PACKAGE: &str = "package.json";
const EDITOR: &str = ".editorconfig";

/// Programs, and the files that they look for in the folder of a file and in those above it. What decides that a file
/// is left out is a setting, too.
const SETTINGS: &[(&[&str], &[&str])] = &[
    (&["ruff"], &["ruff.toml", ".ruff.toml", PYPROJECT]),
    (&["black", "pyink"], &[PYPROJECT]),
    (&["isort"], &[".isort.cfg", PYPROJECT, SETUP, TOX, EDITOR]),
    (&["yapf"], &[".style.yapf", SETUP, PYPROJECT, ".yapfignore"]),
    (&["autopep8", "flake8", "pycodestyle"], &[SETUP, TOX, ".flake8", ".pep8", PYPROJECT]),
    (&["autoflake", "docformatter", "pydocstyle"], &[PYPROJECT, SETUP, TOX, ".pydocstyle"]),
    (&["pylint"], &["pylintrc", ".pylintrc", "pylintrc.toml", ".pylintrc.toml", PYPROJECT, SETUP, TOX]),
    (&["mypy", "dmypy"], &["mypy.ini", ".mypy.ini", PYPROJECT, SETUP]),
    (&["codespell"], &[SETUP, ".codespellrc", PYPROJECT]),
    (&["bandit"], &[".bandit", PYPROJECT]),
    (&["djlint"], &[".djlintrc", "djlint.toml", ".djlint.toml", PYPROJECT]),
    (&["sqlfluff"], &[".sqlfluff", ".sqlfluffignore", PYPROJECT, SETUP, TOX]),
    (&["yamllint"], &[".yamllint", ".yamllint.yaml", ".yamllint.yml"]),
    (&["yamlfmt"], &[".yamlfmt", "yamlfmt.yml", "yamlfmt.yaml", ".yamlfmt.yaml", ".yamlfmt.yml"]),
    (&["mdformat"], &[".mdformat.toml", PYPROJECT]),
    (
        &["prettier", "prettierd"],
        &[
            ".prettierrc",
            ".prettierrc.json",
            ".prettierrc.json5",
            ".prettierrc.yaml",
            ".prettierrc.yml",
            ".prettierrc.toml",
            ".prettierrc.js",
            ".prettierrc.cjs",
            ".prettierrc.mjs",
            ".prettierrc.ts",
            ".prettierrc.cts",
            ".prettierrc.mts",
            "prettier.config.js",
            "prettier.config.cjs",
            "prettier.config.mjs",
            "prettier.config.ts",
            "prettier.config.cts",
            "prettier.config.mts",
            PACKAGE,
            "package.yaml",
            ".prettierignore",
            ".gitignore",
            EDITOR,
        ],
    ),
    (
        &["eslint", "eslint_d"],
        &[
            "eslint.config.js",
            "eslint.config.cjs",
            "eslint.config.mjs",
            "eslint.config.ts",
            "eslint.config.cts",
            "eslint.config.mts",
            ".eslintrc",
            ".eslintrc.js",
            ".eslintrc.cjs",
            ".eslintrc.json",
            ".eslintrc.yaml",
            ".eslintrc.yml",
            ".eslintignore",
            PACKAGE,
        ],
    ),
    (
        &["stylelint"],
        &[
            ".stylelintrc",
            ".stylelintrc.js",
            ".stylelintrc.cjs",
            ".stylelintrc.mjs",
            ".stylelintrc.json",
            ".stylelintrc.yaml",
            ".stylelintrc.yml",
            "stylelint.config.js",
            "stylelint.config.cjs",
            "stylelint.config.mjs",
            ".stylelintignore",
            PACKAGE,
        ],
    ),
    (&["standard", "xo"], &[PACKAGE]),
    (&["biome"], &["biome.json", "biome.jsonc", ".biome.json", ".biome.jsonc", EDITOR, ".gitignore"]),
    (&["oxlint"], &[".oxlintrc.json"]),
    (&["dprint"], &["dprint.json", "dprint.jsonc", ".dprint.json", ".dprint.jsonc"]),
    (
        &["markdownlint", "markdownlint-cli2"],
        &[
            ".markdownlint.json",
            ".markdownlint.jsonc",
            ".markdownlint.yaml",
            ".markdownlint.yml",
            ".markdownlint-cli2.jsonc",
            ".markdownlint-cli2.yaml",
            ".markdownlintignore",
            ".markdownlintrc",
        ],
    ),
    (&["rustfmt"], &["rustfmt.toml", ".rustfmt.toml"]),
    (&["taplo"], &["taplo.toml", ".taplo.toml"]),
    (&["clang-format"], &[".clang-format", "_clang-format", ".clang-format-ignore"]),
    (
        &["cmake-format", "cmake-lint"],
        &[".cmake-format", ".cmake-format.yaml", ".cmake-format.json", ".cmake-format.py"],
    ),
    (&["shellcheck"], &[".shellcheckrc", "shellcheckrc"]),
    (&["shfmt", "ktlint", "ec", "editorconfig-checker"], &[EDITOR, ".ecrc", ".editorconfig-checker.json"]),
    (&["stylua"], &["stylua.toml", ".stylua.toml", ".styluaignore", EDITOR]),
    (&["scalafmt"], &[".scalafmt.conf"]),
    (&["swiftformat"], &[".swiftformat", ".swift-version"]),
    (&["swiftlint"], &[".swiftlint.yml"]),
    (&["rubocop"], &[".rubocop.yml", ".rubocop_todo.yml"]),
    (&["php-cs-fixer"], &[".php-cs-fixer.php", ".php-cs-fixer.dist.php"]),
    (&["hadolint"], &[".hadolint.yaml", ".hadolint.yml"]),
    (&["typos"], &["typos.toml", "_typos.toml", ".typos.toml", "Cargo.toml", PYPROJECT]),
];

/// Programs that run what they are told to: their own identity says nothing of the tool.
const STARTERS: &[&str] = &[
    "ash",
    "asdf",
    "bash",
    "bun",
    "bunx",
    "bundle",
    "busybox",
    "cargo",
    "conda",
    "dash",
    "deno",
    "devbox",
    "direnv",
    "docker",
    "dotnet",
    "env",
    "fish",
    "git",
    "go",
    "hatch",
    "java",
    "just",
    "ksh",
    "make",
    "mamba",
    "mise",
    "nice",
    "nix",
    "nix-shell",
    "node",
    "nohup",
    "nox",
    "npm",
    "npx",
    "pdm",
    "perl",
    "php",
    "pipenv",
    "pipx",
    "pixi",
    "pnpm",
    "pnpx",
    "podman",
    "poetry",
    "pre-commit",
    "prek",
    "pwsh",
    "python",
    "ruby",
    "rye",
    "sh",
    "sudo",
    "task",
    "time",
    "timeout",
    "tox",
    "uv",
    "uvx",
    "xargs",
    "yarn",
    "zsh",
];

/// Whether a program starts another one that decides what is done.
pub(super) fn is_starter(program: &str) -> bool {
    STARTERS.contains(&name(program))
}

/// The settings files of the tools that the commands start, whoever starts them: `npx prettier` reads those of
/// `prettier`.
pub(super) fn settings(commands: &[CommandLine]) -> Vec<&'static str> {
    let mut files = Vec::new();
    for command in commands {
        let words: Vec<&str> = match command {
            CommandLine::Argv(words) => words.iter().map(String::as_str).collect(),
            CommandLine::Shell(text) => {
                text.split(|letter: char| letter.is_whitespace() || "&|;()'\"".contains(letter)).collect()
            }
        };
        for word in words {
            let known = SETTINGS.iter().filter(|(programs, _)| programs.contains(&name(word)));
            files.extend(known.flat_map(|(_, files)| files.iter().copied()));
        }
    }
    files.sort_unstable();
    files.dedup();
    files
}

/// What is known of tools, as a section of the page about the configuration.
pub(crate) fn markdown() -> String {
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let rows =
        SETTINGS.iter().map(|(programs, files)| format!("| {} | {} |\n", quoted(programs), quoted(files)));
    format!(
        "## Settings of formatters and linters\n\nA task with `per-file` is given a file again when its settings have \
         changed. They are its `inputs`, the files that its commands name, and, in the folder of the file and in \
         those above it up to the root of the repository, the files of this table, by the names of the programs that \
         stand in its commands. What these refer to in turn, and what a tool reads anywhere else, belongs into \
         `inputs`.\n\n| program | settings |\n|---|---|\n{}\nThese start other programs, so a formatter that begins \
         with one of them, or with a script of the workspace, is taken `per-file` only if it has `inputs` or says so: {}.\n",
        rows.collect::<String>(),
        quoted(STARTERS)
    )
}

/// The programs that the commands start by themselves.
pub(super) fn programs(commands: &[CommandLine]) -> Vec<&str> {
    let mut programs: Vec<&str> = commands
        .iter()
        .filter_map(|command| match command {
            CommandLine::Argv(words) => words.first().map(String::as_str),
            CommandLine::Shell(_) => None,
        })
        .collect();
    programs.sort_unstable();
    programs.dedup();
    programs
}

/// What a program is called, wherever it lies and whatever its version: `clang-format` of `/usr/bin/clang-format-18`,
/// `prettier` of `prettier@3`.
fn name(program: &str) -> &str {
    let name = Path::new(program).file_name().and_then(|name| name.to_str()).unwrap_or(program);
    let name = name.split_once('@').map_or(name, |(name, _)| name);
    let bare = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    let bare = bare.strip_suffix('-').unwrap_or(bare);
    if bare.is_empty() { name } else { bare }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argv(text: &str) -> CommandLine {
        CommandLine::Argv(text.split(' ').map(str::to_owned).collect())
    }

    #[test]
    fn a_tool_is_known_by_its_name_whoever_starts_it() {
        let of = |command: &str| settings(&[argv(command)]);
        assert_eq!(of(".venv/bin/ruff format {files}"), [".ruff.toml", "pyproject.toml", "ruff.toml"]);
        assert!(of("npx prettier@3 --write {files}").contains(&".prettierrc.yaml"));
        assert_eq!(of("/usr/bin/clang-format-18 -i {files}"), of("clang-format -i {files}"));
        assert_eq!(of("mine {files}"), [""; 0]);
        let shell = CommandLine::Shell("cd x && black {files}".to_owned());
        assert_eq!(settings(&[shell]), ["pyproject.toml"]);
    }

    #[test]
    fn what_starts_others_is_told_from_a_tool() {
        for starter in ["sh", "/bin/bash", "python3.12", "npx", "uvx"] {
            assert!(is_starter(starter), "{starter}");
        }
        for tool in ["ruff", "clang-format-18", "./tools/fmt.sh", "gofmt"] {
            assert!(!is_starter(tool), "{tool}");
        }
    }

    #[test]
    fn the_tables_name_nothing_twice() {
        let mut programs: Vec<&str> =
            SETTINGS.iter().flat_map(|(programs, _)| programs.iter().copied()).collect();
        programs.extend(STARTERS);
        let all = programs.len();
        programs.sort_unstable();
        programs.dedup();
        assert_eq!(programs.len(), all);
    }
}
