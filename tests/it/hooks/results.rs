//! What a hook, `lint` and `fmt` tell people and programs of their tasks.

use std::fs;

use expect_test::expect;
use onramp_tests::{Run, TestEnv};
use serde_json::{Value, json};

use crate::workspace;

/// A formatter, a linter that names files as it likes, and one that has nothing to do.
pub(super) const TASKS: &str = "[format.fix]\nrun = \"sed -i s/unfixed/fixed/ {files}\"\ncheck = \"true\"\nfiles = [\"**/*.py\"]\n\n\
    [lint.look]\nrun = \"sh look {files}\"\nfiles = [\"**/*.py\"]\n\n\
    [lint.shell]\nrun = \"false {files}\"\nfiles = [\"**/*.sh\"]\n\n";

pub(super) const HOOK: &str = "[hooks]\npre-commit = [\"format\", \"lint\"]\n";

/// Finds `import`, in a file called by its whole path, as some tools do.
const LOOK: &str = "for file; do\n    grep -q import \"$file\" && echo \"$PWD/$file:1:8: F401 \\`os\\` is unused\" && no=1\ndone\nexit ${no-0}\n";

/// A git repository with one commit, which hooks are run in by hand.
pub(super) fn repository(configuration: &str) -> TestEnv {
    let env = workspace(configuration)
        .file("look", LOOK)
        .file("src/a.py", "fine\n")
        .variable("GIT_CONFIG_NOSYSTEM", "1")
        .variable("GIT_AUTHOR_NAME", "A. U. Thor")
        .variable("GIT_AUTHOR_EMAIL", "author@example.org")
        .variable("GIT_COMMITTER_NAME", "A. U. Thor")
        .variable("GIT_COMMITTER_EMAIL", "author@example.org");
    git(&env, &["init", "-q", "-b", "main"]);
    git(&env, &["add", "."]);
    git(&env, &["commit", "-qm", "first"]);
    env
}

#[track_caller]
pub(super) fn git(env: &TestEnv, words: &[&str]) -> Run {
    env.command("", ["git"].iter().chain(words)).exits(0)
}

/// A file that is staged and not in the work tree as it is staged, so that tools have to look at a copy.
pub(super) fn stage_partly(env: &TestEnv, path: &str, text: &str) {
    env.write(path, text);
    git(env, &["add", path]);
    env.write(path, &format!("{text}\n\n\nmine\n"));
}

#[track_caller]
pub(super) fn hook(env: &TestEnv, format: &str, words: &[&str]) -> Run {
    env.onramp(["--format", format, "-j1", "hooks", "run"].iter().chain(words))
}

#[track_caller]
fn events(run: &Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).expect("a JSON object a line")).collect()
}

/// The events of a kind, without their version.
#[track_caller]
pub(super) fn of_kind(run: &Run, kind: &str) -> Vec<Value> {
    let mut found: Vec<Value> = events(run).into_iter().filter(|event| event["event"] == kind).collect();
    for event in &mut found {
        let fields = event.as_object_mut().expect("an object");
        fields.retain(|name, _| name != "version" && name != "event");
    }
    found
}

/// The only run of a SARIF file, once it is known that everything in it which refers to something is right.
#[track_caller]
pub(super) fn sarif(env: &TestEnv, file: &str) -> Value {
    let log: Value = serde_json::from_str(&env.read(file)).expect("a JSON file");
    assert_eq!(log["version"], "2.1.0");
    let [run] = log["runs"].as_array().expect("runs").as_slice() else { panic!("one run: {log}") };
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "onramp");
    let at = |list: &Value, place: &Value| list[place.as_u64().expect("a place") as usize].clone();
    for result in run["results"].as_array().expect("results") {
        let rule = match result.get("rule") {
            None => at(&driver["rules"], &result["ruleIndex"]),
            Some(rule) => {
                let tool = at(&run["tool"]["extensions"], &rule["toolComponent"]["index"]);
                assert_eq!(tool["name"], rule["toolComponent"]["name"]);
                assert_eq!(tool["name"], result["properties"]["task"]);
                at(&tool["rules"], &rule["index"])
            }
        };
        assert_eq!(rule["id"], result["ruleId"], "{result}");
        assert!(["error", "warning"].contains(&result["level"].as_str().expect("a level")), "{result}");
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uriBaseId"], "SRCROOT");
        let uri = place["artifactLocation"]["uri"].as_str().expect("a URI");
        assert!(!uri.starts_with('/') && !uri.contains([' ', ':', '#']), "{uri}");
        assert!(place["region"]["startLine"].as_u64().expect("a line") > 0);
    }
    let root = run["originalUriBaseIds"]["SRCROOT"]["uri"].as_str().expect("the root");
    assert!(root.starts_with("file:///") && root.ends_with("/work%20space%20%C3%A4/"), "{root}");
    for told in run["invocations"][0]["toolExecutionNotifications"].as_array().expect("notifications") {
        let meant = at(&driver["notifications"], &told["descriptor"]["index"]);
        assert_eq!(meant["id"], told["descriptor"]["id"]);
    }
    run.clone()
}

/// Where each result is, with its rule and level.
pub(super) fn places(run: &Value) -> Vec<String> {
    let place = |result: &Value| {
        let place = &result["locations"][0]["physicalLocation"];
        let (uri, region) = (&place["artifactLocation"]["uri"], &place["region"]);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (rule, level) = (text(&result["ruleId"]), text(&result["level"]));
        format!("{} {}:{} {level} {rule}", text(uri), region["startLine"], region["startColumn"])
    };
    run["results"].as_array().expect("results").iter().map(place).collect()
}

/// The elements of a report, without times and what is in them.
fn elements(report: &str) -> String {
    let lines = report.lines().filter(|line| line.trim_start().starts_with('<') && !line.contains("</"));
    let without_time = |line: &str| {
        let Some((before, rest)) = line.split_once(" time=\"") else { return line.to_owned() };
        format!("{before}{}", rest.split_once('"').expect("the end of a time").1)
    };
    lines.skip(1).map(without_time).collect::<Vec<_>>().join("\n")
}

#[test]
fn files_of_the_copy_are_told_as_files_of_the_tree() {
    let env = repository(&format!("{TASKS}{HOOK}"));
    stage_partly(&env, "src/b c.py", "import os\n");
    let run = hook(&env, "json", &["--sarif", "out/results.sarif", "pre-commit"]).exits(1);
    expect![[r#"
        [
          {
            "code": "F401",
            "column": 8,
            "file": "src/b c.py",
            "line": 1,
            "message": "`os` is unused",
            "severity": "error",
            "task": "lint:look"
          }
        ]"#]]
    .assert_eq(&format!("{:#}", json!(of_kind(&run, "task-problem"))));
    let copy = ".onramp/shadow";
    assert!(!run.stdout.contains(copy), "{}", run.stdout);
    let log = env.read(".onramp/logs/lint-look.log");
    assert!(log.contains(copy), "it did not run in the copy: {log}");
    assert_eq!(places(&sarif(&env, "out/results.sarif")), ["src/b%20c.py 1:8 error F401"]);
    // Whoever reads GitHub's log or a terminal sees the same.
    let run = hook(&env, "github", &["pre-commit"]).exits(1).never_says(copy);
    run.says("::error file=src/b c.py,line=1,col=8,title=lint%3Alook F401::`os` is unused");
    hook(&env, "plain", &["pre-commit"]).exits(1).never_says(copy).says("[ROOT]/src/b c.py:1:8: F401");
}

#[test]
fn a_problem_in_a_file_that_is_gone_from_the_tree_is_told() {
    let env = repository(&format!("{TASKS}{HOOK}"));
    stage_partly(&env, "src/b.py", "import os\n");
    fs::remove_file(env.root().join("src/b.py")).unwrap();
    let run = hook(&env, "json", &["pre-commit"]).exits(1);
    assert_eq!(of_kind(&run, "task-problem")[0]["file"], "src/b.py");
}

#[test]
fn ruff_looks_at_what_is_staged_and_names_the_files_of_the_tree() {
    let bin = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/flowline/.venv/bin");
    if !bin.join("ruff").exists() {
        onramp_tests::skip("examples/flowline is not set up; run `cargo xtask setup`");
        return;
    }
    let env = repository(&format!(
        "[env]\npath = [\"{}\"]\n\n[lint.ruff]\nrun = \"ruff check {{files}}\"\nfiles = [\"**/*.py\"]\n\n\
         [hooks]\npre-commit = [\"lint\"]\n",
        bin.display()
    ));
    stage_partly(&env, "src/b.py", "import os\n");
    let run = hook(&env, "json", &["--sarif", "r.sarif", "--junit", "r.xml", "pre-commit"]).exits(1);
    let problems = of_kind(&run, "task-problem");
    assert_eq!(
        (problems.len(), &problems[0]["file"], &problems[0]["code"]),
        (1, &json!("src/b.py"), &json!("F401"))
    );
    assert_eq!(places(&sarif(&env, "r.sarif")), ["src/b.py 1:8 error F401"]);
    assert!(env.read("r.xml").contains("name=\"src/b.py:1:8: F401\""), "{}", env.read("r.xml"));
}

#[test]
fn a_task_tells_its_files_and_those_that_it_changed() {
    let env = repository(&format!("{TASKS}{HOOK}"));
    for name in ["src/b.py", "src/c.py"] {
        env.write(name, "unfixed\n");
    }
    env.write("src/d.py", "fine\n");
    git(&env, &["add", "."]);
    let run = hook(&env, "json", &["pre-commit"]).exits(0);
    let files = of_kind(&run, "task-files");
    let both = json!(["src/b.py", "src/c.py"]);
    assert_eq!(files[0], json!({"task": "format:fix", "given": 3, "changed": both}));
    assert_eq!(files[1], json!({"task": "hooks:stage", "given": 3, "changed": both}));
    assert_eq!(files[2], json!({"task": "lint:look", "given": 3, "changed": []}));
    // The report of the run has it too.
    let last: Value = serde_json::from_str(&env.read(".onramp/runs/last.json")).unwrap();
    let task = |name: &str| {
        let mut tasks = last["tasks"].as_array().expect("tasks").iter();
        tasks.find(|task| task["task"] == name).expect("the task").clone()
    };
    assert_eq!((&task("format:fix")["files"], &task("format:fix")["changed"]), (&json!(3), &both));
    assert_eq!(task("lint:look")["changed"], json!([]));
    assert_eq!(task("lint:shell")["reason"], "no changed files");
}

#[test]
fn a_commit_that_passes_says_little_and_counts_what_was_skipped() {
    let env = repository(&format!("{TASKS}{HOOK}"));
    env.write("src/b.py", "unfixed\n");
    git(&env, &["add", "."]);
    let run = hook(&env, "plain", &["pre-commit"]).exits(0);
    expect![[r#"
        format:fix > sed -i s/unfixed/fixed/ src/b.py
        format:fix: passed in [TIME], 1 file, 1 changed
        staged the changes of src/b.py
        lint:look > sh look src/b.py
        lint:look: passed in [TIME], 1 file

        skipped: lint:shell (no changed files)
        pre-commit: 2 passed, 1 skipped in [TIME]
    "#]]
    .assert_eq(&run.story());
    // At a terminal the commands are seen only while they run.
    let run = hook(&env, "human", &["pre-commit"]).exits(0);
    expect![[r#"
        ✓ format:fix passed in [TIME], 1 file
        ✓ lint:look passed in [TIME], 1 file

        skipped: lint:shell (no changed files)
        pre-commit: 2 passed, 1 skipped in [TIME]
    "#]]
    .assert_eq(&run.story());
    // Nothing that is staged concerns anybody.
    git(&env, &["commit", "-qm", "second"]);
    env.write("README", "words\n");
    git(&env, &["add", "."]);
    let run = hook(&env, "plain", &["pre-commit"]).exits(0);
    expect![[r#"
        skipped: format:fix, lint:look, lint:shell (no changed files)
        pre-commit: 3 skipped in [TIME]
    "#]]
    .assert_eq(&run.story());
}

#[test]
fn what_a_hook_needs_is_a_word_where_it_succeeds_and_the_end_where_it_fails() {
    let needs = "[setup.s]\nrun = \"sh make\"\noutputs = [\"made\"]\ninputs = [\"make\"]\n\n";
    let look = "[lint.look]\nrun = \"sh look {files}\"\nfiles = [\"**/*.py\"]\nneeds = [\"setup:s\"]\n\n";
    let env = repository(&format!("{needs}{look}{HOOK}")).file("make", "touch made\n");
    env.write("src/b.py", "fine\n");
    git(&env, &["add", "src"]);
    hook(&env, "plain", &["pre-commit"]).exits(0);
    let run = hook(&env, "plain", &["pre-commit"]).exits(0);
    expect![[r#"
        setup:s: up to date
        lint:look > sh look src/b.py
        lint:look: passed in [TIME], 1 file

        pre-commit: 1 passed in [TIME]
    "#]]
    .assert_eq(&run.story());
    env.write("make", "exit 1\n");
    let run = hook(&env, "plain", &["--sarif", "r.sarif", "pre-commit"]).exits(1);
    run.says("pre-commit needs: 1 failed in ")
        .says("nothing was committed: ")
        .never_says("lint:look")
        .never_says("ONRAMP_SKIP");
    assert_eq!(places(&sarif(&env, "r.sarif")), ["onramp.toml 1:null error task-failed"]);
}

#[test]
fn what_the_user_skips_is_told_with_the_reason() {
    let env = repository(&format!("{TASKS}{HOOK}")).variable("ONRAMP_SKIP", "lint:look");
    env.write("src/b.py", "import os\n");
    git(&env, &["add", "."]);
    let run = hook(&env, "json", &["--sarif", "r.sarif", "--junit", "r.xml", "pre-commit"]).exits(0);
    let skipped = |event: &&Value| event["outcome"] == "skipped";
    let ended = of_kind(&run, "task-finished");
    let ended: Vec<&Value> = ended.iter().filter(skipped).collect();
    let expected = [("lint:look", "ONRAMP_SKIP"), ("lint:shell", "no changed files")];
    assert_eq!(ended.len(), expected.len(), "{ended:?}");
    for (event, (task, reason)) in ended.into_iter().zip(expected) {
        let all = json!({"task": task, "outcome": "skipped", "reason": reason, "milliseconds": 0});
        assert_eq!(*event, all);
    }
    let log = sarif(&env, "r.sarif");
    let invocation = &log["invocations"][0];
    assert_eq!((&invocation["executionSuccessful"], &invocation["exitCode"]), (&json!(true), &json!(0)));
    let told: Vec<&Value> = invocation["toolExecutionNotifications"].as_array().unwrap().iter().collect();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0]["message"]["text"], "lint:look was skipped: ONRAMP_SKIP");
    expect![[r#"
        <testsuites name="onramp pre-commit" tests="3" failures="0" errors="0" skipped="2">
          <testsuite name="lint:look" tests="1" failures="0" errors="0" skipped="1">
            <testcase classname="lint:look" name="lint:look">
              <skipped message="ONRAMP_SKIP"/>
          <testsuite name="lint:shell" tests="1" failures="0" errors="0" skipped="1">
            <testcase classname="lint:shell" name="lint:shell">
              <skipped message="no changed files"/>
          <testsuite name="format:fix" tests="1" failures="0" errors="0" skipped="0">
            <properties>
              <property name="files" value="1"/>
              <property name="changed" value="0"/>
            <testcase classname="format:fix" name="format:fix"/>"#]]
    .assert_eq(&elements(&env.read("r.xml")));
    hook(&env, "plain", &["pre-commit"])
        .exits(0)
        .says("skipped: lint:look (ONRAMP_SKIP); lint:shell (no changed files)")
        .says("pre-commit: 1 passed, 2 skipped in ");
}

#[test]
fn a_commit_that_fails_ends_with_what_to_do() {
    let env = repository(&format!("{TASKS}{HOOK}post-commit = [\"lint:look\"]\n"));
    env.write("src/b.py", "import os\n");
    git(&env, &["add", "."]);
    let run = hook(&env, "human", &["pre-commit"]).exits(1);
    let last = run.stderr.trim_end().lines().next_back().unwrap_or_default();
    assert_eq!(
        last,
        "nothing was committed: mend it, stage it and commit again, or leave out what failed with \
         ONRAMP_SKIP=lint:look"
    );
    let env = env.variable("ONRAMP_SKIP", "lint:look");
    hook(&env, "human", &["pre-commit"]).exits(0);
    // Git does not ask this one.
    let env = env.variable("ONRAMP_SKIP", "").file("src/a.py", "import os\n");
    env.onramp(["hooks", "run", "post-commit"]).never_says("nothing was committed");
}

#[test]
fn a_conflict_shows_people_what_could_not_be_taken() {
    let env = repository(&format!("{TASKS}{HOOK}"));
    env.write("src/b.py", "unfixed\n");
    git(&env, &["add", "."]);
    env.write("src/b.py", "unfixed by me\n");
    let run = hook(&env, "human", &["--sarif", "r.sarif", "pre-commit"]).exits(1);
    run.says("    -unfixed\n    +fixed\n").says("hint: git diff -- src/b.py");
    assert_eq!(places(&sarif(&env, "r.sarif")), ["src/b.py 1:null error hooks:stage"]);
    hook(&env, "github", &["pre-commit"]).exits(1).says("::error file=src/b.py,title=hooks%3Astage::");
}

#[test]
fn github_has_the_files_in_its_summary() {
    let env = repository(&format!("{TASKS}{HOOK}"));
    let file = env.root().join("summary.md");
    let env = env.variable("GITHUB_STEP_SUMMARY", &file.to_string_lossy());
    env.write("src/b.py", "unfixed\n");
    git(&env, &["add", "src"]);
    hook(&env, "github", &["pre-commit"]).exits(0);
    let text = env.read("summary.md");
    assert!(text.starts_with("### `pre-commit`: 2 passed, 1 skipped in "), "{text}");
    assert!(text.contains("\n| outcome | task | time | files | changed |\n"), "{text}");
    let row = text.lines().find(|line| line.contains("`format:fix`")).expect("a row");
    assert!(row.ends_with(" | 1 | 1 |"), "{row}");
    assert!(text.contains("skipped (no changed files) | `lint:shell` |  |  |  |"), "{text}");
}
