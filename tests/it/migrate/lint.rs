//! What revisions do, looked at by rules: on the example product, with a bad revision of each dialect.

use onramp_tests::{Flowline, Run, TestEnv};
use serde_json::Value;

use super::flowline;
use super::shop::{commit, init};

const SQLITE: &str = "src/flowline/migrations/versions/sqlite/bad0000000aa_bad.py";
const POSTGRESQL: &str = "src/flowline/migrations/versions/postgresql/bad0000000bb_bad.py";

/// A revision behind `down`, its first statement on line 8.
fn revision(id: &str, down: &str, statements: &[&str]) -> String {
    format!(
        "revision = '{id}'\ndown_revision = '{down}'\n\nfrom alembic import op\nimport sqlalchemy as sa\n\n\
         def upgrade():\n    {}\n\ndef downgrade():\n    pass\n",
        statements.join("\n    ")
    )
}

/// The head of a dialect's history.
fn head(env: &TestEnv, dialect: &str) -> String {
    let run = env.onramp(["migrate", "heads", "--format", "json"]).exits(0);
    let heads: Value = serde_json::from_str(&run.stdout).expect("the answer of the program");
    let of_dialect = heads["dialects"]
        .as_array()
        .expect("the answer of the program")
        .iter()
        .find(|one| one["dialect"] == dialect);
    of_dialect.expect("the answer of the program")["heads"][0]
        .as_str()
        .expect("the answer of the program")
        .to_owned()
}

/// The example product in git, with a bad revision of each dialect that git does not know.
fn flowline_with_bad_revisions() -> Option<Flowline> {
    let flowline = flowline()?;
    let env = &flowline.env;
    init(env);
    commit(env);
    let statements = [
        // A rebuild with foreign keys on: the project's env.py turns them off, so the revision turns them on again.
        "op.get_bind().connection.rollback(); op.execute('PRAGMA foreign_keys = ON')",
        "with op.batch_alter_table('flow', recreate='always') as batch: batch.drop_column('tags')",
        "op.add_column('log_line', sa.Column('source', sa.Text()))",
    ];
    env.write(SQLITE, &revision("bad0000000aa", &head(env, "sqlite"), &statements));
    let statements = [
        "op.create_index('ix_bad', 'flow_run', ['created_at'])",
        "op.create_table('fresh', sa.Column('id', sa.Integer, primary_key=True))",
        "op.create_index('ix_fresh', 'fresh', ['id'])",
        "op.add_column('flow', sa.Column('token', sa.Uuid, server_default=sa.text('gen_random_uuid()')))",
        "op.alter_column('log_line', 'level', type_=sa.BigInteger)",
        "op.drop_column('flow', 'tags')",
    ];
    env.write(POSTGRESQL, &revision("bad0000000bb", &head(env, "postgresql"), &statements));
    Some(flowline)
}

fn answer(run: &Run) -> Value {
    serde_json::from_str(run.stdout.lines().last().expect("the answer of the program"))
        .expect("the answer of the program")
}

/// The rules and lines of the findings in a revision.
fn told(answer: &Value, dialect: &str) -> Vec<(String, u64)> {
    let revisions = answer["revisions"].as_array().expect("the answer of the program");
    let revision = revisions.iter().find(|one| one["dialect"] == dialect).expect("the answer of the program");
    let findings = revision["findings"].as_array().expect("the answer of the program").iter();
    findings
        .map(|one| {
            (
                one["rule"].as_str().expect("the answer of the program").to_owned(),
                one["line"].as_u64().unwrap_or_default(),
            )
        })
        .collect()
}

fn rule(code: &str, line: u64) -> (String, u64) {
    (code.to_owned(), line)
}

#[test]
fn bad_revisions_of_both_dialects_are_told_with_their_lines() {
    let Some(flowline) = flowline_with_bad_revisions() else { return };
    let env = &flowline.env;
    let before = env.snapshot();
    let run = env.onramp(["migrate", "lint", "--format", "json"]).exits(1);
    let found = answer(&run);
    assert_eq!(
        told(&found, "postgresql"),
        [
            rule("index-without-concurrently", 8),
            rule("column-rewrites-table", 11),
            rule("type-change-rewrites", 12),
            rule("drop-column", 13),
        ]
    );
    assert_eq!(told(&found, "sqlite"), [rule("drop-column", 9), rule("rebuild-loses-children", 9)]);
    let statement = &found["revisions"][0]["findings"][0]["statement"];
    assert!(statement.as_str().unwrap().trim().starts_with("DROP TABLE flow"), "{statement}");
    assert_eq!(env.snapshot(), before);

    // What is known takes no database, and is told in every way.
    let run = env.onramp(["migrate", "lint", "--format", "github", "--sarif", "out/lint.sarif"]).exits(1);
    let annotation =
        format!("::error file={POSTGRESQL},line=8,title=migrate%3Apostgresql index-without-concurrently::");
    assert!(run.stderr.contains(&annotation), "{}", run.stderr);
    assert!(!run.stderr.contains("apply"), "{}", run.stderr);
    let sarif: Value = serde_json::from_str(&env.read("out/lint.sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 6, "{sarif:#}");
    let place = &results.iter().find(|one| one["ruleId"] == "drop-column").unwrap()["locations"][0];
    assert!(place.to_string().contains("bad0000000"), "{place}");
    env.onramp(["migrate", "lint"])
        .exits(1)
        .says("error rebuild-loses-children: drops flow while foreign keys are on")
        .says("flow_run (its rows are deleted)")
        .says(&format!("at {POSTGRESQL}:11"));
}

#[test]
fn one_revision_or_all_can_be_asked_for() {
    let Some(flowline) = flowline_with_bad_revisions() else { return };
    let env = &flowline.env;
    let run = env.onramp(["migrate", "lint", "bad0000000bb", "--format", "json"]).exits(1);
    assert_eq!(answer(&run)["revisions"].as_array().unwrap().len(), 1);
    std::fs::remove_file(env.root().join(SQLITE)).unwrap();
    std::fs::remove_file(env.root().join(POSTGRESQL)).unwrap();
    env.onramp(["migrate", "lint"]).exits(0).says("no revision is new since HEAD");
    env.onramp(["migrate", "lint", "no-such"]).exits(2).says("no history has a revision `no-such`");
    let run = env.onramp(["migrate", "lint", "--all", "--format", "json"]);
    let found = answer(&run);
    let revisions = found["revisions"].as_array().unwrap();
    assert_eq!(revisions.len(), flowline.revisions("sqlite").len() + flowline.revisions("postgresql").len());
    // A first revision has nothing that could be lost.
    let first =
        revisions.iter().find(|one| one["file"].as_str().unwrap().ends_with("add_flows_and_flow_runs.py"));
    assert_eq!(first.unwrap()["findings"], serde_json::json!([]));
}

#[test]
fn what_a_server_refuses_is_told_with_its_reason() {
    let Some(flowline) = flowline_with_bad_revisions() else { return };
    let env = &flowline.env;
    std::fs::remove_file(env.root().join(SQLITE)).unwrap();
    let down = env.read(POSTGRESQL).lines().nth(1).unwrap().split('\'').nth(1).unwrap().to_owned();
    let concurrently = "op.create_index('ix_bad', 'flow_run', ['created_at'], postgresql_concurrently=True)";
    env.write(POSTGRESQL, &revision("bad0000000bb", &down, &[concurrently]));
    let run = env.onramp(["migrate", "lint", "--format", "json"]).exits(1);
    assert_eq!(told(&answer(&run), "postgresql"), [rule("concurrently-in-transaction", 8)]);

    let block = ["with op.get_context().autocommit_block():", &format!("    {concurrently}")];
    env.write(POSTGRESQL, &revision("bad0000000bb", &down, &block));
    env.onramp(["migrate", "lint"]).exits(0).says("nothing found");

    // What no rule explains is the failure that it is.
    env.write(POSTGRESQL, &revision("bad0000000bb", &down, &["op.drop_table('no_such')"]));
    env.onramp(["migrate", "lint"]).exits(1).says("no_such");
}

#[test]
fn a_migrate_tells_what_the_rules_say_of_its_own_revisions() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    init(env);
    flowline.insert(
        super::MODEL,
        "    name: Mapped[Name]",
        "    owner: Mapped[str | None] = mapped_column(String(9), index=True)",
    );
    env.onramp(["migrate", "--all-dialects", "-m", "owners"])
        .exits(0)
        .says("Postgres: `onramp migrate lint` has something to say about what the revision does")
        .says("error index-without-concurrently: builds an index of flow")
        .never_says("SQLite: `onramp migrate lint`");
    env.onramp(["migrate", "lint", "--dialect", "postgresql", "--all"]).exits(1).says("_owners.py");
    // A proof tells it too, but of what the revision allows.
    let telling = "`onramp migrate lint` has something to say";
    env.onramp(["migrate", "verify"]).exits(0).says(telling);
    let revisions = flowline.revisions("postgresql");
    let new =
        revisions.iter().find(|path| path.to_string_lossy().ends_with("_owners.py")).expect("the new one");
    let text = std::fs::read_to_string(new).expect("a revision");
    let allow = "# onramp: allow index-without-concurrently: nobody has the table yet\n";
    std::fs::write(new, format!("{allow}{text}")).expect("a revision that can be written");
    env.onramp(["migrate", "verify"]).exits(0).never_says(telling);
}
