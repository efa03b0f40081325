//! What only test suites have.

use expect_test::{Expect, expect};

use super::Folder;
use crate::Actions;

fn check(rest: &str, expected: Expect) {
    expected.assert_eq(&Folder::named(rest).brief());
}

#[test]
fn a_report_is_an_output_in_a_place_of_its_own() {
    let folder =
        Folder::named("[test.a]\nrun = \"x\"\ndir = \"ui\"\njunit = \"reports/*.xml\"\noutputs = [\"o\"]")
            .folder("ui");
    let suite = folder.config().tasks.remove(0);
    assert_eq!(suite.outputs, ["o", "reports/*.xml"]);
    assert!(matches!(suite.actions, Actions::Test { junit: Some(junit), .. } if junit == "reports/*.xml"));
    check(
        "[test.a]\nrun = \"x\"\njunit = \"/tmp/a.xml\"\n[test.b]\nrun = \"x\"\njunit = \"../a.xml\"\n\
         [test.c]\nrun = \"x\"\njunit = \"r/./a.xml\"\n[test.d]\nrun = \"x\"\njunit = \"./r/a.xml\"\n\
         [task.e]\nrun = \"x\"\njunit = \"e.xml\"",
        expect![[r#"
            5:9+12: `/tmp/a.xml` is absolute (write it relative to `dir`, or to `onramp.toml` where there is none)
            8:9+10: `../a.xml` leaves the workspace
            14:9+11: `test:c` writes `./r/a.xml` too (give each suite a file of its own)
            17:1+5: unknown key `junit` in `[task.e]` (`junit` is a key of `[test.NAME]`)
        "#]],
    );
}

#[test]
fn shards_are_known_to_suites_alone() {
    let folder = Folder::named("[test.a]\nrun = \"x {args} --group={shard}/{shards}\"");
    assert!(
        matches!(&folder.config().tasks[0].actions, Actions::Test { run, .. } if run[0].mentions("shard"))
    );
    check(
        "[test.a]\nrun = \"x {shart}\"\n[task.b]\nrun = \"x {shard}\"",
        expect![[r#"
            4:10+7: unknown placeholder `{shart}` (did you mean `{shard}`?)
            6:10+7: unknown placeholder `{shard}` (allowed here: `{root}`, `{dir}`, `{message-file}`, `{args}`, `{staged}`, `{refs}`; write `{{` and `}}` for the braces themselves)
        "#]],
    );
}
