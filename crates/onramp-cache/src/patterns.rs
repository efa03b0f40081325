use std::fmt;
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// The paths that a task declares: globs, and literal paths. All are relative to the workspace root.
#[derive(Clone, Debug)]
pub struct Patterns {
    globs: GlobSet,
    prefixes: Vec<PathBuf>,
    literals: Vec<PathBuf>,
}

/// A pattern that cannot be understood.
#[derive(Clone, Debug)]
pub struct PatternError {
    /// The pattern as written.
    pub pattern: String,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pattern `{}`: {}", self.pattern, self.reason)
    }
}

impl std::error::Error for PatternError {}

impl Patterns {
    /// Reads patterns that are written relative to `directory`, itself relative to the workspace root.
    /// `*` stays within one folder, `**` crosses folders.
    pub fn new<S: AsRef<str>>(
        directory: &Path,
        patterns: impl IntoIterator<Item = S>,
    ) -> Result<Self, PatternError> {
        let mut set = GlobSetBuilder::new();
        let mut prefixes: Vec<PathBuf> = Vec::new();
        let mut literals = Vec::new();
        for pattern in patterns {
            let pattern = pattern.as_ref();
            let refuse = |reason: String| PatternError { pattern: pattern.to_owned(), reason };
            let path = normalize(&directory.join(pattern))
                .ok_or_else(|| refuse("leads out of the workspace".to_owned()))?;
            if !is_glob(pattern) {
                literals.push(path);
                continue;
            }
            let text = path.to_str().ok_or_else(|| refuse("is not UTF-8".to_owned()))?;
            let glob = GlobBuilder::new(text)
                .literal_separator(true)
                .build()
                .map_err(|error| refuse(error.kind().to_string()))?;
            set.add(glob);
            prefixes
                .push(path.iter().take_while(|part| part.to_str().is_some_and(|p| !is_glob(p))).collect());
        }
        // What lies below another one of them would only be looked through twice. A folder is sorted right before
        // all that is below it.
        prefixes.sort_unstable();
        prefixes.dedup_by(|below, above| below.starts_with(above));
        let globs = set.build().map_err(|error| PatternError {
            pattern: error.glob().unwrap_or_default().to_owned(),
            reason: error.kind().to_string(),
        })?;
        Ok(Self { globs, prefixes, literals })
    }

    /// Whether a path relative to the workspace root is meant by one of the patterns. A literal path that is
    /// a folder means everything in it.
    pub fn matches(&self, path: &Path) -> bool {
        self.globs.is_match(path) || self.literals.iter().any(|literal| path.starts_with(literal))
    }

    /// The paths that are named without a glob.
    pub fn literals(&self) -> &[PathBuf] {
        &self.literals
    }

    /// The folders below which the matches of globs lie; none of them lies below another one.
    pub(crate) fn prefixes(&self) -> &[PathBuf] {
        &self.prefixes
    }

    pub(crate) fn glob_matches(&self, path: &Path) -> bool {
        self.globs.is_match(path)
    }
}

fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

/// Removes `.` and `..` by looking at the text alone; `None` where `..` leads above the start.
fn normalize(path: &Path) -> Option<PathBuf> {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                if !normal.pop() {
                    return None;
                }
            }
            Component::Normal(part) => normal.push(part),
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(directory: &str, pattern: &str, path: &str) -> bool {
        Patterns::new(Path::new(directory), [pattern]).unwrap().matches(Path::new(path))
    }

    #[test]
    fn a_star_stays_in_its_folder() {
        assert!(matches("", "*.py", "a.py"));
        assert!(!matches("", "*.py", "b/a.py"));
        assert!(matches("", "**/*.py", "b/c/a.py"));
        assert!(matches("", "**/*.py", "a.py"));
    }

    #[test]
    fn patterns_start_where_the_task_runs() {
        assert!(matches("ui", "src/**", "ui/src/a/b.ts"));
        assert!(!matches("ui", "src/**", "src/a.ts"));
        assert!(matches("ui", "../*.toml", "a.toml"));
        assert!(matches("ui", "./index.html", "ui/index.html"));
    }

    #[test]
    fn a_literal_folder_means_what_is_in_it() {
        assert!(matches("", "src", "src/a/b.rs"));
        assert!(!matches("", "src", "srcs/b.rs"));
    }

    #[test]
    fn patterns_that_leave_the_workspace_are_refused() {
        for pattern in ["../../x", "/etc/passwd", "[a"] {
            assert!(Patterns::new(Path::new("ui"), [pattern]).is_err(), "{pattern}");
        }
    }
}
