//! Revisions that the database refuses: because of rows, or in any case.

use onramp_tests::{Run, TestEnv};
use serde_json::Value;

use super::flowline;
use super::shop::{MODELS, commit, newest_file, shop_with_history};

const REVISION: &str = "db/history/lite/bad0_bad.py";

/// A shop with customers and a table of notes, and a revision of these lines, the first of them at line 6.
fn shop_with(lines: &[&str]) -> Option<TestEnv> {
    let env = shop_with_history(MODELS)?;
    let (file, text) = newest_file(&env);
    let more = "    op.create_table('note', sa.Column('id', sa.Integer, primary_key=True), sa.Column('text', sa.Text))\n";
    let place = text.find("    # ### end Alembic").expect("a revision by Alembic");
    env.write(&file, &format!("{}{more}{}", &text[..place], &text[place..]));
    commit(&env);
    write(&env, "bad0", &head(&env), lines);
    Some(env)
}

fn head(env: &TestEnv) -> String {
    let run = env.onramp(["migrate", "heads", "--format", "json"]).exits(0);
    let heads: Value = serde_json::from_str(&run.stdout).expect("the answer of the program");
    heads["dialects"][0]["heads"][0].as_str().expect("the answer of the program").to_owned()
}

fn write(env: &TestEnv, id: &str, down: &str, lines: &[&str]) {
    let source = format!(
        "revision = '{id}'\ndown_revision = '{down}'\nfrom alembic import op\nimport sqlalchemy as sa\ndef upgrade():\n    \
         {}\ndef downgrade():\n    pass\n",
        lines.join("\n    ")
    );
    env.write(&format!("db/history/lite/{id}_bad.py"), &source);
}

fn answer(run: &Run) -> Value {
    let last = run.stdout.lines().last().expect("the answer of the program");
    serde_json::from_str(last).expect("the answer of the program")
}

/// The rules and lines of what was found in a revision.
fn told(answer: &Value, id: &str, list: &str) -> Vec<(String, u64)> {
    let revisions = answer["revisions"].as_array().expect("the answer of the program");
    let revision = revisions.iter().find(|one| one["revision"] == id).expect("the answer of the program");
    let findings = revision[list].as_array().expect("the answer of the program").iter();
    let brief = |one: &Value| {
        let rule = one["rule"].as_str().expect("the answer of the program").to_owned();
        (rule, one["line"].as_u64().unwrap_or_default())
    };
    findings.map(brief).collect()
}

fn rules(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected.iter().map(|(rule, line)| ((*rule).to_owned(), *line)).collect()
}

/// Notes have no text in some of the rows, which a new check does not take.
const STOPPED: [&str; 4] = [
    "op.drop_column('customer', 'name')",
    "pass",
    "with op.batch_alter_table('note') as batch: batch.alter_column('text', nullable=False)",
    "op.execute('DELETE FROM note')",
];

#[test]
fn what_rows_stop_is_looked_at_to_its_end_and_can_be_allowed() {
    let Some(env) = shop_with(&STOPPED) else { return };
    write(&env, "late", "bad0", &["op.drop_table('note')"]);
    let before = env.snapshot();
    let found = answer(&env.onramp(["migrate", "lint", "--format", "json"]).exits(1));
    let expected = [("drop-column", 6), ("fails-with-rows", 8), ("set-not-null", 8), ("delete-all-rows", 9)];
    assert_eq!(told(&found, "bad0", "findings"), rules(&expected));
    assert_eq!(told(&found, "late", "findings"), rules(&[("drop-table", 6)]));
    // The one was looked at with empty tables, the one behind it with rows again.
    assert_eq!(
        (&found["revisions"][0]["rows"], &found["revisions"][0]["complete"]),
        (&false.into(), &true.into())
    );
    assert_eq!(found["revisions"][1]["rows"], true);
    assert_eq!(env.snapshot(), before);

    // By its own rule, or by the one that says why; a reason that is no more needed is told.
    for rule in ["fails-with-rows", "set-not-null"] {
        let allow = format!("# onramp: allow {rule} note: nobody writes notes without a text");
        let lines = [STOPPED[0], &allow, STOPPED[2], STOPPED[3]];
        write(&env, "bad0", &head_of(&env), &lines);
        let found = answer(&env.onramp(["migrate", "lint", "bad0", "--format", "json"]).exits(1));
        let allowed = told(&found, "bad0", "allowed");
        assert!(allowed.contains(&("fails-with-rows".to_owned(), 8)), "{rule}: {found:#}");
        assert!(told(&found, "bad0", "findings").contains(&("delete-all-rows".to_owned(), 9)), "{found:#}");
        assert_eq!(told(&found, "bad0", "stale"), []);
    }
    let lines = ["op.execute('DELETE FROM note')", "pass", STOPPED[2]];
    write(&env, "bad0", &head_of(&env), &lines);
    env.onramp(["migrate", "lint", "bad0"]).never_says("fails-with-rows");
}

#[test]
fn the_traceback_of_what_is_refused_is_shown_to_who_asks() {
    let Some(env) = shop_with(&["op.execute('SELECT nothing FROM nowhere')"]) else { return };
    env.onramp(["migrate", "lint", "-v"]).exits(1).says("Traceback");
}

/// What `bad0` follows.
fn head_of(env: &TestEnv) -> String {
    let source = env.read(REVISION);
    source.lines().nth(1).and_then(|line| line.split('\'').nth(1)).expect("a revision").to_owned()
}

#[test]
fn without_rows_nothing_is_stopped_and_that_is_said() {
    let allow = "# onramp: allow fails-with-rows: nobody writes notes without a text";
    let Some(env) = shop_with(&[allow, STOPPED[2]]) else { return };
    env.onramp(["migrate", "lint", "--no-rows"])
        .exits(0)
        .says("whether rows would stop a revision was not tried")
        .says("warning set-not-null")
        .never_says("fails-with-rows");
    // What is known without rows is nothing that was tried with them.
    env.onramp(["migrate", "lint"]).exits(0).says("allowed fails-with-rows");
    env.onramp(["migrate", "lint", "--no-rows"]).exits(0).never_says("fails-with-rows");
}

#[test]
fn what_fails_is_a_finding_and_keeps_those_before_it() {
    let allow = "# onramp: allow drop-table: it comes last";
    let fails = "op.execute('SELECT nothing FROM nowhere')";
    let Some(env) = shop_with(&[allow, "op.drop_column('customer', 'name')", fails, "op.drop_table('note')"])
    else {
        return;
    };
    write(&env, "late", "bad0", &["op.drop_table('note')"]);
    let run = env.onramp(["migrate", "lint", "--format", "json", "--junit", "out.xml"]).exits(1);
    let found = answer(&run);
    assert_eq!(told(&found, "bad0", "findings"), rules(&[("drop-column", 7), ("revision-fails", 8)]));
    let statement = &found["revisions"][0]["findings"][1]["statement"];
    assert_eq!(statement, "SELECT nothing FROM nowhere");
    assert_eq!(found["revisions"][0]["complete"], false);
    // Nobody can say whether the allow is needed.
    assert_eq!((told(&found, "bad0", "stale"), found["stale"].clone()), (Vec::new(), serde_json::json!([])));
    let late = serde_json::json!([{
        "dialect": "sqlite", "revision": "late", "file": "db/history/lite/late_bad.py", "line": 1,
        "level": "warning", "message": "not looked at: bad0, which comes before it, fails",
    }]);
    assert_eq!(found["not-looked-at"], late);
    assert!(
        env.read("out.xml").contains(&format!("{REVISION}:8: revision-fails")),
        "{}",
        env.read("out.xml")
    );
    let run = env.onramp(["migrate", "lint", "--format", "github", "--sarif", "out.sarif"]).exits(1);
    for (line, rule) in [(7, "drop-column"), (8, "revision-fails")] {
        let annotation = format!("::error file={REVISION},line={line},title=migrate%3Asqlite {rule}::");
        assert!(run.stderr.contains(&annotation), "{}", run.stderr);
    }
    let sarif: Value = serde_json::from_str(&env.read("out.sarif")).expect("a SARIF file");
    let rule = sarif["runs"][0]["tool"]["extensions"][0]["rules"]
        .as_array()
        .and_then(|rules| rules.iter().find(|rule| rule["id"] == "revision-fails"))
        .expect("the rule");
    assert_eq!(
        (&rule["name"], &rule["defaultConfiguration"]["level"]),
        (&"RevisionFails".into(), &"error".into())
    );
    let texts = ["/shortDescription/text", "/fullDescription/text", "/help/text", "/help/markdown"];
    assert!(
        texts.iter().all(|text| rule.pointer(text).is_some_and(|text| text.as_str().is_some())),
        "{rule}"
    );
    env.onramp(["migrate", "lint"])
        .exits(1)
        .says("2 errors, and not applied to its end")
        .says("late  not looked at: one before it fails")
        .says("warning not-tried: not looked at: bad0, which comes before it, fails")
        .never_says("Traceback")
        .says("full output: ")
        .says("1 revision could not be looked at")
        .never_says("nothing of the kind");
}

#[test]
fn an_error_of_python_has_its_line() {
    let Some(env) = shop_with(&["op.drop_column('customer', 'name')", "", "op.drop_tabel('note')"]) else {
        return;
    };
    let found = answer(&env.onramp(["migrate", "lint", "--format", "json"]).exits(1));
    assert_eq!(told(&found, "bad0", "findings"), rules(&[("drop-column", 6), ("revision-fails", 8)]));
    // One that cannot even be loaded.
    write(&env, "bad0", &head_of(&env), &["op.drop_column('customer', 'name')", "", "op.drop_table('note'"]);
    let found = answer(&env.onramp(["migrate", "lint", "--format", "json"]).exits(1));
    assert_eq!(told(&found, "bad0", "findings"), rules(&[("revision-fails", 8)]));
    // Allowed, it fails nobody, but what comes behind it does.
    let allow = "# onramp: allow revision-fails: the old server knows `drop_tabel`";
    write(&env, "bad0", &head_of(&env), &[allow, "op.drop_tabel('note')"]);
    env.onramp(["migrate", "lint"]).exits(0).says("nothing else found, and not applied to its end");
    write(&env, "late", "bad0", &["pass"]);
    env.onramp(["migrate", "lint"]).exits(1).says("1 revision could not be looked at, behind one that fails");
}

#[test]
fn what_became_of_rows_is_told_and_known_the_next_time() {
    let Some(env) = shop_with(&[
        "op.drop_column('customer', 'name'); op.add_column('customer', sa.Column('name', sa.Text)); op.execute(\"UPDATE customer SET name = 'a' WHERE name IS NULL\")",
        "op.execute(\"INSERT INTO note (id, text) VALUES (1, 'a')\")",
        "op.execute('CREATE TABLE kept AS SELECT * FROM note WHERE id < 9')",
        "op.execute('DROP TABLE note')",
        "op.execute('ALTER TABLE kept RENAME TO note')",
    ]) else {
        return;
    };
    for _ in 0..2 {
        let found = answer(&env.onramp(["migrate", "lint", "--format", "json"]).exits(1));
        let told = told(&found, "bad0", "findings");
        assert!(told.contains(&("values-lost".to_owned(), 6)), "{found:#}");
        assert!(told.iter().any(|(rule, _)| rule == "rows-lost"), "{found:#}");
        assert!(!told.iter().any(|(rule, _)| rule == "fails-with-rows"), "{found:#}");
    }
    env.onramp(["migrate", "lint", "--no-rows"]).never_says("values-lost").never_says("rows-lost");
}

/// What has aborted a transaction is told, and not what finds it aborted.
#[test]
fn a_refusal_that_a_revision_swallows_is_told_where_it_was() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    for (id, last) in [("5a11", "op.drop_column('flow', 'x')"), ("5b22", "pass")] {
        let lines = [
            "op.add_column('flow', sa.Column('x', sa.Integer()))",
            "try: op.execute('ALTER TABLE flow ALTER COLUMN x SET NOT NULL')",
            "except Exception: pass",
            last,
        ];
        let source = format!(
            "revision = '{id}'\ndown_revision = 'ed40c2871a9b'\nfrom alembic import op\nimport sqlalchemy as sa\n\
             def upgrade():\n    {}\ndef downgrade():\n    pass\n",
            lines.join("\n    ")
        );
        let file = format!("src/flowline/migrations/versions/postgresql/{id}_swallow.py");
        env.write(&file, &source);
        let run = env.onramp(["migrate", "lint", id, "--dialect", "postgresql"]).exits(1);
        run.says("refused because of rows: column \"x\" of relation \"flow\" contains null values")
            .says(&format!("{file}:7"))
            .never_says("rows: current transaction is aborted");
        std::fs::remove_file(env.root().join(&file)).unwrap();
    }
}

/// Two revisions: the first makes a table, and fails then; SQLite keeps what was made.
fn shop_that_is_broken_before_its_head() -> Option<TestEnv> {
    let env = shop_with(&[
        "op.create_table('half', sa.Column('id', sa.Integer, primary_key=True))",
        "op.drop_table('nope')",
    ])?;
    write(&env, "late", "bad0", &["op.drop_table('note')"]);
    Some(env)
}

#[test]
fn what_cannot_be_looked_at_is_told_with_the_earlier_revision_that_fails() {
    let Some(env) = shop_that_is_broken_before_its_head() else { return };
    let run = env.onramp(["migrate", "lint", "late", "--format", "json"]).exits(1);
    let found = answer(&run);
    assert_eq!(told(&found, "bad0", "findings"), rules(&[("revision-fails", 7)]), "{found:#}");
    assert_eq!(found["not-looked-at"][0]["revision"], "late", "{found:#}");
    // Once the earlier one is mended, the later one alone is told of.
    write(&env, "bad0", &head_of(&env), &["op.create_table('half', sa.Column('id', sa.Integer))"]);
    let found = answer(&env.onramp(["migrate", "lint", "late", "--format", "json"]).exits(1));
    assert_eq!(told(&found, "late", "findings"), rules(&[("drop-table", 6)]));
    assert_eq!(found["revisions"].as_array().map(Vec::len), Some(1), "{found:#}");
}

#[test]
fn a_history_that_fails_is_not_tried_again_where_half_of_it_is_applied() {
    let Some(env) = shop_that_is_broken_before_its_head() else { return };
    for words in [["migrate", "verify", "late"].as_slice(), &["migrate", "check"], &["migrate", "-m", "more"]]
    {
        env.onramp(words)
            .exits(1)
            .says("apply head: revision `bad0`: ")
            .says("no such table: nope")
            .never_says("already exists");
    }
    // What is no statement that was refused is tried once more, on a database of its own.
    let lines = ["op.create_table('half', sa.Column('id', sa.Integer))", "raise KeyError('gone')"];
    write(&env, "bad0", &head_of(&env), &lines);
    env.onramp(["migrate", "check"])
        .exits(1)
        .says("apply head: revision `bad0`: KeyError")
        .never_says("already exists");
}
