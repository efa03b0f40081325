use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::{History, Revision};

/// Which revisions of a history are verified. What comes after one of them is verified with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subjects {
    /// Those that have one of these files.
    Files(BTreeSet<PathBuf>),
    /// The one of this id.
    Revision(String),
    /// The head.
    Newest,
}

/// A history, cut in two.
pub(crate) struct Cut<'a> {
    /// The revisions that are verified, each behind those that it follows.
    pub(crate) subjects: Vec<&'a Revision>,
    /// Their files.
    pub(crate) files: Vec<PathBuf>,
    /// Where the rest ends; `None` where it is empty.
    pub(crate) head: Option<&'a str>,
}

impl Subjects {
    /// Whether a revision of the history is one of them by itself, and not for what it follows.
    pub(crate) fn name(&self, history: &History, revision: &Revision) -> bool {
        match self {
            Self::Files(files) => revision.files.iter().any(|file| files.contains(file)),
            Self::Revision(id) => revision.id == *id,
            Self::Newest => history.heads().contains(&revision.id.as_str()),
        }
    }

    /// Cuts the history before the first of the subjects. Where the rest has several heads, what leads to all but one of
    /// them is verified too: each on top of what others have done meanwhile.
    pub(crate) fn cut<'a>(&self, history: &'a History) -> Cut<'a> {
        let is_named = |revision: &Revision| self.name(history, revision);
        let order = history.in_order();
        let mut chosen: BTreeSet<&str> = BTreeSet::new();
        for revision in &order {
            if is_named(revision) || revision.down.iter().any(|down| chosen.contains(down.as_str())) {
                chosen.insert(&revision.id);
            }
        }
        if chosen.is_empty() {
            return Cut { subjects: Vec::new(), files: Vec::new(), head: None };
        }
        let rest = order.iter().map(|revision| revision.id.as_str()).filter(|id| !chosen.contains(id));
        let ways = rest.map(|id| (id, history.way_to(id)));
        let (head, kept) = ways.max_by_key(|(_, way)| way.len()).unzip();
        let kept = kept.unwrap_or_default();
        let subjects: Vec<&Revision> =
            order.iter().copied().filter(|revision| !kept.contains(revision.id.as_str())).collect();
        let files = subjects.iter().flat_map(|revision| revision.files.iter().cloned()).collect();
        Cut { subjects, files, head }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use std::fs;

    /// `a` and `b` follow one another, `c` and `d` follow `a` and `b`, `e` joins them.
    fn check(subjects: &Subjects, without: &[&str], expected: Expect) {
        let folder = tempfile::tempdir().unwrap();
        let files = [("z", "'a'", "None"), ("y", "'b'", "'a'"), ("x", "'c'", "'a'"), ("w", "'d'", "'b'")];
        for (name, id, down) in files.into_iter().chain([("v", "'e'", "('c', 'd')")]) {
            if !without.contains(&name) {
                let source = format!("revision = {id}\ndown_revision = {down}\n");
                fs::write(folder.path().join(format!("{name}.py")), source).unwrap();
            }
        }
        let history = History::read(folder.path()).unwrap();
        let subjects = match subjects {
            Subjects::Files(files) => {
                Subjects::Files(files.iter().map(|file| folder.path().join(file)).collect())
            }
            other => other.clone(),
        };
        let cut = subjects.cut(&history);
        let ids: Vec<&str> = cut.subjects.iter().map(|revision| revision.id.as_str()).collect();
        expected.assert_eq(&format!("{} after {}", ids.join(" "), cut.head.unwrap_or("nothing")));
    }

    #[test]
    fn what_comes_after_a_subject_is_one() {
        let files = |names: &[&str]| Subjects::Files(names.iter().map(PathBuf::from).collect());
        check(&files(&["w.py"]), &["x", "v"], expect!["d after b"]);
        check(&files(&["y.py"]), &["x", "v"], expect!["b d after a"]);
        check(&files(&["x.py", "v.py"]), &[], expect!["c e after d"]);
        check(&files(&["v.py"]), &[], expect!["c e after d"]);
        check(&files(&[]), &[], expect![" after nothing"]);
        check(&Subjects::Revision("a".to_owned()), &[], expect!["a b c d e after nothing"]);
        check(&Subjects::Newest, &["x", "v"], expect!["d after b"]);
        check(&Subjects::Newest, &["v"], expect!["c d after b"]);
    }
}
