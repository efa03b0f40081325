use onramp_tests::flowline;

use super::audited;

#[test]
fn outputs_of_needs_and_what_their_stamps_stand_for_are_declared() {
    let Some(env) = audited(
        "[setup.packages]\nshell = true\nrun = \"mkdir -p packages; echo 1 > packages/lib; touch packages/.stamp\"\n\
         inputs = []\noutputs = [\"packages/.stamp\"]\n\n\
         [build.b]\nshell = true\nrun = \"cat packages/lib a > out\"\ninputs = [\"a\"]\noutputs = [\"out\"]\n\
         needs = [\"setup:packages\"]\n\n\
         [test.t]\nrun = \"cat out packages/lib\"\ninputs = []\nneeds = [\"build:b\"]\n",
    ) else {
        return;
    };
    let env = env.file(".gitignore", "packages/\n").file("a", "");
    env.onramp(["run", "--audit", "build:b"]).exits(0);
    env.onramp(["run", "--audit", "test:t"]).exits(0);
    env.onramp(["run", "--audit", "setup:packages"]).exits(0);
}

#[test]
fn files_of_a_formatter_and_its_program_are_declared() {
    let Some(env) = audited(
        "[env]\npath = [\"tools\"]\n\n[format.f]\nrun = \"formatter {files}\"\ncheck = \"true\"\nfiles = [\"*.py\"]\ninputs = []\n",
    ) else {
        return;
    };
    let env = env
        .script("tools/formatter", "#!/bin/sh\nsed -i s/x/y/ \"$@\"\n")
        .file("a.py", "x\n")
        .file("b.txt", "");
    env.onramp(["run", "--audit", "format:f"]).exits(0);
    assert_eq!(env.read("a.py"), "y\n");
    let env = env.script("tools/formatter", "#!/bin/sh\ncat b.txt\ntouch c.txt\n");
    env.onramp(["run", "--audit", "format:f"])
        .exits(1)
        .says("inputs = [\"b.txt\"]")
        .says("outputs = [\"c.txt\"]");
}

#[test]
fn a_task_is_run_though_it_is_up_to_date_and_nothing_is_recorded() {
    let Some(env) = audited("[test.t]\nrun = \"cat a\"\ninputs = [\"a\"]\n") else { return };
    let env = env.file("a", "text\n");
    env.onramp(["run", "--audit", "test:t"]).exits(0).says("test:t | text");
    env.onramp(["test"]).exits(0).never_says("up to date");
    env.onramp(["test"]).exits(0).says("test:t: up to date");
    env.onramp(["run", "--audit", "test:t"]).exits(0).says("test:t | text");
}

#[test]
fn what_the_example_does_not_declare_is_found() {
    if audited("").is_none() {
        return;
    }
    let Some(flowline) = flowline(env!("CARGO_BIN_EXE_onramp-under-test")) else { return };
    let env = &flowline.env;
    env.command("", ["git", "init", "-q"]).exits(0);
    env.onramp(["run", "--audit", "lint:ruff"]).exits(0).says("lint:ruff declares all files");
    env.onramp(["run", "--audit", "build:docs"]).exits(0);
    let declared = env.read("onramp.toml");
    let without = declared.replace("inputs = [\"docs/**\", \"mkdocs.yml\"]", "inputs = [\"mkdocs.yml\"]");
    assert_ne!(declared, without);
    env.write("onramp.toml", &without);
    env.onramp(["run", "--audit", "build:docs"]).exits(1).says("inputs = [\"mkdocs.yml\", \"docs/*.md\"]");
    env.onramp(["run", "--audit", "test:unit"])
        .exits(1)
        .says("inputs = [\"pyproject.toml\", \"src/flowline/**/*.py\", \"tests/**/*.py\"]");
}
