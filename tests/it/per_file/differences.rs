//! What a check shows of the files that are not formatted.

use super::{LOWER, LOWER_SCRIPT, lower};
use crate::workspace;

/// The files of a workspace without what the formatter of these tests leaves beside them.
fn tree(env: &onramp_tests::TestEnv) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut files = env.snapshot();
    files.retain(|(path, _)| !path.ends_with("ran") && !path.ends_with(".onramp-test-new"));
    files
}

#[test]
fn a_check_shows_the_differences_and_changes_nothing() {
    let env = lower().file("deep/er/d.txt", "one\nTWO\nthree\n");
    let before = tree(&env);
    let run = env.onramp(["fmt", "--check"]).exits(1);
    run.says("would change loud.txt")
        .says("    --- a/deep/er/d.txt\n    +++ b/deep/er/d.txt\n    @@ -1,3 +1,3 @@\n     one\n    -TWO\n    +two\n     three\n")
        .says("    -LOUD\n    \\ No newline at end of file\n    +loud\n")
        .never_says("a/a.txt")
        .says("hint: onramp fmt lower");
    assert_eq!(tree(&env), before);
    assert!(env.read(".onramp/logs/format-lower.log").contains("+++ b/deep/er/d.txt"));
    assert_eq!(std::fs::read_dir(env.root().join(".onramp/scratch")).unwrap().count(), 0);
}

#[test]
fn a_formatter_that_is_given_all_its_files_shows_them_too() {
    let env = workspace(&LOWER.replace("./lower.sh", "sh ./lower.sh").replace("per-file = true\n", ""))
        .script("lower.sh", LOWER_SCRIPT)
        .file("a.txt", "A\n");
    let before = tree(&env);
    env.onramp(["fmt", "--check"])
        .exits(1)
        .says("    --- a/a.txt\n    +++ b/a.txt\n    @@ -1 +1 @@\n    -A\n    +a\n");
    assert_eq!(tree(&env), before);
}

#[test]
fn what_a_formatter_writes_beside_its_files_stays_out_of_the_tree() {
    let env = workspace(
        "[format.f]\nrun = \"./f.sh {files}\"\ncheck = \"false {files}\"\nfiles = [\"**/*.txt\"]\n",
    )
    .script(
        "f.sh",
        "#!/bin/sh\nfor file; do echo x >> $file; done; echo y >> count; echo z > deep/new; : > deep/old\n",
    )
    .file("count", "1\n")
    .file("deep/a.txt", "a\n")
    .file("deep/old", "old");
    let before = env.snapshot();
    env.onramp(["fmt", "--check"]).exits(1).says("    @@ -1 +1,2 @@\n     a\n    +x\n");
    assert_eq!(env.snapshot(), before);
}

#[test]
fn placeholders_and_commands_of_a_shell_lead_to_the_copies() {
    let env = workspace(
        "[format.s]\nshell = true\ndir = \"ui\"\nrun = \"cd {root} && sed -i s/x/y/ ui/a.txt && cd {dir} && sed -i s/1/2/ {files}\"\n\
         check = \"test -z {files}\"\nfiles = [\"*.txt\", \"../b.txt\"]\n",
    )
    .file("ui/a.txt", "x1\n")
    .file("b.txt", "x1\n");
    let before = tree(&env);
    env.onramp(["fmt", "--check"])
        .exits(1)
        .says("    --- a/ui/a.txt\n    +++ b/ui/a.txt\n    @@ -1 +1 @@\n    -x1\n    +y2\n")
        .says("    --- a/b.txt\n    +++ b/b.txt\n    @@ -1 +1 @@\n    -x1\n    +x2\n");
    assert_eq!(tree(&env), before);
}

#[test]
fn where_the_formatter_fails_the_check_stands_alone() {
    let env = workspace(
        "[format.f]\nrun = \"false {files}\"\ncheck = \"./check.sh {files}\"\nfiles = [\"*.txt\"]\n\n\
         [format.g]\nrun = \"true\"\ncheck = \"./check.sh {files}\"\nfiles = [\"*.md\"]\n",
    )
    .script("check.sh", "#!/bin/sh\necho \"not tidy: $1\"\nexit 5\n")
    .file("a.txt", "a")
    .file("a.md", "a");
    let run = env.onramp(["fmt", "--check", "--keep-going"]).exits(1);
    run.says("not tidy: a.txt").says("not tidy: a.md").says("exited with 5").never_says("---");
}

#[test]
fn long_differences_are_cut_and_the_log_has_them_all() {
    let lines: String = (0..400).map(|number| format!("LINE {number}\n")).collect();
    let env = lower().file("long.txt", &lines);
    env.onramp(["fmt", "--check"])
        .exits(1)
        .says("more lines of the differences in 2 files, all of them in the log");
    assert!(env.read(".onramp/logs/format-lower.log").contains("+line 399\n"));
}

#[test]
fn a_state_folder_that_cannot_be_written_is_no_obstacle() {
    let env = lower().file(".onramp", "a file");
    env.onramp(["fmt", "--check"]).exits(1).says("    -LOUD\n");
    assert_eq!(env.read("loud.txt"), "LOUD");
}
