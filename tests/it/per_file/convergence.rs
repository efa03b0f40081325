//! Formatters that change what they or others have written.

use super::{LOWER_SCRIPT, given, ran};
use crate::workspace;

/// A formatter that runs a script for each of its files.
fn formatter(name: &str, files: &str) -> String {
    format!(
        "[format.{name}]\nrun = \"./{name}.sh {{files}}\"\ncheck = \"true {{files}}\"\nfiles = [\"{files}\"]\nper-file = true\n\n"
    )
}

const UPPER_SCRIPT: &str = "#!/bin/sh\nfor file; do\n    printf '<%s>\\n' \"$file\" >> ran\n    tr a-z A-Z < \"$file\" > .new\n    cmp -s \"$file\" .new || cat .new > \"$file\"\ndone\n";

#[test]
fn two_that_undo_one_another_are_named_with_the_file() {
    let env = workspace(&(formatter("lower", "*.txt") + &formatter("upper", "b*")))
        .script("lower.sh", LOWER_SCRIPT)
        .script("upper.sh", UPPER_SCRIPT)
        .file("a.txt", "A")
        .file("b.txt", "b")
        .file("b.md", "b");
    for _ in 0..2 {
        env.onramp(["fmt"])
            .exits(1)
            .says("format:lower and format:upper undo one another on b.txt, in each of 3 rounds")
            .says("hint: leave the file out of one of them: `exclude = [\"b.txt\"]`")
            .never_says("a.txt,");
        assert_eq!((env.read("a.txt").as_str(), env.read("b.md").as_str()), ("a", "B"));
    }
    env.write("ran", "");
    env.onramp(["fmt"]).exits(1);
    assert_eq!(ran(&env).matches("<a.txt>").count(), 0, "what is settled is not looked at again");
}

#[test]
fn one_that_changes_its_own_output_is_named_with_the_file() {
    let env = workspace(&(formatter("grow", "*.txt") + &formatter("lower", "*.txt")))
        .script(
            "grow.sh",
            "#!/bin/sh\nfor file; do case $file in a.txt) echo more >> \"$file\";; esac; done\n",
        )
        .script("lower.sh", LOWER_SCRIPT)
        .file("a.txt", "a\n")
        .file("b.txt", "b");
    env.onramp(["fmt"])
        .exits(1)
        .says("format:grow does not converge on a.txt: it changed its own output 3 times")
        .never_says("format:lower does not");
    assert_eq!(env.read("a.txt"), "a\nmore\nmore\nmore\n");
    env.onramp(["fmt", "grow"]).exits(1).says("format:grow does not converge on a.txt");
}

#[test]
fn those_that_come_to_an_agreement_are_done() {
    // The first one puts a dot behind what has none, the second one makes a question of it: only then all is well.
    let env = workspace(&(formatter("dot", "*.txt") + &formatter("ask", "*.txt")))
        .script("dot.sh", "#!/bin/sh\nfor file; do printf '<dot %s>\\n' $file >> ran; grep -q '[.?]' $file || echo '.' >> $file; done\n")
        .script("ask.sh", "#!/bin/sh\nfor file; do printf '<ask %s>\\n' $file >> ran; sed -i 's/[.]/?/' $file; done\n")
        .file("a.txt", "a")
        .file("b.txt", "b?");
    let all = given(&env, &["fmt"]);
    assert_eq!(all, "<dot a.txt> <dot b.txt> <ask a.txt> <ask b.txt> <dot a.txt> <ask a.txt>");
    assert_eq!(env.read("a.txt"), "a?\n");
    env.onramp(["fmt"]).exits(0).says("2 up to date");
    env.write("b.txt", "b");
    assert_eq!(given(&env, &["fmt"]), "<dot b.txt> <ask b.txt> <dot b.txt> <ask b.txt>");
}

#[test]
fn what_comes_to_rest_at_the_third_time_is_well() {
    let env = workspace(&formatter("short", "*.txt"))
        .script("short.sh", "#!/bin/sh\nfor file; do sed -i 's/xx/x/' $file; done\n")
        .file("a.txt", "xxx")
        .file("b.txt", "xxxxxxxx");
    env.onramp(["fmt"]).exits(1).says("format:short does not converge on b.txt:");
    assert_eq!(env.read("a.txt"), "x");
}
