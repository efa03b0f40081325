use std::path::PathBuf;

use crate::{History, Revision, RowsPolicy, Subjects};

/// One way through revisions, each on top of the ones before it.
pub(crate) struct Pass<'a> {
    /// The revisions, each behind those that it follows.
    pub(crate) subjects: Vec<&'a Revision>,
    /// Their files and those of what comes behind, which the copy of the history does not have.
    pub(crate) files: Vec<PathBuf>,
    /// Where the rest of the history ends; `None` where it is empty.
    pub(crate) head: Option<&'a str>,
    /// When tables have rows in them.
    pub(crate) rows: Rows<'a>,
    /// Where the last of the revisions is left, as if it ended there.
    pub(crate) stop: Option<Stop<'a>>,
}

/// When tables have rows in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rows<'a> {
    /// Before each revision.
    Always,
    /// Before those that come behind that revision.
    Behind(&'a str),
    /// Never.
    Never,
}

impl Rows<'_> {
    /// What the database at the head gets, before the first of the revisions.
    pub(crate) fn at_head(self) -> RowsPolicy {
        match self {
            Rows::Always => RowsPolicy::Seed,
            Rows::Behind(_) | Rows::Never => RowsPolicy::Leave,
        }
    }
}

/// Where a revision is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stop<'a> {
    /// Its id.
    pub(crate) revision: &'a str,
    /// How many statements it executes before that; `None`: as many as it executes until it fails by itself.
    pub(crate) statements: Option<usize>,
}

impl<'a> Pass<'a> {
    /// The way to those that `subjects` name, with what follows them as far as `last` names it.
    pub(crate) fn to(
        history: &'a History,
        subjects: &Subjects,
        last: impl Fn(&Revision) -> bool,
        rows: Rows<'a>,
    ) -> Self {
        let mut cut = subjects.cut(history);
        // What comes behind the last need not run at all.
        let place = cut.subjects.iter().rposition(|revision| last(revision));
        cut.subjects.truncate(place.map_or(0, |place| place + 1));
        Self { subjects: cut.subjects, files: cut.files, head: cut.head, rows, stop: None }
    }
}
