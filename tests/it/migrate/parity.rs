//! The dialects' schemas compared, on the example product.

use onramp_tests::TestEnv;
use serde_json::Value;

use super::shop::{commit, init};
use super::{MODEL, add_column, flowline};

/// The newest revision of SQLite.
const SQLITE: &str =
    "src/flowline/migrations/versions/sqlite/06a3e9f7b5d4_add_schedule_time_zones_and_switches.py";
/// The same of PostgreSQL.
const POSTGRESQL: &str =
    "src/flowline/migrations/versions/postgresql/ed40c2871a9b_add_schedule_time_zones_and_switches.py";

/// What the first pair came to.
fn pair(env: &TestEnv, arguments: &[&str]) -> Value {
    let run = env.onramp([&["migrate", "parity", "--format", "json"], arguments].concat());
    let last: Value = serde_json::from_str(run.stdout.lines().last().unwrap_or_default())
        .unwrap_or_else(|_| panic!("{}", run.story()));
    last["pairs"][0].clone()
}

fn objects(pair: &Value, key: &str) -> Vec<String> {
    let findings = pair[key].as_array().expect("a list");
    findings.iter().map(|finding| finding["object"].as_str().expect("an object").to_owned()).collect()
}

/// An index that only one dialect has, in the models.
fn add_index(env: &TestEnv) {
    let index = "        Index(\"ix_flow__words\", \"tags\", postgresql_using=\"gin\", \
                 info={\"only_on\": \"postgresql\"}).ddl_if(dialect=\"postgresql\"),\n";
    let text = env.read(MODEL);
    let at = "        UniqueConstraint(\"name\"),\n";
    assert!(text.contains(at));
    env.write(MODEL, &text.replacen(at, &format!("{at}{index}"), 1));
}

#[test]
fn the_example_differs_as_it_declares_and_in_nothing_else() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    env.onramp(["migrate", "parity"])
        .exits(0)
        .says("SQLite and Postgres are equal, 2 differences as declared");
    let pair = pair(env, &[]);
    assert_eq!(objects(&pair, "findings"), [""; 0]);
    let declared = objects(&pair, "declared");
    assert_eq!(declared, ["index flow.ix_flow__tags", "index log_line.ix_log_line__logged_at"]);
    assert_eq!(
        (&pair["left"]["dialect"], &pair["right"]["dialect"]),
        (&"sqlite".into(), &"postgresql".into())
    );
    let dry = env.onramp(["migrate", "parity", "--dry-run"]).exits(0);
    for task in ["migrate:sqlite", "migrate:postgresql", "migrate:parity"] {
        assert!(dry.stdout.contains(task), "{}", dry.stdout);
    }
}

#[test]
fn a_planted_difference_has_its_line() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    init(env);
    env.write(SQLITE, &env.read(SQLITE).replace("server_default=\"UTC\"", "server_default=\"CET\""));
    let run = env.onramp(["migrate", "parity"]).exits(1);
    let line = "column schedule.timezone  default     'CET'   'UTC'::character varying";
    assert!(run.stdout.contains(line), "{}", run.stdout);
    run.says("the schemas of SQLite and Postgres differ in 1 point")
        .says("{ object = \"column schedule.timezone\", attribute = \"default\", reason = \"...\" }");
    let found = pair(env, &[]);
    let [finding] = found["findings"].as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!(finding["difference"], "differs");
    assert_eq!((&finding["left"], &finding["attribute"]), (&"'CET'".into(), &"default".into()));
    assert_eq!(finding["file"], POSTGRESQL);

    let github = env.onramp(["migrate", "parity", "--format", "github"]).exits(1);
    github.says(&format!("::error file={POSTGRESQL},line="));
    env.onramp(["migrate", "parity", "--sarif", "out/parity.sarif", "--junit", "out/parity.xml"]).exits(1);
    let sarif: Value = serde_json::from_str(&env.read("out/parity.sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(results.iter().any(|result| result["ruleId"] == "parity-differs"), "{sarif}");
    assert!(env.read("out/parity.xml").contains("column schedule.timezone"));

    // Declared, it is none.
    let declared = "exceptions = [\n    { object = \"column schedule.timezone\", attribute = \"default\", reason = \"a test\" },";
    env.write("onramp.toml", &env.read("onramp.toml").replacen("exceptions = [", declared, 1));
    env.onramp(["migrate", "parity"]).exits(0).says("3 differences as declared");
}

#[test]
fn what_is_declared_and_met_by_nothing_is_told() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    init(env);
    let stale = "exceptions = [\n    { object = \"table gone\", reason = \"a test\" },";
    let types =
        "types = [{ sqlite = \"TEXT\", postgresql = \"citext\", reason = \"a test\" }]\nexceptions = [";
    let text =
        env.read("onramp.toml").replacen("exceptions = [", stale, 1).replacen("exceptions = [", types, 1);
    env.write("onramp.toml", &text);
    let run = env.onramp(["migrate", "parity"]).exits(1);
    assert!(run.stdout.contains("the exception for `table gone` meets no difference any more  onramp.toml:"));
    assert!(run.stdout.contains("no column has the types `TEXT` and `citext` any more"), "{}", run.stdout);
    run.says("2 declarations in [database.parity] met by nothing");
    let line = text.lines().position(|line| line.contains("table gone")).unwrap() + 1;
    let found = pair(env, &[]);
    assert_eq!(found["stale"][0]["line"], line, "{found}");
    env.onramp(["migrate", "parity", "--format", "github"])
        .exits(1)
        .says(&format!("::error file=onramp.toml,line={line}"));
    // Of other schemas than the heads nobody has declared anything.
    env.onramp(["migrate", "apply", "--url", "sqlite+aiosqlite:///one.db"]);
    env.onramp(["migrate", "heads"]).exits(0);
}

#[test]
fn a_revision_that_brings_a_difference_is_refused() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    init(env);
    commit(env);
    add_index(env);
    let before = env.snapshot();
    let run = env.onramp(["migrate", "--all-dialects", "-m", "words"]).exits(1);
    run.says("the revisions bring 1 difference between SQLite and Postgres")
        .says("index flow.ix_flow__words: only Postgres has it: gin (tags)")
        .says("onramp migrate --all-dialects -m \"words\" --no-parity")
        .says("{ object = \"index flow.ix_flow__words\", only = \"postgresql\", reason = \"...\" }");
    assert_eq!(env.snapshot(), before);

    let run =
        env.onramp(["migrate", "--all-dialects", "-m", "words", "--no-parity", "--format", "json"]).exits(0);
    let last: Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last["parity"]["new"][0]["object"], "index flow.ix_flow__words", "{last}");
    assert_eq!((&last["unchanged"][0], &last["parity"]["earlier"]), (&"sqlite".into(), &0.into()), "{last}");
    // It lies in the tree now. One dialect alone is apart until the other follows.
    env.onramp(["migrate", "verify"])
        .exits(0)
        .says("parity: 1 new difference between the dialects")
        .says("index flow.ix_flow__words: only Postgres has it");
    env.onramp(["migrate", "check", "--base", "HEAD"]).exits(1).says("the revisions bring 1 difference");
    // Once it is committed it is as old as the histories.
    commit(env);
    env.onramp(["migrate", "check"]).exits(0).says("parity: 1 difference from before: onramp migrate parity");
    env.onramp(["migrate", "check", "--base", "HEAD"]).exits(0);
    add_column(&flowline, "owner");
    env.onramp(["migrate", "--all-dialects", "-m", "owners"])
        .exits(0)
        .says("parity: 1 difference from before");
}

#[test]
fn a_declared_difference_passes() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    init(env);
    commit(env);
    add_index(env);
    let declared = "exceptions = [\n    { object = \"index flow.ix_flow__words\", only = \"postgresql\", reason = \"a test\" },";
    env.write("onramp.toml", &env.read("onramp.toml").replacen("exceptions = [", declared, 1));
    let run = env.onramp(["migrate", "--all-dialects", "-m", "words"]).exits(0);
    run.never_says("parity: 1");
    env.onramp(["migrate", "verify"]).exits(0);
    env.onramp(["migrate", "parity"]).exits(0).says("3 differences as declared");
}

#[test]
fn any_two_schemas_are_compared() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    init(env);
    commit(env);
    env.onramp(["migrate", "parity", "HEAD"]).exits(0).says("SQLite of HEAD and Postgres of HEAD are equal");
    env.onramp(["migrate", "parity", "HEAD", "HEAD", "--dialect", "postgresql", "--dialect", "sqlite"])
        .exits(0)
        .says("Postgres of HEAD and SQLite of HEAD are equal");
    env.onramp(["migrate", "parity", "HEAD", "HEAD"]).exits(2).says("--dialect sqlite --dialect postgresql");
    env.onramp(["migrate", "parity", "--dialect", "sqlite"]).exits(2).says("all dialects are compared here");
    env.onramp(["migrate", "parity", "nosuch"])
        .exits(2)
        .says("`nosuch` is no file, no folder, no database URL and no revision");

    let make = |file: &str, sql: &str| {
        let script = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])";
        env.command("", ["python3", "-c", script, file, sql]).exits(0);
    };
    make("one.db", "CREATE TABLE t (a INTEGER); CREATE TABLE alembic_version (v TEXT)");
    make("two.db", "CREATE TABLE t (a INTEGER, b TEXT)");
    let run = env.onramp(["migrate", "parity", "one.db", "two.db"]).exits(1);
    assert!(run.stdout.contains("column t.b  only in "), "{}", run.stdout);
    run.never_says("[database.parity]").never_says("alembic_version");
    env.onramp(["migrate", "parity", "two.db", "two.db"]).exits(0).says("are equal");
    // One of SQLite against the head of the other dialect.
    let run = env.onramp(["migrate", "parity", "one.db"]).exits(1);
    assert!(run.stdout.contains("table flow_run  "), "{}", run.stdout);
    run.says("Postgres differ in");
}

#[test]
fn revisions_by_hand_that_differ_are_refused() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    init(env);
    commit(env);
    add_column(&flowline, "owner");
    env.onramp(["migrate", "--all-dialects", "-m", "owners", "--draft"]).exits(0).never_says("parity");
    env.onramp(["migrate", "verify"]).exits(0);
    let folder = "src/flowline/migrations/versions/postgresql";
    let entries = std::fs::read_dir(env.root().join(folder)).unwrap().flatten();
    let mut names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let file = format!("{folder}/{}", names.find(|name| name.ends_with("_owners.py")).unwrap());
    let text = env.read(&file);
    let with_default = text.replacen("nullable=True", "nullable=True, server_default=\"me\"", 1);
    assert_ne!(text, with_default);
    env.write(&file, &with_default);
    env.onramp(["migrate", "verify"])
        .exits(1)
        .says("the revisions bring 1 difference between SQLite and Postgres")
        .says("column flow.owner: default is none in SQLite, 'me'::character varying in Postgres")
        .says("onramp migrate verify --no-parity");
    let run = env.onramp(["migrate", "verify", "--no-parity", "--format", "json"]).exits(0);
    let last: Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last["parity"]["new"][0]["object"], "column flow.owner", "{last}");
    // Of one dialect alone nothing is compared.
    env.onramp(["migrate", "verify", "--dialect", "postgresql"]).exits(0).never_says("parity");
}

#[test]
fn a_difference_stands_where_it_can_be_mended() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    init(env);
    // Of an index that one dialect has, the other one's head knows nothing.
    let upgrade = "def upgrade() -> None:\n";
    let index = format!("{upgrade}    op.create_index(\"ix_flow_one\", \"flow\", [\"name\", \"id\"])\n");
    env.write(POSTGRESQL, &env.read(POSTGRESQL).replacen(upgrade, &index, 1));
    let found = pair(env, &[]);
    assert_eq!(objects(&found, "findings"), ["index flow.ix_flow_one"]);
    assert_eq!((&found["findings"][0]["file"], &found["findings"][0]["line"]), (&SQLITE.into(), &1.into()));
    env.onramp(["migrate", "parity", "--format", "github"])
        .exits(1)
        .says(&format!("::error file={SQLITE},line=1"));
    // Where it was touched last, somebody has made it otherwise.
    let other = index.replace("\"id\"]", "\"id\"], unique=True");
    env.write(
        SQLITE,
        &env.read(SQLITE).replacen(upgrade, &format!("{upgrade}    pass\n\n{}", &other[upgrade.len()..]), 1),
    );
    let found = pair(env, &[]);
    let line = env.read(POSTGRESQL).lines().position(|line| line.contains("ix_flow_one")).unwrap() + 1;
    assert_eq!(
        (&found["findings"][0]["file"], &found["findings"][0]["line"]),
        (&POSTGRESQL.into(), &line.into())
    );
    // What is compared with another revision has nothing to mend there.
    commit(env);
    let found = pair(env, &["HEAD"]);
    assert_eq!(objects(&found, "findings"), ["index flow.ix_flow_one"]);
    assert!(found["findings"][0]["file"].is_null(), "{found}");
}

#[test]
fn triggers_of_two_folders_are_compared_but_for_their_statements() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    init(env);
    let table = "CREATE TABLE run (id INTEGER PRIMARY KEY, name TEXT);\n";
    let view = "CREATE VIEW v AS SELECT a.id FROM run a JOIN run b ON a.id = b.id;\n";
    let write = |folder: &str, tables: &str, trigger: &str| {
        env.write(&format!("{folder}/0001_a.up.sql"), &format!("{tables}{view}"));
        env.write(&format!("{folder}/0002_b.up.sql"), &format!("-- a trigger\n{trigger}"));
        env.write(&format!("{folder}/0003_c.up.sql"), "CREATE TABLE other (id INTEGER PRIMARY KEY);\n");
    };
    let body = "ON run BEGIN INSERT INTO other (id) VALUES (new.id); END;\n";
    write("sql/sqlite", table, &format!("CREATE TRIGGER note\nAFTER INSERT {body}"));
    let function =
        "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\n";
    let trigger = "CREATE TRIGGER note AFTER INSERT ON run FOR EACH ROW EXECUTE FUNCTION note();\n";
    write("sql/postgresql", table, &format!("{function}{trigger}"));
    let run = env.onramp(["migrate", "parity", "sql/sqlite", "sql/postgresql"]).exits(0);
    run.says("not compared are the statements of 1 view and 1 trigger: they are written for one dialect");
    env.onramp(["migrate", "parity", "sql/sqlite", "sql/postgresql", "--names"])
        .exits(0)
        .says("the statements of trigger run.note, view v:");
    let equal = pair(env, &["sql/sqlite", "sql/postgresql"]);
    assert_eq!(equal["uncompared"], serde_json::json!(["trigger run.note", "view v"]));
    env.onramp(["migrate", "parity", "sql/postgresql", "sql/postgresql"]).exits(0).never_says("not compared");

    write("sql/sqlite", table, &format!("CREATE TRIGGER note\nBEFORE INSERT {body}"));
    let found = pair(env, &["sql/sqlite", "sql/postgresql"]);
    assert_eq!(objects(&found, "findings"), ["trigger run.note"]);
    assert_eq!(found["findings"][0]["attribute"], "timing");
    assert_eq!(
        (&found["findings"][0]["file"], &found["findings"][0]["line"]),
        (&"sql/postgresql/0002_b.up.sql".into(), &2.into()),
        "{found}"
    );
    // Of one dialect, the statements count.
    write("other/postgresql", table, &format!("{}{trigger}", function.replace("RETURN NEW", "RETURN OLD")));
    let run = env.onramp(["migrate", "parity", "sql/postgresql", "other/postgresql"]).exits(1);
    assert!(run.stdout.contains("function note()  definition"), "{}", run.stdout);
}

#[test]
fn only_tables_that_are_there_can_be_left_out() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    let run = env.onramp(["migrate", "parity", "--without", "flow_runs"]).exits(2);
    run.says("--without: no table is called `flow_runs`").says("--without flow_run");
    env.onramp(["migrate", "parity", "--without", "nosuch"]).exits(2).never_says("are equal");
    let left_out = pair(env, &["--without", "log_line", "--without", "alembic_version"]);
    assert_eq!(objects(&left_out, "declared"), ["index flow.ix_flow__tags"]);
    env.onramp(["db", "catalog", "--dialect", "sqlite", "--without", "flows"])
        .exits(2)
        .says("--without: no table is called `flows`")
        .says("--without flow");
}
