//! What a watch tells of real files.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use onramp_core::Cancel;
use onramp_watch::{Changes, TreeSpec, Watch, WatchSpec};

/// A folder with files, and a watch of it.
struct Watched {
    folder: tempfile::TempDir,
    watch: Watch,
    cancel: Cancel,
    /// What was told before.
    told: BTreeSet<String>,
}

impl Watched {
    /// Every file of the folder that git would show matters.
    fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, &[], |_| true)
    }

    fn with(
        files: &[(&str, &str)],
        named: &[&str],
        matters: impl Fn(&Path) -> bool + Send + Sync + 'static,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // The system tells paths without links in them, and some have their temporary folder behind one.
        let root = folder.path().canonicalize().expect("it exists");
        for (path, text) in files {
            write(&root, path, text);
        }
        let named = named.iter().map(|path| root.join(path)).collect();
        let spec = WatchSpec { trees: vec![TreeSpec { root, matters: Arc::new(matters) }], named };
        let cancel = Cancel::new();
        let watch = Watch::new(spec, &cancel);
        Self { folder, watch, cancel, told: BTreeSet::new() }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("it exists")
    }

    fn write(&self, path: &str, text: &str) {
        write(&self.root(), path, text);
    }

    /// Expects that these files are told and no others. A slow machine may make a pause within what a test does at
    /// once, so they may be told one after the other, or once more than was expected before.
    #[track_caller]
    fn tells<const N: usize>(&mut self, expected: [&str; N]) {
        let expected: BTreeSet<String> = expected.iter().map(|path| (*path).to_owned()).collect();
        let mut missing = expected.clone();
        while !missing.is_empty() {
            for file in self.next() {
                missing.remove(&file);
                assert!(
                    expected.contains(&file) || self.told.contains(&file),
                    "{file} is told, not {expected:?}"
                );
            }
        }
        self.told = expected;
    }

    fn next(&mut self) -> Vec<String> {
        let root = self.root();
        match self.watch.wait() {
            Changes::Files(files) => files
                .iter()
                .map(|file| file.strip_prefix(&root).expect("it is in it").display().to_string())
                .collect(),
            Changes::Cancelled => panic!("nobody has asked for the end"),
        }
    }

    /// Whether nothing that has been done so far is a change: the next one that is told is another one.
    #[track_caller]
    fn is_quiet(&mut self) {
        let Changes::Files(files) = self.watch.settle() else { panic!("nobody has asked for the end") };
        let root = self.root();
        let is_told = |file: &PathBuf| self.told.iter().any(|told| *file == root.join(told));
        assert!(files.iter().all(is_told), "{files:?}");
        self.write("marker", &format!("{:?}", SystemTime::now()));
        self.tells(["marker"]);
    }
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("it has a name")).expect("the folders of a file");
    fs::write(path, text).expect("a file");
}

#[test]
fn a_save_is_told_however_an_editor_does_it() {
    let mut watched = Watched::new(&[("src/a", "1"), ("src/b", "1")]);
    watched.write("src/a", "2");
    watched.tells(["src/a"]);
    for text in ["3", "4"] {
        watched.write("src/.a.new", text);
        fs::rename(watched.root().join("src/.a.new"), watched.root().join("src/a")).unwrap();
        watched.tells(["src/a"]);
    }
    fs::remove_file(watched.root().join("src/a")).unwrap();
    watched.write("src/a", "5");
    watched.tells(["src/a"]);
    fs::rename(watched.root().join("src/a"), watched.root().join("src/a~")).unwrap();
    watched.write("src/a", "6");
    watched.tells(["src/a"]);
    symlink("b", watched.root().join("src/link")).unwrap();
    watched.tells(["src/link"]);
}

#[test]
fn what_is_as_it_was_is_no_change() {
    let mut watched = Watched::new(&[("a", "1"), ("b", "1")]);
    let times = fs::FileTimes::new().set_modified(SystemTime::now() - Duration::from_secs(60));
    fs::File::options().write(true).open(watched.root().join("a")).unwrap().set_times(times).unwrap();
    watched.write("b", "1");
    watched.write(".a.swp", "");
    watched.write("c", "");
    fs::remove_file(watched.root().join("c")).unwrap();
    watched.is_quiet();
}

#[test]
fn what_git_ignores_is_no_change_until_it_does_not() {
    let mut watched = Watched::new(&[(".gitignore", "*.log\nbuild/\n"), ("build/x", "1"), ("a.log", "1")]);
    watched.write("build/x", "2");
    watched.write("build/new/y", "2");
    watched.write("a.log", "2");
    watched.write("new/b.log", "2");
    watched.is_quiet();
    watched.write("a.log", "3");
    watched.is_quiet();
    watched.write(".gitignore", "build/\n");
    watched.tells([".gitignore", "a.log", "new/b.log"]);
    watched.write("new/.gitignore", "b.log\n");
    watched.tells(["new/.gitignore", "new/b.log"]);
    watched.write("new/b.log", "3");
    watched.is_quiet();
}

#[test]
fn rules_of_the_repository_and_of_folders_above_count() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    fs::create_dir_all(root.join(".git/info")).unwrap();
    write(&root, "member/a.log", "1");
    let trees = vec![TreeSpec { root: root.join("member"), matters: Arc::new(|_| true) }];
    let cancel = Cancel::new();
    let mut watch = Watch::new(WatchSpec { trees, named: Vec::new() }, &cancel);
    write(&root, ".gitignore", "*.log\n");
    let log = Changes::Files(vec![root.join("member/a.log")]);
    assert_eq!(watch.wait(), log, "it is ignored now");
    fs::remove_file(root.join(".gitignore")).unwrap();
    assert_eq!(watch.wait(), log);
    write(&root, ".git/info/exclude", "a.log\n");
    assert_eq!(watch.wait(), log);
}

#[test]
fn new_folders_are_watched_with_what_is_in_them() {
    let mut watched = Watched::new(&[("a", "1")]);
    watched.write("x/y/z/b", "1");
    watched.tells(["x/y/z/b"]);
    watched.write("x/y/z/b", "2");
    watched.tells(["x/y/z/b"]);
    fs::rename(watched.root().join("x/y"), watched.root().join("moved")).unwrap();
    watched.tells(["moved/z/b", "x/y/z/b"]);
    watched.write("moved/z/b", "3");
    watched.tells(["moved/z/b"]);
    fs::remove_dir_all(watched.root().join("moved")).unwrap();
    watched.tells(["moved/z/b"]);
    watched.write("moved/z/b", "3");
    watched.tells(["moved/z/b"]);
}

#[test]
fn a_folder_that_takes_the_place_of_another_is_watched() {
    let mut watched = Watched::new(&[("src/deep/a", "1")]);
    for round in 0..20 {
        fs::rename(watched.root().join("src"), watched.root().join("old")).unwrap();
        watched.write("src/deep/a", &format!("new {round}"));
        fs::remove_dir_all(watched.root().join("old")).unwrap();
        watched.tells(["src/deep/a"]);
        watched.write("src/deep/a", &format!("newer {round}"));
        watched.tells(["src/deep/a"]);
    }
}

#[test]
fn only_what_matters_is_told_and_what_is_named_matters_always() {
    let files =
        [(".gitignore", "ignored\n"), ("src/a.rs", "1"), ("ignored/lock", "1"), ("ignored/other", "1")];
    let named = ["ignored/lock", "later/deep/file"];
    let mut watched = Watched::with(&files, &named, |path| {
        path == Path::new("marker") || path.extension().is_some_and(|extension| extension == "rs")
    });
    watched.write("src/a.txt", "2");
    watched.write("ignored/other", "2");
    watched.is_quiet();
    watched.write("ignored/lock", "2");
    watched.tells(["ignored/lock"]);
    watched.write("later/deep/file", "1");
    watched.tells(["later/deep/file"]);
    fs::remove_dir_all(watched.root().join("ignored")).unwrap();
    watched.tells(["ignored/lock"]);
    watched.write("ignored/lock", "3");
    watched.tells(["ignored/lock"]);
    watched.write("src/new.rs", "1");
    watched.tells(["src/new.rs"]);
}

#[test]
fn a_named_folder_that_git_ignores_matters_as_a_whole() {
    let files = [(".gitignore", "gen\n"), ("gen/deep/a", "1"), ("src/a", "1"), ("src/.gitignore", "b\n")];
    let mut watched =
        Watched::with(&files, &["gen", "src"], |path| path.starts_with("src") || path == Path::new("marker"));
    watched.write("gen/deep/a", "2");
    watched.tells(["gen/deep/a"]);
    watched.write("gen/new/b", "2");
    watched.tells(["gen/new/b"]);
    watched.write("src/b", "git shows others of this folder");
    watched.is_quiet();
}

#[test]
fn each_file_of_a_burst_is_told_once() {
    let mut watched = Watched::new(&[("a", "1")]);
    for number in 0..3000 {
        watched.write(&format!("folder{}/file{number}", number % 300), "1");
    }
    let mut told = watched.next().len();
    while told < 3000 {
        // A slow machine may have made a pause.
        told += watched.next().len();
    }
    assert_eq!(told, 3000);
    watched.write("folder299/file299", "2");
    watched.tells(["folder299/file299"]);
}

#[test]
fn a_burst_lasts_while_git_holds_its_index() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    write(&root, ".git/index.lock", "");
    let spec = WatchSpec {
        trees: vec![TreeSpec { root: root.clone(), matters: Arc::new(|_| true) }],
        named: Vec::new(),
    };
    let mut watch = Watch::new(spec, &Cancel::new());
    let git = {
        let root = root.clone();
        std::thread::spawn(move || {
            write(&root, "first", "");
            std::thread::sleep(Duration::from_millis(400));
            write(&root, "last", "");
            fs::remove_file(root.join(".git/index.lock")).unwrap();
        })
    };
    assert_eq!(watch.wait(), Changes::Files(vec![root.join("first"), root.join("last")]));
    git.join().unwrap();
}

#[test]
fn the_end_can_be_asked_for_while_nothing_happens() {
    let mut watched = Watched::new(&[("a", "1")]);
    let cancel = watched.cancel.clone();
    let asking = std::thread::spawn(move || cancel.escalate());
    assert_eq!(watched.watch.wait(), Changes::Cancelled);
    assert_eq!(watched.watch.settle(), Changes::Cancelled);
    asking.join().unwrap();
}
