//! Files that are meant by their types.

use onramp_tests::TestEnv;

use super::{LOWER, LOWER_SCRIPT, given};
use crate::workspace;

const SHELL: &str = "#!/bin/sh\nECHO\n";

/// Files of which some are scripts, for a formatter of these types.
fn scripts(keys: &str) -> TestEnv {
    let section = LOWER.replace("files = [\"**/*.txt\"]", keys);
    workspace(&section)
        .script("lower.sh", LOWER_SCRIPT)
        .script("run", SHELL)
        .script("deep/start", "#!/usr/bin/env -S bash -e\nECHO\n")
        .script("serve", "#!/usr/bin/python3\nPRINT()\n")
        .file("lib.bash", "ECHO\n")
        .file("not-to-run", SHELL)
        .file("a.py", "PRINT()\n")
        .file("a.txt", "ECHO\n")
}

#[test]
fn a_script_without_an_ending_has_the_type_of_its_first_line() {
    let env = scripts("types = [\"shell\"]\nexclude = [\"lower.sh\"]");
    let changed = "<deep/start> <lib.bash> <run>";
    assert_eq!(given(&env, &["fmt"]), format!("{changed} {changed}"));
    assert_eq!(env.read("run"), SHELL.to_lowercase());
    assert_eq!(env.read("not-to-run"), SHELL);
    assert_eq!(given(&env, &["fmt"]), "", "they are known by now");
    // What it is may change without a change of its content.
    env.command("", ["chmod", "+x", "not-to-run"]).exits(0);
    assert_eq!(given(&env, &["fmt"]), "<not-to-run> <not-to-run>");
    env.write("serve", "#!/bin/sh\nECHO\n");
    assert_eq!(given(&env, &["fmt", "a.py", "run"]), "");
    assert_eq!(given(&env, &["fmt", "serve", "a.py"]), "<serve> <serve>");
}

#[test]
fn types_are_alternatives_and_files_narrow_them() {
    let env = scripts("types = [\"shell\", \"python\"]\nfiles = [\"**/s*\", \"*.py\"]");
    assert_eq!(given(&env, &["fmt"]), "<a.py> <deep/start> <serve> <a.py> <deep/start> <serve>");
}

#[test]
fn what_is_built_in_takes_them_too() {
    let env = workspace("[format.end]\nbuiltin = [\"end-of-file\"]\ntypes = [\"executable\"]\n")
        .script("run", "#!/bin/sh\n\n\n")
        .file("text.txt", "text\n\n\n");
    env.onramp(["fmt"]).exits(0);
    assert_eq!([env.read("run"), env.read("text.txt")], ["#!/bin/sh\n", "text\n\n\n"]);
}

#[test]
fn a_text_from_an_editor_has_the_type_of_its_own_first_line() {
    let env = scripts("types = [\"shell\"]");
    let format = |file: &str, text: &str| {
        env.write(".input", text);
        let program = env.program().display().to_string();
        env.command("", ["sh", "-c", "\"$1\" fmt --stdin-path \"$2\" <.input", "sh", &program, file])
            .exits(0)
            .stdout
    };
    assert_eq!(format("run", "#!/bin/sh\nLOUD\n"), "#!/bin/sh\nloud\n");
    assert_eq!(format("run", "#!/usr/bin/perl\nLOUD\n"), "#!/usr/bin/perl\nLOUD\n");
    assert_eq!(format("new.bash", "LOUD\n"), "loud\n");
    assert_eq!(format("new.py", "LOUD\n"), "LOUD\n");
}

#[test]
fn a_type_that_nobody_knows_is_an_error_with_the_nearest_one() {
    let env = scripts("types = [\"pyton\"]");
    let run = env.onramp(["fmt"]).exits(3);
    run.says("unknown type of files `pyton`").says("did you mean `python`?");
}
