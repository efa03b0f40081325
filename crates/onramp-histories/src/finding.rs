use std::path::PathBuf;

use onramp_core::Severity;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// A database will be in the wrong state, or the tool will refuse to work.
    Error,
    /// It breaks the rule that the history itself keeps, or may be meant.
    Warning,
    /// Nothing is wrong, but whoever looks at the history wants to know it.
    Note,
}

impl Level {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }

    /// How bad a problem it is; `None` for what is none.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Note => None,
        }
    }
}

macro_rules! codes {
    ($($(#[doc = $text:literal])+ $name:ident = $code:literal, $level:ident;)+) => {
        /// What kind of finding it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $($(#[doc = $text])+ $name,)+
        }

        impl Code {
            /// All of them, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Its name in reports, which stays.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// How bad it is.
            pub fn level(self) -> Level {
                match self {
                    $(Self::$name => Level::$level,)+
                }
            }
        }
    };
}

codes! {
    /// Nothing decides which of several entries is the last one.
    SeveralHeads = "several-heads", Error;
    /// Two entries have one id.
    DuplicateId = "duplicate-id", Error;
    /// An entry follows one that does not exist.
    MissingParent = "missing-parent", Error;
    /// Entries follow one another in a circle.
    Circle = "circle", Error;
    /// A changelog includes what is not there.
    MissingInclude = "missing-include", Error;
    /// A changelog includes what was not looked at.
    OutsideInclude = "outside-include", Warning;
    /// A number of a sequence is left out.
    Gap = "gap", Warning;
    /// A dialect lacks what another one has.
    MissingTwin = "missing-twin", Warning;
    /// Two dialects have the same under two names.
    LikelyTwin = "likely-twin", Warning;
    /// A dialect begins later than the others.
    LaterStart = "later-start", Note;
    /// Two dialects have neither ids nor names in common.
    Unpaired = "unpaired", Note;
    /// What leads back does nothing.
    EmptyDown = "empty-down", Warning;
    /// Nothing leads back, where it does elsewhere in the history.
    MissingDown = "missing-down", Warning;
    /// Somebody has said that nothing leads back.
    Irreversible = "irreversible", Note;
    /// What leads back belongs to nothing that leads up.
    MissingUp = "missing-up", Error;
    /// What leads up and what leads back are called differently.
    PairNames = "pair-names", Warning;
    /// What leads up does nothing.
    EmptyUp = "empty-up", Warning;
    /// A mark in a file is not understood.
    Marks = "marks", Error;
    /// A file is called after another id than its own.
    IdInName = "id-in-name", Warning;
    /// A number is written in another width than the others.
    NumberWidth = "number-width", Warning;
    /// Number and name are separated in another way than in the others.
    Separator = "separator", Warning;
    /// A name is written in another case than the others.
    NameCase = "name-case", Warning;
    /// By their names the entries have another order than by their numbers.
    NameOrder = "name-order", Warning;
    /// A time is still to come.
    FutureTime = "future-time", Warning;
    /// A number looks like a time and is none.
    InvalidTime = "invalid-time", Warning;
    /// A file looks like a part of the history and is none.
    Stray = "stray", Warning;
    /// Manifest and files do not agree.
    Manifest = "manifest", Error;
    /// Metadata and script do not agree.
    Metadata = "metadata", Error;
    /// A released file has another content.
    ReleasedEdited = "released-edited", Error;
    /// A released file is gone.
    ReleasedRemoved = "released-removed", Error;
    /// A released file has another name.
    ReleasedRenamed = "released-renamed", Error;
    /// A released file has other line ends, or a byte order mark more or less.
    ReleasedLineEnds = "released-line-ends", Warning;
    /// The whole folder lay elsewhere when it was released.
    ReleasedMoved = "released-moved", Note;
    /// A new entry comes before released ones.
    AddedBefore = "added-before", Error;
    /// A file begins with a byte order mark.
    ByteOrderMark = "byte-order-mark", Warning;
    /// A file is no UTF-8.
    NotUtf8 = "not-utf8", Warning;
    /// A file is too long to be read as a whole.
    TooLong = "too-long", Warning;
    /// A file or folder could not be read.
    Unreadable = "unreadable", Warning;
    /// On a server, what leads up fails.
    UpFails = "up-fails", Error;
    /// On a server, what leads back fails.
    DownFails = "down-fails", Error;
    /// On a server, what leads back does not lead to where it came from, not up to the same again, or leaves something
    /// behind at which a later entry fails.
    DownElsewhere = "down-elsewhere", Error;
    /// A file with the whole schema says something else than the history.
    SnapshotDiffers = "snapshot-differs", Error;
    /// Two dialects lead to different schemas.
    SchemasDiffer = "schemas-differ", Error;
    /// A difference of two dialects is declared, and they differ in it no more.
    StaleDeclaration = "parity-stale", Error;
    /// On a server it could not be tried, for a reason that is not its own.
    NotReplayed = "not-replayed", Note;
    /// On a server, something was made for it that it counts on, or left out.
    StandIn = "stand-in", Note;
}

/// Something worth knowing about a history.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// The file that it is about.
    pub file: PathBuf,
    /// The line, from 1, where it is about one.
    pub line: Option<u32>,
    /// What kind of finding it is.
    pub code: Code,
    /// What is the matter: a lower-case fragment.
    pub message: String,
}

impl Finding {
    /// A finding at the level of its code.
    pub fn new(code: Code, file: impl Into<PathBuf>, message: impl Into<String>) -> Self {
        Self { level: code.level(), file: file.into(), line: None, code, message: message.into() }
    }

    /// The same, as something that nobody has to change.
    #[must_use]
    pub(crate) fn into_note(self) -> Self {
        Self { level: Level::Note, ..self }
    }

    /// The same, at a line.
    #[must_use]
    pub fn at(self, line: Option<u32>) -> Self {
        Self { line, ..self }
    }
}
