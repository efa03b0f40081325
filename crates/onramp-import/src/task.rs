use std::collections::BTreeMap;

/// A section of `onramp.toml` that holds tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    Format,
    Lint,
    Test,
    Build,
    Task,
}

impl Section {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Lint => "lint",
            Self::Test => "test",
            Self::Build => "build",
            Self::Task => "task",
        }
    }

    /// Whether its tasks have `files`.
    pub(crate) fn has_files(self) -> bool {
        matches!(self, Self::Format | Self::Lint)
    }
}

/// A task that is to be written.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) section: Section,
    pub(crate) name: String,
    /// Where it comes from: `lefthook.yml:12 (lint)`.
    pub(crate) from: Vec<String>,
    /// What has no counterpart.
    pub(crate) remarks: Vec<String>,
    pub(crate) description: Option<String>,
    pub(crate) dir: Option<String>,
    /// Templates: braces are doubled already.
    pub(crate) run: Vec<String>,
    pub(crate) check: Option<String>,
    pub(crate) fix: Option<String>,
    /// As TOML has them.
    pub(crate) builtin: Vec<String>,
    pub(crate) files: Vec<String>,
    pub(crate) exclude: Vec<String>,
    /// One of which each file has.
    pub(crate) types: Vec<String>,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) shell: bool,
    /// Whether a hook mends staged files.
    pub(crate) restage: bool,
}

impl Task {
    pub(crate) fn new(section: Section, name: &str, from: String) -> Self {
        Self {
            section,
            name: plain_name(name),
            from: vec![from],
            remarks: Vec::new(),
            description: None,
            dir: None,
            run: Vec::new(),
            check: None,
            fix: None,
            builtin: Vec::new(),
            files: Vec::new(),
            exclude: Vec::new(),
            types: Vec::new(),
            env: BTreeMap::new(),
            shell: false,
            restage: false,
        }
    }

    pub(crate) fn reference(&self) -> String {
        format!("{}:{}", self.section.name(), self.name)
    }
}

/// A name as `onramp.toml` wants it.
pub(crate) fn plain_name(name: &str) -> String {
    let mut plain = String::new();
    for letter in name.trim().chars() {
        if letter.is_ascii_alphanumeric() || "._-".contains(letter) {
            plain.push(letter);
        } else if !plain.ends_with('-') {
            plain.push('-');
        }
    }
    let plain = plain.trim_matches(['-', '.', '_']);
    if plain.is_empty() { "hook".to_owned() } else { plain.to_owned() }
}

/// A program that tasks need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tool {
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    /// The kind of packages, and their names.
    pub(crate) fix: Option<(&'static str, String)>,
}
