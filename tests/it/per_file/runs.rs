//! What happens while a formatter runs, and what several runs make of one another.

use std::fs;

use super::{LOWER, LOWER_SCRIPT, given, lower, ran};
use crate::workspace;

#[test]
fn a_file_that_is_edited_meanwhile_is_not_taken_for_clean() {
    let env = lower();
    env.onramp(["fmt"]).exits(0);
    env.write("b.txt", "bb");
    env.write("meanwhile", "printf EDITED > b.txt\n");
    env.onramp(["fmt", "--check"]).exits(0);
    assert_eq!(env.read("b.txt"), "EDITED");
    env.onramp(["fmt", "--check"]).exits(1).says("would change b.txt");
    // A check that something was edited behind, and back again.
    env.write("b.txt", "bbb");
    env.write("meanwhile", "printf X > b.txt; sleep 0.05; printf bbb > b.txt\n");
    env.onramp(["fmt", "--check"]).exits(0);
    assert_eq!(given(&env, &["fmt", "--check"]), "<b.txt>");
    // What a formatter is given a second time, is formatted.
    env.write("b.txt", "bbbb");
    env.write("meanwhile", "printf EDITED > b.txt\n");
    env.onramp(["fmt"]).exits(0);
    assert_eq!(env.read("b.txt"), "edited");
    env.onramp(["fmt"]).exits(0).says("up to date");
}

#[test]
fn settings_that_change_meanwhile_leave_nothing_known() {
    let env = workspace(&format!("{LOWER}inputs = [\"settings\"]\n"))
        .script("lower.sh", LOWER_SCRIPT)
        .file("settings", "1")
        .file("a.txt", "a");
    env.write("meanwhile", "echo 2 > settings\n");
    assert_eq!(given(&env, &["fmt"]), "<a.txt>");
    assert_eq!(given(&env, &["fmt"]), "<a.txt>");
    assert_eq!(given(&env, &["fmt"]), "");
}

#[test]
fn a_check_and_a_format_each_know_what_they_have_seen() {
    let env = lower();
    env.write("loud.txt", "quiet");
    assert_eq!(given(&env, &["fmt", "--check"]).matches('<').count(), 4);
    assert_eq!(given(&env, &["fmt"]).matches('<').count(), 4);
    assert_eq!(given(&env, &["fmt", "--check"]), "");
    assert_eq!(given(&env, &["fmt"]), "");
}

#[test]
fn a_run_that_fails_or_is_killed_records_nothing() {
    let env = lower();
    env.write("meanwhile", "exit 3\n");
    env.onramp(["fmt"]).exits(1);
    assert_eq!(given(&env, &["fmt"]).matches('<').count(), 4);
    env.write("a.txt", "aa");
    env.write("meanwhile", "kill -9 $PPID\n");
    env.onramp(["fmt"]).exits(137);
    assert_eq!(given(&env, &["fmt"]), "<a.txt>");
}

#[test]
fn two_runs_at_once_do_the_work_once() {
    let env = lower();
    env.write("meanwhile", "touch begun; while [ ! -e go ]; do sleep 0.01; done\n");
    let mut first = env.start(["fmt"]);
    first.wait_until(|| env.has("begun"));
    let mut second = env.start(["fmt"]);
    second.wait_for("format:lower waits, because process");
    env.write("go", "");
    first.finish().exits(0);
    second.finish().exits(0).says("format:lower: up to date");
    assert_eq!(ran(&env), "<a.txt> <b.txt> <deep/c.txt> <loud.txt> <loud.txt>");
}

#[test]
fn without_a_place_for_its_state_everything_is_given_each_time() {
    let env = lower().file(".onramp", "a file");
    for times in [5, 4] {
        env.write("ran", "");
        env.onramp(["fmt"]).exits(0).says("cannot be written, so nothing is kept of this run");
        assert_eq!(ran(&env).matches('<').count(), times);
    }
}

#[test]
fn a_part_of_the_files_is_known_when_all_are_asked_for() {
    let env = lower().file(".gitignore", "ran\n.onramp-test-new\n");
    for command in [
        vec!["init", "-q"],
        vec!["add", "."],
        vec!["-c", "user.name=n", "-c", "user.email=e", "commit", "-qm", "x"],
    ] {
        env.command("", [vec!["git"], command].concat()).exits(0);
    }
    env.write("a.txt", "aa");
    assert_eq!(given(&env, &["fmt", "--since", "HEAD"]), "<a.txt>");
    assert_eq!(given(&env, &["fmt", "--since", "HEAD"]), "");
    assert_eq!(given(&env, &["fmt"]), "<b.txt> <deep/c.txt> <loud.txt> <loud.txt>");
    env.write("b.txt", "bb");
    assert_eq!(given(&env, &["fmt", "--since", "HEAD"]), "<b.txt>");
    assert_eq!(given(&env, &["fmt"]), "", "a part forgets nothing of the rest");
}

#[test]
fn a_member_knows_its_files_from_wherever_one_looks() {
    let env = workspace(&format!(
        "[project]\nname = \"demo\"\nmembers = [\"ui\"]\n{}",
        LOWER.replace("**/*.txt", "*.txt")
    ))
    .script("lower.sh", LOWER_SCRIPT)
    .file("a.txt", "a")
    .file("ui/onramp.toml", &format!("[project]\nname = \"ui\"\n{LOWER}"))
    .script("ui/lower.sh", LOWER_SCRIPT)
    .file("ui/b.txt", "b");
    assert_eq!(given(&env, &["fmt"]), "<a.txt>");
    assert_eq!(env.read("ui/ran"), "<b.txt>\n");
    env.onramp_in("ui", ["fmt"]).exits(0).says("format:lower: up to date");
    env.onramp(["fmt"]).exits(0).says("2 up to date");
    assert!(env.has("ui/.onramp/clean/format=lower fix"));
    env.write("ui/b.txt", "bb");
    env.write("ui/ran", "");
    env.onramp_in("ui", ["fmt"]).exits(0);
    assert_eq!(env.read("ui/ran"), "<b.txt>\n");
    env.onramp(["fmt"]).exits(0).says("2 up to date");
    fs::remove_dir_all(env.root().join("ui/.onramp")).unwrap();
    assert_eq!(given(&env, &["fmt"]), "");
    assert_eq!(env.read("ui/ran"), "<b.txt>\n<b.txt>\n");
}

#[test]
fn what_needs_a_formatter_sees_whether_a_file_has_changed() {
    let test = "[test.t]\nrun = \"true\"\ninputs = []\nneeds = [\"format:lower\"]\n";
    let env = workspace(&format!("{LOWER}inputs = []\n\n{test}"))
        .script("lower.sh", LOWER_SCRIPT)
        .file("a.txt", "a");
    env.onramp(["test"]).exits(0).says("2 passed");
    env.onramp(["test"]).exits(0).says("2 up to date");
    env.write("a.txt", "aa");
    env.onramp(["test"]).exits(0).says("2 passed");
    env.onramp(["test"]).exits(0).says("2 up to date");
}

#[test]
fn many_files_are_divided_and_a_part_that_succeeds_is_known() {
    let env = workspace(LOWER).script(
        "lower.sh",
        "#!/bin/sh\nshift\nprintf '%s\\n' \"$@\" >> ran\ncase \" $* \" in *\" 007.txt \"*) exit 1;; esac\n",
    );
    for number in 0..500 {
        env.write(&format!("{number:03}.txt"), "text");
    }
    env.onramp(["fmt", "--check", "-j2"]).exits(1);
    assert_eq!(ran(&env).split(' ').count(), 500);
    for _ in 0..2 {
        env.write("ran", "");
        env.onramp(["fmt", "--check", "-j1"]).exits(1);
        assert_eq!(ran(&env).split(' ').count(), 250, "only the part that failed");
    }
}
