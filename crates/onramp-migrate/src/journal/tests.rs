use super::*;
use crate::{MigrateLock, Recovered, recover};

/// A workspace in which a publish of two revisions and a ledger entry has begun.
struct Begun {
    root: tempfile::TempDir,
    journal: Journal,
}

impl Begun {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join(".onramp")).unwrap();
        fs::write(root.path().join("NOTES.md"), "old\n").unwrap();
        let changes = [
            FileChange::new_file(root.path().join("a.py"), b"first".to_vec()),
            FileChange::new_file(root.path().join("b.py"), b"second".to_vec()),
            FileChange {
                file: root.path().join("NOTES.md"),
                before: Some(b"old\n".to_vec()),
                after: Some(b"old\n\nnew\n".to_vec()),
                like: None,
            },
        ];
        let journal = Journal::begin(&root.path().join(".onramp"), &changes).unwrap();
        Self { root, journal }
    }

    /// What the next command does and what the tree is then.
    fn recover(&self) -> (Recovered, Vec<(String, String)>) {
        let lock = MigrateLock::acquire(&self.root.path().join(".onramp")).unwrap();
        let recovered = recover(&lock).unwrap();
        assert_eq!(recover(&lock).unwrap(), Recovered::Nothing);
        assert!(!self.root.path().join(".onramp/publish").exists());
        (recovered, self.tree())
    }

    fn tree(&self) -> Vec<(String, String)> {
        let mut files: Vec<(String, String)> = fs::read_dir(self.root.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
            .map(|path| {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                (name, fs::read_to_string(path).unwrap())
            })
            .collect();
        files.sort();
        files
    }
}

fn tree(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|(name, content)| ((*name).to_owned(), (*content).to_owned())).collect()
}

#[test]
fn killed_anywhere_before_the_end_it_is_taken_back() {
    let untouched = tree(&[("NOTES.md", "old\n")]);
    for moved in 0..=2 {
        let begun = Begun::new();
        for index in 0..moved {
            begun.journal.carry_out_step(index).unwrap();
        }
        let (recovered, tree) = begun.recover();
        assert!(matches!(recovered, Recovered::TakenBack { kept, .. } if kept.is_empty()));
        assert_eq!(tree, untouched, "{moved} moved");
    }
}

#[test]
fn killed_between_a_name_and_its_content_it_is_taken_back() {
    let begun = Begun::new();
    begun.journal.carry_out_step(0).unwrap();
    // As a file system without links and without a rename that replaces nothing leaves it.
    let target = begun.root.path().join("b.py");
    fs::write(partial_of(&target), "second").unwrap();
    fs::write(&target, "").unwrap();
    let (recovered, files) = begun.recover();
    assert!(matches!(recovered, Recovered::TakenBack { kept, .. } if kept.is_empty()));
    assert_eq!(files, tree(&[("NOTES.md", "old\n")]));
    // An empty file that nobody has begun to fill is somebody else's.
    let begun = Begun::new();
    fs::write(begun.root.path().join("b.py"), "").unwrap();
    let (recovered, files) = begun.recover();
    assert!(matches!(recovered, Recovered::TakenBack { kept, .. } if kept.len() == 1));
    assert_eq!(files, tree(&[("NOTES.md", "old\n"), ("b.py", "")]));
}

#[test]
fn killed_after_the_last_step_it_is_complete() {
    let begun = Begun::new();
    begun.journal.carry_out().unwrap();
    let (recovered, files) = begun.recover();
    assert!(matches!(recovered, Recovered::Completed { files } if files.len() == 3));
    assert_eq!(files, tree(&[("NOTES.md", "old\n\nnew\n"), ("a.py", "first"), ("b.py", "second")]));
}

#[test]
fn killed_while_staging_it_leaves_nothing() {
    let begun = Begun::new();
    fs::remove_file(journal_path(&begun.root.path().join(".onramp"))).unwrap();
    let (recovered, files) = begun.recover();
    assert_eq!(recovered, Recovered::Nothing);
    assert_eq!(files, tree(&[("NOTES.md", "old\n")]));
}

#[test]
fn somebody_elses_work_stays() {
    let begun = Begun::new();
    fs::write(begun.root.path().join("a.py"), "fir").unwrap();
    fs::write(begun.root.path().join("b.py"), "").unwrap();
    fs::write(begun.root.path().join("NOTES.md"), "mine too\n").unwrap();
    let (recovered, files) = begun.recover();
    let Recovered::TakenBack { kept, .. } = recovered else { panic!("{recovered:?}") };
    assert_eq!(kept, ["NOTES.md", "b.py", "a.py"].map(|name| begun.root.path().join(name)));
    assert_eq!(files, tree(&[("NOTES.md", "mine too\n"), ("a.py", "fir"), ("b.py", "")]));
}

#[test]
fn an_edit_of_what_was_placed_stays() {
    for (done, edit) in [(1, "first, and mine"), (2, "first, and mine"), (3, "fi"), (3, "")] {
        let begun = Begun::new();
        for index in 0..done {
            begun.journal.carry_out_step(index).unwrap();
        }
        // In place, as most editors do it: no other file gets the name.
        let file = fs::OpenOptions::new().write(true).truncate(true).open(begun.root.path().join("a.py"));
        io::Write::write_all(&mut file.unwrap(), edit.as_bytes()).unwrap();
        let (recovered, files) = begun.recover();
        let Recovered::TakenBack { kept, .. } = recovered else { panic!("{recovered:?}") };
        assert_eq!(kept, [begun.root.path().join("a.py")], "{done}");
        assert_eq!(files, tree(&[("NOTES.md", "old\n"), ("a.py", edit)]), "{done}");
    }
}

#[test]
fn killed_within_a_step_it_leaves_no_part_of_it() {
    let half = |begun: &Begun| fs::write(begun.root.path().join(".a.py.onramp"), "fir").unwrap();
    let whole = |begun: &Begun| fs::write(begun.root.path().join(".a.py.onramp"), "first").unwrap();
    let both = |begun: &Begun| {
        whole(begun);
        fs::hard_link(begun.root.path().join(".a.py.onramp"), begun.root.path().join("a.py")).unwrap();
    };
    let crashes: [&dyn Fn(&Begun); 3] = [&half, &whole, &both];
    for crash in crashes {
        let begun = Begun::new();
        crash(&begun);
        let (recovered, files) = begun.recover();
        assert!(matches!(recovered, Recovered::TakenBack { kept, .. } if kept.is_empty()));
        assert_eq!(files, tree(&[("NOTES.md", "old\n")]));
    }
    // Both names are those of one file, which somebody has changed.
    let begun = Begun::new();
    both(&begun);
    fs::write(begun.root.path().join("a.py"), "mine").unwrap();
    let (recovered, files) = begun.recover();
    assert!(matches!(recovered, Recovered::TakenBack { kept, .. } if kept.len() == 1));
    assert_eq!(files, tree(&[("NOTES.md", "old\n"), ("a.py", "mine")]));
}

#[test]
fn what_is_staged_shares_nothing_with_the_tree() {
    use std::os::unix::fs::MetadataExt;
    let begun = renaming();
    begun.journal.carry_out().unwrap();
    begun.journal.take_back().unwrap();
    for name in ["1.sql", "2.sql", "NOTES.md"] {
        assert_eq!(fs::metadata(begun.root.path().join(name)).unwrap().nlink(), 1, "{name}");
    }
}

#[test]
fn a_taken_name_and_a_changed_ledger_stop_it() {
    let begun = Begun::new();
    // Although it has the same content as ours would have.
    fs::write(begun.root.path().join("b.py"), "second").unwrap();
    let stopped = begun.journal.carry_out().unwrap_err();
    assert_eq!(stopped.error.kind(), io::ErrorKind::AlreadyExists);
    begun.journal.take_back_first(stopped.done).unwrap();
    assert_eq!(begun.tree(), tree(&[("NOTES.md", "old\n"), ("b.py", "second")]));

    let begun = Begun::new();
    fs::write(begun.root.path().join("NOTES.md"), "theirs\n").unwrap();
    let error = begun.journal.carry_out().unwrap_err().error.to_string();
    assert!(error.ends_with("NOTES.md: it was changed by somebody else meanwhile"), "{error}");
    begun.journal.take_back().unwrap();
    assert_eq!(begun.tree(), tree(&[("NOTES.md", "theirs\n")]));
}

#[test]
fn a_journal_from_elsewhere_is_refused() {
    let begun = Begun::new();
    let state = begun.root.path().join(".onramp");
    let text = fs::read_to_string(journal_path(&state)).unwrap();
    fs::write(journal_path(&state), text.replace("a.py", "../a.py")).unwrap();
    assert!(Journal::read(&state, begun.root.path()).is_err());
    fs::write(journal_path(&state), "{").unwrap();
    assert!(Journal::read(&state, begun.root.path()).is_err());
}

/// A workspace in which files are about to be renamed and changed.
fn renaming() -> Begun {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join(".onramp")).unwrap();
    for (name, text) in [("1.sql", "one"), ("2.sql", "two"), ("NOTES.md", "old\n")] {
        fs::write(root.path().join(name), text).unwrap();
    }
    fs::set_permissions(root.path().join("2.sql"), fs::Permissions::from_mode(0o640)).unwrap();
    let change = |name: &str, before: Option<&str>, after: Option<&str>, like: Option<&str>| FileChange {
        file: root.path().join(name),
        before: before.map(|text| text.as_bytes().to_vec()),
        after: after.map(|text| text.as_bytes().to_vec()),
        like: like.map(|name| root.path().join(name)),
    };
    let changes = [
        change("3.sql", None, Some("two"), Some("2.sql")),
        change("2.sql", Some("two"), None, None),
        change("1.sql", Some("one"), Some("one again"), None),
        change("NOTES.md", Some("old\n"), Some("new\n"), None),
    ];
    let journal = Journal::begin(&root.path().join(".onramp"), &changes).unwrap();
    Begun { root, journal }
}

fn mode(begun: &Begun, name: &str) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(begun.root.path().join(name)).unwrap().permissions().mode() & 0o777
}

#[test]
fn renames_and_changes_are_taken_back_as_well() {
    let before = tree(&[("1.sql", "one"), ("2.sql", "two"), ("NOTES.md", "old\n")]);
    for done in 0..=3 {
        let begun = renaming();
        for index in 0..done {
            begun.journal.carry_out_step(index).unwrap();
        }
        // Killed while it wrote the next content.
        fs::write(begun.root.path().join(".1.sql.onramp"), "one ag").unwrap();
        let (recovered, tree) = begun.recover();
        assert!(matches!(recovered, Recovered::TakenBack { kept, .. } if kept.is_empty()), "{done}");
        assert_eq!((tree, mode(&begun, "2.sql")), (before.clone(), 0o640), "{done}");
    }
    let begun = renaming();
    begun.journal.carry_out().unwrap();
    let (recovered, files) = begun.recover();
    assert!(matches!(recovered, Recovered::Completed { .. }));
    assert_eq!(files, tree(&[("1.sql", "one again"), ("3.sql", "two"), ("NOTES.md", "new\n")]));
    assert_eq!(mode(&begun, "3.sql"), 0o640);
}

#[test]
fn what_somebody_has_done_meanwhile_stays() {
    let begun = renaming();
    fs::write(begun.root.path().join("1.sql"), "mine").unwrap();
    assert!(begun.journal.carry_out().unwrap_err().error.to_string().contains("changed by somebody else"));
    let kept = begun.journal.take_back().unwrap();
    assert_eq!(kept, [begun.root.path().join("1.sql")]);
    assert_eq!(begun.tree(), tree(&[("1.sql", "mine"), ("2.sql", "two"), ("NOTES.md", "old\n")]));
}
