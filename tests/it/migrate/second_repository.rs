//! A repository that no feature was written for: another layout, a synchronous engine, `env.py` as `alembic init`
//! writes it, one configuration file and one folder of revisions per dialect.

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

const MODELS: &str = r#"
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String
from sqlalchemy.orm import declarative_base

Base = declarative_base(metadata=MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_name)s"}))


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    name = Column(String(80), nullable=False)
"#;

const ORDERS: &str = r#"

class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"), nullable=False)
"#;

/// The Alembic of the example serves, through the same overlay; everything else is this repository's own.
fn shop() -> Option<TestEnv> {
    let overlay = flowline()?.env.read("onramp.local.toml");
    let env = super::super::folder()
        .file("onramp.local.toml", &overlay.replace("{root}/src", "{root}"))
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
        .replace("def run_migrations_offline", "config.set_main_option('sqlalchemy.url', os.environ['SHOP_DATABASE'])\n\n\ndef run_migrations_offline");
    env.write("db/scripts/env.py", &script);
    env.write("onramp.toml", CONFIGURATION);
    Some(env)
}

#[test]
fn another_layout_needs_nothing_but_a_configuration() {
    let Some(env) = shop() else { return };
    env.onramp(["migrate", "-m", "first tables"]).exits(0).says("db/history/lite/");
    env.write("shop.py", &format!("{MODELS}{ORDERS}"));
    env.onramp(["migrate", "--all-dialects", "-m", "orders"]).exits(0);
    env.onramp(["migrate", "status"]).exits(0).says("2 revisions");
    env.onramp(["migrate", "--all-dialects", "-m", "nothing"]).exits(0).says("no change in the models");
    assert!(!env.has("db/scripts/__pycache__/sitecustomize.pyc"));
}
