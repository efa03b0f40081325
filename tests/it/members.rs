//! Nested workspaces: one graph, named from where one stands.

use expect_test::expect;
use onramp_tests::TestEnv;
use serde_json::Value;

use crate::{folder, workspace};

/// Two workspaces side by side in a third, and one in the second of them.
fn family() -> TestEnv {
    workspace(
        r#"
[project]
name = "all"
members = ["packages/lib", "ui"]

[setup.tools]
run = "touch tools.done"

[format.f]
run = "true"
check = "false"

[test.unit]
run = "pwd"
needs = ["ui/test:unit"]
"#,
    )
    .file(
        "packages/lib/onramp.toml",
        "[project]\nname = \"lib\"\n\n[build.core]\nrun = \"touch core.done\"\nneeds = [\"/setup:tools\"]\n",
    )
    .file(
        "ui/onramp.toml",
        "[project]\nname = \"ui\"\nmembers = [\"widgets\"]\n\n[format.f]\nrun = \"true\"\ncheck = \"false\"\n\n\
         [test.unit]\nrun = \"pwd\"\nneeds = [\"/lib/build:core\", \"widgets/test:unit\"]\n",
    )
    .file(
        "ui/widgets/onramp.toml",
        "[project]\nname = \"widgets\"\n\n[format.f]\nrun = \"true\"\ncheck = \"false\"\n\n\
         [test.unit]\nrun = \"pwd\"\n",
    )
    .file("ui/widgets/src/keep", "")
}

#[test]
fn names_are_those_from_where_one_stands() {
    let env = family();
    let listed = |folder: &str, filter: &[&str]| {
        let words = ["tasks"].iter().chain(filter);
        let listing = env.onramp_in(folder, words).exits(0).stdout;
        // Headings stand at the margin.
        let rows = listing.lines().filter(|line| line.starts_with("  "));
        let names = rows.filter_map(|line| line.split_whitespace().next());
        names.filter(|name| !name.contains("task:")).collect::<Vec<_>>().join(" ")
    };
    let names = |folder: &str| listed(folder, &["/"]);
    assert_eq!(
        names(""),
        "setup:tools format:f test:unit lib/build:core ui/format:f ui/test:unit ui/widgets/format:f \
         ui/widgets/test:unit"
    );
    assert_eq!(
        names("ui"),
        "format:f test:unit widgets/format:f widgets/test:unit /setup:tools /format:f /test:unit /lib/build:core"
    );
    assert_eq!(
        names("ui/widgets/src"),
        "format:f test:unit /setup:tools /format:f /test:unit /lib/build:core /ui/format:f /ui/test:unit"
    );
    assert_eq!(listed("", &[]), names(""));
    assert_eq!(listed("ui", &[]), "format:f test:unit widgets/format:f widgets/test:unit");
    assert_eq!(listed("ui", &["test"]), "test:unit widgets/test:unit");
    assert_eq!(listed("ui", &["/LIB", "widgets"]), "widgets/format:f widgets/test:unit /lib/build:core");
    assert_eq!(listed("packages/lib", &["unit"]), "");
    assert_eq!(listed("packages/lib", &["/ui/test"]), "/ui/test:unit");
}

#[test]
fn what_is_above_or_beside_stands_under_the_name_of_its_workspace() {
    let env = family();
    let headings = |listing: &str| {
        let headings = listing.lines().filter(|line| !line.is_empty() && !line.starts_with("  "));
        headings.map(str::to_owned).collect::<Vec<_>>().join(", ")
    };
    let listing = env.onramp_in("ui/widgets", ["tasks", "/"]).exits(0).stdout;
    assert_eq!(
        headings(&listing),
        "Formatters, Tests, all (/): Setup, all (/): Formatters, all (/): Tests, /lib: Builds, \
         /ui: Formatters, /ui: Tests, all (/): Tasks"
    );
    let listing = env.onramp_in("ui", ["tasks"]).exits(0).stdout;
    assert_eq!(headings(&listing), "Formatters, Tests, widgets: Formatters, widgets: Tests");
}

#[test]
fn a_picture_shows_what_is_here_and_below_with_what_that_needs() {
    let env = family();
    expect![[r#"
        flowchart LR
          t1["format:f"]
          t5["test:unit"]
          subgraph m1["all (/)"]
            t0["setup:tools"]
          end
          subgraph m2["widgets"]
            t2["format:f"]
            t3["test:unit"]
          end
          subgraph m3["/lib"]
            t4["build:core"]
          end
          t0 --> t4
          t4 --> t5
          t3 --> t5
    "#]]
    .assert_eq(&env.onramp_in("ui", ["graph", "--as", "mermaid"]).exits(0).stdout);
    let dot = env.onramp_in("packages/lib", ["graph"]).exits(0);
    dot.says("label=\"all (/)\"").never_says("unit").never_says("label=\"\"");
    let json = env.onramp_in("ui/widgets", ["graph", "--format", "json"]).exits(0).stdout;
    let value: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["tasks"].as_array().unwrap().len(), 2);
}

#[test]
fn a_verb_without_names_is_about_where_one_stands_and_what_is_nested_there() {
    let env = family();
    let plan = |folder: &str, words: &[&str]| {
        let words = words.iter().chain(&["--dry-run", "--format", "json"]);
        let answer: Value = serde_json::from_str(&env.onramp_in(folder, words).exits(0).stdout).unwrap();
        let tasks = answer["plan"].as_array().unwrap().iter();
        tasks.map(|task| task["task"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    for (folder, words, expected) in [
        ("", &["fmt"][..], "format:f ui/format:f ui/widgets/format:f"),
        ("ui", &["fmt"], "format:f widgets/format:f"),
        ("ui/widgets", &["fmt"], "format:f"),
        ("packages/lib", &["build"], "/setup:tools build:core"),
        ("ui", &["test"], "/setup:tools widgets/test:unit /lib/build:core test:unit"),
        ("ui/widgets", &["run", "/lib/build:core"], "/setup:tools /lib/build:core"),
        ("ui/widgets/src", &["test", "/ui/widgets/unit"], "test:unit"),
        ("ui", &["run", "/ui/widgets/test:unit"], "widgets/test:unit"),
        ("", &["run", "/ui/widgets/test:unit"], "ui/widgets/test:unit"),
    ] {
        assert_eq!(plan(folder, words), expected, "{words:?} in {folder}");
    }
}

#[test]
fn the_tasks_of_all_workspaces_run_from_any_folder() {
    let env = family();
    let run = env.onramp_in("ui/widgets/src", ["run", "/test:unit"]).exits(0);
    run.says("test:unit | [ROOT]/ui/widgets\n")
        .says("/ui/test:unit | [ROOT]/ui\n")
        .says("/test:unit | [ROOT]\n");
    assert!(env.has("tools.done") && env.has("packages/lib/core.done"));
    env.onramp(["-C", "ui", "test", "unit"])
        .exits(0)
        .says("test:unit | [ROOT]/ui\n")
        .never_says("| [ROOT]\n");
}

#[test]
fn hints_and_mistakes_name_tasks_from_where_one_stands() {
    let env = family();
    env.onramp_in("ui", ["fmt", "--check", "f"]).exits(1).says("hint: onramp fmt f\n");
    env.onramp_in("ui", ["fmt", "--check", "widgets/f"]).exits(1).says("hint: onramp fmt widgets/f\n");
    env.onramp_in("ui", ["fmt", "--check", "/f"])
        .exits(1)
        .says("/format:f failed")
        .says("hint: onramp fmt /f\n");
    env.onramp_in("ui", ["lint", "/lib/build:core"]).exits(2).says("hint: onramp build /lib/core\n");
    for (words, hint) in [
        (["run", "widgets/test:unti"], "`widgets/test:unit`"),
        (["run", "setup:tools"], "`/setup:tools`"),
        (["run", "lib/build:core"], "`/lib/build:core`"),
        (["run", "/setup:tolls"], "`/setup:tools`"),
        (["test", "/ui/unti"], "`/ui/test:unit`"),
    ] {
        env.onramp_in("ui", words).exits(2).says(&format!("did you mean {hint}?"));
    }
    assert!(!env.has("tools.done") && !env.has("packages/lib/core.done"));
}

#[test]
fn logs_lie_in_the_outermost_workspace_and_each_task_has_its_own() {
    let env = workspace("[project]\nname = \"all\"\nmembers = [\"a-b\", \"a\", \"test\"]\n\n[test.x-y]\nrun = \"echo root\"\n")
        .file("a-b/onramp.toml", "[project]\nname = \"a-b\"\n\n[test.x]\nrun = \"echo a-b\"\n")
        .file("a/onramp.toml", "[project]\nname = \"a\"\nmembers = [\"b\"]\n\n[test.b-test-x]\nrun = \"echo a\"\n")
        .file("a/b/onramp.toml", "[project]\nname = \"b\"\n\n[test.x]\nrun = \"echo a/b\"\n")
        .file("test/onramp.toml", "[project]\nname = \"test\"\n\n[test.x-y]\nrun = \"echo test\"\n");
    env.onramp_in("a", ["test"]).exits(0);
    env.onramp_in("a", ["run", "/test:x-y", "/a-b/test:x", "/test/test:x-y"]).exits(0);
    for (log, text) in [
        ("test-x-y", "root"),
        ("a-b+test-x", "a-b"),
        ("a+test-b-test-x", "a"),
        ("a+b+test-x", "a/b"),
        ("test+test-x-y", "test"),
    ] {
        assert_eq!(env.read(&format!(".onramp/logs/{log}.log")), format!("{text}\n"), "{log}");
    }
    assert!(!env.has("a/.onramp/logs") && !env.has("a/b/.onramp/logs"));
}

#[test]
fn a_task_of_a_member_runs_once_at_a_time_from_wherever_it_is_started() {
    let env = workspace("[project]\nname = \"all\"\nmembers = [\"part\"]\n").file(
        "part/onramp.toml",
        "[project]\nname = \"part\"\n\n[setup.slow]\nrun = \"sh slow.sh\"\ninputs = [\"slow.sh\"]\noutputs = [\"done\"]\n",
    );
    env.write("part/slow.sh", "echo ran >> ran; while ! test -e go; do sleep 0.01; done; touch done\n");
    let mut first = env.start(["-C", "part", "setup"]);
    first.wait_until(|| env.has("part/ran"));
    let mut second = env.start(["setup"]);
    second.wait_for(&format!("part/setup:slow waits, because process {} is running it", first.pid()));
    env.write("part/go", "");
    first.finish().exits(0).says("setup:slow: passed");
    second.finish().exits(0).says("part/setup:slow: up to date");
    assert_eq!(env.read("part/ran"), "ran\n");
}

#[test]
fn a_circle_over_members_is_told_from_every_folder() {
    let env = workspace(
        "[project]\nname = \"all\"\nmembers = [\"part\"]\n\n[test.a]\nrun = \"true\"\nneeds = [\"part/test:b\"]\n",
    )
    .file("part/onramp.toml", "[project]\nname = \"part\"\n\n[test.b]\nrun = \"true\"\nneeds = [\"/test:a\"]\n");
    let run = env.onramp_in("part", ["test"]).exits(3);
    expect![[r#"
        error: tasks need one another in a circle: `test:a` -> `part/test:b` -> `test:a`
         --> [ROOT]/onramp.toml:7:11
          |
        7 | needs = ["part/test:b"]
          |           ^^^^^^^^^^^

        error: the configuration has 1 error
    "#]]
    .assert_eq(&run.stderr);
}

#[test]
fn a_configuration_above_that_does_not_name_the_folder_is_a_stranger() {
    let env = workspace("[test.above]\nrun = \"true\"\n")
        .file("part/onramp.toml", "[project]\nname = \"part\"\n\n[test.b]\nrun = \"echo b\"\n");
    env.onramp_in("part", ["tasks"]).exits(0).says("test:b").never_says("above");
    env.onramp_in("part", ["test"]).exits(0);
    assert!(env.has("part/.onramp/logs/test-b.log") && !env.has(".onramp"));
}

#[test]
fn a_file_that_is_named_is_the_outermost_workspace() {
    let env = family();
    let run = env.onramp(["--config", "ui/widgets/onramp.toml", "tasks"]).exits(0);
    run.says("test:unit").never_says("lib");
    let run = env.onramp_in("ui", ["--config", "onramp.toml", "tasks"]).exits(3);
    run.says("there is no task `/lib/build:core`: this workspace is the outermost one");
    env.onramp_in("ui", ["--config", "../onramp.toml", "run", "lib/build:core"])
        .exits(0)
        .says("lib/build:core: passed");
}

#[test]
fn a_member_taken_out_of_its_workspace_says_what_is_missing() {
    let env = folder().file(
        "onramp.toml",
        "[project]\nname = \"ui\"\n\n[test.unit]\nrun = \"true\"\nneeds = [\"/lib/build:core\"]\n",
    );
    let run = env.onramp(["test"]).exits(3);
    expect![[r#"
        error: there is no task `/lib/build:core`: this workspace is the outermost one, because no `onramp.toml` above it names it as a member
         --> [ROOT]/onramp.toml:6:10
          |
        6 | needs = ["/lib/build:core"]
          |          ^^^^^^^^^^^^^^^^^

        error: the configuration has 1 error
    "#]]
    .assert_eq(&run.stderr);
}

#[test]
fn a_member_that_is_not_there_is_told_at_its_line() {
    let env =
        workspace("[project]\nname = \"all\"\nmembers = [\"here\", \"vendor/gone\", \"vendor/empty\"]\n")
            .file("here/onramp.toml", "[project]\nname = \"here\"\n");
    std::fs::create_dir_all(env.root().join("vendor/empty")).unwrap();
    let run = env.onramp_in("here", ["tasks"]).exits(3);
    expect![[r#"
        error: folder `vendor/gone` does not exist
         --> [ROOT]/onramp.toml:3:20
          |
        3 | members = ["here", "vendor/gone", "vendor/empty"]
          |                    ^^^^^^^^^^^^^

        error: member `vendor/empty` has no `onramp.toml`
         --> [ROOT]/onramp.toml:3:35
          |
        3 | members = ["here", "vendor/gone", "vendor/empty"]
          |                                   ^^^^^^^^^^^^^^
        hint: if it is a submodule: `git submodule update --init vendor/empty`

        error: the configuration has 2 errors
    "#]]
    .assert_eq(&run.stderr);
}

#[test]
fn a_submodule_is_a_member_like_any_other() {
    let env = workspace("[project]\nname = \"all\"\nmembers = [\"sub\"]\n\n[setup.a]\nrun = \"true\"\n")
        .file(
            "../origin/onramp.toml",
            "[project]\nname = \"sub\"\n\n[test.t]\nrun = \"true\"\nneeds = [\"/setup:a\"]\n",
        );
    let git = |folder: &str, words: &[&str]| {
        let options = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always"];
        env.command(folder, ["git"].iter().chain(&options).chain(words)).exits(0);
    };
    git("../origin", &["init", "-q"]);
    git("../origin", &["add", "."]);
    git("../origin", &["commit", "-qm", "first"]);
    git("", &["init", "-q"]);
    git("", &["submodule", "--quiet", "add", "../origin", "sub"]);
    let run = env.onramp_in("sub", ["test"]).exits(0);
    run.says("/setup:a: passed").says("test:t: passed");
    git("", &["submodule", "--quiet", "deinit", "-f", "sub"]);
    env.onramp(["tasks"]).exits(3).says("git submodule update --init sub");
}

#[test]
fn a_task_in_rust_belongs_to_the_outermost_workspace() {
    let env = family();
    env.onramp_in("ui", ["greet", "you"]).exits(0);
    env.onramp_in("ui", ["run", "/task:greet"]).exits(0);
    env.onramp_in("ui", ["run", "task:greet"]).exits(2).says("did you mean `/task:greet`?");
}
