use super::*;
use crate::{Action, LastResults, Output, Outputs};
use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt, symlink};

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("store"));
    (folder, store)
}

/// Keeps a result with one output file of this content, and returns it.
fn keep(store: &Store, task: &str, content: &str) -> ActionResult {
    let digest = store.put_bytes(content.as_bytes()).unwrap();
    let result = ActionResult {
        task: task.to_owned(),
        action: Digest::of(task),
        outputs: Outputs::from([("out/a".to_owned(), Output::File { digest, mode: 0o750 })]),
        untouched: Vec::new(),
        transcript: None,
        milliseconds: 1,
        finished: ActionResult::now(),
    };
    store.put_result(&result).unwrap();
    result
}

fn age(path: &Path, seconds: u64) {
    let time = SystemTime::now() - Duration::from_secs(seconds);
    File::open(path).unwrap().set_times(FileTimes::new().set_modified(time)).unwrap();
}

#[test]
fn a_result_comes_back_with_everything_it_is_made_of() {
    let (folder, store) = store();
    let result = keep(&store, "a", "content");
    assert_eq!(store.result(&result.action), Some(result.clone()));
    let root = folder.path().join("tree");
    fs::create_dir(&root).unwrap();
    assert!(store.restore(&root, "out/a", &result.outputs["out/a"]).unwrap());
    assert_eq!(fs::read_to_string(root.join("out/a")).unwrap(), "content");
    assert_eq!(fs::metadata(root.join("out/a")).unwrap().permissions().mode() & 0o7777, 0o750);
    store.forget(&result.action).unwrap();
    assert_eq!(store.result(&result.action), None);
}

#[test]
fn a_tool_that_writes_into_a_restored_file_does_not_reach_the_store() {
    let (folder, store) = store();
    let result = keep(&store, "a", "content");
    let root = folder.path().join("tree");
    fs::create_dir(&root).unwrap();
    store.restore(&root, "out/a", &result.outputs["out/a"]).unwrap();
    fs::write(root.join("out/a"), "overwritten in place").unwrap();
    assert_eq!(store.verify().unwrap(), []);
    store.restore(&root, "out/a", &result.outputs["out/a"]).unwrap();
    assert_eq!(fs::read_to_string(root.join("out/a")).unwrap(), "content");
}

#[test]
fn damage_is_noticed_never_restored_and_can_be_mended() {
    let (folder, store) = store();
    let result = keep(&store, "a", "content");
    let Output::File { digest, .. } = result.outputs["out/a"] else { unreachable!("it is a file") };
    let blob = store.place("blobs", &digest);
    fs::set_permissions(&blob, Permissions::from_mode(0o600)).unwrap();
    fs::write(&blob, "CONTENT").unwrap();
    let root = folder.path().join("tree");
    fs::create_dir(&root).unwrap();
    let damage = store.verify().unwrap();
    assert!(matches!(&damage[..], [Damage::Content(_), Damage::Incomplete { .. }]), "{damage:?}");
    assert!(!store.restore(&root, "out/a", &result.outputs["out/a"]).unwrap());
    assert!(!root.join("out/a").exists() && !blob.exists());
    store.mend(&store.verify().unwrap()).unwrap();
    assert_eq!(store.verify().unwrap(), []);
    assert_eq!(store.result(&result.action), None);
    fs::write(store.result_path(&keep(&store, "b", "x").action), "{").unwrap();
    assert!(matches!(&store.verify().unwrap()[..], [Damage::Result(_)]));
}

#[test]
fn nothing_is_written_through_a_link() {
    let (folder, store) = store();
    let result = keep(&store, "a", "content");
    let (root, elsewhere) = (folder.path().join("tree"), folder.path().join("elsewhere"));
    fs::create_dir(&root).unwrap();
    fs::create_dir(&elsewhere).unwrap();
    symlink(&elsewhere, root.join("out")).unwrap();
    assert!(!store.restore(&root, "out/a", &result.outputs["out/a"]).unwrap());
    assert!(!store.restore(&root, "../elsewhere/a", &result.outputs["out/a"]).unwrap());
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    fs::remove_file(root.join("out")).unwrap();
    fs::create_dir(root.join("out")).unwrap();
    symlink(elsewhere.join("a"), root.join("out/a")).unwrap();
    assert!(
        store.restore(&root, "out/a", &result.outputs["out/a"]).unwrap(),
        "a link at the place itself is replaced"
    );
    assert!(!root.join("out/a").is_symlink() && !elsewhere.join("a").exists());
}

#[test]
fn what_was_not_used_for_the_longest_time_goes_first() {
    let (_folder, store) = store();
    let old = keep(&store, "old", &"x".repeat(1000));
    let young = keep(&store, "young", &"y".repeat(1000));
    age(&store.result_path(&old.action), 7200);
    for kept in ["old", "young"] {
        let result = if kept == "old" { &old } else { &young };
        result.blobs().for_each(|blob| age(&store.place("blobs", &blob), 7200));
    }
    let all = store.status().unwrap();
    assert_eq!((all.results, all.blobs), (2, 2));
    let roomy = Limits { bytes: u64::MAX, age: Duration::from_secs(86_400) };
    assert_eq!(store.collect(roomy).unwrap(), Collected::default());
    let tight = Limits { bytes: all.bytes - 1, ..roomy };
    let foreseen = store.would_collect(tight).unwrap();
    assert_eq!(store.status().unwrap(), all, "nothing has gone");
    let collected = store.collect(tight).unwrap();
    assert_eq!(collected, foreseen);
    assert_eq!((collected.results, collected.blobs), (1, 1));
    assert!(store.result(&old.action).is_none() && store.result(&young.action).is_some());
    assert_eq!(store.verify().unwrap(), []);
    let all = Limits { age: Duration::ZERO, ..roomy };
    let counted = store.would_collect(all).unwrap();
    assert_eq!(store.collect(all).unwrap(), counted);
    assert_eq!(store.status().unwrap(), Status::default());
}

#[test]
fn a_content_whose_result_is_about_to_be_written_is_not_collected() {
    let (_folder, store) = store();
    let digest = store.put_bytes(b"content").unwrap();
    store.collect(Limits { bytes: 0, age: Duration::ZERO }).unwrap();
    assert!(store.bytes(&digest).is_some());
}

#[test]
fn a_store_looks_after_itself_once_in_a_while() {
    let (_folder, store) = store();
    let (day, none) = (Duration::from_secs(86_400), Limits { bytes: 0, age: Duration::ZERO });
    assert_eq!(store.collect_if_due(none, day).unwrap(), None, "there is nothing");
    assert!(!store.folder().exists());
    keep(&store, "a", "content");
    assert_eq!(store.collect_if_due(none, day).unwrap(), None, "it is new");
    assert_eq!(store.collect_if_due(none, day).unwrap(), None, "it is too early");
    age(&store.folder().join("v1/collected"), 90_000);
    assert_eq!(store.collect_if_due(none, day).unwrap().unwrap().results, 1);
    assert_eq!(store.collect_if_due(none, day).unwrap(), None);
}

#[test]
fn a_store_can_be_cleared_while_others_write_into_it() {
    let (folder, store) = store();
    let last = LastResults::new(folder.path().join("last"));
    let write = &|writer: usize| {
        for number in 0..1000 {
            let name = format!("{writer}-{number}");
            let result = keep(&store, &name, &name);
            last.write(&name, &result, &Action::new()).unwrap();
        }
    };
    std::thread::scope(|scope| {
        let writers = [0, 1].map(|writer| scope.spawn(move || write(writer)));
        while !writers.iter().all(std::thread::ScopedJoinHandle::is_finished) {
            store.clear().unwrap();
            last.clear().unwrap();
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    fs::create_dir_all(folder.path().join("last.removed-by-one-that-was-killed/last")).unwrap();
    store.clear().unwrap();
    last.clear().unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(fs::read_dir(store.folder()).unwrap().count(), 0);
}
