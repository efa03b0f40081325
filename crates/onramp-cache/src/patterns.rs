use std::ffi::OsStr;
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
            let parts = parts(directory, Path::new(pattern))
                .ok_or_else(|| refuse("leads out of the workspace".to_owned()))?;
            if !parts.iter().any(Part::is_glob) {
                literals.push(parts.iter().map(|part| part.text).collect());
                continue;
            }
            let text = parts.iter().map(Part::as_glob).collect::<Option<Vec<_>>>();
            let text = text.ok_or_else(|| refuse("is not UTF-8".to_owned()))?.join("/");
            let glob = GlobBuilder::new(&text)
                .literal_separator(true)
                .build()
                .map_err(|error| refuse(error.kind().to_string()))?;
            set.add(glob);
            prefixes.push(parts.iter().take_while(|part| !part.is_glob()).map(|part| part.text).collect());
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

    /// Whether any of them is a glob.
    pub fn has_globs(&self) -> bool {
        !self.prefixes.is_empty()
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

/// A part of a path that a pattern means.
struct Part<'a> {
    text: &'a OsStr,
    /// Whether the pattern says it. A folder that the pattern is relative to is what it is called: `[id]` too.
    is_written: bool,
}

impl Part<'_> {
    fn is_glob(&self) -> bool {
        self.is_written && self.text.to_str().is_some_and(|text| text.contains(['*', '?', '[', '{']))
    }

    fn as_glob(&self) -> Option<String> {
        let text = self.text.to_str()?;
        Some(if self.is_written { text.to_owned() } else { globset::escape(text) })
    }
}

/// The parts of `directory` and of `pattern`, without `.` and `..`, by looking at the text alone; `None` where `..`
/// leads above the start.
fn parts<'a>(directory: &'a Path, pattern: &'a Path) -> Option<Vec<Part<'a>>> {
    let mut parts = Vec::new();
    for (path, is_written) in [(directory, false), (pattern, true)] {
        for component in path.components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir => {
                    parts.pop()?;
                }
                Component::Normal(text) => parts.push(Part { text, is_written }),
                Component::RootDir | Component::Prefix(_) => return None,
            }
        }
    }
    Some(parts)
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
    fn a_folder_is_called_what_it_is_called() {
        assert!(matches("app/[id]", "*.ts", "app/[id]/a.ts"));
        assert!(!matches("app/[id]", "*.ts", "app/i/a.ts"));
        assert!(matches("app/[id]", "page.ts", "app/[id]/page.ts"));
        assert!(matches("app/{a}", "../*.ts", "app/b.ts"));
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
