//! Models and history that have been apart since before the change.

use onramp_tests::TestEnv;

use super::shop::{MODELS, ORDERS, commit, init, newest, shop_with_history};

const AUDIT: &str = r#"

class Audit(Base):
    __tablename__ = "audit"
    id = Column(Integer, primary_key=True)
"#;

/// A history with a table that the models have lost, and models with a column that no revision has.
fn apart() -> Option<TestEnv> {
    let env = shop_with_history(&format!("{MODELS}{AUDIT}"))?;
    env.write("shop.py", &models_apart());
    commit(&env);
    Some(env)
}

fn models_apart() -> String {
    MODELS.to_owned() + "    legacy = Column(String(3))\n"
}

#[test]
fn a_new_revision_holds_the_new_change_alone() {
    let Some(env) = apart() else { return };
    env.write("shop.py", &format!("{}{ORDERS}", models_apart()));
    env.onramp(["migrate", "-m", "orders"])
        .exits(0)
        .says("2 operations left out, which the models of HEAD asked for already")
        .says("op.drop_table('audit')")
        .says("sa.Column('legacy', sa.String(length=3), nullable=True)");
    let revision = newest(&env);
    assert!(revision.contains("op.create_table('order'"), "{revision}");
    assert!(!revision.contains("audit") && !revision.contains("legacy"), "{revision}");
}

#[test]
fn machines_are_told_what_stayed_out() {
    let Some(env) = apart() else { return };
    env.write("shop.py", &format!("{}{ORDERS}", models_apart()));
    let run = env.onramp(["migrate", "-m", "orders", "--format", "json"]).exits(0);
    let last: serde_json::Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
    let evidence = &last["evidence"]["sqlite"];
    assert_eq!(evidence["base"], "HEAD");
    assert_eq!(evidence["drift"].as_array().unwrap().len(), 2, "{evidence}");
    assert_eq!(evidence["blind"].as_array().unwrap().len(), 0, "{evidence}");
    assert!(evidence["rows"].as_u64().unwrap() > 0, "{evidence}");
}

#[test]
fn where_only_drift_is_left_nothing_is_written() {
    let Some(env) = apart() else { return };
    let before = env.snapshot();
    env.onramp(["migrate", "-m", "nothing"])
        .exits(0)
        .says("no change in the models: nothing written")
        .says("2 operations left out");
    assert_eq!(env.snapshot(), before);
}

#[test]
fn a_check_counts_all_of_it_or_what_is_new() {
    let Some(env) = apart() else { return };
    env.onramp(["migrate", "check"]).exits(1).says("2 operations").says("op.drop_table('audit')");
    env.onramp(["migrate", "check", "--base", "HEAD"]).exits(0);
    env.write("shop.py", &format!("{}{ORDERS}", models_apart()));
    env.onramp(["migrate", "check", "--base", "HEAD"]).exits(1).says("1 operation");
    env.onramp(["migrate", "check", "--base", "nosuch"]).exits(2).says("git knows no commit `nosuch`");
}

#[test]
fn drift_is_adopted_on_request_and_drops_by_name_only() {
    let Some(env) = apart() else { return };
    let before = env.snapshot();
    env.onramp(["migrate", "-m", "adopt", "--adopt-drift"])
        .exits(1)
        .says("the revision drops table audit, and no change of the models since HEAD explains that")
        .says("--may-drop audit");
    assert_eq!(env.snapshot(), before);
    env.onramp(["migrate", "-m", "adopt", "--adopt-drift", "--may-drop", "audit"]).exits(0);
    let revision = newest(&env);
    assert!(revision.contains("drop_table('audit')") && revision.contains("legacy"), "{revision}");
    env.onramp(["migrate", "check"]).exits(0);
}

#[test]
fn without_git_nothing_is_told_apart_and_drops_are_refused() {
    let Some(env) = apart() else { return };
    std::fs::remove_dir_all(env.root().join(".git")).unwrap();
    env.onramp(["migrate", "-m", "all of it"])
        .exits(1)
        .says("lies in no git repository")
        .says("the revision drops table audit");
}

#[test]
fn models_of_the_base_that_do_not_load_are_named() {
    let Some(env) = apart() else { return };
    env.write("shop.py", &format!("import gone\n{MODELS}"));
    commit(&env);
    env.write("shop.py", &format!("{MODELS}{ORDERS}{AUDIT}"));
    env.onramp(["migrate", "-m", "orders"])
        .exits(1)
        .says("the models of HEAD: ModuleNotFoundError: No module named 'gone'")
        .says("--no-base");
    env.onramp(["migrate", "-m", "orders", "--no-base"]).exits(0);
}

#[test]
fn models_beside_the_project_are_those_of_the_base_too() {
    // The project lies in a folder of the repository, its models in another one.
    let Some(outer) = shop_with_history(MODELS) else { return };
    std::fs::remove_dir_all(outer.root().join(".git")).unwrap();
    let root = outer.root().join("backend");
    std::fs::create_dir_all(&root).unwrap();
    for name in ["db", "onramp.toml", ".gitignore"] {
        std::fs::rename(outer.root().join(name), root.join(name)).unwrap();
    }
    std::fs::create_dir_all(outer.root().join("shared")).unwrap();
    std::fs::rename(outer.root().join("shop.py"), outer.root().join("shared/shop.py")).unwrap();
    let overlay = outer
        .read("onramp.local.toml")
        .replace("PYTHONPATH = \"{root}\"", "PYTHONPATH = \"{root}/../shared\"");
    std::fs::remove_file(outer.root().join("onramp.local.toml")).unwrap();
    std::fs::write(root.join("onramp.local.toml"), overlay).unwrap();
    init(&outer);
    commit(&outer);

    outer.write("shared/shop.py", &format!("{MODELS}{ORDERS}"));
    let run = outer.onramp_in("backend", ["migrate", "-m", "orders"]).exits(0);
    assert!(run.stdout.contains("orders.py"), "{}", run.story());
    run.never_says("left out");
}

#[test]
fn a_module_that_git_ignores_belongs_to_the_base_and_a_new_one_does_not() {
    let Some(env) = shop_with_history(MODELS) else { return };
    // Every module of the folder is loaded, as some projects do with their models.
    let scan = "\nimport importlib, pkgutil, parts\nfor part in pkgutil.iter_modules(parts.__path__):\n    \
                importlib.import_module('parts.' + part.name)\n";
    env.write("parts/__init__.py", "from parts._version import number\n");
    env.write("parts/_version.py", "number = 1\n");
    env.write(".gitignore", &(env.read(".gitignore") + "_version.py\n"));
    env.write(
        "db/scripts/env.py",
        &env.read("db/scripts/env.py").replace("import os, shop", &format!("import os, shop{scan}")),
    );
    commit(&env);
    env.write("parts/new.py", &format!("from shop import *\n{ORDERS}"));
    env.onramp(["migrate", "-m", "orders"]).exits(0).never_says("left out").says("orders.py");
}
