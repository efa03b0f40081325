use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::Diagnostic;
use crate::node::{Node, Place};
use crate::source::Source;
use crate::spot::Spot;

/// What the resolving of a workspace works with, and where it reports what is wrong.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    /// The workspace's root as it was handed in.
    pub(crate) root: &'a Path,
    /// The same with all links followed.
    pub(crate) real_root: &'a Path,
    sources: &'a [Source],
    tree: &'a Node,
    found: RefCell<Vec<Diagnostic>>,
    /// Folders that were looked for and found, by their written form: many tasks share one.
    pub(super) folders: RefCell<HashMap<String, PathBuf>>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(root: &'a Path, real_root: &'a Path, sources: &'a [Source], tree: &'a Node) -> Self {
        Self { root, real_root, sources, tree, found: RefCell::default(), folders: RefCell::default() }
    }

    /// Reports what is wrong with a value.
    pub(crate) fn report(&self, spot: &Spot, message: impl Into<String>, hint: Option<String>) {
        self.report_at(spot.find(self.tree).place, message.into(), hint);
    }

    /// Reports what is wrong with a key.
    pub(crate) fn report_key(&self, spot: &Spot, message: impl Into<String>, hint: Option<String>) {
        self.report_at(spot.find_key(self.tree), message.into(), hint);
    }

    /// Reports what is wrong with a part of a string, and marks that part if it is written literally.
    pub(crate) fn report_part(
        &self,
        spot: &Spot,
        part: &str,
        message: impl Into<String>,
        hint: Option<String>,
    ) {
        let mut place = spot.find(self.tree).place;
        if let Place::Written { source, start, end } = place
            && let Some(at) = self.sources[source].text()[start..end].find(part)
        {
            place = Place::new(source, start + at..start + at + part.len());
        }
        self.report_at(place, message.into(), hint);
    }

    /// Where a value is written: the file and the line, from 1.
    pub(crate) fn place(&self, spot: &Spot) -> Option<(PathBuf, u32)> {
        let Place::Written { source, start, .. } = spot.find(self.tree).place else { return None };
        let line = self.sources[source].line(start);
        Some((self.sources[source].path().to_owned(), u32::try_from(line).ok()?))
    }

    /// The names in a section, in the order in which they are written.
    pub(crate) fn names(&self, spot: &Spot) -> Vec<&'a str> {
        spot.find(self.tree).keys()
    }

    /// Whether the value was reported before and only fills its place.
    pub(crate) fn is_filler(&self, spot: &Spot) -> bool {
        spot.find(self.tree).place == Place::Filler
    }

    pub(crate) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.found.into_inner()
    }

    fn report_at(&self, place: Place, message: String, hint: Option<String>) {
        if let Place::Written { source, start, end } = place {
            self.found.borrow_mut().push(self.sources[source].diagnostic(start..end, message, hint));
        }
    }
}
