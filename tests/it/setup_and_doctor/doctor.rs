use expect_test::expect;
use onramp_tests::TestEnv;

use super::{machine, prints};

const TOOLS: &str = r#"
[tools]
good = { version = ">=1.2" }
plain = {}
old = { version = ">=20", why = "the user interface", fix.command = "sh update.sh" }
missing = { program = "gone", why = "everything", fix.brew = "gone" }
mute = { version = ">=1", gate = "warn" }
extra = { optional = true }
asked = { program = "good", version = ">=2", probe = "good --long", gate = "warn" }
"#;

fn patient() -> TestEnv {
    machine(TOOLS)
        .script("machine/good", &prints("good tool 1.10.3 (build 9)"))
        .script("machine/plain", "#!/bin/sh\nexit 1\n")
        .script("machine/old", &prints("v18.20.2"))
        .script("machine/mute", &prints("no number"))
}

#[test]
fn every_finding_has_its_reason_and_its_remedy() {
    let env = patient();
    let before = env.snapshot();
    let run = env.onramp(["doctor"]).exits(4);
    expect![[r#"
        ok       good     1.10.3 at [ROOT]/machine/good
        ok       plain    [ROOT]/machine/plain
        missing  old      found 18.20.2 at [ROOT]/machine/old, needs >=20
                          why: the user interface
                          fix: sh update.sh
        missing  missing  `gone` not found on PATH
                          why: everything
                          no fix is known for this machine
        warning  mute     `mute --version` printed no version
                          no fix is known for this machine
        optional extra    `extra` not found on PATH
        warning  asked    found 1.10.3 at [ROOT]/machine/good, needs >=2
                          no fix is known for this machine
    "#]]
    .assert_eq(&run.stdout);
    assert_eq!(run.stderr, "");
    assert!(!env.has(".onramp"), "a doctor only looks");
    assert_eq!(env.snapshot().len(), before.len() + 1, "only the tools themselves have left a trace");
}

#[test]
fn the_same_for_machines() {
    let run = patient().onramp(["doctor", "--format", "json"]).exits(4);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    expect![[r#"
        {
          "checks": [
            {
              "check": "good",
              "detail": "1.10.3 at [ROOT]/machine/good",
              "fixes": [],
              "status": "ok",
              "why": null
            },
            {
              "check": "plain",
              "detail": "[ROOT]/machine/plain",
              "fixes": [],
              "status": "ok",
              "why": null
            },
            {
              "check": "old",
              "detail": "found 18.20.2 at [ROOT]/machine/old, needs >=20",
              "fixes": [
                "sh update.sh"
              ],
              "status": "missing",
              "why": "the user interface"
            },
            {
              "check": "missing",
              "detail": "`gone` not found on PATH",
              "fixes": [],
              "status": "missing",
              "why": "everything"
            },
            {
              "check": "mute",
              "detail": "`mute --version` printed no version",
              "fixes": [],
              "status": "warning",
              "why": null
            },
            {
              "check": "extra",
              "detail": "`extra` not found on PATH",
              "fixes": [],
              "status": "optional",
              "why": null
            },
            {
              "check": "asked",
              "detail": "found 1.10.3 at [ROOT]/machine/good, needs >=2",
              "fixes": [],
              "status": "warning",
              "why": null
            }
          ],
          "version": 1
        }
    "#]]
    .assert_eq(&format!("{report:#}\n"));
}

#[test]
fn only_what_blocks_is_a_failure() {
    let warn =
        machine("[tools]\nmute = { version = \">=1\", gate = \"warn\" }\nextra = { optional = true }\n");
    warn.onramp(["doctor"]).exits(0).says("warning  mute").says("optional extra");
    machine("").onramp(["doctor"]).exits(0);
}

#[test]
fn versions_are_found_where_tools_print_them() {
    let env = machine("[tools]\nx = { version = \">=3.10, <4\" }\n");
    for (text, fine) in [("Python 3.11.7", true), ("x v3.9.18", false), ("x (Debian 4.0-1) 4.0", false)] {
        let env = machine("[tools]\nx = { version = \">=3.10, <4\" }\n")
            .script("machine/x", &format!("#!/bin/sh\necho '{text}' >&2\n"));
        env.onramp(["doctor"]).exits(if fine { 0 } else { 4 });
    }
    env.script("machine/x", "#!/bin/sh\necho broken >&2\nexit 1\n").onramp(["doctor"]).exits(4);
}

#[test]
fn a_tool_is_looked_for_where_tasks_find_it() {
    let env = machine("[env]\npath = [\".venv/bin\"]\n\n[tools]\nruff = { version = \">=0.5\" }\n");
    env.onramp(["doctor"]).exits(4);
    let env = env.script(".venv/bin/ruff", &prints("ruff 0.6.1"));
    env.onramp(["doctor"]).exits(0).says("ok       ruff  0.6.1 at [ROOT]/.venv/bin/ruff");
}

#[test]
fn tools_of_members_are_checked_once() {
    let env = machine("[project]\nmembers = [\"ui\"]\n\n[tools]\ngood = { version = \">=1\" }\n")
        .file(
            "ui/onramp.toml",
            "[project]\nname = \"ui\"\n\n[tools]\ngood = { version = \">=1\" }\nnode = {}\n",
        )
        .script("machine/good", &prints("good 1.2"));
    let run = env.onramp(["doctor"]).exits(4);
    assert_eq!(run.stdout.matches("good").count() / 2, 1, "{}", run.stdout);
    run.says("missing  node");
    assert_eq!(env.read("asked"), "good\n");
}

#[test]
fn the_program_that_makes_migrations_is_looked_for() {
    let configuration = "[project]\nname = \"shop\"\n[env]\npath = [\".venv/bin\"]\n[database]\nengine = \"alembic\"\n\
        url-env = \"SHOP\"\nalembic = { config = \"a.ini\" }\n[database.dialects.sqlite]\nversions = \"history\"\n\
        url = \"sqlite:///{path}\"\n";
    let env = machine(configuration).file("history/.gitkeep", "").file("a.ini", "");
    // A setup task may bring it.
    env.onramp(["doctor"])
        .exits(0)
        .says("warning  migration-engine")
        .says("`alembic` not found on PATH")
        .says("fix: onramp setup, or put the folder of `alembic` into path of [env]");
    env.onramp(["setup"]).exits(0);
    let env = env.script(".venv/bin/alembic", &prints("alembic 1.16"));
    env.onramp(["doctor"]).exits(0).says("ok       migration-engine").says(".venv/bin/alembic");
}
