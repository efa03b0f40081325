use std::fs;
use std::path::{Path, PathBuf};

use crate::TestEnv;

/// A copy of the example product in a temporary workspace.
pub struct Flowline {
    /// The workspace.
    pub env: TestEnv,
}

/// A copy of `examples/flowline` whose commands use the virtual environment of the original, so that no test
/// installs anything. `None`, and said so, where that has not been set up.
///
/// # Panics
/// If the copy fails.
pub fn flowline(program: &str) -> Option<Flowline> {
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/flowline");
    let original = original.canonicalize().expect("the example lies beside the tests");
    if !original.join(".venv/bin/alembic").exists() {
        crate::skip("examples/flowline is not set up; run `cargo xtask setup`");
        return None;
    }
    let env = TestEnv::new(program);
    copy(&original, env.root());
    let overlay = format!(
        "[env]\npath = [\"{0}/.venv/bin\"]\nvars = {{ VIRTUAL_ENV = \"{0}/.venv\", PYTHONPATH = \"{{root}}/src\" }}\n\n\
         [setup.python]\nrun = \"true\"\noutputs = []\n\n[setup.ui]\nrun = \"true\"\noutputs = []\n",
        original.display()
    );
    env.write("onramp.local.toml", &overlay);
    Some(Flowline { env })
}

impl Flowline {
    /// Puts lines into a file behind the first line that starts with `anchor`.
    ///
    /// # Panics
    /// If the file has no such line.
    pub fn insert(&self, file: &str, anchor: &str, text: &str) {
        let old = self.env.read(file);
        let mut lines: Vec<&str> = old.lines().collect();
        let place =
            lines.iter().position(|line| line.starts_with(anchor)).expect("the anchor is in the file");
        lines.insert(place + 1, text);
        self.env.write(file, &(lines.join("\n") + "\n"));
    }

    /// The revision files of a dialect, sorted.
    pub fn revisions(&self, dialect: &str) -> Vec<PathBuf> {
        let folder = self.env.root().join("src/flowline/migrations/versions").join(dialect);
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut files: Vec<_> = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|e| e == "py"))
            .collect();
        files.sort();
        files
    }
}

fn copy(from: &Path, to: &Path) {
    const LEFT_OUT: [&str; 8] =
        [".venv", "node_modules", ".onramp", "dist", "site", "__pycache__", ".pytest_cache", ".ruff_cache"];
    for entry in fs::read_dir(from).expect("a folder of the example").flatten() {
        let name = entry.file_name();
        if LEFT_OUT.iter().any(|left_out| name == *left_out) || name == "onramp.local.toml" {
            continue;
        }
        let target = to.join(&name);
        if entry.path().is_dir() {
            fs::create_dir_all(&target).expect("a folder of the copy");
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file of the copy");
        }
    }
}
