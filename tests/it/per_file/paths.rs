//! Files that are named behind `fmt` and `lint`.

use super::{LOWER, LOWER_SCRIPT, given, lower};
use crate::workspace;

#[test]
fn files_folders_and_globs_say_which() {
    let env = lower();
    assert_eq!(given(&env, &["fmt", "a.txt"]), "<a.txt>");
    assert_eq!(given(&env, &["fmt", "a.txt", "./deep"]), "<deep/c.txt>", "a.txt is known by now");
    assert_eq!(given(&env, &["fmt", "*.txt"]), "<b.txt> <loud.txt> <loud.txt>");
    env.write("deep/c.txt", "C");
    env.write("a.txt", "aa");
    assert_eq!(given(&env, &["fmt", "**/c.*"]), "<deep/c.txt>");
    assert_eq!(given(&env, &["fmt", "lower", "a.txt"]), "<a.txt>");
    env.onramp(["fmt", "--check", "loud.txt"]).exits(0);
    env.onramp(["fmt", "lower.sh"]).exits(0).says("nothing to do: no [format.NAME] is for these files");
    env.onramp(["fmt", "missing/a.txt"]).exits(2).says("there is no file and no task `missing/a.txt`");
    env.onramp(["fmt", "lowr"]).exits(2).says("did you mean `format:lower`?");
    env.onramp(["fmt", "--staged", "a.txt"]).exits(2).says("paths say which files");
}

#[test]
fn a_name_of_a_task_is_a_name_and_a_dot_makes_a_path_of_it() {
    let env = lower().file("lower/x.txt", "X").file("lower/y.txt", "y");
    assert_eq!(given(&env, &["fmt", "./lower"]), "<lower/x.txt> <lower/y.txt> <lower/x.txt>");
    assert_eq!(given(&env, &["fmt", "lower"]), "<a.txt> <b.txt> <deep/c.txt> <loud.txt> <loud.txt>");
}

#[test]
fn paths_are_meant_from_where_one_stands() {
    let env = lower();
    env.write("ran", "");
    env.onramp_in("deep", ["fmt", "c.txt"]).exits(0);
    env.onramp_in("deep", ["fmt", "../b.txt"]).exits(0);
    env.onramp_in("deep", ["fmt", "*.txt"]).exits(0).says("up to date");
    assert_eq!(super::ran(&env), "<c.txt> <b.txt>".replace("<c.txt>", "<deep/c.txt>"));
}

#[test]
fn only_tasks_that_are_for_the_files_run() {
    let env = workspace(&format!(
        "{LOWER}\n[format.other]\nrun = \"touch other-ran\"\ncheck = \"true\"\nfiles = [\"*.md\"]\n\n\
         [lint.l]\nrun = \"./lower.sh --check {{files}}\"\nfiles = [\"**/*.txt\"]\n\n\
         [lint.whole]\nrun = \"touch whole-ran\"\n"
    ))
    .script("lower.sh", LOWER_SCRIPT)
    .file("a.txt", "a")
    .file("b.txt", "b")
    .file("c.md", "");
    assert_eq!(given(&env, &["fmt", "a.txt"]), "<a.txt>");
    assert_eq!(given(&env, &["lint", "b.txt"]), "<b.txt>");
    assert!(!env.has("other-ran") && !env.has("whole-ran"));
    env.onramp(["fmt", "c.md"]).exits(0);
    assert!(env.has("other-ran"), "a tool that looks for its files by itself does so");
}

#[test]
fn a_path_leads_to_the_task_of_the_workspace_that_it_lies_in() {
    let env = workspace(&format!(
        "[project]\nname = \"demo\"\nmembers = [\"ui\"]\n{}",
        LOWER.replace("**/*.txt", "*.txt")
    ))
    .script("lower.sh", LOWER_SCRIPT)
    .file("a.txt", "A")
    .file("ui/onramp.toml", &format!("[project]\nname = \"ui\"\n{LOWER}"))
    .script("ui/lower.sh", LOWER_SCRIPT)
    .file("ui/b.txt", "B");
    env.onramp(["fmt", "ui/b.txt"]).exits(0);
    assert_eq!((env.read("a.txt").as_str(), env.read("ui/b.txt").as_str()), ("A", "b"));
    env.onramp_in("ui", ["fmt", "../a.txt"]).exits(0);
    assert_eq!(env.read("a.txt"), "a");
}
