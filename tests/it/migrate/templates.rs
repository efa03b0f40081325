//! What a second migrate does not do again, and when it does.

use onramp_tests::{Run, TestEnv};

use super::shop::{MODELS, ORDERS, commit, shop_with_history};

const HEAD: &str = "> apply head";
const BASE: &str = "> load models of HEAD";

/// A migrate that finds nothing to write.
fn migrate(env: &TestEnv) -> Run {
    env.onramp(["migrate", "-m", "nothing"]).exits(0).says("nothing written")
}

#[test]
fn the_head_and_the_base_are_made_once() {
    let Some(env) = shop_with_history(MODELS) else { return };
    migrate(&env).says(HEAD).says(BASE);
    migrate(&env).never_says(HEAD).never_says(BASE);
    // Another base, and the same history.
    env.write("shop.py", &format!("{MODELS}# said in other words\n"));
    commit(&env);
    migrate(&env).never_says(HEAD).says(BASE);
}

#[test]
fn another_history_and_another_env_py_have_another_head() {
    let Some(env) = shop_with_history(MODELS) else { return };
    migrate(&env).says(HEAD);
    let script = env.read("db/scripts/env.py");
    env.write("db/scripts/env.py", &format!("{script}\n# changed\n"));
    migrate(&env).says(HEAD).says(BASE);
    migrate(&env).never_says(HEAD).never_says(BASE);
    env.write("shop.py", &format!("{MODELS}{ORDERS}"));
    env.onramp(["migrate", "-m", "orders"]).exits(0).never_says(HEAD);
    migrate(&env).says(HEAD);
}

#[test]
fn a_damaged_template_is_never_used() {
    let Some(env) = shop_with_history(MODELS) else { return };
    migrate(&env);
    let folder = env.root().join(".onramp/databases/templates/sqlite");
    let is_template = |path: &std::path::PathBuf| path.extension().is_some_and(|extension| extension == "db");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let templates: Vec<_> = files.filter(is_template).collect();
    assert!(!templates.is_empty());
    for file in &templates {
        let mut bytes = std::fs::read(file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(file, bytes).unwrap();
    }
    migrate(&env).says(HEAD);
    migrate(&env).never_says(HEAD);
}

#[test]
fn a_baseline_that_cannot_be_read_is_made_again() {
    let Some(env) = shop_with_history(MODELS) else { return };
    migrate(&env);
    for entry in std::fs::read_dir(env.root().join(".onramp/databases/baselines")).unwrap() {
        std::fs::write(entry.unwrap().path(), "{\"half\":").unwrap();
    }
    migrate(&env).never_says(HEAD).says(BASE);
}
