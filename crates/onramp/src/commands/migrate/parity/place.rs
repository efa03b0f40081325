//! Where in the histories of the work tree somebody can do something about a difference. The files are texts here and are only
//! searched for names.

mod statements;

use std::fs;
use std::path::{Path, PathBuf};

use onramp_database::catalog::Kind;
use onramp_migrate::{History, MigrateSpec};
use onramp_parity::{self as parity, Difference, Finding};

use super::sides::Side;
use crate::commands::db::source::Source;
use statements::Statements;

/// The histories of the sides, in the order of the sides.
pub(super) struct Places {
    pasts: Vec<Past>,
}

impl Places {
    /// Of the sides that are histories of the work tree or of folders, as far as they lie below `root`; others have no place.
    pub(super) fn new(root: &Path, spec: Option<&MigrateSpec>, sides: &[Side]) -> Self {
        let files = |side: &Side| match &side.source {
            Source::History(None) => {
                let spec = spec?;
                let history = History::of(spec, spec.dialect(side.dialect).ok()?).ok()?;
                let revisions = history.in_order();
                Some(revisions.into_iter().flat_map(|revision| revision.files.clone()).collect::<Vec<_>>())
            }
            Source::Folder(folder) => Some(folder.files(side.dialect)),
            Source::History(Some(_)) | Source::Revision(_) | Source::Database(_) => None,
        };
        let root = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
        let is_inside = |file: &PathBuf| file.canonicalize().is_ok_and(|file| file.starts_with(&root));
        let past = |side: &Side| {
            let files = files(side).unwrap_or_default().into_iter().filter(is_inside);
            Past { files: files.filter_map(File::read).collect() }
        };
        Self { pasts: sides.iter().map(past).collect() }
    }

    /// The file and the line at which something can be done about a difference between two of the sides: in the history of
    /// the side that lacks the object, or that has touched it last, the newest revision that touches it; else the head,
    /// behind which one that mends it would come. Where that side has no files here, the same in the other one.
    pub(super) fn find(&self, finding: &Finding, pair: [usize; 2]) -> Option<(PathBuf, u32)> {
        let wanted = Wanted::of(finding);
        let [left, right] = pair.map(|place| &self.pasts[place]);
        let past = match &finding.difference {
            Difference::Only { side: parity::Side::Left, .. } => [right, left],
            Difference::Only { side: parity::Side::Right, .. } => [left, right],
            _ if left.age(&wanted) < right.age(&wanted) => [left, right],
            // Of two that have touched it at the same time, the one that follows.
            _ => [right, left],
        };
        let past = past.into_iter().find(|past| !past.files.is_empty())?;
        past.newest(&wanted).map(|(_, place)| place).or_else(|| past.head(&wanted))
    }
}

/// The files of a history, oldest first.
struct Past {
    files: Vec<File>,
}

impl Past {
    /// The newest statement that touches an object, with how many files are newer.
    fn newest(&self, wanted: &Wanted<'_>) -> Option<(usize, (PathBuf, u32))> {
        self.files
            .iter()
            .rev()
            .enumerate()
            .find_map(|(age, file)| Some((age, (file.path.clone(), file.statements.touching(wanted)?))))
    }

    /// How many files are newer than the one that has touched an object last; none has touched it before the first.
    fn age(&self, wanted: &Wanted<'_>) -> usize {
        self.newest(wanted).map_or(usize::MAX, |(age, _)| age)
    }

    /// The newest file of all, at the table if it speaks of it.
    fn head(&self, wanted: &Wanted<'_>) -> Option<(PathBuf, u32)> {
        let file = self.files.last()?;
        Some((file.path.clone(), file.statements.line_of(wanted.table).unwrap_or(1)))
    }
}

struct File {
    path: PathBuf,
    statements: Statements,
}

impl File {
    fn read(path: PathBuf) -> Option<Self> {
        let text = String::from_utf8_lossy(&fs::read(&path).ok()?).into_owned();
        let statements = match path.extension() {
            Some(extension) if extension == "sql" => Statements::of_sql(&text),
            _ => Statements::of_code(&text),
        };
        Some(Self { path, statements })
    }
}

/// What a statement that touches an object speaks of.
struct Wanted<'a> {
    table: &'a str,
    /// Names of the object, any of which will do without the table.
    own: Vec<&'a str>,
    /// Names that must all be there, beside the table.
    below: Vec<&'a str>,
}

impl<'a> Wanted<'a> {
    fn of(finding: &'a Finding) -> Self {
        let object = &finding.object;
        let last = |name: &'a str| name.strip_prefix(&object.table)?.strip_prefix('.');
        let names = std::iter::once(&object.name).chain(&object.other_names);
        let own: Vec<&str> = names.filter_map(|name| last(name)).filter(|name| !name.is_empty()).collect();
        let columns = object.name.split_once('(').map(|(_, columns)| columns.trim_end_matches(')'));
        let table = object.table.rsplit('.').next().unwrap_or(&object.table);
        match (object.kind, own.as_slice()) {
            // Many tables may have a column of that name.
            (Kind::Column, _) => Self { table, own: Vec::new(), below: own.into_iter().take(1).collect() },
            (_, []) => {
                let below = columns.into_iter().flat_map(|columns| columns.split(", ")).collect();
                Self { table, own, below }
            }
            _ => Self { table, own, below: Vec::new() },
        }
    }
}
