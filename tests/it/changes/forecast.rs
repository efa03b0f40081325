//! How a dry run explains what is affected.

use expect_test::expect;

use super::{branch, repository};

const PARTS: &str = r#"
[setup.tool]
run = "true"
inputs = ["tool.lock"]

[build.ui]
run = "true"
inputs = ["ui/src/**"]
needs = ["setup:tool"]

[build.site]
run = "true"
inputs = []
needs = ["build:ui"]

[build.other]
run = "true"
inputs = ["other"]

[build.open]
run = "true"
"#;

#[test]
fn each_affected_task_has_its_reason() {
    let env = repository(PARTS).file("ui/src/a.ts", "").file("tool.lock", "").file("other", "");
    branch(&env);
    env.write("ui/src/a.ts", "changed");
    let run = env.onramp(["build", "--since", "main", "--dry-run"]).exits(0);
    expect![[r#"
        run        setup:tool
                     true
        run        build:open  because it declares no inputs
                     true
        run        build:ui  because ui/src/a.ts changed
                     true
        run        build:site  because it needs build:ui
                     true
    "#]]
    .assert_eq(&run.stdout);
    assert_eq!(run.stderr, "1 file changed since main, affecting 3 of 4 selected tasks\n");
    let run = env.onramp(["build", "--since", "main", "--dry-run", "--format", "json"]).exits(0);
    expect![[r#"
        {"event":"notice","level":"note","message":"1 file changed since main, affecting 3 of 4 selected tasks","version":1}
        {"plan":[{"task":"setup:tool","would-restore":false,"would-run":true},{"affected-by":{"kind":"no-inputs"},"partial":false,"task":"build:open","would-restore":false,"would-run":true},{"affected-by":{"file":"ui/src/a.ts","kind":"file"},"partial":false,"task":"build:ui","would-restore":false,"would-run":true},{"affected-by":{"kind":"need","task":"build:ui"},"partial":false,"task":"build:site","would-restore":false,"would-run":true}],"version":1}
    "#]]
    .assert_eq(&run.stdout);
    assert!(!env.has(".onramp"), "a dry run writes nothing");
}

#[test]
fn what_nobody_declares_and_what_nobody_knows_are_reasons_too() {
    let env = repository(PARTS).file("other", "");
    branch(&env);
    env.write("new.cfg", "");
    let reason = |words: &[&str]| {
        let run = env.onramp(["build", "other", "--dry-run", "--format=json"].iter().chain(words)).exits(0);
        let line = run.stdout.lines().last().unwrap().to_owned();
        let answer: serde_json::Value = serde_json::from_str(&line).unwrap();
        answer["plan"][0]["affected-by"].to_string()
    };
    assert_eq!(reason(&["--since", "main"]), r#"{"file":"new.cfg","kind":"undeclared"}"#);
    assert_eq!(reason(&["--since", "nope"]), r#"{"kind":"unknown"}"#);
    env.write("onramp.local.toml", "");
    assert_eq!(reason(&["--since", "main"]), r#"{"file":"onramp.local.toml","kind":"configuration"}"#);
    assert_eq!(reason(&[]), "null");
}

#[test]
fn nothing_affected_is_an_empty_plan() {
    let env = repository(PARTS).file("other", "");
    branch(&env);
    let run = env.onramp(["build", "--since", "main", "--dry-run", "--format", "json"]).exits(0);
    assert!(run.stdout.ends_with("{\"plan\":[],\"version\":1}\n"), "{}", run.stdout);
    env.onramp(["build", "--since", "main", "--format", "json"]).exits(0).says("\"event\":\"run-finished\"");
}

#[test]
fn an_output_that_changed_and_what_affects_everything_are_told_as_such() {
    let env = repository(
        "[setup.s]\nrun = \"true\"\ninputs = [\"list\"]\n\n[build.b]\nrun = \"true\"\ninputs = []\n\
         outputs = [\"pkg.txt\"]\nneeds = [\"setup:s\"]\n",
    );
    let env = env.file("pkg.txt", "");
    branch(&env);
    env.write("pkg.txt", "changed");
    let arguments = ["build", "--since", "main", "--dry-run"];
    env.onramp(arguments).exits(0).says("build:b  because pkg.txt changed, which it makes\n");
    let run = env.onramp(arguments.iter().chain(&["--format=json"])).exits(0);
    run.says(r#""affected-by":{"file":"pkg.txt","kind":"output"}"#);
    env.write("pkg.txt", "");
    env.write("README.md", "");
    env.onramp(arguments).exits(0).says("build:b  because README.md changed, which no task declares\n");
}
