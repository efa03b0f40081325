use crate::{CommitMessage, ForbiddenBranch};

/// The code of what [`Builtin::LargeFiles`] finds.
pub const LARGE_FILES: &str = "large-files";

/// A formatter or check, with its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Builtin {
    /// Removes blanks and tabs at the ends of lines.
    TrailingWhitespace {
        /// Whether two blanks at the end of a line of a Markdown file stay, because they break the line.
        hard_breaks: bool,
    },
    /// Has a file that is not empty end with exactly one line end.
    EndOfFile,
    /// Has all lines of a file end in the same way.
    LineEndings(LineEndings),
    /// Removes the byte order mark of UTF-8.
    ByteOrderMark,
    /// Finds what an unfinished merge has left in a file.
    MergeMarkers,
    /// Finds files of more bytes than these.
    LargeFiles {
        /// The most that is fine.
        max: u64,
    },
    /// Finds names that differ in nothing but case.
    CaseConflicts,
    /// Finds links that lead nowhere.
    BrokenSymlinks,
    /// Finds private keys.
    PrivateKeys,
    /// Finds syntax errors of TOML files.
    Toml,
    /// Finds syntax errors of JSON files.
    Json,
    /// Finds syntax errors of YAML files.
    Yaml,
    /// Finds executable files that do not say what runs them, and scripts that are not executable.
    Executables,
    /// Finds commits to branches that take none.
    ForbiddenBranch(ForbiddenBranch),
    /// Checks the message of a commit.
    CommitMessage(CommitMessage),
}

/// How lines shall end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEndings {
    /// As most lines of the file do; with a line feed where there are as many of both.
    Auto,
    /// With a line feed.
    Lf,
    /// With a carriage return and a line feed.
    Crlf,
}

impl Builtin {
    /// As findings and configurations name it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::TrailingWhitespace { .. } => "trailing-whitespace",
            Self::EndOfFile => "end-of-file",
            Self::LineEndings(_) => "line-endings",
            Self::ByteOrderMark => "byte-order-mark",
            Self::MergeMarkers => "merge-markers",
            Self::LargeFiles { .. } => LARGE_FILES,
            Self::CaseConflicts => "case-conflicts",
            Self::BrokenSymlinks => "broken-symlinks",
            Self::PrivateKeys => "private-keys",
            Self::Toml => "toml",
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Executables => "executables",
            Self::ForbiddenBranch(_) => "forbidden-branch",
            Self::CommitMessage(_) => "commit-message",
        }
    }

    /// Whether it mends what it finds.
    pub fn is_fixer(&self) -> bool {
        matches!(
            self,
            Self::TrailingWhitespace { .. } | Self::EndOfFile | Self::LineEndings(_) | Self::ByteOrderMark
        )
    }

    /// Whether it looks at a commit, and at no file.
    pub fn is_of_commits(&self) -> bool {
        matches!(self, Self::ForbiddenBranch(_) | Self::CommitMessage(_))
    }
}
