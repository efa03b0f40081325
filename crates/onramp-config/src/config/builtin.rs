/// A formatter or check of Onramp itself, with its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Builtin {
    /// Blanks at the ends of lines.
    TrailingWhitespace {
        /// Whether two of them stay in Markdown files.
        hard_breaks: bool,
    },
    /// One line end at the end of a file.
    EndOfFile,
    /// The same line ends in all of a file.
    LineEndings(LineEndings),
    /// The byte order mark of UTF-8.
    ByteOrderMark,
    /// What an unfinished merge leaves behind.
    MergeMarkers,
    /// Files that are too large.
    LargeFiles {
        /// The most bytes that are fine.
        max: u64,
    },
    /// Names that differ in case only.
    CaseConflicts,
    /// Links that lead nowhere.
    BrokenSymlinks,
    /// Private keys.
    PrivateKeys,
    /// The syntax of TOML files.
    Toml,
    /// The syntax of JSON files.
    Json,
    /// The syntax of YAML files.
    Yaml,
    /// Scripts that are not executable, and executables that are no scripts.
    Executables,
    /// Branches that take no commits.
    ForbiddenBranch {
        /// Their names, or globs of them.
        branches: Vec<String>,
    },
    /// Messages of commits.
    CommitMessage {
        /// Whether they follow Conventional Commits.
        conventional: bool,
        /// How many characters a subject may have.
        max_subject: Option<usize>,
        /// The types that they may have; empty for those of the convention.
        types: Vec<String>,
    },
}

impl Builtin {
    /// Whether it mends what it finds.
    pub fn mends(&self) -> bool {
        matches!(
            self,
            Self::TrailingWhitespace { .. } | Self::EndOfFile | Self::LineEndings(_) | Self::ByteOrderMark
        )
    }
}

/// How lines shall end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEndings {
    /// As most of a file's lines do.
    Auto,
    /// With a line feed.
    Lf,
    /// With a carriage return and a line feed.
    Crlf,
}
