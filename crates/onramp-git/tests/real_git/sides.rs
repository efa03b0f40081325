use std::fs;
use std::path::{Path, PathBuf};

use onramp_git::{FileState, GitError};

use crate::scratch::Scratch;

/// `main` and `topic`, which both have changed `both`.
fn branched() -> Scratch {
    let scratch = Scratch::new();
    scratch.files(&["both", "kept", "server ä/revisions/1 a.sql"]);
    scratch.commit();
    scratch.git(&["checkout", "-q", "-b", "topic"]);
    scratch.write("both", "topic\n");
    scratch.write("server ä/revisions/2\nb.sql", "topic\r\n");
    scratch.commit();
    scratch.git(&["checkout", "-q", "main"]);
    scratch.write("both", "main\n");
    scratch.commit();
    scratch
}

#[test]
fn the_branch_that_others_work_from_has_its_usual_names() {
    let scratch = branched();
    let names = || scratch.around("work").unwrap().main_branches().unwrap();
    assert_eq!(names(), ["main"]);
    scratch.git(&["update-ref", "refs/remotes/origin/trunk", "main"]);
    scratch.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"]);
    assert_eq!(names(), ["origin/trunk", "main"]);
    // A name that leads nowhere is none.
    scratch.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone"]);
    scratch.git(&["branch", "-m", "main", "other"]);
    assert!(names().is_empty());
}

#[test]
fn a_merge_has_a_first_side_while_it_is_under_way_and_later() {
    let scratch = branched();
    let side = || scratch.around("work").unwrap().first_side_of_merge().unwrap();
    assert_eq!(side(), None);
    // With a conflict it stays under way.
    let merged =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| scratch.git(&["merge", "-q", "topic"])));
    assert!(merged.is_err());
    assert_eq!(side().as_deref(), Some("HEAD"));
    scratch.write("both", "both\n");
    scratch.commit();
    assert_eq!(side().as_deref(), Some("HEAD^1"));
    scratch.files(&["later"]);
    scratch.commit();
    let first = scratch.git(&["rev-parse", "HEAD^1^1"]);
    assert_eq!(scratch.git(&["rev-parse", &side().unwrap()]), first);
}

#[test]
fn files_that_are_not_as_they_are_staged_are_told() {
    let scratch = branched();
    let merged =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| scratch.git(&["merge", "-q", "topic"])));
    assert!(merged.is_err());
    scratch.write("server ä/revisions/1 a.sql", "changed");
    scratch.write("new *", "");
    let files =
        ["both", "kept", "server ä/revisions/1 a.sql", "server ä/revisions/2\nb.sql", "new *", "gone"];
    let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
    let states = scratch.around("work").unwrap().states(&files).unwrap();
    let expected = [
        ("both", FileState::Unmerged),
        ("server ä/revisions/1 a.sql", FileState::Unstaged),
        ("new *", FileState::Untracked),
    ];
    let expected = expected.map(|(file, state)| (PathBuf::from(file), state));
    assert_eq!(states.len(), expected.len(), "{states:?}");
    assert!(expected.iter().all(|one| states.contains(one)), "{states:?}");
    // What is staged is safe, and a workspace below sees its own names.
    scratch.git(&["add", "--all"]);
    assert!(scratch.around("work").unwrap().states(&files).unwrap().is_empty());
    scratch.write("server ä/revisions/1 a.sql", "once more");
    let states = scratch.around("work/server ä").unwrap().states(&["revisions/1 a.sql".into()]).unwrap();
    assert_eq!(states, [(PathBuf::from("revisions/1 a.sql"), FileState::Unstaged)]);
}

#[test]
fn some_paths_of_a_commit_are_written_elsewhere() {
    let scratch = branched();
    let index = fs::read(scratch.root().join(".git/index")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("side");
    fs::create_dir(&into).unwrap();
    let repository = scratch.around("work/server ä").unwrap();
    repository.export_paths("topic", &[Path::new("revisions"), Path::new("NOTES.md")], &into).unwrap();
    let mut names: Vec<_> =
        fs::read_dir(into.join("revisions")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["1 a.sql", "2\nb.sql"]);
    assert_eq!(fs::read(into.join("revisions/2\nb.sql")).unwrap(), b"topic\r\n");
    assert_eq!(fs::read_dir(&into).unwrap().count(), 1, "nothing else is written");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no index stays");
    assert_eq!(fs::read(scratch.root().join(".git/index")).unwrap(), index);

    let nothing = folder.path().join("nothing");
    fs::create_dir(&nothing).unwrap();
    repository.export_paths("topic", &[Path::new("nosuch")], &nothing).unwrap();
    assert_eq!(fs::read_dir(&nothing).unwrap().count(), 0);
    let unknown = repository.export_paths("nosuch", &[Path::new("revisions")], &nothing);
    assert!(matches!(unknown, Err(GitError::UnknownRevision { .. })));
    assert!(repository.commit("--all").unwrap().is_none());
}
