use onramp_tests::TestEnv;

use crate::workspace;

/// A formatter that puts an end to capitals.
const LOWER: &str = r#"
[format.lower]
run = "sh lower.sh {files}"
check = "sh lower.sh --check {files}"
files = ["**/*.txt"]
inputs = ["lower.sh"]
"#;

const LOWER_SCRIPT: &str = r#"
check=no
if [ "$1" = --check ]; then check=yes; shift; fi
echo "$check $#" >> ran
status=0
for file; do
    tr A-Z a-z < "$file" > "$file.new"
    if cmp -s "$file" "$file.new"; then rm "$file.new"
    elif [ $check = yes ]; then echo "would change $file"; rm "$file.new"; status=1
    else mv "$file.new" "$file"; fi
done
exit $status
"#;

fn untidy() -> TestEnv {
    workspace(LOWER)
        .file("lower.sh", LOWER_SCRIPT)
        .file("a.txt", "Loud")
        .file("deep/with space.txt", "LOUD")
        .file("tidy.txt", "quiet")
        .file("other.md", "LOUD")
}

#[test]
fn check_fails_and_changes_nothing() {
    let env = untidy();
    env.write("ran", "");
    let before = env.snapshot();
    let run = env.onramp(["fmt", "--check"]).exits(1);
    run.says("would change a.txt")
        .says("would change deep/with space.txt")
        .never_says("would change tidy.txt");
    let files = |snapshot: Vec<_>| {
        snapshot
            .into_iter()
            .filter(|(path, _): &(std::path::PathBuf, _)| !path.ends_with("ran"))
            .collect::<Vec<_>>()
    };
    assert_eq!(files(env.snapshot()), files(before));
}

#[test]
fn files_are_formatted_and_a_later_run_is_up_to_date() {
    let env = untidy();
    env.onramp(["fmt"]).exits(0);
    assert_eq!((env.read("a.txt").as_str(), env.read("deep/with space.txt").as_str()), ("loud", "loud"));
    assert_eq!(env.read("other.md"), "LOUD");
    env.onramp(["fmt", "--check"]).exits(0);
    env.onramp(["fmt", "--check"]).exits(0).says("format:lower: up to date");
    env.onramp(["fmt"]).exits(0);
    env.onramp(["fmt"]).exits(0).says("format:lower: up to date");
    env.write("a.txt", "LOUD again");
    env.onramp(["fmt"]).exits(0);
    assert_eq!(env.read("a.txt"), "loud again");
}

#[test]
fn a_check_and_a_format_do_not_take_each_others_record() {
    let env = untidy();
    for _ in 0..2 {
        env.onramp(["fmt"]).exits(0);
        env.onramp(["fmt", "--check"]).exits(0);
    }
    env.onramp(["fmt"]).exits(0).says("format:lower: up to date");
    env.onramp(["fmt", "--check"]).exits(0).says("format:lower: up to date");
}

#[test]
fn formatters_of_the_same_files_run_in_the_order_they_are_written() {
    let formatter = |name: &str, files: &str, script: &str| {
        format!(
            "[format.{name}]\nshell = true\nrun = \"{script}\"\ncheck = \"true\"\nfiles = [\"{files}\"]\n\n"
        )
    };
    let env = workspace(&format!(
        "{}{}{}",
        formatter("slow", "*.txt", "sleep 0.2; echo slow >> ran"),
        formatter("next", "a.*", "echo next >> ran"),
        formatter("last", "a.txt", "echo last >> ran"),
    ))
    .file("a.txt", "");
    env.onramp(["fmt", "-j4"]).exits(0);
    assert_eq!(env.read("ran"), "slow\nnext\nlast\n");
}

#[test]
fn formatters_of_different_files_run_side_by_side() {
    let side = |name: &str, other: &str| {
        format!(
            "[format.{name}]\nshell = true\n\
             run = \"touch {name}.on; while [ ! -e {other}.on ]; do sleep 0.01; done\"\n\
             check = \"true\"\nfiles = [\"*.{name}\"]\ntimeout = \"30s\"\n\n"
        )
    };
    let env = workspace(&(side("a", "b") + &side("b", "a"))).file("x.a", "").file("x.b", "");
    env.onramp(["fmt", "-j2"]).exits(0);
}

#[test]
fn thousands_of_files_are_handed_over_in_batches() {
    let env = workspace(LOWER).file("lower.sh", "shift_check=$1\necho $# >> ran\n");
    for number in 0..3000 {
        env.write(
            &format!("a-folder-with-a-long-name/and-a-file-whose-name-is-longer-still-{number:04}.txt"),
            "",
        );
    }
    env.onramp(["fmt"]).exits(0);
    let batches: Vec<usize> = env.read("ran").lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(batches.iter().sum::<usize>(), 3000);
    assert!(batches.len() > 1 && batches.len() < 10, "{batches:?}");
}

#[test]
fn only_files_that_exist_and_are_meant_are_handed_over() {
    let env = workspace(
        "[format.f]\nrun = \"sh show.sh {files}\"\ncheck = \"true\"\n\
         files = [\"*.txt\", \"absent.txt\"]\nexclude = [\"b*\"]\n",
    )
    .file("show.sh", "for file; do echo \"<$file>\" >> ran; done\n")
    .file(".gitignore", "ignored.txt\n");
    for name in ["a.txt", "b.txt", "c d.txt", "ignored.txt", "$HOME.txt", "ü.txt", "deleted.txt"] {
        env.write(name, "");
    }
    env.command("", ["git", "init", "-q"]).exits(0);
    env.command("", ["git", "add", "."]).exits(0);
    std::fs::remove_file(env.root().join("deleted.txt")).unwrap();
    env.onramp(["fmt"]).exits(0);
    assert_eq!(env.read("ran"), "<$HOME.txt>\n<a.txt>\n<c d.txt>\n<ü.txt>\n");
}

#[test]
fn a_file_whose_name_begins_with_a_dash_is_no_option() {
    let env = workspace("[format.f]\nrun = \"cat {files}\"\ncheck = \"true\"\nfiles = [\"*.txt\"]\n")
        .file("--help.txt", "the file itself");
    env.onramp(["fmt"]).exits(0).says("the file itself");
}

#[test]
fn no_files_no_command() {
    let env = workspace(LOWER).file("lower.sh", LOWER_SCRIPT);
    env.onramp(["fmt"]).exits(0);
    assert!(!env.has("ran"));
}

#[test]
fn files_are_named_from_the_folder_of_their_formatter() {
    let env = workspace(
        "[format.ui]\ndir = \"ui\"\nrun = \"sh show.sh {files}\"\ncheck = \"true\"\nfiles = [\"**/*.ts\"]\n",
    )
    .file("ui/show.sh", "echo \"$*\" >> ran\n")
    .file("ui/src/a.ts", "")
    .file("b.ts", "");
    env.onramp(["fmt"]).exits(0);
    assert_eq!(env.read("ui/ran"), "src/a.ts\n");
}

#[test]
fn formatters_are_chosen_by_name() {
    let env = untidy();
    env.onramp(["fmt", "lowr"]).exits(2).says("did you mean `format:lower`?");
    env.onramp(["fmt", "lower"]).exits(0);
    assert_eq!(env.read("a.txt"), "loud");
    workspace("").onramp(["fmt"]).exits(0).says("nothing to do: no [format.NAME] in the configuration");
}
