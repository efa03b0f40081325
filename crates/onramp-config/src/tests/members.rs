//! Nested workspaces.

use expect_test::expect;

use super::Folder;
use crate::{find_root, load, outermost_root};

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
        3:40+7: member `empty` has no `onramp.toml` (if it is a submodule: `git submodule update --init empty`)
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
        5:10+3: unknown placeholder `{y}` (allowed here: `{root}`, `{dir}`, `{shard}`, `{shards}`, `{args}`, `{staged}`, `{refs}`; write `{{` and `}}` for the braces themselves)
        6:22+10: there is no task `a/test:q` (did you mean `a/test:t`?)
    "#]].assert_eq(&folder.brief());
}

#[test]
fn the_root_is_the_nearest_folder_with_the_file() {
    let folder = Folder::named("").file("a/onramp.toml", "").folder("a/b/c").folder("d");
    assert_eq!(find_root(&folder.root().join("a/b/c")), Some(folder.root().join("a")));
    assert_eq!(find_root(&folder.root().join("d")), Some(folder.root()));
    assert!(load(&folder.root().join("d")).is_err());
}

/// Two workspaces side by side, and one in the second of them.
fn family(lib: &str, ui: &str, widgets: &str) -> Folder {
    Folder::named("members = [\"lib\", \"ui\"]\n[setup.tools]\nrun = \"x\"")
        .file("lib/onramp.toml", format!("[project]\nname = \"lib\"\n{lib}"))
        .file("ui/onramp.toml", format!("[project]\nname = \"ui\"\nmembers = [\"widgets\"]\n{ui}"))
        .file("ui/widgets/onramp.toml", format!("[project]\nname = \"widgets\"\n{widgets}"))
}

#[test]
fn a_member_may_need_tasks_of_any_other_workspace() {
    let folder = family(
        "[build.core]\nrun = \"x\"\nneeds = [\"/ui/widgets/setup:w\"]",
        "[test.t]\nrun = \"x\"\nneeds = [\"/setup:tools\", \"/lib/build:core\", \"widgets/setup:w\"]\n\
         [service.api]\nrun = \"x\"\nneeds = [\"/lib/build:core\"]\n\
         [hooks]\npre-push = [\"/lib/build:core\"]",
        "[setup.w]\nrun = \"x\"\n[test.t]\nrun = \"x\"\nneeds = [\"/ui/widgets/setup:w\"]",
    );
    let ui = &folder.workspace().members[1].workspace.config;
    let needs: Vec<_> = ui.tasks[0].needs.iter().map(ToString::to_string).collect();
    assert_eq!(needs, ["/setup:tools", "/lib/build:core", "widgets/setup:w"]);
}

#[test]
fn an_unknown_need_is_compared_with_the_tasks_of_all_workspaces() {
    let folder = family(
        "[build.core]\nrun = \"x\"\nneeds = [\"/setup:tolls\", \"setup:tools\", \"/ui/test:q\"]",
        "[test.t]\nrun = \"x\"\nneeds = [\"lib/build:core\", \"build:core\", \"wigdets/test:t\"]",
        "[test.t]\nrun = \"x\"\nneeds = [\"//lib/build:core\", \"/lib/service:api\", \"/nope/test:zzzzzzz\"]",
    );
    expect![[r#"
        lib/5:10+14: there is no task `/setup:tolls` (did you mean `/setup:tools`?)
        lib/5:26+13: there is no task `setup:tools` (did you mean `/setup:tools`?)
        lib/5:41+12: there is no task `/ui/test:q` (did you mean `/ui/test:t`?)
        ui/6:10+16: there is no task `lib/build:core` (did you mean `/lib/build:core`?)
        ui/6:28+12: there is no task `build:core` (did you mean `/lib/build:core`?)
        ui/6:42+16: there is no task `wigdets/test:t` (did you mean `widgets/test:t`?)
        ui/widgets/5:10+18: `//lib/build:core` is not of the form `section:name` (for example `setup:python`)
        ui/widgets/5:30+18: there is no task `/lib/service:api` (of another workspace only tasks can be needed)
        ui/widgets/5:50+20: there is no task `/nope/test:zzzzzzz`
    "#]]
    .assert_eq(&folder.brief());
}

#[test]
fn a_member_that_was_taken_out_is_told_what_its_needs_lack() {
    let folder = Folder::named(
        "[test.t]\nrun = \"x\"\nneeds = [\"/lib/build:core\", \"/test:tt\", \"/test:u\"]\n[test.u]\nrun = \"x\"",
    );
    expect![[r#"
        5:10+17: there is no task `/lib/build:core`: this workspace is the outermost one, because no `onramp.toml` above it names it as a member
        5:29+10: there is no task `/test:tt`: this workspace is the outermost one, because no `onramp.toml` above it names it as a member (did you mean `/test:t`?)
    "#]].assert_eq(&folder.brief());
}

#[test]
fn a_circle_through_several_files_is_told_with_its_path() {
    let folder = family(
        "[build.core]\nrun = \"x\"\nneeds = [\"/ui/test:t\"]",
        "[test.t]\nrun = \"x\"\nneeds = [\"/setup:tools\", \"widgets/test:t\"]",
        "[test.t]\nrun = \"x\"\nneeds = [\"/lib/build:core\"]\n\
         [task.self]\nrun = \"x\"\nneeds = [\"/ui/widgets/task:self\"]",
    );
    expect![[r#"
        lib/5:11+10: tasks need one another in a circle: `build:core` -> `/ui/test:t` -> `/ui/widgets/test:t` -> `build:core`
        ui/widgets/8:11+21: `task:self` needs itself
    "#]].assert_eq(&folder.brief());
}

#[test]
fn what_a_broken_file_may_have_is_not_missed_and_all_else_is() {
    let folder = family(
        "[build.core\nrun = \"x\"",
        "[test.t]\nrun = \"x\"\nneeds = [\"/lib/build:core\", \"widgets/test:q\", \"widgets/deep/test:q\"]",
        "[test.t]\nrun = \"x\"\nneeds = [\"/other/build:core\", \"/setup:nope\"]",
    );
    expect![[r#"
        lib/3:12+1: unclosed table, expected `]`
        ui/6:29+16: there is no task `widgets/test:q` (did you mean `widgets/test:t`?)
        ui/6:47+21: there is no task `widgets/deep/test:q` (did you mean `widgets/test:t`?)
        ui/widgets/5:31+13: there is no task `/setup:nope` (did you mean `/setup:tools`?)
    "#]]
    .assert_eq(&folder.brief());
}

#[test]
fn the_outermost_workspace_is_one_that_leads_here_by_members() {
    let folder = Folder::named("members = [\"a\", \"x/y\"]")
        .file("a/onramp.toml", "[project]\nname = \"a\"\nmembers = [\"./b/\"]")
        .file("a/b/onramp.toml", "[project]\nname = \"b\"")
        .file("a/stranger/onramp.toml", "[project]\nname = \"members\"\nmembers = 1")
        .file("a/stranger/in/onramp.toml", "[project]\nname = \"in\"")
        .file("x/onramp.toml", "members = [\"y\"]")
        .file("x/y/onramp.toml", "[project\nname = \"y\"")
        .file("l/onramp.toml", "[project]\nname = \"l\"\nmembers = [\"m\"]")
        .file("l/onramp.local.toml", "[project]\nmembers = [\"n\"]")
        .file("l/m/onramp.toml", "")
        .file("l/n/onramp.toml", "");
    let root = folder.root().canonicalize().unwrap();
    for (from, expected) in [
        ("", ""),
        ("a", ""),
        ("a/b", ""),
        ("a/stranger", "a/stranger"),
        ("a/stranger/in", "a/stranger/in"),
        ("x", "x"),
        ("x/y", ""),
        ("l/m", "l/m"),
        ("l/n", "l"),
    ] {
        let join = |path: &str| if path.is_empty() { root.clone() } else { root.join(path) };
        assert_eq!(outermost_root(&join(from)), join(expected), "{from}");
    }
}
