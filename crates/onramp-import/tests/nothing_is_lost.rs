//! Made-up configurations: whatever is in them is in the result, as a task or as a comment, and the result is TOML.

use onramp_import::Import;

/// Numbers that look random, the same ones for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len())]
    }
}

const REPOS: [&str; 6] = [
    "local",
    "builtin",
    "meta",
    "https://github.com/pre-commit/pre-commit-hooks",
    "https://github.com/astral-sh/ruff-pre-commit",
    "https://example.com/unknown/hooks",
];

const IDS: [&str; 9] = [
    "trailing-whitespace",
    "check-yaml",
    "check-xml",
    "ruff",
    "ruff-format",
    "no-commit-to-branch",
    "check-added-large-files",
    "check-hooks-apply",
    "own hook / ü",
];

const KEYS: [&str; 22] = [
    "args: [--fix, \"{files}\", 'a b', \"\\t\"]",
    "args: [--maxkb=x, --branch]",
    "files: '^(src|tests)/.*\\.py$'",
    "files: '^(?!src/)'",
    "exclude: '('",
    "exclude: '\\.min\\.js$'",
    "types: [python]",
    "types: [python, executable]",
    "types: [nonsense]",
    "types_or: [javascript, ts, text]",
    "exclude_types: [toml, binary]",
    "stages: [commit, push, manual]",
    "stages: [commit-msg]",
    "pass_filenames: false",
    "always_run: true",
    "require_serial: true",
    "additional_dependencies: [a, 'b; c d']",
    "fail_fast: true",
    "env: {A: 'x{y}', B: 1}",
    "surprise: {a: [b]}",
    "description: \"two\\nlines \\u0007 'and' \\\"quotes\\\"\"",
    "alias: other",
];

#[test]
fn every_hook_of_pre_commit_is_somewhere() {
    for seed in 0..400 {
        let mut dice = Dice(seed);
        let mut text = "repos:\n".to_owned();
        let mut ids = Vec::new();
        for _ in 0..=dice.roll(4) {
            let repo = dice.pick(&REPOS);
            text.push_str(&format!(
                "- repo: {repo}\n  rev: {}\n  hooks:\n",
                dice.pick(&["v1.2.3", "main", "1.2"])
            ));
            for _ in 0..=dice.roll(4) {
                let id = dice.pick(&IDS);
                ids.push(id);
                text.push_str(&format!("  - id: {id}\n    name: n\n"));
                let language = dice.pick(&["system", "script", "python", "node", "pygrep", "fail", "''"]);
                let entry =
                    dice.pick(&["ruff format", "tool --x 'a{b}'", "eslint --fix", "x 'open", "pytest", "''"]);
                text.push_str(&format!("    language: {language}\n    entry: {entry:?}\n"));
                let mut used = Vec::new();
                for _ in 0..dice.roll(5) {
                    let key = dice.pick(&KEYS);
                    let name = key.split(':').next().unwrap();
                    if !used.contains(&name) {
                        used.push(name);
                        text.push_str(&format!("    {key}\n"));
                    }
                }
            }
        }
        let import = Import::read(&[(".pre-commit-config.yaml".to_owned(), text.clone())]);
        let written = import.unwrap_or_else(|error| panic!("seed {seed}: {error}\n{text}")).fresh("x");
        let places = text.lines().enumerate().filter(|(_, line)| line.starts_with("  - id:"));
        for ((index, _), id) in places.zip(ids) {
            let place = format!(".pre-commit-config.yaml:{}", index + 1);
            let told = written.lines().any(|line| {
                line.contains(id)
                    && (line.contains(&format!("{place} ")) || line.contains(&format!("{place}:")))
            });
            assert!(told, "seed {seed}: {id} of {place} is lost\n{text}\n{written}");
        }
        let read: Result<toml::Table, _> = written.parse();
        assert!(read.is_ok(), "seed {seed}: {}\n{written}", read.unwrap_err());
    }
}

const COMMANDS: [&str; 10] = [
    "ruff format {staged_files}",
    "eslint --fix \"{staged_files}\"",
    "a && b {push_files}",
    "codespell {all_files}",
    "npx lint-staged",
    "tool {1} {0}",
    "echo ${HOME} {x} | cat",
    "x 'open",
    "npm test",
    "tool --files={files}",
];

#[test]
fn every_command_of_lefthook_is_somewhere() {
    for seed in 0..400 {
        let mut dice = Dice(seed);
        let mut text = String::new();
        let mut names = Vec::new();
        for stage in ["pre-commit", "commit-msg", "pre-push", "post-merge", "nightly"] {
            text.push_str(&format!(
                "{stage}:\n  {}: true\n  commands:\n",
                dice.pick(&["parallel", "piped", "follow"])
            ));
            for _ in 0..=dice.roll(3) {
                let name = format!("c{}", names.len());
                text.push_str(&format!("    {name}:\n      run: {:?}\n", dice.pick(&COMMANDS)));
                names.push(name);
                for key in [
                    "glob: '*.{js,ts}'",
                    "exclude: ['a/**/b', '{']",
                    "root: ui/",
                    "env: {A: 'x{y}'}",
                    "skip: [merge, {ref: main}]",
                    "stage_fixed: true",
                    "surprise: [1]",
                    "interactive: true",
                ] {
                    if dice.roll(3) == 0 {
                        text.push_str(&format!("      {key}\n"));
                    }
                }
            }
        }
        let import = Import::read(&[("lefthook.yml".to_owned(), text.clone())]);
        let written = import.unwrap_or_else(|error| panic!("seed {seed}: {error}\n{text}")).fresh("x");
        for name in names {
            assert!(
                written.contains(&format!("({name} of ")),
                "seed {seed}: {name} is lost\n{text}\n{written}"
            );
        }
        let read: Result<toml::Table, _> = written.parse();
        assert!(read.is_ok(), "seed {seed}: {}\n{written}", read.unwrap_err());
    }
}

#[test]
fn large_files_are_read_or_refused() {
    let read = |path: &str, text: String| Import::read(&[(path.to_owned(), text)]);
    let hook = "  - {id: check-yaml, name: a, entry: ruff check, language: system}\n";
    for repo in ["local", "builtin", "https://example.com/x"] {
        let text = format!("repos:\n- repo: {repo}\n  hooks:\n{}", hook.repeat(8_000));
        let import = read(".pre-commit-config.yaml", text).expect("a large configuration");
        let written = import.fresh("x");
        assert!(written.contains("yaml:8003"), "{repo}");
    }
    let text = format!("repos:\n- repo: local\n  hooks:\n{}", hook.repeat(160_000));
    let error = read(".pre-commit-config.yaml", text).expect_err("ten megabytes");
    assert!(error.to_string().contains("larger than 1 MiB"), "{error}");
    let laughs: String = (1..40).fold("a0: &a0 [x]\n".to_owned(), |text, level| {
        let before = level - 1;
        format!("{text}a{level}: &a{level} [*a{before}, *a{before}, *a{before}, *a{before}]\n")
    });
    for path in ["lefthook.yml", ".pre-commit-config.yaml", ".lintstagedrc", "package.json"] {
        let error = read(path, laughs.clone()).expect_err("a file that grows");
        assert!(error.to_string().contains("anchors and aliases"), "{error}");
    }
}
