//! The reports of `lint`, `fmt` and hooks for other programs: nothing fails silently in them.

use expect_test::expect;
use serde_json::{Value, json};

use super::results::{HOOK, TASKS, git, hook, of_kind, places, repository, sarif, stage_partly};
use crate::workspace;

#[test]
fn lint_and_fmt_write_reports_in_which_nothing_fails_silently() {
    let env = workspace(
        "[lint]\nfound = { run = \"cat found; false\", shell = true }\nsilent = { run = \"echo 'no place for it'; exit 3\", shell = true }\n\
         mild = { run = \"cat mild\" }\n\n[lint.after]\nrun = \"true\"\nneeds = [\"lint:silent\"]\n\n\
         [format.f]\nshell = true\nrun = \"true\"\ncheck = \"cat found; false\"\n",
    );
    let env = env
        .file("found", "src/a #1.py:3:7: F401 `os` <imported>\nsrc/a #1.py:9: error: no\nsrc/a #1.py:4:1: F401 another\n")
        .file("mild", "src/a #1.py:5:2: W291 blank\n")
        .file("src/a #1.py", "");
    let reports = ["--sarif", "out/r.sarif", "--junit", "out/r.xml"];
    let run =
        env.onramp(["lint", "-j1", "--keep-going", "--format", "plain"].iter().chain(&reports)).exits(1);
    // People see what they always see.
    run.never_says("task-failed");
    let log = sarif(&env, "out/r.sarif");
    let mut places = places(&log);
    places.sort();
    expect![[r#"
        [
            "onramp.toml 1:null error task-failed",
            "src/a%20%231.py 3:7 error F401",
            "src/a%20%231.py 4:1 error F401",
            "src/a%20%231.py 5:2 warning W291",
            "src/a%20%231.py 9:null error lint:found",
        ]
    "#]]
    .assert_debug_eq(&places);
    let mut rules: Vec<String> =
        log["tool"]["extensions"].as_array().unwrap().iter().map(Value::to_string).collect();
    rules.sort();
    assert_eq!(
        rules,
        [
            "{\"name\":\"lint:found\",\"rules\":[{\"id\":\"F401\"},{\"id\":\"lint:found\"}]}",
            "{\"name\":\"lint:mild\",\"rules\":[{\"id\":\"W291\"}]}"
        ]
    );
    let invocation = &log["invocations"][0];
    // A task did not run, so there is more to know.
    assert_eq!((&invocation["executionSuccessful"], &invocation["exitCode"]), (&json!(false), &json!(1)));
    let text = env.read("out/r.sarif");
    assert!(text.contains("exited with 3") && text.contains("no place for it"), "{text}");
    assert!(text.contains("lint:after did not run, because lint:silent did not succeed"), "{text}");
    let report = env.read("out/r.xml");
    for line in [
        "<testsuites name=\"onramp lint\" tests=\"6\" failures=\"4\" errors=\"1\" skipped=\"0\"",
        "<testsuite name=\"lint:found\" tests=\"3\" failures=\"3\" errors=\"0\"",
        "<testcase classname=\"lint:found\" name=\"src/a #1.py:3:7: F401\" file=\"src/a #1.py\" line=\"3\">",
        "<failure message=\"`os` &lt;imported&gt;\">src/a #1.py:3:7: error: `os` &lt;imported&gt; [F401]</failure>",
        "<testsuite name=\"lint:mild\" tests=\"1\" failures=\"0\"",
        "<system-out>src/a #1.py:5:2: warning: blank [W291]</system-out>",
        "<testsuite name=\"lint:silent\" tests=\"1\" failures=\"1\"",
        "<error message=\"did not run, because lint:silent did not succeed\"",
    ] {
        assert!(report.contains(line), "`{line}` is not in {report}");
    }
    // What linters find is no failure of theirs.
    env.onramp(["lint", "found"].iter().chain(&reports)).exits(1);
    let log = sarif(&env, "out/r.sarif");
    assert_eq!(log["invocations"][0]["executionSuccessful"], true);
    assert_eq!(log["automationDetails"]["id"], "lint/");
    env.onramp(["fmt", "--check"].iter().chain(&reports)).exits(1);
    let log = sarif(&env, "out/r.sarif");
    assert_eq!((places.len(), &log["automationDetails"]["id"]), (5, &json!("fmt/")));
    assert_eq!(log["results"].as_array().unwrap().len(), 3);
}

#[test]
fn a_report_is_of_this_command_or_is_not_there() {
    let env = repository(&format!("{TASKS}{HOOK}")).file("r.sarif", "old").file("r.xml", "old");
    let root = env.root().canonicalize().unwrap();
    // What ends a hook before its tasks is told.
    let env = env.variable("ONRAMP_HOOK", &root.to_string_lossy());
    hook(&env, "plain", &["--sarif", "r.sarif", "--junit", "r.xml", "pre-commit"]).exits(1);
    let log = sarif(&env, "r.sarif");
    let told = &log["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!((&told["level"], &told["descriptor"]["id"]), (&json!("error"), &json!("command-failed")));
    assert!(env.read("r.xml").contains("<error message=\"this commit is made from within a hook"));
    // A report that cannot be written is an error, where nothing worse has happened.
    let env = env.variable("ONRAMP_HOOK", "").file("file", "");
    env.onramp(["lint", "shell", "--junit", "file/r.xml"]).exits(4).says("file/r.xml");
    env.onramp(["lint", "look", "--sarif", "r.sarif", "--dry-run"]).exits(0);
    assert!(env.read("r.sarif").contains("command-failed"), "a dry run touches no report");
}

#[test]
fn a_secret_is_in_no_report() {
    let env = workspace(
        "[env]\nsecrets = [\"TOKEN\"]\nvars = { TOKEN = \"hunter22\" }\n\n\
         [lint.l]\nshell = true\nrun = \"cat out; exit 1\"\n",
    )
    .file("out", "a.c:1:2: error: hunter22 is known\n")
    .file("a.c", "");
    env.onramp(["lint", "--sarif", "r.sarif", "--junit", "r.xml"]).exits(1);
    let elsewhere = env.root().with_file_name("no-folder-of-ours");
    let report = elsewhere.join("r.sarif").display().to_string();
    env.onramp(["lint", "--sarif", report.as_str()])
        .exits(1)
        .says("the SARIF report could not be written to");
    assert!(!elsewhere.exists());
    for file in ["r.sarif", "r.xml"] {
        let report = env.read(file);
        assert!(report.contains("*** is known") && !report.contains("hunter22"), "{report}");
    }
}

#[test]
fn built_ins_tell_their_files_and_problems_too() {
    let env = repository(
        "[format.blank]\nbuiltin = [\"trailing-whitespace\"]\nfiles = [\"**/*.json\"]\n\n\
         [lint.syntax]\nbuiltin = [\"json\"]\nfiles = [\"**/*.json\"]\n\n\
         [hooks]\npre-commit = [\"format\", \"lint\"]\n",
    );
    env.write("src/a.json", "{} \n");
    git(&env, &["add", "src"]);
    stage_partly(&env, "src/b.json", "{\n");
    let run = hook(&env, "json", &["--sarif", "r.sarif", "--junit", "r.xml", "pre-commit"]).exits(1);
    let files = of_kind(&run, "task-files");
    assert_eq!(files[0], json!({"task": "format:blank", "given": 2, "changed": ["src/a.json"]}));
    let places = places(&sarif(&env, "r.sarif"));
    assert!(places.len() == 1 && places[0].starts_with("src/b.json "), "{places:?}");
    assert!(places[0].ends_with(" error json"), "{places:?}");
    assert!(env.read("r.xml").contains("file=\"src/b.json\""), "{}", env.read("r.xml"));
}
