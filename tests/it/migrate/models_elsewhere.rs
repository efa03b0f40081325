//! Environments that have the project installed from elsewhere, so that the models of the worktree have no effect.

use std::path::Path;

use onramp_tests::{Flowline, TestEnv};

use super::{add_column, flowline};

/// Has Python look for modules in that folder first.
fn look_in(env: &TestEnv, folder: &Path) {
    let overlay = env.read("onramp.local.toml");
    let start = overlay.find("PYTHONPATH = \"").expect("the variable") + "PYTHONPATH = \"".len();
    let end = start + overlay[start..].find('"').expect("its end");
    env.write("onramp.local.toml", &format!("{}{}{}", &overlay[..start], folder.display(), &overlay[end..]));
}

fn two() -> Option<(Flowline, Flowline)> {
    flowline().zip(flowline())
}

#[test]
fn another_checkout_is_told_with_both_paths_and_the_way_out() {
    let Some((here, elsewhere)) = two() else { return };
    let env = &here.env;
    add_column(&here, "owner");
    let other = elsewhere.env.root().canonicalize().unwrap();
    look_in(env, &other.join("src"));
    let before = env.snapshot();
    for words in [&["migrate", "check"][..], &["migrate", "--all-dialects", "-m", "add owner", "--no-base"]] {
        let run = env.onramp(words).exits(4);
        let own = env.root().canonicalize().unwrap();
        let file = "src/flowline/database/flows.py";
        run.says("the models are not those of this worktree: `flowline.database.")
            .says(&format!("was loaded from {}", other.join("src/flowline/database").display()))
            .says("and [ROOT]/src/flowline/database/flows.py has no effect")
            .says("vars = { PYTHONPATH = \"{root}/src\" }")
            .says("onramp exec -- python -m pip install --editable .")
            .says("installed-models = [\"flowline\"]");
        assert!(own.join(file).is_file());
    }
    assert_eq!(env.snapshot(), before);
    // Whoever means it says so.
    let named = env.read("onramp.toml").replacen(
        "[database]\n",
        "[database]\ninstalled-models = [\"flowline\"]\n",
        1,
    );
    env.write("onramp.toml", &named);
    env.onramp(["migrate", "check", "--dialect", "sqlite"]).exits(0);
    look_in(env, &env.root().join("src"));
    env.onramp(["migrate", "check", "--dialect", "sqlite"]).exits(1).says("the models ask for 1 operation");
    let wrong = named.replace("[\"flowline\"]", "[\"src/flowline\"]");
    env.write("onramp.toml", &wrong);
    env.onramp(["migrate", "check"]).exits(3).says("`src/flowline` is no Python package");
}

#[test]
fn the_base_is_not_remembered_by_models_from_elsewhere() {
    let Some((here, elsewhere)) = two() else { return };
    let env = &here.env;
    super::branches::begin(env);
    add_column(&here, "owner");
    // The other checkout has the column already, so with its models nothing would be left to do.
    add_column(&elsewhere, "owner");
    look_in(env, &elsewhere.env.root().canonicalize().unwrap().join("src"));
    let run = env.onramp(["migrate", "--dialect", "sqlite", "-m", "add owner"]).exits(4);
    run.says("the models are not those of this worktree");
    look_in(env, &env.root().join("src"));
    env.onramp(["migrate", "--dialect", "sqlite", "-m", "add owner"]).exits(0).says("SQLite");
}

#[test]
fn an_installed_copy_and_another_worktree_below_are_told() {
    let Some(here) = flowline() else { return };
    let env = &here.env;
    let file = |path: &str| env.root().join(path);
    // What a copy among the installed packages is, by an environment that has one.
    let python =
        env.onramp(["exec", "--", "python", "-c", "import alembic; print(alembic.__path__[0])"]).exits(0);
    let packages = Path::new(python.stdout.trim()).parent().expect("the folder of packages").to_path_buf();
    env.onramp(["exec", "--", "python", "-m", "venv", "--without-pip", ".venv"]).exits(0);
    let own =
        std::fs::read_dir(file(".venv/lib")).unwrap().next().unwrap().unwrap().path().join("site-packages");
    std::fs::write(own.join("others.pth"), format!("{}\n", packages.display())).unwrap();
    let copied = own.join("flowline");
    env.command("", ["cp", "-r", "src/flowline", &copied.display().to_string()]).exits(0);
    let starts = "import sys\nfrom alembic.config import main\nmain(sys.argv[1:])\n";
    env.write("start.py", starts);
    let start = format!("{{ entry = \"{} start.py -n {{dialect}}\" }}", "{root}/.venv/bin/python");
    let text = env.read("onramp.toml");
    let text = text.replacen("{ config = \"alembic.ini\", section = \"{dialect}\" }", &start, 1);
    env.write("onramp.toml", &text);
    let overlay = env.read("onramp.local.toml");
    env.write("onramp.local.toml", &overlay.replacen(", PYTHONPATH = \"{root}/src\"", "", 1));
    env.onramp(["migrate", "check", "--dialect", "sqlite"])
        .exits(4)
        .says("the models are not those of this worktree")
        .says("site-packages/flowline/database/");

    // Another worktree of the same repository, within this one.
    env.write("onramp.local.toml", &overlay);
    super::branches::begin(env);
    super::branches::git(env, &["worktree", "add", "-q", "trees/other"]);
    look_in(env, &file("trees/other/src"));
    env.onramp(["migrate", "check", "--dialect", "sqlite"])
        .exits(4)
        .says("trees/other/src/flowline/database/");
    look_in(env, &file("src"));
    env.onramp(["migrate", "check", "--dialect", "sqlite"]).exits(0);
}

#[test]
fn a_library_with_tables_of_its_own_is_no_other_checkout() {
    let Some((here, elsewhere)) = two() else { return };
    let env = &here.env;
    let library = elsewhere.env.root().join("library");
    let table = "from sqlalchemy import Column, Integer, Table\n\n\n\
                 def install(metadata):\n    Table(\"lent\", metadata, Column(\"id\", Integer, primary_key=True))\n";
    std::fs::create_dir_all(library.join("lent")).unwrap();
    std::fs::write(library.join("lent/__init__.py"), table).unwrap();
    std::fs::write(
        library.join("lent/tables.py"),
        "from flowline.database.models import Base\n\nfrom lent import install\n\ninstall(Base.metadata)\n",
    )
    .unwrap();
    let environment = "src/flowline/migrations/env.py";
    let text = env.read(environment);
    env.write(
        environment,
        &text.replacen(
            "from flowline.settings",
            "import lent.tables  # noqa: F401\nfrom flowline.settings",
            1,
        ),
    );
    let overlay = env.read("onramp.local.toml");
    let both = format!("PYTHONPATH = \"{{root}}/src:{}\"", library.display());
    env.write("onramp.local.toml", &overlay.replacen("PYTHONPATH = \"{root}/src\"", &both, 1));
    env.onramp(["migrate", "check", "--dialect", "sqlite"]).exits(1).says("op.create_table('lent'");
}

#[test]
fn models_that_a_link_leads_to_are_those_of_the_worktree() {
    let Some(here) = flowline() else { return };
    let env = &here.env;
    let shared = env.outside().join("shared");
    let models = env.root().join("src/flowline/database");
    std::fs::rename(&models, &shared).unwrap();
    std::os::unix::fs::symlink(&shared, &models).unwrap();
    env.onramp(["migrate", "check", "--dialect", "sqlite"]).exits(0);
}
