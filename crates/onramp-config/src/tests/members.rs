//! Nested workspaces.

use expect_test::expect;

use super::Folder;
use crate::{find_root, load};

#[test]
fn members_are_read_with_their_members() {
    let folder =
        Folder::named("members = [\"a\"]\n[task.all]\nrun = \"x\"\nneeds = [\"a/test:t\", \"a/b/test:t\"]")
            .file("a/onramp.toml", "[project]\nname = \"a\"\nmembers = [\"b\"]\n[test.t]\nrun = \"x\"")
            .file("a/b/onramp.toml", "[project]\nname = \"b\"\n[test.t]\nrun = \"x\"")
            .file("a/b/onramp.local.toml", "[test.u]\nrun = \"y\"");
    let workspace = folder.workspace();
    let ids: Vec<_> = workspace.task_ids().iter().map(ToString::to_string).collect();
    assert_eq!(ids, ["task:all", "a/test:t", "a/b/test:t", "a/b/test:u"]);
    assert_eq!(workspace.members[0].workspace.members[0].workspace.root, folder.root().join("a/b"));
}

#[test]
fn wrong_members_are_told() {
    let folder = Folder::named(
        "members = [\"a\", \"./a\", \"b\", \".\", \"..\", \"empty\", \"nope\", \"a/in\", \"self\"]",
    )
    .file("a/onramp.toml", "[project]\nname = \"a\"\nmembers = [\"in\"]")
    .file("a/in/onramp.toml", "[project]\nname = \"in\"")
    .file("b/onramp.toml", "[project]\nname = \"a\"")
    .folder("empty");
    std::os::unix::fs::symlink(".", folder.root().join("self")).unwrap();
    expect![[r#"
        3:17+5: `./a` is a member already
        3:24+3: members `a` and `b` are both called `a` (change `project.name` in one `onramp.toml`)
        3:29+3: member `.` is the workspace itself
        3:34+4: `..` leaves the workspace
        3:40+7: member `empty` has no `onramp.toml`
        3:49+6: folder `nope` does not exist
        3:57+6: `a/in` is a member already
        3:65+6: member `self` is the workspace itself
    "#]]
    .assert_eq(&folder.brief());
}

#[test]
fn the_errors_of_all_files_are_told_at_once() {
    let folder = Folder::named(
        "members = [\"a\", \"b\"]\n[test.x]\nrun = \"x {y}\"\nneeds = [\"b/test:q\", \"a/test:q\"]",
    )
    .file("a/onramp.toml", "[project]\nname = \"a\"\n[test.t]\nrunn = \"x\"")
    .file("b/onramp.toml", "[project\nname = \"b\"");
    expect![[r#"
        a/4:1+4: unknown key `runn` in `[test.t]` (did you mean `run`?)
        b/1:9+1: unclosed table, expected `]`
        5:10+3: unknown placeholder `{y}` (allowed here: `{root}`, `{dir}`, `{shard}`, `{shards}`, `{args}`; write `{{` and `}}` for the braces themselves)
    "#]].assert_eq(&folder.brief());
}

#[test]
fn the_root_is_the_nearest_folder_with_the_file() {
    let folder = Folder::named("").file("a/onramp.toml", "").folder("a/b/c").folder("d");
    assert_eq!(find_root(&folder.root().join("a/b/c")), Some(folder.root().join("a")));
    assert_eq!(find_root(&folder.root().join("d")), Some(folder.root()));
    assert!(load(&folder.root().join("d")).is_err());
}
