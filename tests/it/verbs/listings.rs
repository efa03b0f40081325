use std::fs;

use expect_test::expect;
use onramp_tests::skip;
use serde_json::Value;

use crate::{folder, workspace};

#[test]
fn tasks_are_listed_by_section_with_what_they_are_for() {
    let env = workspace(
        r#"
[task.seed]
run = "python -m flowline.seed {args}"

[test.unit]
description = "The server and the worker"
run = "pytest"

[test.slow]
shell = true
run = "a | b"

[format.ruff]
run = "ruff format {files}"
check = "ruff format --check {files}"
files = ["**/*.py"]
"#,
    );
    let run = env.onramp(["tasks"]).exits(0);
    assert_eq!(run.stderr, "");
    expect![[r#"
        Formatters
          format:ruff  ruff format {files}

        Tests
          test:unit  The server and the worker
          test:slow  sh -c 'a | b'

        Tasks
          task:seed   python -m flowline.seed {args}
          task:greet  Greets by a command, a variable and its arguments
          task:panic  Has a bug
    "#]]
    .assert_eq(&run.stdout);
    assert!(!env.has(".onramp"));
    let run = env.onramp(["tasks", "tset"]).exits(0);
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str()),
        ("", "no task fits tset\nhint: onramp tasks test\n")
    );
    env.onramp(["tasks", "nothing-like-it", "sed"]).exits(0).says("hint: onramp tasks seed");
    env.onramp(["tasks", "nothing-like-it"]).exits(0).never_says("hint");
}

#[test]
fn completions_are_scripts_that_their_shells_can_read() {
    let env = folder();
    for shell in ["bash", "zsh", "fish"] {
        let script = env.onramp(["completions", shell]).exits(0).stdout;
        assert!(
            script.contains("onramp") && script.contains("keep-going") && script.contains("greet"),
            "{shell}"
        );
        env.write(shell, &script);
        if ["/bin", "/usr/bin", "/usr/local/bin"]
            .iter()
            .any(|place| fs::exists(format!("{place}/{shell}")).unwrap())
        {
            let run = env.command("", [shell, "-n", shell]).exits(0);
            assert_eq!(run.stderr, "");
        } else if shell == "bash" {
            skip("there is no bash");
        }
    }
    env.onramp(["completions", "tcsh-or-so"]).exits(2);
}

#[test]
fn bash_completes_names_of_tasks_by_asking_the_program() {
    let env = workspace(
        "[project]\nmembers = [\"ui\"]\n\n[test.unit]\nrun = \"true\"\n\n[test.slow]\nrun = \"true\"\n\n\
         [format.rust]\nrun = \"true\"\ncheck = \"true\"\n\n[task.seed]\nrun = \"true\"\n",
    )
    .file("ui/onramp.toml", "[project]\nname = \"ui\"\n\n[test.unit]\nrun = \"true\"\n")
    .file("elsewhere/keep", "");
    let bash = ["/bin", "/usr/bin", "/usr/local/bin"];
    if !bash.iter().any(|place| fs::exists(format!("{place}/bash")).unwrap()) {
        return skip("there is no bash");
    }
    fs::create_dir(env.root().join("bin")).unwrap();
    std::os::unix::fs::symlink(env.program(), env.root().join("bin/onramp")).unwrap();
    env.write("script", &env.onramp(["completions", "bash"]).exits(0).stdout);
    // As bash calls the function, with the words it has cut at colons. What it registers is called.
    let complete = |folder: &str, line: &str| {
        let bash = r#"
            . "$1/script"
            PATH=$1/bin:$PATH
            function=$(complete -p onramp | sed 's/.* -F \([^ ]*\) .*/\1/')
            COMP_LINE=$2 COMP_POINT=${#2}
            read -ra COMP_WORDS <<< "${2//:/ : }"
            [[ "$2" == *[[:space:]] ]] && COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            "$function" onramp "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            echo "${COMPREPLY[*]}"
        "#;
        let root = env.root().to_string_lossy();
        let run = env.command(folder, ["bash", "-c", bash, "bash", &root, line]);
        let run = run.exits(0);
        assert_eq!(run.stderr, "", "{line}");
        run.stdout.trim().to_owned()
    };
    for (line, expected) in [
        ("onramp test ", "unit slow ui/unit"),
        ("onramp test u", "unit ui/unit"),
        ("onramp -C ui test ", "unit"),
        ("onramp --format json -q test unit s", "slow"),
        ("onramp fmt --check ", "rust"),
        ("onramp why se", "seed"),
        ("onramp run test:", "unit slow"),
        ("onramp graph --as mermaid test:u", "unit"),
        ("onramp test --jun", "--junit"),
        ("onramp graph --as me", "mermaid"),
        ("onramp compl", "completions"),
    ] {
        assert_eq!(complete("", line), expected, "{line}");
    }
    assert_eq!(complete("ui", "onramp test "), "unit");
    fs::remove_file(env.root().join("onramp.toml")).unwrap();
    assert!(
        complete("elsewhere", "onramp test ").contains("--keep-going"),
        "nothing is said, options are left"
    );
    assert!(!env.has(".onramp"));
}

#[test]
fn zsh_and_fish_ask_for_names_too() {
    let env = folder();
    let zsh = env.onramp(["completions", "zsh"]).exits(0);
    for section in ["format", "lint", "test", "build"] {
        assert_eq!(zsh.stdout.matches(&format!(": _onramp_names {section}' \\\n")).count(), 1, "{section}");
    }
    assert_eq!(zsh.stdout.matches(": _onramp_names task' \\\n").count(), 3);
    assert!(zsh.stdout.starts_with("#compdef onramp\n") && zsh.stdout.contains("\n_onramp_names() {\n"));
    let fish = env.onramp(["completions", "fish"]).exits(0);
    fish.says(
        "-n \"__fish_onramp_using_subcommand fmt\" -f -a \"(onramp --format plain tasks --names format",
    );
}

#[test]
fn the_schema_describes_every_section() {
    let schema: Value = serde_json::from_str(&folder().onramp(["schema"]).exits(0).stdout).unwrap();
    for section in ["project", "env", "tools", "setup", "format", "lint", "test", "build", "task", "database"]
    {
        assert!(schema["properties"][section].is_object(), "{section}");
    }
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn version_help_and_mistakes_end_as_anywhere() {
    let env = folder();
    let version = env.onramp(["version"]).exits(0).stdout;
    assert_eq!(version, env.onramp(["--version"]).exits(0).stdout);
    assert_eq!(version, concat!("onramp ", env!("CARGO_PKG_VERSION"), "\n"));
    let help = env.onramp(["--help"]).exits(0);
    assert_eq!(help.stderr, "");
    for verb in
        ["setup", "doctor", "fmt", "lint", "test", "build", "run", "tasks", "graph", "exec", "migrate"]
    {
        assert!(help.stdout.contains(&format!("\n  {verb} ")), "{verb} in\n{}", help.stdout);
        env.onramp([verb, "--help"]).exits(0).says("Global options");
    }
    assert_eq!(env.onramp([""; 0]).exits(2).stdout, "");
    assert_eq!(env.onramp(["setpu"]).exits(2).says("'setup'").stdout, "");
    env.onramp(["test", "-j", "0"]).exits(2).says("expected a number of tasks, 1 or more");
}

#[test]
fn a_provider_that_is_not_there_yet_is_told() {
    let env = workspace("[test.t]\nrun = \"true\"\n");
    env.onramp(["--env", "host", "test"]).exits(0);
    env.onramp(["--env", "nix", "test"]).exits(2).says("possible values: auto, host");
    let env = workspace("[env]\nprovider = \"nix\"\n\n[test.t]\nrun = \"true\"\n");
    env.onramp(["test"]).exits(4).says("provider `nix`");
    env.onramp(["--env", "host", "test"]).exits(0);
}

#[test]
fn an_answer_without_room_is_a_failure_and_a_reader_that_goes_is_none() {
    let env = workspace("[task.seed]\nrun = \"true\"\n");
    let program = env.program().display().to_string();
    let run = |script: &str| env.command("", ["sh", "-c", script, "sh", &program]);
    run("\"$1\" tasks >/dev/full").exits(4).says("the answer could not be written: No space left on device");
    run("\"$1\" tasks | true").exits(0).never_says("could not be written");
}

#[test]
fn answers_go_through_pipes_and_links() {
    let env = workspace("[task.seed]\nrun = \"true\"\n");
    std::os::unix::fs::symlink("real.json", env.root().join("link.json")).unwrap();
    env.onramp(["fmt", "--sarif", "link.json"]).exits(0);
    assert!(env.root().join("link.json").is_symlink() && env.read("real.json").contains("sarif"));
    let program = env.program().display().to_string();
    let script =
        "mkfifo pipe; cat pipe >read & \"$1\" fmt --sarif pipe; wait; test -p pipe && grep -q sarif read";
    env.command("", ["sh", "-c", script, "sh", &program]).exits(0);
}
