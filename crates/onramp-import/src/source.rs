use crate::import::Import;
use crate::node::Value;
use crate::{ImportError, Stage, yaml};

/// A file that hooks may come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A configuration of lint-staged.
    LintStaged,
    /// A `package.json`, with keys of lint-staged, husky 4 and simple-git-hooks.
    Package,
    /// A configuration of pre-commit.
    PreCommit,
    /// A configuration of lefthook.
    Lefthook,
    /// A script of husky.
    Husky,
    /// A configuration that is code, and can only be run.
    Code,
}

/// How many bytes a file may have. What people write by hand is a hundredth of that.
const LARGEST: usize = 1024 * 1024;

/// The files that hold hooks, from the root of a repository.
pub const FILES: &[&str] = &[
    ".pre-commit-config.yaml",
    ".pre-commit-config.yml",
    "lefthook.yml",
    "lefthook.yaml",
    "lefthook.toml",
    "lefthook.json",
    ".lefthook.yml",
    ".lefthook.yaml",
    ".lefthook.toml",
    ".lefthook.json",
    ".config/lefthook.yml",
    ".config/lefthook.yaml",
    ".config/lefthook.toml",
    ".config/lefthook.json",
];

/// The files of one folder that hold what lint-staged and its like run.
pub const LINT_STAGED_FILES: &[&str] = &[
    "package.json",
    ".lintstagedrc",
    ".lintstagedrc.json",
    ".lintstagedrc.yaml",
    ".lintstagedrc.yml",
    ".lintstagedrc.js",
    ".lintstagedrc.mjs",
    ".lintstagedrc.cjs",
    "lint-staged.config.js",
    "lint-staged.config.mjs",
    "lint-staged.config.cjs",
    "lint-staged.config.ts",
];

impl Source {
    /// What a file is, by its path.
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_code = [".js", ".mjs", ".cjs", ".ts", ".mts"].iter().any(|end| name.ends_with(end));
        let is_husky = path.strip_suffix(name).is_some_and(|front| front.ends_with(".husky/"));
        if name == "package.json" {
            Some(Self::Package)
        } else if name.starts_with(".lintstagedrc") || name.starts_with("lint-staged.config") {
            Some(if is_code { Self::Code } else { Self::LintStaged })
        } else if name.starts_with(".pre-commit-config.") {
            Some(Self::PreCommit)
        } else if FILES.iter().any(|known| known.rsplit('/').next() == Some(name)) {
            Some(Self::Lefthook)
        } else {
            is_husky.then_some(Self::Husky)
        }
    }
}

impl Import {
    /// Reads files, each as its path and its text. A path is relative to the root and has `/` between its parts.
    ///
    /// # Errors
    /// The first file that cannot be read, or that is none of those known, with the place.
    pub fn read(files: &[(String, String)]) -> Result<Self, ImportError> {
        let mut import = Self::default();
        let mut sources = Vec::new();
        for (path, text) in files {
            if text.len() > LARGEST {
                let message = "larger than 1 MiB, as no configuration of hooks is";
                return Err(crate::node::Place::default().error(path, message));
            }
            let unknown =
                || crate::node::Place::default().error(path, "not a file that is known to hold hooks");
            sources.push((Source::of(path).ok_or_else(unknown)?, path.as_str(), text.as_str()));
        }
        // What runs lint-staged is to find its tasks.
        sources.sort_by_key(|(source, _, _)| *source);
        let mut lines = Vec::new();
        for (source, path, text) in sources {
            match source {
                Source::PreCommit => import.pre_commit(path, text)?,
                Source::Lefthook => import.lefthook(path, text)?,
                Source::Husky => import.husky(path, text)?,
                Source::LintStaged => import.lint_staged(path, text)?,
                Source::Package => lines.extend(import.package(path, text)?),
                Source::Code => {
                    import.remark(
                        path,
                        "left out: it is code, which would have to be run; nothing of it is here",
                    );
                }
            }
        }
        for (path, of, node) in lines {
            import.hook_lines(&path, &node, of)?;
        }
        import.settle_lint_staged();
        Ok(import)
    }

    /// Reads lint-staged's part of a `package.json`, and returns those of others.
    fn package(
        &mut self,
        file: &str,
        text: &str,
    ) -> Result<Vec<(String, &'static str, crate::node::Node)>, ImportError> {
        let root = yaml::parse(file, text)?;
        let mut lines = Vec::new();
        if let Some(node) = root.get("lint-staged") {
            match &node.value {
                Value::Text(path) => {
                    let text = format!("`lint-staged` is in another file, import it by name: {path}");
                    self.remark(file, text);
                }
                _ => self.lint_staged_node(file, node)?,
            }
        }
        if let Some(node) = root.get("husky").and_then(|husky| husky.get("hooks")) {
            lines.push((file.to_owned(), "husky", node.clone()));
        }
        if let Some(node) = root.get("simple-git-hooks") {
            lines.push((file.to_owned(), "simple-git-hooks", node.clone()));
        }
        Ok(lines)
    }

    fn settle_lint_staged(&mut self) {
        let Some(known) = self.lint_staged.clone().filter(|known| !known.is_empty()) else { return };
        if !self.lint_staged_runs {
            self.remark("lint-staged", "no hook that runs it was found: its tasks are put at `pre-commit`");
            for reference in known {
                self.at(Stage::PreCommit, &reference);
            }
        }
    }

    /// Whether there is anything to write.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty() && self.delegate.is_empty() && self.remarks.is_empty()
    }
}

/// The text of a file.
///
/// # Errors
/// Where it is no UTF-8, with the place of the first byte that is none.
pub fn decoded(file: &str, bytes: &[u8]) -> Result<String, ImportError> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let front = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
        let line = front.matches('\n').count() + 1;
        let column = front.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        crate::node::Place { line, column }.error(file, "a byte that is no UTF-8")
    })
}
