use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::document::{Document, Documents, Step};
use crate::Code;
use crate::chain::{Chain, Entry, Fault, Form};
use crate::forms::read as read_file;
use crate::yaml::too_many;

/// The way through changelogs, in the order in which Liquibase goes it.
pub(super) struct Walk<'d, 'a> {
    /// Each changelog once, as it was come to first.
    order: Vec<&'d Document<'a>>,
    /// The changesets, each with the changelog that it stands in.
    sets: Vec<(&'d Document<'a>, &'d super::changelog::ChangeSet)>,
    faults: Vec<Fault>,
}

impl<'d, 'a> Walk<'d, 'a> {
    /// Goes from some changelogs, one after the other, to the end of each. Nothing recurses.
    pub(super) fn from(documents: &'d Documents<'a>, roots: &[&'d Document<'a>]) -> Self {
        let mut walk = Self { order: Vec::new(), sets: Vec::new(), faults: Vec::new() };
        // The changelogs that were come to, each with the file and the line that include it.
        let mut known: HashMap<&Path, (&Path, u32)> = HashMap::new();
        for root in roots {
            let mut open: Vec<(&'d Document<'a>, usize)> = vec![(root, 0)];
            let mut on_the_way: HashSet<&Path> = HashSet::from([root.file.path.as_path()]);
            known.insert(&root.file.path, (&root.file.path, 0));
            walk.order.push(root);
            while let Some((document, next)) = open.last_mut() {
                let (document, step) = (*document, document.steps.get(*next));
                *next += 1;
                let file = document.file.path.as_path();
                match step {
                    None => {
                        on_the_way.remove(file);
                        open.pop();
                    }
                    Some(Step::Set(set)) => walk.sets.push((document, set)),
                    Some(Step::Lost(code, line, message)) => walk.fault(*code, file, *line, message.clone()),
                    Some(Step::Into(path, line)) => {
                        let shown = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
                        if on_the_way.contains(path.as_path()) {
                            let whom = match path == file {
                                true => "itself".to_owned(),
                                false => format!("`{shown}`, which includes it"),
                            };
                            let message = format!("includes {whom}, so Liquibase comes to no end");
                            walk.fault(Code::Circle, file, *line, message);
                        } else if let Some((other, first)) = known.get(path.as_path()) {
                            let other =
                                other.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
                            let message = format!("includes `{shown}`, and so does {other}, line {first}");
                            walk.fault(Code::DuplicateId, file, *line, message);
                        } else if let Some(inner) = documents.get(path) {
                            known.insert(&inner.file.path, (file, *line));
                            on_the_way.insert(&inner.file.path);
                            walk.order.push(inner);
                            open.push((inner, 0));
                        }
                    }
                }
            }
        }
        walk
    }

    /// The changelogs that it comes to.
    pub(super) fn reached(&self) -> impl Iterator<Item = &'d Path> {
        self.order.iter().map(|document| document.file.path.as_path())
    }

    /// The history.
    pub(super) fn chain(self) -> Chain {
        let mut folder = self.order.first().map(|document| document.folder().to_owned()).unwrap_or_default();
        for document in &self.order {
            while !document.folder().starts_with(&folder) && folder.pop() {}
        }
        let mut chain = Chain::new(&folder, Form::Liquibase);
        for document in &self.order {
            // Only now, for what is wrong with other files is no matter of the changelog.
            let is_cut = read_file(&mut chain, document.file).is_none_or(|text| text.is_cut);
            if let Some((line, why)) = document.fault.as_ref().filter(|_| !is_cut) {
                chain.fault(
                    Code::Unreadable,
                    &document.file.path,
                    Some(*line),
                    format!("cannot be read: {why}"),
                );
            }
        }
        for document in &self.order {
            if let Some(line) = document.cut {
                chain.fault(Code::TooLong, &document.file.path, Some(line), too_many());
            }
        }
        chain.faults.extend(self.faults);
        for (document, set) in self.sets {
            let file = &document.file.path;
            if set.id.is_empty() {
                chain.fault(Code::Marks, file, Some(set.line), "a changeset has no id");
            }
            let own = || file.strip_prefix(&folder).unwrap_or(file).to_string_lossy().into_owned();
            let path = set.logical.clone().or_else(|| document.logical.clone()).unwrap_or_else(own);
            chain.entries.push(Entry {
                id: format!("{path}::{}::{}", set.id, set.author),
                slug: set.id.clone(),
                file: file.clone(),
                line: Some(set.line),
                files: vec![file.clone()],
                ..Entry::default()
            });
        }
        chain
    }

    fn fault(&mut self, code: Code, file: &Path, line: u32, message: String) {
        // Of a folder that is included a second time, one file is enough.
        let is_same = |last: &Fault| last.code == code && last.file == file && last.line == Some(line);
        if self.faults.last().is_some_and(is_same) {
            return;
        }
        let file: PathBuf = file.to_owned();
        self.faults.push(Fault { code, file, line: Some(line), message });
    }
}
