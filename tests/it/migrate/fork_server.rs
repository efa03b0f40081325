//! The Python that waits for the next migration.

use std::fs;
use std::time::{Duration, Instant};

use onramp_tests::{Flowline, TestEnv};
use serde_json::Value;

use super::{MODEL, add_column, flowline};

fn warm() -> Option<Flowline> {
    let mut flowline = flowline()?;
    flowline.env = flowline.env.variable("ONRAMP_KEEP_WARM", "10m");
    Some(flowline)
}

fn migrate(env: &TestEnv, message: &str) {
    env.onramp(["migrate", "--dialect", "sqlite", "-m", message]).exits(0);
}

/// The process that waits, waited for.
#[track_caller]
fn interpreter(env: &TestEnv) -> u64 {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let status = env.onramp(["db", "status", "--format", "json"]).exits(0).stdout;
        let status: Value = serde_json::from_str(&status).expect("JSON");
        if let Some(process) = status["interpreters"][0]["process"].as_u64() {
            assert_eq!(status["interpreters"][0]["dialect"], "sqlite");
            return process;
        }
        assert!(Instant::now() < deadline, "nobody waits: {status}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_next_migration_is_forked_and_knows_the_models_as_they_are_then() {
    let Some(flowline) = warm() else { return };
    let env = &flowline.env;
    let parent = env.outside().join("parent");
    let tell = format!("import os\n\nopen({:?}, \"w\").write(str(os.getppid()))\n", parent.display());
    env.write(MODEL, &env.read(MODEL).replacen("import ", &format!("{tell}import "), 1));
    add_column(&flowline, "owner");
    migrate(env, "add flow owner");
    let process = interpreter(env);
    assert_ne!(fs::read_to_string(&parent).unwrap(), process.to_string());

    let before = flowline.revisions("sqlite");
    add_column(&flowline, "team");
    migrate(env, "add flow team");
    assert_eq!(fs::read_to_string(&parent).unwrap(), process.to_string());
    let new = flowline.revisions("sqlite").into_iter().find(|revision| !before.contains(revision)).unwrap();
    let new = fs::read_to_string(new).unwrap();
    assert!(new.contains("\"team\"") && !new.contains("\"owner\""), "{new}");

    env.onramp(["db", "status"]).exits(0).says("for the migrations of sqlite, stops in 9 min");
    env.onramp(["db", "down"]).exits(0).says("stopped  python-sqlite");
    env.onramp(["db", "down"]).exits(0).says("no server runs");
    assert!(!env.root().join(".onramp/interpreters").exists());
}

#[test]
fn an_error_of_a_forked_process_is_told_like_that_of_any() {
    let Some(flowline) = warm() else { return };
    let env = &flowline.env;
    add_column(&flowline, "owner");
    migrate(env, "add flow owner");
    interpreter(env);
    let model = env.read(MODEL);
    env.write(MODEL, &model.replacen("import ", "import no_such_module\nimport ", 1));
    let failed = env.onramp(["migrate", "--dialect", "sqlite", "-m", "x"]).exits(1);
    failed.says("No module named 'no_such_module'");
    // It is not the process that was at fault.
    env.write(MODEL, &model);
    add_column(&flowline, "team");
    migrate(env, "add flow team");
    interpreter(env);
    env.onramp(["db", "down"]).exits(0);
}

#[test]
fn nobody_waits_where_nothing_is_kept_warm() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    add_column(&flowline, "owner");
    migrate(env, "add flow owner");
    assert!(!env.root().join(".onramp/interpreters").exists());
}
