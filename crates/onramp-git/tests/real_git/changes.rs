use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use onramp_core::{Cancel, Secrets};
use onramp_exec::{Environment, Launcher};
use onramp_git::{Changes, GitError, Repository};

use crate::scratch::{Scratch, names};

const NONE: [&str; 0] = [];

/// `main` with some files, and the branch `topic` two commits ahead of it, while `main` has one of its own.
fn branched() -> Scratch {
    let scratch = Scratch::new();
    scratch.files(&["kept", "committed", "deleted", "gone", "staged", "unstaged", "moved"]);
    scratch.write(".gitignore", "ignored\n");
    scratch.commit();
    scratch.git(&["checkout", "-q", "-b", "topic"]);
    scratch.write("committed", "new");
    fs::remove_file(scratch.root().join("gone")).expect("a file");
    scratch.commit();
    scratch.git(&["checkout", "-q", "main"]);
    scratch.write("kept", "changed on main alone");
    scratch.commit();
    scratch.git(&["checkout", "-q", "topic"]);
    scratch
}

#[test]
fn everything_that_a_reader_could_notice_is_told() {
    let scratch = branched();
    assert_eq!(scratch.changed_since("main"), ["committed", "gone"]);
    scratch.write("staged", "new");
    scratch.git(&["mv", "moved", "elsewhere"]);
    scratch.git(&["add", "--all"]);
    scratch.write("unstaged", "new");
    fs::remove_file(scratch.root().join("deleted")).unwrap();
    scratch.write("new/file", "");
    scratch.write("ignored", "");
    let changed = scratch.changed_since("main");
    let expected = ["committed", "deleted", "elsewhere", "gone", "moved", "new/file", "staged", "unstaged"];
    assert_eq!(changed, expected);
    assert_eq!(
        names(&scratch.around("work").unwrap().staged().unwrap().inside),
        ["elsewhere", "moved", "staged"]
    );
    assert_eq!(
        scratch.changed_since("HEAD"),
        &expected.iter().copied().filter(|n| !["committed", "gone"].contains(n)).collect::<Vec<_>>()[..]
    );
}

#[test]
fn a_file_with_another_time_and_the_same_content_has_not_changed() {
    let scratch = branched();
    let file = fs::File::options().append(true).open(scratch.root().join("kept")).unwrap();
    file.set_modified(std::time::UNIX_EPOCH).unwrap();
    let before = fs::read(scratch.root().join(".git/index")).unwrap();
    assert_eq!(scratch.changed_since("HEAD"), NONE);
    assert_eq!(names(&scratch.around("work").unwrap().staged().unwrap().inside), NONE);
    let after = fs::read(scratch.root().join(".git/index")).unwrap();
    assert!(after == before, "the index was written");
}

#[test]
fn names_come_back_whatever_they_are_made_of() {
    let scratch = branched();
    let strange: [&[u8]; 8] = [
        b"with space",
        b" lead",
        b"tab\tand\nline\rend",
        b"quote\"back\\slash",
        "\u{fc}mlaut".as_bytes(),
        b"not-\xff-utf8",
        b"-dash",
        b"z trail ",
    ];
    let mut paths: Vec<PathBuf> =
        strange.iter().map(|name| Path::new(OsStr::from_bytes(name)).into()).collect();
    paths.sort_unstable();
    paths.iter().for_each(|path| scratch.write(path, ""));
    assert_eq!(scratch.since("HEAD").unwrap().inside, paths, "new");
    scratch.git(&["add", "--all"]);
    assert_eq!(scratch.around("work").unwrap().staged().unwrap().inside, paths, "staged");
    scratch.git(&["commit", "-q", "-m", "strange names"]);
    assert_eq!(scratch.since("HEAD~").unwrap().inside, paths, "committed");
}

#[test]
fn a_users_configuration_changes_nothing() {
    let scratch = branched();
    for (key, value) in [
        ("core.quotePath", "false"),
        ("core.pager", "false"),
        ("color.ui", "always"),
        ("diff.renames", "copies"),
        ("diff.relative", "true"),
        ("diff.external", "false"),
        ("diff.orderFile", "no-such-file"),
        ("diff.noprefix", "true"),
        ("diff.ignoreSubmodules", "all"),
        ("core.fsmonitor", "false"),
        ("status.relativePaths", "true"),
        ("status.renames", "copies"),
        ("status.short", "true"),
        ("status.branch", "true"),
        ("status.showUntrackedFiles", "no"),
        ("alias.diff", "status"),
    ] {
        scratch.git(&["config", key, value]);
    }
    scratch.git(&["mv", "moved", "m\u{f6}ved"]);
    scratch.write("new", "");
    let scratch = scratch
        .variable("GIT_EXTERNAL_DIFF", "false")
        .variable("GIT_DIR", "/nowhere")
        .variable("GIT_WORK_TREE", "/")
        .variable("GIT_INDEX_FILE", "/nowhere/index")
        .variable("GIT_PREFIX", "elsewhere/")
        .variable("GIT_ICASE_PATHSPECS", "1")
        .variable("LC_ALL", "de_DE.UTF-8");
    assert_eq!(scratch.changed_since("main"), ["committed", "gone", "moved", "m\u{f6}ved", "new"]);
}

#[test]
fn the_index_of_a_hook_counts_if_it_is_one_of_this_repository() {
    let scratch = branched();
    scratch.write("staged", "new");
    fs::copy(scratch.root().join(".git/index"), scratch.root().join(".git/next-index-1.lock")).unwrap();
    scratch.git(&["add", "--all"]);
    let staged = |scratch: &Scratch| names(&scratch.around("work").unwrap().staged().unwrap().inside);
    assert_eq!(staged(&scratch), ["staged"]);
    let scratch = scratch.variable("GIT_INDEX_FILE", ".git/next-index-1.lock");
    assert_eq!(staged(&scratch), NONE);
    let scratch = scratch.variable("GIT_INDEX_FILE", "/dev/null");
    assert_eq!(staged(&scratch), ["staged"]);
}

#[test]
fn a_workspace_below_the_root_tells_apart_what_lies_outside_of_it() {
    let scratch = branched();
    scratch.files(&["ui/one", "ui-kit/two", "new"]);
    scratch.git(&["add", "ui/one", "ui-kit"]);
    scratch.files(&["ui/three", "loose"]);
    let below = scratch.around("work/ui").unwrap();
    assert_eq!((below.root(), below.work_tree()), (&*scratch.path("work/ui"), &*scratch.root()));
    let changes = below.changes_since("main").unwrap();
    assert_eq!(names(&changes.inside), ["one", "three"]);
    assert_eq!(names(&changes.outside), ["committed", "gone", "loose", "new", "ui-kit/two"]);
    let staged = below.staged().unwrap();
    assert_eq!(
        (names(&staged.inside), names(&staged.outside)),
        (vec!["one".into()], vec!["ui-kit/two".into()])
    );
}

#[test]
fn linked_work_trees_and_detached_heads_are_as_good_as_others() {
    let scratch = branched();
    scratch.git(&["worktree", "add", "-q", "--detach", "../linked", "topic"]);
    fs::write(scratch.path("linked/extra"), "").unwrap();
    let linked = scratch.around("linked").unwrap();
    assert_eq!(names(&linked.changes_since("main").unwrap().inside), ["committed", "extra", "gone"]);
    scratch.git_in("linked", &["add", "extra"]);
    assert_eq!(names(&linked.staged().unwrap().inside), ["extra"]);
    assert_eq!(scratch.changed_since("topic"), NONE, "the other one has its own index");
}

#[test]
fn a_repository_without_commits_has_staged_files() {
    let scratch = Scratch::new();
    scratch.files(&["a", "b"]);
    scratch.git(&["add", "a"]);
    assert_eq!(names(&scratch.around("work").unwrap().staged().unwrap().inside), ["a"]);
    let unknown =
        |revision: &str| GitError::UnknownRevision { revision: revision.to_owned(), shallow: false };
    assert_eq!(scratch.since("main").unwrap_err(), unknown("main"));
    assert_eq!(scratch.since("HEAD").unwrap_err(), unknown("HEAD"));
}

#[test]
fn submodules_and_repositories_within_are_told_by_their_folders() {
    let scratch = branched();
    scratch.git(&["init", "-q", "../library"]);
    scratch.git_in("library", &["commit", "-q", "--allow-empty", "-m", "one"]);
    let library = scratch.path("library");
    scratch.git(&["submodule", "--quiet", "add", library.to_str().unwrap(), "vendor/library"]);
    scratch.git(&["clone", "-q", library.to_str().unwrap(), "nested one"]);
    let changes = scratch.since("HEAD").unwrap();
    assert_eq!(names(&changes.inside), [".gitmodules", "vendor/library"]);
    assert_eq!(names(&changes.nested), ["nested one"]);
    fs::remove_dir_all(scratch.root().join("nested one")).unwrap();
    scratch.commit();
    assert_eq!(scratch.since("HEAD").unwrap(), Changes::default());
    scratch.git_in("work/vendor/library", &["commit", "-q", "--allow-empty", "-m", "two"]);
    assert_eq!(scratch.changed_since("HEAD"), ["vendor/library"]);
    assert_eq!(scratch.around("work/vendor/library").unwrap().root(), scratch.path("work/vendor/library"));
}

#[test]
fn a_conflict_is_told_once() {
    let scratch = branched();
    scratch.write("kept", "changed on topic as well");
    scratch.commit();
    scratch.git(&["config", "alias.try-merge", "!git merge main || true"]);
    scratch.git(&["try-merge"]);
    assert!(scratch.git(&["status", "--porcelain"]).contains("UU kept"));
    assert_eq!(scratch.changed_since("HEAD"), ["kept"]);
    assert_eq!(names(&scratch.around("work").unwrap().staged().unwrap().inside), ["kept"]);
}

#[test]
fn what_stands_in_the_way_is_told_apart() {
    let scratch = branched();
    let unknown =
        |revision: &str| GitError::UnknownRevision { revision: revision.to_owned(), shallow: false };
    for revision in ["nope", "", "--output=x", "main..topic", "HEAD:kept", "a b"] {
        assert_eq!(scratch.since(revision).unwrap_err(), unknown(revision));
    }
    scratch.git(&["checkout", "-q", "--orphan", "other"]);
    let unborn = scratch.since("main").unwrap_err();
    scratch.commit();
    let unrelated = scratch.since("main").unwrap_err();
    assert_eq!(unrelated, GitError::NoCommonAncestor { revision: "main".to_owned(), shallow: false });
    assert_eq!(unborn, unrelated);
    let home = scratch.path("home");
    assert_eq!(scratch.around("home").err(), Some(GitError::NotARepository(home.clone())));
    let launcher = Launcher::new(Cancel::new(), Secrets::new());
    let nowhere = Environment::new([("PATH".into(), "/nowhere".into())]);
    assert_eq!(Repository::around(&scratch.root(), &launcher, &nowhere).err(), Some(GitError::NoGit));
    fs::write(scratch.root().join(".git/config"), "[broken").unwrap();
    let Err(GitError::Other(message)) = scratch.around("work") else {
        panic!("a broken configuration is read")
    };
    assert!(message.contains("bad config"), "{message}");
}

#[test]
fn a_cancelled_run_does_not_ask() {
    let scratch = branched();
    let cancel = Cancel::new();
    cancel.escalate();
    let launcher = Launcher::new(cancel, Secrets::new());
    let environment = Environment::new([("PATH".into(), "/usr/bin:/bin".into())]);
    let error = Repository::around(&scratch.root(), &launcher, &environment).err();
    assert_eq!(error, Some(GitError::Cancelled));
}

#[test]
fn a_shallow_clone_says_that_it_is_one() {
    let scratch = branched();
    let url = format!("file://{}", scratch.root().display());
    scratch.git(&["clone", "-q", "--depth=1", "--branch=topic", &url, "../shallow"]);
    let since = |revision: &str| scratch.around("shallow").unwrap().changes_since(revision);
    let unknown = GitError::UnknownRevision { revision: "origin/main".to_owned(), shallow: true };
    assert_eq!(since("origin/main").unwrap_err(), unknown);
    scratch.git_in("shallow", &["fetch", "-q", "--depth=1", "origin", "main:refs/remotes/origin/main"]);
    let none = GitError::NoCommonAncestor { revision: "origin/main".to_owned(), shallow: true };
    assert_eq!(since("origin/main").unwrap_err(), none);
    scratch.git_in("shallow", &["fetch", "-q", "--unshallow", "origin", "main:refs/remotes/origin/main"]);
    assert_eq!(names(&since("origin/main").unwrap().inside), ["committed", "gone"]);
}

#[test]
fn a_workspace_that_git_ignores_cannot_be_told_about() {
    let scratch = branched();
    scratch.write(".gitignore", "build/\n*.local\n");
    scratch.files(&["build/tracked/file", "build/loose/file", "my.local/file"]);
    scratch.git(&["add", "--force", "build/tracked"]);
    scratch.git(&["add", ".gitignore"]);
    for folder in ["build/loose", "my.local"] {
        let error = scratch.around(&format!("work/{folder}")).err();
        assert_eq!(error, Some(GitError::Ignored(scratch.root().join(folder))));
    }
    let tracked = scratch.around("work/build/tracked").unwrap();
    assert_eq!(names(&tracked.staged().unwrap().inside), ["file"]);
    let folders = ["build/loose", "my.local", "build/tracked"].map(|folder| scratch.root().join(folder));
    assert_eq!(scratch.around("work").unwrap().ignored(&folders).unwrap(), folders[..2]);
}
