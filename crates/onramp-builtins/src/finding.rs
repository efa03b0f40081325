use std::path::PathBuf;

/// Something that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, as the caller named it.
    pub path: PathBuf,
    /// The line, from 1. `None`: the file as a whole.
    pub line: Option<u32>,
    /// The column, from 1, in bytes.
    pub column: Option<u32>,
    /// The name of the built-in that found it.
    pub code: &'static str,
    /// What is wrong: a lower-case fragment.
    pub message: String,
}
