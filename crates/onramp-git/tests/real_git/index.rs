use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use onramp_git::{Entry, GitDirectory, Index, IndexError, Time};

use crate::scratch::Scratch;

/// A work tree with files of every kind, committed.
fn of_every_kind() -> Scratch {
    let scratch = Scratch::new();
    scratch.files(&[
        "a-b",
        "a/b",
        "a/long/way/down/one",
        "a/long/way/down/two",
        "a0b",
        "\u{fc}",
        "line\nend",
    ]);
    scratch.write("empty", "");
    scratch.write("program", "#!/bin/sh\n");
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(scratch.root().join("program"), mode).expect("a mode");
    symlink("a/b", scratch.root().join("link")).expect("a link");
    scratch.commit();
    scratch
}

/// Adds a file with each flag that an index knows.
fn with_flags(scratch: &Scratch) {
    scratch.files(&["announced", "promised", "left out"]);
    scratch.git(&["add", "--intent-to-add", "announced"]);
    scratch.git(&["add", "promised", "left out"]);
    scratch.git(&["update-index", "--assume-unchanged", "promised"]);
    scratch.git(&["update-index", "--skip-worktree", "left out"]);
}

/// An entry as `git ls-files --stage --debug` tells it.
fn told(entry: &Entry) -> String {
    let Entry { path, stage, object, mode, size, modified, changed, inode, .. } = entry;
    let time = |time: &Time| format!("{}:{}", time.seconds, time.nanoseconds);
    let (ctime, mtime) = (time(changed), time(modified));
    format!("{mode:06o} {object} {stage}\t{} {ctime} {mtime} {inode} {size}", path.display())
}

/// What git says itself, in the same form.
fn told_by_git(scratch: &Scratch) -> Vec<String> {
    let text = scratch.git(&["ls-files", "--stage", "--debug", "-z"]);
    let (mut entries, mut rest) = (Vec::new(), text.as_str());
    while let Some((head, behind)) = rest.split_once('\0') {
        let field = |name: &str| {
            let (_, value) = behind.split_once(name).expect("git tells each field");
            value.split(['\n', '\t']).next().unwrap_or_default().trim().to_owned()
        };
        let fields = ["ctime: ", "mtime: ", "ino: ", "size: "].map(field).join(" ");
        entries.push(format!("{head} {fields}"));
        let (_, flags) = behind.split_once("flags: ").expect("git tells the flags");
        rest = flags.split_once('\n').map_or("", |(_, next)| next);
    }
    entries
}

fn read(scratch: &Scratch) -> Index {
    Index::of_work_tree(&scratch.root()).expect("an index")
}

/// Expects that an index says what git says.
#[track_caller]
fn agrees(scratch: &Scratch, version: u8) {
    let bytes = fs::read(scratch.root().join(".git/index")).expect("an index");
    assert_eq!(bytes[4..8], [0, 0, 0, version]);
    let entries: Vec<String> = read(scratch).entries().iter().map(told).collect();
    assert_eq!(entries, told_by_git(scratch));
    assert!(entries.len() >= 10);
}

#[test]
fn the_index_says_what_git_says_in_every_version() {
    let scratch = of_every_kind();
    agrees(&scratch, 2);
    with_flags(&scratch);
    agrees(&scratch, 3);
    scratch.git(&["update-index", "--index-version", "4"]);
    agrees(&scratch, 4);
}

#[test]
fn flags_and_times_are_told() {
    let scratch = of_every_kind();
    with_flags(&scratch);
    let index = read(&scratch);
    let flags = |path: &str| {
        let entry = index.get(Path::new(path)).unwrap();
        [entry.assumed_valid, entry.skip_worktree, entry.intent_to_add]
    };
    assert_eq!(flags("promised"), [true, false, false]);
    assert_eq!(flags("left out"), [false, true, false]);
    assert_eq!(flags("announced"), [false, false, true]);
    assert_eq!(flags("a/b"), [false; 3]);
    let file = scratch.root().join("a/b").symlink_metadata().unwrap();
    let entry = index.get(Path::new("a/b")).unwrap();
    assert_eq!(
        (entry.modified.seconds, i64::from(entry.modified.nanoseconds)),
        (file.mtime(), file.mtime_nsec())
    );
    assert_eq!(
        (entry.changed.seconds, i64::from(entry.changed.nanoseconds)),
        (file.ctime(), file.ctime_nsec())
    );
    assert_eq!(
        (u64::from(entry.size), u64::from(entry.inode)),
        (file.len(), file.ino() & u64::from(u32::MAX))
    );
    let written = scratch.root().join(".git/index").metadata().unwrap();
    assert_eq!(index.modified().seconds, written.mtime());
}

#[test]
fn a_file_written_after_the_index_is_racy() {
    let scratch = of_every_kind();
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(100);
    fs::File::options().append(true).open(scratch.root().join("a0b")).unwrap().set_modified(later).unwrap();
    scratch.git(&["update-index", "a0b"]);
    let index = read(&scratch);
    let is_racy = |path: &str| index.is_racy(index.get(Path::new(path)).unwrap());
    assert!(is_racy("a0b"));
    let long_ago = fs::File::options().append(true).open(scratch.root().join("a-b")).unwrap();
    long_ago.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000)).unwrap();
    scratch.git(&["update-index", "a-b"]);
    let index = read(&scratch);
    assert!(!index.is_racy(index.get(Path::new("a-b")).unwrap()));
}

#[test]
fn a_conflict_has_a_content_for_each_side() {
    let scratch = of_every_kind();
    scratch.git(&["checkout", "-q", "-b", "other"]);
    scratch.write("a/b", "theirs");
    scratch.commit();
    scratch.git(&["checkout", "-q", "main"]);
    scratch.write("a/b", "ours");
    scratch.commit();
    scratch.git(&["config", "alias.try-merge", "!git merge -q other || true"]);
    scratch.git(&["try-merge"]);
    for version in [2, 4] {
        scratch.git(&["update-index", "--index-version", &version.to_string()]);
        agrees(&scratch, version);
        let index = read(&scratch);
        let stages =
            index.entries().iter().filter(|entry| entry.path == Path::new("a/b")).map(|entry| entry.stage);
        assert_eq!(stages.collect::<Vec<_>>(), [1, 2, 3]);
        assert!(index.get(Path::new("a/b")).is_none());
    }
}

#[test]
fn the_index_of_a_linked_work_tree_is_its_own() {
    let scratch = of_every_kind();
    scratch.git(&["worktree", "add", "-q", "--detach", "../linked"]);
    fs::write(scratch.path("linked/extra"), "").unwrap();
    scratch.git_in("linked", &["add", "extra"]);
    let linked = Index::of_work_tree(&scratch.path("linked")).unwrap();
    assert!(linked.get(Path::new("extra")).is_some());
    assert!(read(&scratch).get(Path::new("extra")).is_none());
    let directory = GitDirectory::of_work_tree(&scratch.path("linked")).unwrap().unwrap();
    assert_eq!(directory.common().canonicalize().unwrap(), scratch.root().join(".git"));
}

#[test]
fn what_is_not_understood_is_not_used() {
    let unusable = |scratch: &Scratch| match Index::of_work_tree(&scratch.root()) {
        Err(IndexError::NotUsable(reason)) => reason,
        other => panic!("{other:?}"),
    };
    let split = of_every_kind();
    split.git(&["update-index", "--split-index"]);
    assert_eq!(unusable(&split), "it is split over two files");
    let sparse = of_every_kind();
    sparse.git(&["sparse-checkout", "init", "--cone", "--sparse-index"]);
    assert_eq!(unusable(&sparse), "it is sparse");
    let longer = Scratch::new();
    fs::remove_dir_all(longer.root().join(".git")).unwrap();
    longer.git(&["init", "-q", "--object-format=sha256"]);
    longer.files(&["a"]);
    longer.commit();
    assert_eq!(unusable(&longer), "its digests are no SHA-1");
    let bytes = Index::read(&longer.root().join(".git/index"));
    assert!(matches!(bytes, Err(IndexError::Broken { .. })), "also where nobody says so: {bytes:?}");
    let empty = Scratch::new();
    let absent = Index::of_work_tree(&empty.root());
    assert!(matches!(absent, Err(IndexError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound));
}

#[test]
fn whatever_a_broken_index_holds_it_is_read_or_refused() {
    let scratch = of_every_kind();
    with_flags(&scratch);
    for version in ["3", "4"] {
        scratch.git(&["update-index", "--index-version", version]);
        let whole = fs::read(scratch.root().join(".git/index")).unwrap();
        let entries = read(&scratch).entries().to_vec();
        let broken = scratch.path("broken");
        let read = |bytes: &[u8]| {
            fs::write(&broken, bytes).unwrap();
            Index::read(&broken)
        };
        for end in 0..whole.len() {
            // What is cut off behind the entries may look like one whose extensions are missing.
            if let Ok(index) = read(&whole[..end]) {
                assert_eq!(index.entries(), entries, "cut at {end}");
            }
        }
        for place in 0..whole.len() {
            for flip in [0x01, 0x40, 0x80, 0xff] {
                let mut bytes = whole.clone();
                bytes[place] ^= flip;
                if let Ok(index) = read(&bytes) {
                    assert_eq!(index.entries().len(), entries.len(), "byte {place}");
                }
            }
        }
    }
}
