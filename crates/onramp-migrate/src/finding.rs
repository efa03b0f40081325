use std::path::PathBuf;

use onramp_core::Severity;

/// Something that is wrong with the histories or with what is written about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The name of what is wrong, which does not change: `ledger-missing`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The file that it is about.
    pub file: PathBuf,
    /// The line of it, from 1. `None`: the file as a whole.
    pub line: Option<u32>,
    /// What is wrong, a lower-case fragment.
    pub message: String,
}

impl Finding {
    pub(crate) fn error(code: &'static str, file: impl Into<PathBuf>, message: String) -> Self {
        Self { code, severity: Severity::Error, file: file.into(), line: None, message }
    }

    pub(crate) fn warning(code: &'static str, file: impl Into<PathBuf>, message: String) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, file, message) }
    }

    pub(crate) fn at(self, line: u32) -> Self {
        Self { line: Some(line), ..self }
    }
}
