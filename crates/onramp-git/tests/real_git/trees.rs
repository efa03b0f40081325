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
    assert_eq!(repository.below(), std::path::Path::new("server ä"));
    let exported = into.join(repository.below());
    assert_eq!(fs::read_to_string(exported.join("models/a.py")).unwrap(), "one");
    assert_eq!(fs::read_dir(&exported).unwrap().count(), 1);
    assert!(into.join("other").is_file(), "the rest of the repository, too");
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

#[test]
fn what_git_ignores_is_lent() {
    let scratch = Scratch::new();
    scratch.write(".gitignore", "ignored*\n__pycache__\n.venv/\n");
    scratch.write("server/a.py", "");
    std::os::unix::fs::symlink("nowhere", scratch.root().join("server/ignored-link")).unwrap();
    scratch.commit();
    for file in [
        "server/ignored.py",
        "server/new.py",
        "server/__pycache__/a.pyc",
        ".venv/bin/python",
        "other/ignored",
        "other/new",
    ] {
        scratch.write(file, "");
    }
    let repository = scratch.around("work").unwrap();
    let tree = repository.tree_at("HEAD").unwrap().unwrap();
    let folder = tempfile::tempdir().unwrap();
    repository.export(&tree, folder.path()).unwrap();
    repository.lend_ignored(folder.path(), &[]).unwrap();
    let has = |path: &str| folder.path().join(path).symlink_metadata().is_ok();
    assert!(has("server/ignored.py") && has(".venv/bin/python") && has("server/a.py"));
    assert!(!has("server/new.py"), "a file that is only new belongs to no revision");
    assert!(!has("server/__pycache__"), "compiled");
    assert!(!has("other"), "a folder that the revision does not have");
}
