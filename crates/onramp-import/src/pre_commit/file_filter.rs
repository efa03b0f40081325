use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use onramp_file_types::{FileMode, is_known, tags};

use super::config::{FilePattern, Hook, PreCommitConfig};
use super::regex::PythonRegex;

/// Which files a hook sees.
#[derive(Clone, Debug, Default)]
pub struct FileFilter {
    include: Vec<Matcher>,
    exclude: Vec<Matcher>,
    types: Vec<String>,
    types_or: Vec<String>,
    exclude_types: Vec<String>,
}

#[derive(Clone, Debug)]
enum Matcher {
    Regex(PythonRegex),
    Globs(GlobSet),
}

impl FileFilter {
    /// The filter of a hook of the file; `types` are those of a hook that names none. An error tells what is not
    /// understood.
    pub(super) fn new(config: &PreCommitConfig, hook: &Hook, types: &[&str]) -> Result<Self, String> {
        let matchers = |patterns: [&Option<FilePattern>; 2]| {
            patterns.into_iter().flatten().map(Matcher::new).collect::<Result<Vec<_>, _>>()
        };
        let own = || types.iter().map(|tag| (*tag).to_owned()).collect();
        let filter = Self {
            include: matchers([&config.files, &hook.files])?,
            exclude: matchers([&config.exclude, &hook.exclude])?,
            types: hook.types.clone().unwrap_or_else(own),
            types_or: hook.types_or.clone(),
            exclude_types: hook.exclude_types.clone(),
        };
        let mut named = filter.types.iter().chain(&filter.types_or).chain(&filter.exclude_types);
        match named.find(|tag| !is_known(tag)) {
            Some(tag) => Err(format!("the type `{tag}` is not known here")),
            None => Ok(filter),
        }
    }

    /// Whether the hook sees a file. `path` is relative to the repository; `first` gives the first
    /// [`FIRST_BYTES`](onramp_file_types::FIRST_BYTES) bytes, and is only called where they matter.
    pub fn accepts(&self, path: &Path, mode: FileMode, first: impl FnOnce() -> Vec<u8>) -> bool {
        let text = path.to_string_lossy();
        if !self.include.iter().all(|matcher| matcher.matches(&text))
            || self.exclude.iter().any(|matcher| matcher.matches(&text))
        {
            return false;
        }
        // Most hooks want a file and nothing more; its content need not be looked at for that.
        if self.types == ["file"] && self.types_or.is_empty() && self.exclude_types.is_empty() {
            return matches!(mode, FileMode::File | FileMode::Executable);
        }
        let tags = tags(path, mode, first);
        let has = |tag: &String| tags.contains(tag.as_str());
        self.types.iter().all(has)
            && (self.types_or.is_empty() || self.types_or.iter().any(has))
            && !self.exclude_types.iter().any(has)
    }
}

impl Matcher {
    fn new(pattern: &FilePattern) -> Result<Self, String> {
        match pattern {
            FilePattern::Regex(pattern) => PythonRegex::new(pattern).map(Self::Regex),
            FilePattern::Globs(globs) => {
                let mut set = GlobSetBuilder::new();
                for glob in globs {
                    let built = GlobBuilder::new(glob).literal_separator(true).build();
                    set.add(built.map_err(|error| format!("the glob `{glob}`: {}", error.kind()))?);
                }
                set.build().map(Self::Globs).map_err(|error| error.to_string())
            }
        }
    }

    fn matches(&self, path: &str) -> bool {
        match self {
            Self::Regex(regex) => regex.is_found(path),
            Self::Globs(globs) => globs.is_match(path),
        }
    }
}
