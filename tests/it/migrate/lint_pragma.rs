//! Where `PRAGMA foreign_keys` has an effect: what the rules advise is tried with real environments of Alembic.

use onramp_tests::TestEnv;
use serde_json::Value;

use super::flowline;
use super::shop::{MODELS, ORDERS, commit, init, shop_with_history};

/// Makes the parent of other tables anew, which deletes their rows while foreign keys are on.
const REBUILD: &str =
    "with op.batch_alter_table('TABLE', recreate='always') as batch: batch.drop_column('COLUMN')";
const OFF: &str = "op.execute('PRAGMA foreign_keys = OFF')";
const BLOCK: &str = "with op.get_context().autocommit_block(): op.execute('PRAGMA foreign_keys = OFF')";
const CHANGE: &str = "op.execute(\"UPDATE customer SET name = 'x'\")";

/// What the rules say about foreign keys in a revision of these lines.
fn told(env: &TestEnv, folder: &str, lines: &[&str]) -> Vec<String> {
    let run = env.onramp(["migrate", "heads", "--format", "json"]).exits(0);
    let heads: Value = serde_json::from_str(&run.stdout).expect("the answer of the program");
    let of_sqlite =
        heads["dialects"].as_array().and_then(|all| all.iter().find(|one| one["dialect"] == "sqlite"));
    let head = of_sqlite.and_then(|one| one["heads"][0].as_str()).expect("a head");
    let file = format!("{folder}/bad0_bad.py");
    let source = format!(
        "revision = 'bad0'\ndown_revision = '{head}'\nfrom alembic import op\ndef upgrade():\n    {}\ndef downgrade():\n    \
         pass\n",
        lines.join("\n    ")
    );
    env.write(&file, &source);
    let run = env.onramp(["migrate", "lint", "bad0", "--dialect", "sqlite", "--format", "json"]);
    std::fs::remove_file(env.root().join(&file)).expect("the revision");
    let answer: Value = serde_json::from_str(run.stdout.lines().last().expect("the answer of the program"))
        .expect("the answer of the program");
    let findings = answer["revisions"][0]["findings"].as_array().expect("the answer of the program").iter();
    let codes = findings.filter_map(|finding| finding["rule"].as_str());
    codes.filter(|code| code.contains("pragma") || code.contains("children")).map(str::to_owned).collect()
}

/// The environment as `alembic init` writes it, with foreign keys on: the driver begins a transaction at the first change
/// of rows.
#[test]
fn a_block_without_transaction_lets_it_through_where_the_driver_begins() {
    let Some(env) = shop_with_history(&format!("{MODELS}{ORDERS}")) else { return };
    let script = env.read("db/scripts/env.py");
    let on = "from sqlalchemy import event\nfrom sqlalchemy.engine import Engine\n\n\n@event.listens_for(Engine, 'connect')\n\
              def enforce(connection, _):\n    connection.execute('PRAGMA foreign_keys = ON')\n\n\n";
    env.write("db/scripts/env.py", &format!("{on}{script}"));
    let rebuild = REBUILD.replace("TABLE", "customer").replace("COLUMN", "name");
    let both = ["pragma-in-transaction", "rebuild-loses-children"];
    assert_eq!(told(&env, "db/history/lite", &[CHANGE, OFF, &rebuild]), both);
    assert_eq!(told(&env, "db/history/lite", &[CHANGE, BLOCK, &rebuild]), Vec::<String>::new());
    assert_eq!(told(&env, "db/history/lite", &[OFF, &rebuild]), Vec::<String>::new());
    assert_eq!(told(&env, "db/history/lite", &[&rebuild]), ["rebuild-loses-children"]);
}

/// The example's own sends BEGIN itself, so that even that block is in a transaction; what it says at the connection counts.
#[test]
fn a_listener_of_connect_is_the_place_where_env_py_begins() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    init(env);
    commit(env);
    let folder = "src/flowline/migrations/versions/sqlite";
    let script = "src/flowline/migrations/env.py";
    let rebuild = REBUILD.replace("TABLE", "flow").replace("COLUMN", "tags");
    assert_eq!(told(env, folder, &[&rebuild]), Vec::<String>::new());
    let with = env.read(script);
    env.write(script, &with.replace("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"));
    assert_eq!(told(env, folder, &[&rebuild]), ["rebuild-loses-children"]);
    let both = ["pragma-in-transaction", "rebuild-loses-children"];
    assert_eq!(told(env, folder, &[BLOCK, &rebuild]), both);
    assert_eq!(told(env, folder, &[OFF, &rebuild]), both);
    for rule in both {
        let run = env.onramp(["migrate", "lint", "--rules", "--format", "json"]).exits(0);
        let rules: Value = serde_json::from_str(&run.stdout).expect("the answer of the program");
        let known = rules["rules"].as_array().expect("the rules").iter().find(|one| one["rule"] == rule);
        let advice = known.and_then(|one| one["instead"].as_str()).expect("the rule");
        assert!(advice.contains("where env.py sends BEGIN itself"), "{advice}");
        assert!(advice.contains("`connect` event"), "{advice}");
    }
}
