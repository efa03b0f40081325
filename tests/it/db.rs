//! What databases consist of, and what is different between two of them.

mod catalog;
mod diff;
mod erd;
mod histories;
mod servers;

use onramp_tests::TestEnv;

use crate::workspace;

/// A workspace that has a database, with SQLite files in it.
fn databases(files: &[(&str, &str)]) -> TestEnv {
    let env = workspace(
        "[database]\nengine = \"alembic\"\nurl-env = \"SHOP_DATABASE\"\nalembic = { config = \"alembic.ini\" }\n\n\
         [database.dialects.sqlite]\nversions = \"versions\"\nurl = \"sqlite:///{path}\"\n",
    );
    let env = env.file("alembic.ini", "").file("versions/.keep", "");
    for (name, statements) in files {
        let connection = rusqlite::Connection::open(env.root().join(name)).expect("a file");
        connection.execute_batch(statements).expect("good statements");
    }
    env
}

const SHOP: &str = "
    CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
    CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR(80) NOT NULL, CHECK (name <> ''));
    CREATE INDEX ix_name ON customer (name DESC) WHERE id > 5;";
