//! What makes a file one that is not known to be clean.

use std::fs;

use serde_json::Value;

use super::{LOWER, LOWER_SCRIPT, given, lower, ran};
use crate::workspace;

const ALL: &str = "<a.txt> <b.txt> <deep/c.txt> <loud.txt>";

#[test]
fn a_file_is_given_until_it_was_found_clean() {
    let env = lower();
    assert_eq!(given(&env, &["fmt"]), format!("{ALL} <loud.txt>"), "what was changed is looked at again");
    assert_eq!(env.read("loud.txt"), "loud");
    env.onramp(["fmt"]).exits(0).says("format:lower: up to date");
    env.write("b.txt", "BB");
    env.write("new.txt", "new");
    assert_eq!(given(&env, &["fmt"]), "<b.txt> <new.txt> <b.txt>");
    assert_eq!(given(&env, &["fmt"]), "");
}

#[test]
fn a_touched_file_is_read_and_given_to_nobody() {
    let env = lower();
    env.onramp(["fmt"]).exits(0);
    for name in ["a.txt", "loud.txt"] {
        let text = env.read(name);
        fs::remove_file(env.root().join(name)).unwrap();
        env.write(name, &text);
    }
    env.write("ran", "");
    env.onramp(["fmt"]).exits(0).says("format:lower: up to date");
    assert_eq!(ran(&env), "");
}

#[test]
fn a_content_that_comes_back_is_known() {
    let env = lower();
    env.onramp(["fmt"]).exits(0);
    env.write("a.txt", "another branch");
    assert_eq!(given(&env, &["fmt"]), "<a.txt>");
    env.write("a.txt", "a");
    assert_eq!(given(&env, &["fmt"]), "");
    env.write("a.txt", "another branch");
    assert_eq!(given(&env, &["fmt"]), "");
}

#[test]
fn a_changed_tool_sees_every_file() {
    let env = lower();
    env.onramp(["fmt"]).exits(0);
    env.write("lower.sh", &format!("{LOWER_SCRIPT}# better\n"));
    let why = env.onramp(["why", "format:lower"]).exits(0).stdout;
    assert!(why.starts_with("format:lower would run for 4 of 4 files\n"), "{why}");
    assert!(why.contains("  file     a.txt  program ./lower.sh changed\n"), "{why}");
    assert_eq!(given(&env, &["fmt"]), ALL);
    assert_eq!(given(&env, &["fmt"]), "");
}

#[test]
fn changed_arguments_variables_and_settings_are_named() {
    let configuration = |more: &str| {
        format!(
            "[project]\nname = \"demo\"\n\n[format.lower]\nrun = \"./lower.sh {{files}}\"\ncheck = \"true {{files}}\"\n\
             files = [\"**/*.txt\"]\n{more}\n"
        )
    };
    let env = lower().file("onramp.toml", &configuration("inputs = [\"settings\"]")).file("settings", "1");
    env.onramp(["fmt"]).exits(0);
    let reason = |expected: &str| {
        let why = env.onramp(["why", "format:lower"]).exits(0).stdout;
        assert!(why.contains(&format!("  file     a.txt  {expected}\n")), "{why}");
        assert_eq!(given(&env, &["fmt"]), ALL);
        env.onramp(["fmt"]).exits(0).says("up to date");
    };
    env.write("settings", "2");
    reason("settings in settings changed");
    env.write("onramp.toml", &configuration("inputs = [\"settings\"]\nenv = { LOUD = \"1\" }"));
    reason("variable LOUD changed");
    let text = configuration("inputs = [\"settings\"]").replace("./lower.sh ", "./lower.sh -- ");
    env.write("lower.sh", &LOWER_SCRIPT.replace("check=no", "check=no; [ \"$1\" = -- ] && shift"));
    given(&env, &["fmt"]);
    env.write("onramp.toml", &text);
    reason("command 1 changed");
}

#[test]
fn which_files_it_is_for_is_nothing_that_decides_about_one_of_them() {
    let env = lower();
    env.onramp(["fmt"]).exits(0);
    env.write(
        "onramp.toml",
        &format!(
            "[project]\nname = \"demo\"\n{}exclude = [\"b*\"]\n",
            LOWER.replace("\"**/*.txt\"", "\"**/*.txt\", \"*.md\"")
        ),
    );
    env.write("new.md", "new");
    assert_eq!(given(&env, &["fmt"]), "<new.md>");
}

#[test]
fn a_file_that_a_command_names_is_a_setting() {
    let with = LOWER.replace("./lower.sh {files}", "env ./lower.sh {files} --config=my.conf");
    let env = workspace(&format!("{with}inputs = []\n"))
        .script("lower.sh", LOWER_SCRIPT)
        .file("a.txt", "a")
        .file("--config=my.conf", "x")
        .file("my.conf", "1");
    given(&env, &["fmt"]);
    assert_eq!(given(&env, &["fmt"]), "");
    env.write("my.conf", "2");
    assert_eq!(given(&env, &["fmt"]), "<a.txt> <--config=my.conf>");
}

#[test]
fn what_another_program_starts_is_given_everything_unless_inputs_are_declared() {
    let sh = LOWER.replace("./lower.sh", "sh lower.sh").replace("per-file = true\n", "");
    let env = workspace(&sh).file("lower.sh", LOWER_SCRIPT).file("a.txt", "a");
    for _ in 0..2 {
        assert_eq!(given(&env, &["fmt"]), "<a.txt>");
    }
    env.write("onramp.toml", &format!("[project]\nname = \"demo\"\n{sh}inputs = []\n"));
    assert_eq!(given(&env, &["fmt"]), "<a.txt>");
    assert_eq!(given(&env, &["fmt"]), "");
    env.write("lower.sh", &format!("{LOWER_SCRIPT}# better\n"));
    assert_eq!(given(&env, &["fmt"]), "<a.txt>", "a script that a command names is known by its content");
    let script = LOWER.replace("per-file = true\n", "");
    env.write("onramp.toml", &format!("[project]\nname = \"demo\"\n{script}"));
    fs::set_permissions(env.root().join("lower.sh"), std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .unwrap();
    for _ in 0..2 {
        assert_eq!(given(&env, &["fmt"]), "<a.txt>", "nobody knows what a script of the workspace starts");
    }
}

#[test]
fn deleted_and_renamed_files_are_forgotten_and_new() {
    let env = lower();
    env.onramp(["fmt"]).exits(0);
    fs::remove_file(env.root().join("a.txt")).unwrap();
    fs::rename(env.root().join("b.txt"), env.root().join("z.txt")).unwrap();
    fs::rename(env.root().join("deep"), env.root().join("moved")).unwrap();
    assert_eq!(given(&env, &["fmt"]), "<moved/c.txt> <z.txt>");
    env.write("a.txt", "a");
    assert_eq!(given(&env, &["fmt"]), "<a.txt>", "nothing is kept of what is gone");
    fs::remove_dir_all(env.root().join("moved")).unwrap();
    for name in ["a.txt", "z.txt", "loud.txt"] {
        fs::remove_file(env.root().join(name)).unwrap();
    }
    env.onramp(["fmt"]).exits(0).says("nothing to do: no file matches its `files`");
}

#[test]
fn a_damaged_memory_is_an_empty_one() {
    let env = lower();
    env.onramp(["fmt"]).exits(0);
    let file = env.root().join(".onramp/clean/format=lower fix");
    let sound = fs::read(&file).unwrap();
    let half = sound[..sound.len() / 2].to_vec();
    let flipped: Vec<u8> =
        sound.iter().enumerate().map(|(place, byte)| byte ^ u8::from(place == 40)).collect();
    for damaged in [half, flipped, Vec::new(), vec![0xff; 4096]] {
        fs::write(&file, damaged).unwrap();
        fs::write(env.root().join(".onramp/memo"), "nonsense").unwrap();
        assert_eq!(given(&env, &["fmt"]), ALL);
        assert_eq!(given(&env, &["fmt"]), "");
    }
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    for _ in 0..2 {
        env.write("ran", "");
        env.onramp(["fmt"]).exits(0).says("the cache cannot be written, so files will be looked at again");
        assert_eq!(ran(&env), ALL);
    }
}

#[test]
fn force_gives_everything_and_forgets() {
    let env = lower();
    env.onramp(["fmt"]).exits(0);
    assert_eq!(given(&env, &["fmt", "--force"]), ALL);
    env.write("lower.sh", "#!/bin/sh\nexit 7\n");
    env.onramp(["fmt", "--force"]).exits(1);
    env.write("lower.sh", LOWER_SCRIPT);
    assert_eq!(given(&env, &["fmt"]), ALL, "what was known before a forced run is not known after it");
    env.onramp(["cache", "clear"]).exits(0);
    assert_eq!(given(&env, &["fmt"]), ALL);
}

#[test]
fn why_and_a_dry_run_tell_of_files_and_give_none() {
    let env = lower();
    env.write("ran", "");
    let why = env.onramp(["why", "format:lower"]).exits(0).stdout;
    assert!(
        why.starts_with("format:lower would run for 4 of 4 files\n  file     a.txt  has not been seen yet\n"),
        "{why}"
    );
    env.onramp(["fmt"]).exits(0);
    let why = env.onramp(["why", "format:lower"]).exits(0).stdout;
    assert!(why.starts_with("format:lower is up to date"), "{why}");
    env.write("b.txt", "bb");
    env.write("ran", "");
    env.onramp(["fmt", "--dry-run"]).exits(0).says("run        format:lower  for 1 of 4 files");
    let json: Value =
        serde_json::from_str(&env.onramp(["why", "format:lower", "--format", "json"]).exits(0).stdout)
            .unwrap();
    assert_eq!((json["cause"].as_str(), json["total"].as_u64()), (Some("files"), Some(4)));
    assert_eq!(json["files"], serde_json::json!([{"path": "b.txt", "reason": "content", "name": null}]));
    assert_eq!(ran(&env), "");
}

#[test]
fn a_linter_looks_at_each_file_by_itself_only_where_that_is_said() {
    let linter = |more: &str| {
        format!("[lint.l]\nrun = \"./lower.sh --check {{files}}\"\nfiles = [\"**/*.txt\"]\n{more}\n")
    };
    let env = workspace(&linter("")).script("lower.sh", LOWER_SCRIPT).file("a.txt", "a").file("b.txt", "b");
    for _ in 0..2 {
        assert_eq!(given(&env, &["lint"]), "<a.txt> <b.txt>");
    }
    env.write("onramp.toml", &format!("[project]\nname = \"demo\"\n{}", linter("per-file = true")));
    assert_eq!(given(&env, &["lint"]), "<a.txt> <b.txt>");
    assert_eq!(given(&env, &["lint"]), "");
    env.write("b.txt", "B");
    env.write("c.txt", "c");
    for _ in 0..2 {
        env.write("ran", "");
        env.onramp(["lint"]).exits(1).says("would change b.txt");
        assert_eq!(ran(&env), "<b.txt> <c.txt>", "a run that fails records nothing");
    }
    env.onramp(["fmt"]).exits(0);
}

#[test]
fn a_formatter_that_looks_at_other_files_can_say_so() {
    let env = workspace(&LOWER.replace("per-file = true", "per-file = false"))
        .script("lower.sh", LOWER_SCRIPT)
        .file("a.txt", "a");
    for _ in 0..2 {
        assert_eq!(given(&env, &["fmt"]), "<a.txt>");
    }
    workspace("[lint.l]\nrun = [\"true {files}\", \"true\"]\nfiles = [\"*\"]\nper-file = true\n")
        .onramp(["lint"])
        .exits(3)
        .says("not every command of `run` has `{files}`");
}

#[test]
fn a_task_that_is_needed_decides_what_is_found() {
    let env = workspace(&format!(
        "{LOWER}needs = [\"setup:s\"]\n\n[setup.s]\nrun = \"true\"\ninputs = [\"lock\"]\n"
    ))
    .script("lower.sh", LOWER_SCRIPT)
    .file("lock", "1")
    .file("a.txt", "a");
    assert_eq!(given(&env, &["fmt"]), "<a.txt>");
    assert_eq!(given(&env, &["fmt"]), "");
    env.write("lock", "2");
    env.onramp(["setup"]).exits(0);
    let why = env.onramp(["why", "format:lower"]).exits(0).stdout;
    assert!(why.contains("  file     a.txt  setup:s has another result\n"), "{why}");
    assert_eq!(given(&env, &["fmt"]), "<a.txt>");
}

#[test]
fn a_script_is_also_the_packages_that_it_belongs_to() {
    let configuration = LOWER.replace("./lower.sh", "tool").replace("per-file = true\n", "");
    let env = workspace(&format!("[env]\npath = [\"venv/bin\"]\n{configuration}"))
        .script("venv/bin/tool", LOWER_SCRIPT)
        .file("venv/lib/python3.12/site-packages/tool-1.0.dist-info/METADATA", "")
        .file("a.txt", "a");
    assert_eq!(given(&env, &["fmt"]), "<a.txt>");
    let packages = env.root().join("venv/lib/python3.12/site-packages");
    fs::rename(packages.join("tool-1.0.dist-info"), packages.join("tool-1.1.dist-info")).unwrap();
    let why = env.onramp(["why", "format:lower"]).exits(0).stdout;
    assert!(why.contains("  file     a.txt  packages of tool changed\n"), "{why}");
    let env = workspace(&format!("[env]\npath = [\"node_modules/.bin\"]\n{configuration}"))
        .script("node_modules/tool/bin/tool.js", LOWER_SCRIPT)
        .file("node_modules/tool/package.json", "1.0")
        .file("node_modules/.bin/README", "")
        .file("a.txt", "a");
    std::os::unix::fs::symlink("../tool/bin/tool.js", env.root().join("node_modules/.bin/tool")).unwrap();
    assert_eq!(given(&env, &["fmt"]), "<a.txt>");
    assert_eq!(given(&env, &["fmt"]), "");
    env.write("node_modules/tool/package.json", "1.1");
    assert_eq!(given(&env, &["fmt"]), "<a.txt>");
}

#[test]
fn settings_of_a_known_tool_are_found_whoever_starts_it() {
    let configuration = "[format.p]\nrun = \"env prettier --write {files}\"\ncheck = \"true {files}\"\n\
                         files = [\"**/*.txt\"]\nper-file = true\n";
    let env = workspace(&format!("[env]\npath = [\"bin\"]\n\n{configuration}"))
        .script("bin/prettier", "#!/bin/sh\nshift\nfor file; do printf '<%s>\\n' $file >> ran; done\n")
        .file("ui/a.txt", "a")
        .file("b.txt", "b");
    assert_eq!(given(&env, &["fmt"]), "<b.txt> <ui/a.txt>");
    env.write("ui/.prettierrc.yaml", "semi: false\n");
    assert_eq!(given(&env, &["fmt"]), "<ui/a.txt>");
    env.write(".editorconfig", "root = true\n");
    assert_eq!(given(&env, &["fmt"]), "<b.txt> <ui/a.txt>");
    env.write(".gitignore", ".prettierignore\nran\n");
    given(&env, &["fmt"]);
    env.write("ui/.prettierignore", "x\n");
    assert_eq!(given(&env, &["fmt"]), "<ui/a.txt>", "git need not show a settings file");
    env.write("ui/other.yaml", "");
    assert_eq!(given(&env, &["fmt"]), "");
}
