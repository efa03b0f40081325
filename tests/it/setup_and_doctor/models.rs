//! Which models an environment has, as the doctor tells it from files. That `migrate` agrees is tested with real ones, in
//! `migrate/models_elsewhere.rs`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use onramp_tests::TestEnv;

use crate::workspace;

const DATABASE: &str = "[env]\npath = [\".venv/bin\"]\n\n[database]\nengine = \"alembic\"\nalembic = { config = \"alembic.ini\" }\n\
     url-env = \"URL\"\n\n[database.dialects.sqlite]\nversions = \"src/shop/versions\"\nurl = \"sqlite:///{path}\"\n";
const PACKAGES: &str = ".venv/lib/python3.11/site-packages";

/// A project with a virtual environment that has nothing of it installed. Its programs must not run.
fn project() -> TestEnv {
    workspace(DATABASE)
        .file("alembic.ini", "[alembic]\n")
        .file("pyproject.toml", "")
        .file("src/shop/__init__.py", "")
        .file("src/shop/versions/keep", "")
        .file(".venv/pyvenv.cfg", "")
        .file(&format!("{PACKAGES}/other.py"), "")
        .script(".venv/bin/alembic", "#!/bin/sh\ntouch ran\n")
        .script(".venv/bin/python", "#!/bin/sh\ntouch ran\n")
}

/// Another checkout of the same project.
fn elsewhere(env: &TestEnv) -> PathBuf {
    let other = env.outside().join("other one");
    fs::create_dir_all(other.join("src/shop/versions")).expect("a new folder");
    fs::write(other.join("src/shop/__init__.py"), "").expect("a new file");
    other.canonicalize().expect("it is there")
}

/// Notes that the project is installed from a folder, as pip does it.
fn install(env: &TestEnv, from: &Path) {
    let url = from.display().to_string().replace(' ', "%20");
    let record = format!("{{\"dir_info\": {{\"editable\": true}}, \"url\": \"file://{url}\"}}");
    env.write(&format!("{PACKAGES}/shop-1.dist-info/direct_url.json"), &record);
}

/// The doctor's line about the models, and the one that mends it.
#[track_caller]
fn doctor(env: &TestEnv) -> (String, String) {
    let run = env.onramp(["doctor"]);
    let mut lines = run.stdout.lines().skip_while(|line| !line.contains("migration-models"));
    let line = lines.next().unwrap_or_default().to_owned();
    let fix = lines.take(2).find_map(|line| line.trim().strip_prefix("fix: ")).unwrap_or_default().to_owned();
    assert!(!env.has("ran"), "the doctor has run a program of the environment");
    (line, fix)
}

#[test]
fn another_checkout_is_told_with_what_mends_it() {
    let env = project();
    assert!(doctor(&env).0.starts_with("ok "), "{:?}", doctor(&env));
    let other = elsewhere(&env);
    install(&env, &other);
    let (line, fix) = doctor(&env);
    assert!(line.starts_with("warning") && line.contains("other one installed"), "{line}");
    assert_eq!(fix, "onramp exec -- python -m pip install --editable .");
    env.onramp(["doctor"]).exits(0);
    install(&env, env.root());
    assert!(doctor(&env).0.starts_with("ok "), "{:?}", doctor(&env));

    // Whoever means it has said so.
    install(&env, &other);
    let named = DATABASE.replace("[database]\n", "[database]\ninstalled-models = [\"shop\"]\n");
    env.write("onramp.toml", &crate::named(&named));
    assert_eq!(doctor(&env).0, "");
}

#[test]
fn a_copy_is_told_and_a_link_is_none() {
    let env = project().file(&format!("{PACKAGES}/shop/__init__.py"), "");
    let (line, fix) = doctor(&env);
    assert!(line.contains("site-packages/shop is a copy of them"), "{line}");
    assert_eq!(fix, "onramp exec -- python -m pip install --editable .");
    let copy = env.root().join(PACKAGES).join("shop");
    fs::remove_dir_all(&copy).expect("the copy");
    symlink(env.root().join("src/shop"), &copy).expect("a link");
    assert!(doctor(&env).0.starts_with("ok "), "{:?}", doctor(&env));
}

#[test]
fn folders_that_come_first_decide() {
    let env = project();
    let other = elsewhere(&env);
    install(&env, &other);
    // The checkout's own sources come before what is installed.
    for (file, old, new) in [
        ("onramp.toml", "[env]\n", "[env]\nvars = { PYTHONPATH = \"{root}/src\" }\n"),
        ("alembic.ini", "[alembic]\n", "[alembic]\nprepend_sys_path = src\n"),
    ] {
        let before = env.read(file);
        env.write(file, &before.replacen(old, new, 1));
        assert!(doctor(&env).0.starts_with("ok "), "{file}: {:?}", doctor(&env));
        env.write(file, &before);
    }
    let path = format!("[env]\nvars = {{ PYTHONPATH = \"{}/src\" }}\n", other.display());
    env.write("onramp.toml", &env.read("onramp.toml").replacen("[env]\n", &path, 1));
    let (line, _) = doctor(&env);
    assert!(line.contains("PYTHONPATH leads to those in") && line.contains("other one/src"), "{line}");
}

#[test]
fn an_environment_that_others_use_is_not_installed_into() {
    let env = project();
    let other = elsewhere(&env);
    fs::rename(env.root().join(".venv"), other.join(".venv")).expect("on the same disk");
    symlink(other.join(".venv"), env.root().join(".venv")).expect("a link");
    install(&env, &other);
    let (line, fix) = doctor(&env);
    assert!(line.contains("other one installed"), "{line}");
    assert_eq!(fix, "vars = { PYTHONPATH = \"{root}/src\" } in [env] of onramp.toml");
    // Hostile records say nothing, and stop nothing.
    for record in
        ["", "{", "[]", "{\"url\": 1}", "{\"dir_info\": {\"editable\": true}, \"url\": \"file://%\"}"]
    {
        env.write(&format!("{PACKAGES}/shop-1.dist-info/direct_url.json"), record);
        assert!(doctor(&env).0.starts_with("ok "), "{record}: {:?}", doctor(&env));
    }
}
