use std::path::Path;

use crate::Finding;
use crate::text;

/// A file to look at, wherever its content comes from.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Its path, as findings shall name it.
    pub path: &'a Path,
    /// Its content; of a link its target.
    pub bytes: &'a [u8],
    /// What it is.
    pub kind: Kind,
}

/// What a file is, as git tells files apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file that nobody may execute.
    Regular,
    /// A file that its owner may execute.
    Executable,
    /// A link to something that is there.
    Link,
    /// A link to something that is not.
    BrokenLink,
}

impl Kind {
    /// Whether it is a link, wherever that leads.
    pub fn is_link(self) -> bool {
        matches!(self, Self::Link | Self::BrokenLink)
    }
}

impl File<'_> {
    /// A finding about the file as a whole.
    pub(crate) fn finding(&self, code: &'static str, message: impl Into<String>) -> Finding {
        Finding { path: self.path.to_path_buf(), line: None, column: None, code, message: message.into() }
    }

    /// A finding at the byte at `offset`.
    pub(crate) fn finding_at(
        &self,
        offset: usize,
        code: &'static str,
        message: impl Into<String>,
    ) -> Finding {
        let (line, column) = text::position(self.bytes, offset);
        Finding { line: Some(line), column: Some(column), ..self.finding(code, message) }
    }
}
