use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// What a project says itself about which entries of its dialects are the same change. Whoever knows it tells it; nothing
/// here reads a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// Its changes.
    pub changes: Vec<Twins>,
}

/// The entries of one change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Twins {
    /// A file of the entry of each dialect that has one.
    pub files: Vec<PathBuf>,
    /// Whether it is said why the other dialects have none.
    pub is_complete: bool,
}

impl Declared {
    /// The place of the change that each file belongs to.
    pub(crate) fn places(&self) -> HashMap<&Path, usize> {
        let changes = self.changes.iter().enumerate();
        changes
            .flat_map(|(place, change)| change.files.iter().map(move |file| (file.as_path(), place)))
            .collect()
    }
}
