use std::fs;

use onramp_git::GitError;

use crate::scratch::Scratch;

#[test]
fn a_folder_of_a_commit_is_written_elsewhere() {
    let scratch = Scratch::new();
    scratch.write("server ä/models/a.py", "one");
    scratch.files(&["other"]);
    scratch.commit();
    scratch.write("server ä/models/a.py", "two");
    scratch.write("server ä/staged", "");
    scratch.git(&["add", "server ä/staged"]);
    let index = fs::read(scratch.root().join(".git/index")).unwrap();

    let repository = scratch.around("work/server ä").unwrap();
    let tree = repository.tree_at("HEAD").unwrap().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("base");
    fs::create_dir(&into).unwrap();
    repository.export(&tree, &into).unwrap();
    assert_eq!(fs::read_to_string(into.join("models/a.py")).unwrap(), "one");
    assert_eq!(fs::read_dir(&into).unwrap().count(), 1);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no index stays");
    assert_eq!(fs::read(scratch.root().join(".git/index")).unwrap(), index);
}

#[test]
fn what_a_commit_does_not_have_is_told() {
    let scratch = Scratch::new();
    scratch.files(&["first"]);
    scratch.commit();
    scratch.files(&["later/file"]);
    let repository = scratch.around("work/later").unwrap();
    assert_eq!(repository.tree_at("HEAD").unwrap(), None);
    assert!(matches!(repository.tree_at("nosuch"), Err(GitError::UnknownRevision { .. })));
    assert!(matches!(repository.tree_at("--all"), Err(GitError::UnknownRevision { .. })));
}
