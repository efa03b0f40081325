use std::collections::BTreeMap;
use std::path::PathBuf;

/// What became of a released file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is as it was released.
    Unchanged,
    /// Only line ends or a byte order mark differ.
    LineEnds,
    /// Its content differs.
    Edited,
    /// It is gone.
    Removed,
    /// It has another name, and the same content.
    Renamed(PathBuf),
}

/// The files of a release that lie in the folders that are looked at, and what became of each. Whoever knows the release
/// tells it; nothing here asks git.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Released {
    /// What the release is called.
    pub name: String,
    /// By path, as the folders were named that are looked at.
    pub files: BTreeMap<PathBuf, Fate>,
    /// The folders of histories that lay elsewhere then: where that was, and where they are. What lay there is among `files`
    /// where it is now.
    pub moved: Vec<(PathBuf, PathBuf)>,
    /// What was in files that are edited or gone, as far as it is known. Needed of [forms](crate::Form::has_parts) whose files
    /// may get more at any time; without it, such a file is edited as a whole.
    pub texts: BTreeMap<PathBuf, String>,
}
