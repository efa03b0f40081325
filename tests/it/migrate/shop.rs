//! A small repository with a synchronous engine, `env.py` as `alembic init` writes it, one configuration file and one
//! folder of revisions, in git.

use onramp_tests::TestEnv;

use super::flowline;

const CONFIGURATION: &str = r#"
[project]
name = "shop"

[database]
engine = "alembic"
url-env = "SHOP_DATABASE"
alembic = { config = "db/{dialect}.ini" }

[database.dialects.sqlite]
versions = "db/history/lite"
url = "sqlite:///{path}"
"#;

pub(super) const MODELS: &str = r#"
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, MetaData, String, text
from sqlalchemy.orm import declarative_base

Base = declarative_base(metadata=MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_name)s"}))


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    name = Column(String(80), nullable=False)
"#;

pub(super) const ORDERS: &str = r#"

class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id", ondelete="CASCADE"), nullable=False)
"#;

/// The repository without any revision. The Alembic of the example serves, through the same overlay; everything else
/// is this repository's own.
pub(super) fn shop() -> Option<TestEnv> {
    let overlay = flowline()?.env.read("onramp.local.toml");
    let env = super::super::folder()
        .file("onramp.local.toml", &overlay.replace("{root}/src", "{root}"))
        .file(".gitignore", ".onramp/\n__pycache__/\nonramp.local.toml\n")
        .file("shop.py", MODELS)
        .file("onramp.toml", "[project]\nname = \"shop\"\n");
    env.onramp(["exec", "--", "alembic", "init", "db/scripts"]).exits(0);
    std::fs::create_dir_all(env.root().join("db/history/lite")).expect("a folder of the workspace");
    let ini =
        "[alembic]\nscript_location = db/scripts\nversion_locations = db/history/lite\npath_separator = os\n";
    env.write("db/sqlite.ini", ini);
    let script = env.read("db/scripts/env.py");
    let script = script
        .replace("if config.config_file_name is not None:\n    fileConfig(config.config_file_name)", "import os, shop")
        .replace("target_metadata = None", "target_metadata = shop.Base.metadata")
        .replace("target_metadata=target_metadata\n        )", "target_metadata=target_metadata, render_as_batch=True\n        )")
        .replace("def run_migrations_offline", "config.set_main_option('sqlalchemy.url', os.environ['SHOP_DATABASE'])\n\n\ndef run_migrations_offline");
    env.write("db/scripts/env.py", &script);
    env.write("onramp.toml", CONFIGURATION);
    init(&env);
    Some(env)
}

/// The repository with a first revision of its models, committed.
pub(super) fn shop_with_history(models: &str) -> Option<TestEnv> {
    let env = shop()?;
    env.write("shop.py", models);
    env.onramp(["migrate", "-m", "first tables"]).exits(0);
    commit(&env);
    Some(env)
}

pub(super) fn init(env: &TestEnv) {
    git(env, &["init", "-q"]);
}

pub(super) fn commit(env: &TestEnv) {
    git(env, &["add", "-A"]);
    git(env, &["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "a commit"]);
}

fn git(env: &TestEnv, words: &[&str]) {
    env.command("", ["git"].iter().chain(words)).exits(0);
}

/// The text of the newest revision.
pub(super) fn newest(env: &TestEnv) -> String {
    newest_file(env).1
}

/// The file and the text of the newest revision.
pub(super) fn newest_file(env: &TestEnv) -> (String, String) {
    let heads = env.onramp(["migrate", "heads"]).exits(0).stdout;
    let file = heads.split_whitespace().nth(2).expect("a head with its file").to_owned();
    let text = env.read(&file);
    (file, text)
}
