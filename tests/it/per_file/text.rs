//! A text that an editor hands in.

use onramp_tests::{Run, TestEnv};

use super::{LOWER, LOWER_SCRIPT, lower};
use crate::workspace;

/// Formats a text as if it stood in a file, from a folder of the workspace.
#[track_caller]
fn format(env: &TestEnv, folder: &str, file: &str, text: &str) -> Run {
    env.write(".input", text);
    let root = env.root().display().to_string();
    let program = env.program().display().to_string();
    let script = "\"$1\" fmt --stdin-path \"$2\" < \"$3/.input\"";
    env.command(folder, ["sh", "-c", script, "sh", &program, file, &root])
}

#[test]
fn the_formatted_text_is_printed_and_no_file_changes() {
    let env = lower();
    let before = env.snapshot();
    let run = format(&env, "", "a.txt", "LOUD\nAND ä\n").exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("loud\nand ä\n", ""));
    let mut after = env.snapshot();
    after.retain(|(path, _)| !path.ends_with(".input"));
    assert_eq!(after.len(), before.len());
    for ((path, one), (_, other)) in before.iter().zip(&after) {
        assert_eq!(one, other, "{}", path.display());
    }
    assert_eq!(std::fs::read_dir(env.root().join(".onramp/scratch")).unwrap().count(), 0);
}

#[test]
fn new_files_other_folders_and_files_of_nobody() {
    let env = lower();
    assert_eq!(format(&env, "", "not/yet/there.txt", "NEW\n").exits(0).stdout, "new\n");
    assert!(!env.has("not"));
    assert_eq!(format(&env, "deep", "c.txt", "C\n").exits(0).stdout, "c\n");
    assert_eq!(format(&env, "deep", "../-dash.txt", "D\n").exits(0).stdout, "d\n");
    let absolute = env.root().join("a.txt").display().to_string();
    assert_eq!(format(&env, "deep", &absolute, "A\n").exits(0).stdout, "a\n");
    assert_eq!(format(&env, "", "a.md", "NOBODY'S\n").exits(0).stdout, "NOBODY'S\n");
    assert_eq!(format(&env, "", "../outside.txt", "OUT\n").exits(0).stdout, "OUT\n");
}

#[test]
fn all_formatters_of_a_file_have_their_turn() {
    let env = workspace(&format!(
        "{LOWER}\n[format.bang]\ndir = \"deep\"\nrun = \"sed -i s/$/!/ {{files}}\"\ncheck = \"true\"\nfiles = [\"*.txt\"]\n\n\
         [format.whole]\nrun = \"false\"\ncheck = \"true\"\nfiles = [\"**/*.txt\"]\n"
    ))
    .script("lower.sh", LOWER_SCRIPT)
    .file("deep/c.txt", "c");
    let run = format(&env, "", "deep/c.txt", "C\n").exits(0);
    assert_eq!(run.stdout, "c!\n");
    run.says("format:whole was left out: its `run` has no `{files}`");
    let run = env.onramp(["fmt", "--stdin-path", "deep/c.txt", "--check"]);
    run.exits(2);
}

#[test]
fn a_formatter_that_fails_prints_nothing_for_the_editor_to_take() {
    let env = workspace("[format.f]\nrun = \"./f.sh {files}\"\ncheck = \"true\"\nfiles = [\"*.txt\"]\n")
        .script("f.sh", "#!/bin/sh\necho half > $1\necho 'syntax error in line 3'\nexit 2\n");
    let run = format(&env, "", "a.txt", "x\n").exits(1);
    assert_eq!(run.stdout, "");
    run.says("format:f: `").says("syntax error in line 3");
    env.write("onramp.toml", "[project]\nname = \"demo\"\n[format.f]\nrun = \"no-such-tool {files}\"\ncheck = \"true\"\nfiles = [\"*.txt\"]\n");
    let run = format(&env, "", "a.txt", "x\n").exits(4);
    assert_eq!(run.stdout, "");
}

#[test]
fn not_a_byte_is_added_or_lost() {
    let env = lower();
    let program = env.program().display().to_string();
    for (input, output) in [("A", "a"), ("", ""), ("A\\377\\r\\n\\nB", "a\\377\\r\\n\\nb"), ("A\\0", "a\\0")]
    {
        let script = format!(
            "printf '{input}' | \"$1\" fmt --stdin-path a.txt > .output && printf '{output}' > .expected && cmp .output .expected"
        );
        env.command("", ["sh", "-c", &script, "sh", &program]).exits(0);
    }
}
