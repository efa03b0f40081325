use std::fmt;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::dialect::DialectName;
use crate::number::Number;
use crate::sections::Marks;
use crate::text::Text;

/// How the files of a history are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// `0001_x.up.sql` and `0001_x.down.sql`.
    Pairs,
    /// Folders with `up.sql` and `down.sql`, as of diesel.
    Folders,
    /// Folders with `migration.sql`, as of Prisma.
    ForwardFolders,
    /// One file with marks in it.
    Marked(Marks),
    /// `-- name:` before each statement, as of drone.
    Named,
    /// One file that leads up, and nothing that leads back, as of sqlx.
    Forward,
    /// `V1_9__x.sql`, as of Flyway and refinery.
    Versioned,
    /// Alembic's revisions.
    Alembic,
    /// The dialect is a part of the file's name, with files for all others, as of Ory and Synapse.
    Suffixes,
    /// Folders that are named after releases.
    Releases,
    /// Django's migrations.
    Django,
    /// Liquibase's changelogs.
    Liquibase,
    /// Code that nobody here reads, with an id in its name.
    Code,
    /// Folders with a `metadata.yaml` that names their parents, as of Sourcegraph.
    Graph,
}

impl Form {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pairs => "up-down",
            Self::Folders => "folders",
            Self::ForwardFolders => "forward-folders",
            Self::Marked(marks) => marks.name(),
            Self::Named => "named-statements",
            Self::Forward => "forward",
            Self::Versioned => "flyway",
            Self::Alembic => "alembic",
            Self::Suffixes => "suffixes",
            Self::Releases => "releases",
            Self::Django => "django",
            Self::Liquibase => "liquibase",
            Self::Code => "code",
            Self::Graph => "graph",
        }
    }

    /// Whether its entries are SQL that a server can be given as it is.
    pub fn is_sql(self) -> bool {
        !matches!(self, Self::Alembic | Self::Django | Self::Liquibase | Self::Code)
    }

    /// Whether a file has several entries, which the tool knows by names of their own, so that more may follow in the same file.
    pub fn has_parts(self) -> bool {
        matches!(self, Self::Liquibase | Self::Named)
    }

    /// Whether its entries name the ones that they follow, so that neither names nor numbers say anything.
    pub(crate) fn is_graph(self) -> bool {
        matches!(self, Self::Alembic | Self::Django | Self::Graph)
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What tells the dialect of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ToldBy {
    /// The name of a folder.
    Folder,
    /// The names of files.
    Suffix,
    /// A file beside it, as Prisma's lock.
    Settings,
    /// Words that only one dialect knows.
    Content,
    /// The project's own configuration.
    Configuration,
    /// Whoever asks.
    Asked,
}

impl ToldBy {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::Suffix => "suffix",
            Self::Settings => "settings",
            Self::Content => "content",
            Self::Configuration => "configuration",
            Self::Asked => "asked",
        }
    }
}

/// One history: what is applied to a database of one dialect, in order.
#[derive(Clone, Debug)]
pub struct Chain {
    /// The folder that it lies in.
    pub folder: PathBuf,
    /// How its files are laid out.
    pub form: Form,
    /// Whether it is a file that belongs to no history, so that nobody knows its tool.
    pub is_alone: bool,
    /// Its dialect, and what tells it.
    pub dialect: Option<(DialectName, ToldBy)>,
    /// Its entries, in the order in which they are applied.
    pub entries: Vec<Entry>,
    /// Files with the whole schema, where the form has them.
    pub snapshots: Vec<PathBuf>,
    /// Files of its folder that look like a part of it and are none, and why.
    pub strays: Vec<(PathBuf, String)>,
    /// What was wrong with single files while they were read, for the findings.
    pub(crate) faults: Vec<Fault>,
    /// The names of the folders down to it, from the one that the user named.
    pub(crate) place: Vec<String>,
}

/// Something that is wrong with one file, seen while it was read.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) code: crate::Code,
    pub(crate) file: PathBuf,
    pub(crate) line: Option<u32>,
    pub(crate) message: String,
}

/// One step of a history.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// The id by which its tool knows it.
    pub id: String,
    /// What its name says about it.
    pub slug: String,
    /// The number in its name, where its place is decided by that.
    pub number: Option<Number>,
    /// The ids that it follows, where its tool has it say so.
    pub parents: Vec<String>,
    /// The ids that it takes the place of, as a squashed migration does.
    pub replaces: Vec<String>,
    /// The names of the branch that begins with it.
    pub labels: Vec<String>,
    /// The file that stands for it in messages.
    pub file: PathBuf,
    /// The line at which it begins, where the file has several.
    pub line: Option<u32>,
    /// What leads up, in order; empty for code.
    pub up: Vec<Script>,
    /// What leads back.
    pub down: Down,
    /// All files that it consists of.
    pub files: Vec<PathBuf>,
    /// Whether nothing leads up.
    pub is_empty: bool,
    /// Whether its tool applies it again whenever it changes.
    pub is_repeatable: bool,
    /// Whether it takes the place of all that is numbered up to it where a database is new, as a baseline of Flyway does.
    pub is_baseline: bool,
    /// Whether its metadata asks for a privileged user.
    pub is_privileged: bool,
    /// What stands between number and slug in its name.
    pub(crate) separator: Option<String>,
}

/// What leads back from an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Down {
    /// A script that does something.
    Present(Script),
    /// Code that does something.
    Code,
    /// A script, or code, that does nothing.
    Empty,
    /// There is none, though the form has them.
    Missing,
    /// Somebody has said that there is no way back.
    Irreversible,
    /// The form has none, or it cannot be seen without running it.
    #[default]
    Unknown,
}

impl Down {
    /// Its name in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Present(_) | Self::Code => "present",
            Self::Empty => "empty",
            Self::Missing => "missing",
            Self::Irreversible => "irreversible",
            Self::Unknown => "unknown",
        }
    }
}

/// SQL in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The file.
    pub file: PathBuf,
    /// The parts of the file's text, in bytes behind a byte order mark; `None` for all of it.
    pub(crate) parts: Option<Vec<Range<usize>>>,
    /// Whether its tool runs it in no transaction.
    pub no_transaction: bool,
}

impl Script {
    /// All of a file.
    pub fn whole(file: &Path, no_transaction: bool) -> Self {
        Self { file: file.to_owned(), parts: None, no_transaction }
    }

    /// Reads the statements. Fails where the file cannot be read, is no UTF-8, has a NUL byte, behind which SQLite reads
    /// nothing, or is longer than what is read.
    pub fn read(&self) -> io::Result<String> {
        let text = Text::read(&self.file)?;
        let why = match () {
            () if text.is_cut => Some("is too long"),
            () if !text.is_utf8 => Some("is no UTF-8"),
            () if text.text.contains('\0') => Some("has a NUL byte in it"),
            () => None,
        };
        if let Some(why) = why {
            return Err(io::Error::other(format!("{} {why}", self.file.display())));
        }
        let Some(parts) = &self.parts else { return Ok(text.text) };
        let part = |range: &Range<usize>| text.text.get(range.clone()).map(str::to_owned);
        let parts: Option<Vec<String>> = parts.iter().map(part).collect();
        parts
            .map(|parts| parts.concat())
            .ok_or_else(|| io::Error::other(format!("{} has changed meanwhile", self.file.display())))
    }
}

impl Script {
    /// The line of the file, from 1, that is a line of what is [read](Self::read).
    pub fn line_in_file(&self, line: u32) -> u32 {
        self.lines_in_file(vec![line]).pop().unwrap_or(line)
    }

    /// The same of several lines.
    pub fn lines_in_file(&self, lines: Vec<u32>) -> Vec<u32> {
        let (Some(parts), Ok(text)) = (&self.parts, Text::read(&self.file)) else { return lines };
        let count = |range: Range<usize>| {
            let text = text.text.get(range).unwrap_or_default();
            u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX)
        };
        // How many lines each part has, and how many come before it in the file.
        let parts: Vec<(u32, u32)> =
            parts.iter().map(|part| (count(part.clone()), count(0..part.start))).collect();
        let in_file = |line: u32| {
            let mut left = line.saturating_sub(1);
            for (own, before) in &parts {
                if left <= *own {
                    return before.saturating_add(left).saturating_add(1);
                }
                left -= own;
            }
            line
        };
        lines.into_iter().map(in_file).collect()
    }
}

impl Chain {
    /// Whether Atlas keeps it, which has the sums of its files beside them.
    pub fn is_of_atlas(&self) -> bool {
        matches!(self.form, Form::Pairs | Form::Forward) && self.folder.join("atlas.sum").is_file()
    }

    /// Whether Drizzle keeps it, which has a journal beside its files.
    pub fn is_of_drizzle(&self) -> bool {
        self.form == Form::Forward && self.folder.join("meta/_journal.json").is_file()
    }

    /// An empty one.
    pub(crate) fn new(folder: &Path, form: Form) -> Self {
        Self {
            folder: folder.to_owned(),
            form,
            is_alone: false,
            dialect: None,
            entries: Vec::new(),
            snapshots: Vec::new(),
            strays: Vec::new(),
            faults: Vec::new(),
            place: Vec::new(),
        }
    }

    /// The entry of an id.
    pub fn get(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// What is applied to a new database, in order: the newest baseline, where there is one, instead of all up to it.
    pub fn of_new(&self) -> Vec<Entry> {
        let newest = self.entries.iter().rev().find(|entry| entry.is_baseline);
        let number = newest.and_then(|newest| newest.number.as_ref());
        let is_covered = |entry: &&Entry| {
            let (Some(number), Some(own)) = (number, &entry.number) else { return false };
            own.compare(number).is_le() && newest.is_some_and(|newest| newest.id != entry.id)
        };
        self.entries.iter().filter(|entry| !is_covered(entry)).cloned().collect()
    }

    /// The ids that none follows: of a numbered history the last one.
    pub fn heads(&self) -> Vec<&str> {
        if self.form.is_graph() {
            return crate::graph::heads(&self.entries);
        }
        let last = self.entries.iter().rev().find(|entry| !entry.is_repeatable);
        last.map(|entry| entry.id.as_str()).into_iter().collect()
    }

    /// Remembers what is wrong with a file.
    pub(crate) fn fault(
        &mut self,
        code: crate::Code,
        file: &Path,
        line: Option<u32>,
        message: impl Into<String>,
    ) {
        self.faults.push(Fault { code, file: file.to_owned(), line, message: message.into() });
    }

    /// Puts the entries into the order in which they are applied.
    pub(crate) fn sort(&mut self) {
        // Changelogs have an order of their own, in which they were read.
        if self.form == Form::Liquibase {
            return;
        }
        if self.form.is_graph() {
            crate::graph::sort(&mut self.entries);
            return;
        }
        self.entries.sort_by(|left, right| {
            let numbers = match (&left.number, &right.number) {
                (Some(left), Some(right)) => left.compare(right),
                (left, right) => right.is_some().cmp(&left.is_some()),
            };
            let places = || (&left.file, left.line).cmp(&(&right.file, right.line));
            left.is_repeatable.cmp(&right.is_repeatable).then(numbers).then_with(places)
        });
    }
}
