use std::fs;
use std::path::{Path, PathBuf};

use onramp_tests::TestEnv;

use crate::{folder, named};

/// The configurations of other tools that the engine's own tests read.
const STYLES: [&str; 7] = [
    "pre-commit-hostile",
    "lefthook-commands",
    "lefthook-jobs",
    "lefthook-toml",
    "husky-simple",
    "husky-monorepo",
    "husky-old",
];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/onramp-import/tests/fixtures")
}

/// An empty folder with the files of a style.
fn with_style(style: &str) -> TestEnv {
    let env = folder();
    let root = fixtures().join(style);
    let mut pending = vec![root.clone()];
    while let Some(next) = pending.pop() {
        for entry in fs::read_dir(&next).expect("a folder of the repository") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(&root).expect("a path in the folder").to_str().expect("UTF-8");
            if path.is_dir() {
                pending.push(path);
            } else if name != "expected.toml" {
                env.write(name, &fs::read_to_string(&path).expect("a text"));
            }
        }
    }
    env
}

#[test]
fn what_is_written_is_a_configuration_and_prints_the_same_again() {
    for style in STYLES {
        let env = with_style(style);
        // The folders that tasks run in.
        env.write("ui/x.css", "");
        let printed = env.onramp(["hooks", "import"]).exits(0).says("hooks import --write").stdout;
        assert!(!env.has("onramp.toml"), "{style}");
        env.onramp(["hooks", "import", "--write"]).exits(0).says("onramp tasks");
        let written = env.read("onramp.toml");
        for section in printed.split("\n\n").skip(1) {
            assert!(written.contains(section.trim_end()), "{style}: {section}");
        }
        env.onramp(["tasks"]).exits(0);
        // A second time, nothing is added and everything told.
        env.onramp(["hooks", "import", "--write"]).exits(0).says("0 sections added").says("stay as they are");
        assert_eq!(env.read("onramp.toml"), written, "{style}");
    }
}

#[test]
fn an_imported_task_runs() {
    let env = folder()
        .file(
            "lefthook.yml",
            "pre-commit:\n  commands:\n    todo:\n      glob: \"*.txt\"\n      run: tools/no-todo {staged_files}\n",
        )
        .script("tools/no-todo", "#!/bin/sh\n! grep -n TODO \"$@\"\n")
        .file("a.txt", "fine\n")
        .file("folder/b.txt", "fine\n");
    env.onramp(["hooks", "import", "--write"]).exits(0).says("onramp.toml has 3 sections now");
    env.onramp(["lint"]).exits(0).says("lint: 1 passed");
    env.write("folder/b.txt", "TODO\n");
    env.onramp(["lint"]).exits(1).says("lint:todo").says("folder/b.txt:1:TODO");
}

#[test]
fn sections_are_added_to_what_there_is() {
    let before = named("[lint.todo]  # mine\nrun = \"true\"\n");
    let env = folder().file("onramp.toml", &before).file(
        "lefthook.yml",
        "pre-push:\n  commands:\n    todo: {run: shellcheck x}\n    unit: {run: pytest}\n",
    );
    let run =
        env.onramp(["hooks", "import", "--write"]).exits(0).says("[lint.todo]").says("2 sections added");
    assert!(run.stdout.contains("shellcheck x") && !run.stdout.contains("pytest"), "{}", run.stdout);
    let after = env.read("onramp.toml");
    assert!(after.starts_with(&before) && after.contains("[test.unit]"), "{after}");
    env.onramp(["tasks"]).exits(0).says("test:unit");
    // A dry run writes nothing, and from a folder below it is the same.
    env.write("below/x", "");
    let printed = env.onramp_in("below", ["hooks", "import", "--write", "--dry-run"]).exits(0).stdout;
    assert!(printed.contains("[test.unit]"), "{printed}");
    assert_eq!(env.read("onramp.toml"), after);
}

#[test]
fn files_that_cannot_be_read_are_told_with_their_place() {
    let env = folder().file(".pre-commit-config.yaml", "repos:\n- repo: local\n  hooks:\n  - id: [1]\n");
    env.onramp(["hooks", "import"])
        .exits(3)
        .says(".pre-commit-config.yaml:4:9: `id` is a list, not a string");
    env.write(".pre-commit-config.yaml", "repos:\n- repo: local\n  hooks: []\n  repo: x\n");
    env.onramp(["hooks", "import"]).exits(3).says(":4:3: duplicate key `repo`, first given on line 2");
    fs::write(env.root().join(".pre-commit-config.yaml"), b"repos: []\n# \xff\n").expect("a file");
    env.onramp(["hooks", "import"]).exits(3).says(":2:3: a byte that is no UTF-8");
    env.write(".pre-commit-config.yaml", "repos: []\n");
    env.write("onramp.toml", "[project\n");
    env.onramp(["hooks", "import"]).exits(0).says("no hooks in .pre-commit-config.yaml");
    env.write("lefthook.yml", "pre-commit:\n  commands:\n    a: {run: \"true\"}\n");
    env.onramp(["hooks", "import", "--write"]).exits(3).says("onramp.toml:1:");
    assert_eq!(env.read("onramp.toml"), "[project\n");
}

#[test]
fn files_are_found_or_named() {
    let env = folder();
    env.onramp(["hooks", "import"]).exits(2).says("no hooks of another tool were found").says("import FILE");
    env.write("tools/hooks/lefthook.yml", "pre-commit:\n  commands:\n    a: {run: shellcheck x}\n");
    env.onramp(["hooks", "import"]).exits(2);
    let printed = env.onramp(["hooks", "import", "tools/hooks/lefthook.yml"]).exits(0).stdout;
    assert!(printed.contains("from tools/hooks/lefthook.yml:3 (a of pre-commit)"), "{printed}");
    env.write("other.yml", "");
    env.onramp(["hooks", "import", "other.yml"]).exits(3).says("other.yml:1:1: not a file that is known");
    env.onramp(["hooks", "import", "missing.yml"]).exits(2).says("missing.yml cannot be read");
    env.onramp(["hooks", "import", "/dev/null"]).exits(2).says("lies outside of");
}

#[test]
fn a_configuration_that_is_code_is_told() {
    let env = folder().file("lint-staged.config.js", "export default {}\n");
    let printed = env.onramp(["hooks", "import"]).exits(0).stdout;
    assert!(printed.contains("lint-staged.config.js: left out: it is code"), "{printed}");
}
