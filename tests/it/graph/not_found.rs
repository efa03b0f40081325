//! What somebody is told whose command has no program.

use onramp_tests::TestEnv;

use crate::workspace;

/// A workspace whose task runs a command in the second line of the file.
fn running(command: &str, rest: &str) -> TestEnv {
    workspace(&format!("[project]\nname = \"demo\"\n[task.x]\nrun = \"{command}\"\n{rest}"))
}

#[track_caller]
fn hints(env: &TestEnv, words: &[&str], hint: &str) {
    let run = env.onramp(words).exits(4);
    let found = run.stderr.split("hint: ").nth(1).unwrap_or_default();
    assert!(found.starts_with(hint), "{hint}\n{}", run.stderr);
}

const RUN: &[&str] = &["run", "x"];

#[test]
fn the_nearest_name_is_told_and_where_the_command_stands() {
    let tool = "[tools]\nspell-cheque = { optional = true }\n";
    let env = running("spell-check a", tool);
    hints(&env, RUN, "did you mean `spell-cheque`? (onramp.toml:3)\n");
    hints(&env, &["exec", "--", "spell-cheq"], "did you mean `spell-cheque`?\n");
    // One of thousands on the machine.
    hints(&env, &["exec", "--", "gti"], "did you mean `git`?\n");
    let env = running("scripts/lnit.sh", "").script("scripts/lint.sh", "#!/bin/sh\n");
    hints(&env, RUN, "did you mean `scripts/lint.sh`? (onramp.toml:3)\n");
    let env = running("lint-all.sh", "").script("lint-all.sh", "#!/bin/sh\n");
    hints(&env, RUN, "did you mean `./lint-all.sh`? (onramp.toml:3)\n");
    let env = running("./plain-file", "").file("plain-file", "");
    hints(&env, RUN, "chmod +x plain-file\n");
}

#[test]
fn a_program_that_nobody_knows_is_to_be_declared() {
    let env = running("no-such-program", "");
    let declared = "install it, and declare it so that `onramp doctor --fix` does that (onramp.toml:3):\n\
                    [tools.no-such-program]\nfix.";
    hints(&env, RUN, declared);
    let run = env.onramp(RUN).exits(4);
    let (_, table) = run.stderr.split_once("[tools.").expect("a table");
    let table = table.lines().take(2).collect::<Vec<_>>().join("\n").replace("...", "a-package");
    env.write("onramp.toml", &format!("{}\n[tools.{table}\n", env.read("onramp.toml")));
    env.onramp(["doctor"]).exits(4).says("`no-such-program` not found on PATH").says("a-package");
    // Names that cannot be keys as they are.
    let env = running("no@such", "");
    env.onramp(RUN).exits(4).says("[tools.no-such]\nprogram = \"no@such\"\n");
}

#[test]
fn what_setup_makes_is_had_by_setup() {
    let setup = "[env]\npath = [\"venv/bin\"]\n\n[setup.python]\nrun = \"true\"\n";
    hints(&running("pytest-of-venv", setup), RUN, "onramp setup\n");
    hints(&running("venv/bin/pytest", setup), RUN, "onramp setup\n");
    let env = running("pytest-of-venv", setup).file("venv/bin/keep", "");
    hints(&env, RUN, "install it");
}

#[test]
fn words_of_a_shell_are_no_programs() {
    for command in ["cd ui", "export A=b"] {
        let env = running(command, "");
        hints(
            &env,
            RUN,
            "no shell reads the command unless the task says so: `shell = true` (onramp.toml:3)",
        );
    }
    hints(&running("true", ""), &["exec", "--", "A=b", "true"], "onramp exec -- sh -c 'COMMAND'\n");
}

#[test]
fn hooks_tell_the_same() {
    let env = running(
        "true",
        "[lint.words]\nrun = \"gti {files}\"\nfiles = [\"*.txt\"]\n[hooks]\npre-commit = [\"lint\"]\n",
    );
    let env = env.file("a.txt", "a\n");
    env.command("", ["git", "init", "-q"]).exits(0);
    env.command("", ["git", "add", "-A"]).exits(0);
    hints(&env, &["hooks", "run", "pre-commit"], "did you mean `git`? (onramp.toml:5)\n");
    // Of a member it is the member's line.
    let env = workspace("[project]\nname = \"top\"\nmembers = [\"ui\"]\n")
        .file("ui/onramp.toml", "[project]\nname = \"ui\"\n\n[task.x]\nrun = \"gti\"\n");
    hints(&env, &["run", "ui/task:x"], "did you mean `git`? (ui/onramp.toml:4)\n");
}
