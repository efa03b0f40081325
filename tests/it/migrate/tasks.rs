//! A small repository with both dialects: the asynchronous `env.py` of `alembic init`, a configuration file and a folder
//! of revisions for each, in git.

use onramp_tests::TestEnv;

use super::flowline;
use super::shop::{commit, init};

const CONFIGURATION: &str = r#"
[project]
name = "tasks"

[database]
engine = "alembic"
url-env = "TASKS_DATABASE"
alembic = { config = "db/{dialect}.ini" }

[database.dialects.sqlite]
versions = "db/sqlite"
url = "sqlite+aiosqlite:///{path}"

[database.dialects.postgresql]
versions = "db/postgresql"
url = "postgresql+asyncpg://{user}:{password}@{host}:{port}/{database}"
server = { source = "local" }
"#;

/// What all models begin with.
pub(super) const HEAD: &str = "from sqlalchemy import ARRAY, Column, Enum, Integer, String, Text\n\
                               from sqlalchemy.orm import declarative_base\n\n\nBase = declarative_base()\n";

/// The repository with a first revision of its models in each dialect, committed.
pub(super) fn tasks(models: &str) -> Option<TestEnv> {
    let overlay = flowline()?.env.read("onramp.local.toml");
    let env = super::super::folder()
        .file("onramp.local.toml", &overlay.replace("{root}/src", "{root}"))
        .file(".gitignore", ".onramp/\n__pycache__/\nonramp.local.toml\n")
        .file("onramp.toml", "[project]\nname = \"tasks\"\n")
        .file("models.py", &format!("{HEAD}{models}"));
    env.onramp(["exec", "--", "alembic", "init", "-t", "async", "db/scripts"]).exits(0);
    for dialect in ["sqlite", "postgresql"] {
        std::fs::create_dir_all(env.root().join("db").join(dialect)).expect("a folder of the workspace");
        let ini = format!(
            "[alembic]\nscript_location = db/scripts\nversion_locations = db/{dialect}\npath_separator = os\n"
        );
        env.write(&format!("db/{dialect}.ini"), &ini);
    }
    let script = env
        .read("db/scripts/env.py")
        .replace(
            "if config.config_file_name is not None:\n    fileConfig(config.config_file_name)",
            "import os, models\nconfig.set_main_option('sqlalchemy.url', os.environ['TASKS_DATABASE'])",
        )
        .replace("target_metadata = None", "target_metadata = models.Base.metadata")
        .replace(
            "connection=connection, target_metadata=target_metadata",
            "connection=connection, target_metadata=target_metadata, \
             render_as_batch=connection.dialect.name == 'sqlite'",
        );
    env.write("db/scripts/env.py", &script);
    env.write("onramp.toml", CONFIGURATION);
    init(&env);
    let env = env.variable("ONRAMP_KEEP_WARM", "0s");
    if !models.is_empty() {
        env.onramp(["migrate", "--all-dialects", "-m", "first tables"]).exits(0);
    }
    commit(&env);
    Some(env)
}

/// The text of the newest revision of a dialect.
pub(super) fn newest(env: &TestEnv, dialect: &str) -> String {
    let heads = env.onramp(["migrate", "heads"]).exits(0).stdout;
    let line = heads.lines().find(|line| line.starts_with(dialect)).expect("a head of the dialect");
    env.read(line.split_whitespace().nth(2).expect("a head with its file"))
}
