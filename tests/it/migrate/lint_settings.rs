//! Levels of rules and what is allowed: in the configuration and in the revision itself; and histories of plain SQL.

use onramp_tests::TestEnv;

use super::shop::{MODELS, shop_with_history};

const REVISION: &str = "db/history/lite/bad0_bad.py";

/// A shop with a revision that drops the column `name`, and what stands above that statement.
fn shop_with_a_drop(comment: &str) -> Option<TestEnv> {
    let env = shop_with_history(MODELS)?;
    let run = env.onramp(["migrate", "heads", "--format", "json"]).exits(0);
    let heads: serde_json::Value = serde_json::from_str(&run.stdout).expect("the answer of the program");
    let head = heads["dialects"][0]["heads"][0].as_str().expect("the answer of the program");
    let source = format!(
        "revision = 'bad0'\ndown_revision = '{head}'\nfrom alembic import op\ndef upgrade():\n    {comment}\n    \
         op.execute('ALTER TABLE customer DROP COLUMN name')\ndef downgrade():\n    pass\n"
    );
    env.write(REVISION, &source);
    Some(env)
}

#[test]
fn a_comment_in_the_revision_allows_with_a_reason() {
    let Some(env) = shop_with_a_drop("# onramp: allow drop-column customer: names moved to the ledger")
    else {
        return;
    };
    env.onramp(["migrate", "lint"]).exits(0).says("allowed drop-column").says("names moved to the ledger");

    let source = env.read(REVISION);
    env.write(REVISION, &source.replace("drop-column customer:", "drop-table:"));
    env.onramp(["migrate", "lint"])
        .exits(1)
        .says("error drop-column: drops the column customer.name")
        .says("error stale-allow: allows `drop-table`, and the revision does nothing of the kind")
        .says(&format!("at {REVISION}:5"));
    env.write(REVISION, &source.replace(": names moved to the ledger", ""));
    env.onramp(["migrate", "lint"])
        .exits(1)
        .says("error drop-column: drops the column customer.name")
        .says("error stale-allow: the allow of `drop-column` has no reason")
        .says(&format!("at {REVISION}:5"));
    env.write(REVISION, &source.replace("drop-column customer", "drop-colum customer"));
    env.onramp(["migrate", "lint"]).exits(1).says("there is no rule `drop-colum`");
}

#[test]
fn the_configuration_decides_levels_and_allows() {
    let Some(env) = shop_with_a_drop("pass") else { return };
    let configuration = env.read("onramp.toml");
    let with = |lint: &str| env.write("onramp.toml", &format!("{configuration}\n[database.lint]\n{lint}\n"));
    with("levels = { drop-column = \"warning\" }");
    env.onramp(["migrate", "lint"]).exits(0).says("warning drop-column");
    with("levels = { drop-column = \"off\" }");
    env.onramp(["migrate", "lint"]).exits(0).says("nothing found");
    with(
        "allow = [{ rule = \"drop-column\", revision = \"bad0\", object = \"customer.name\", reason = \"it is empty\" }]",
    );
    env.onramp(["migrate", "lint"]).exits(0).says("it is empty");
    with(
        "allow = [{ rule = \"drop-column\", revision = \"bad0\", object = \"customer.nam\", reason = \"it is empty\" }]",
    );
    env.onramp(["migrate", "lint"])
        .exits(1)
        .says("the configuration allows `drop-column` (it is empty), and nothing meets it");
    with("levels = { drop-colum = \"off\" }");
    env.onramp(["migrate", "lint"])
        .exits(3)
        .says("there is no rule `drop-colum`")
        .says("onramp.toml:")
        .says("did you mean `drop-column`?");
    with("allow = [{ rule = \"dorp-column\", reason = \"it is empty\" }]");
    env.onramp(["migrate", "lint"]).exits(3).says("there is no rule `dorp-column`");
    with("allow = [{ rule = \"drop-column\", reason = \" \" }]");
    env.onramp(["migrate", "lint"]).exits(3).says("an allow needs a reason");
}

#[test]
fn rules_are_listed_with_what_to_do_instead() {
    let env = super::super::folder().file("onramp.toml", "[project]\nname = \"x\"\n");
    env.onramp(["migrate", "lint", "--rules"]).exits(0).says("rebuild-loses-children (error, sqlite)");
    let run = env.onramp(["migrate", "lint", "--rules", "--format", "json"]).exits(0);
    let rules: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let drop = rules["rules"].as_array().unwrap().iter().find(|rule| rule["rule"] == "drop-table").unwrap();
    assert_eq!(drop["atlas"], serde_json::json!(["DS102"]));
}

/// An allow is judged once all was looked at that it may be about, and told where it stands.
#[test]
fn allows_that_nothing_meets_are_found_where_they_stand() {
    let Some(env) = shop_with_a_drop("pass") else { return };
    let configuration = env.read("onramp.toml");
    let lines = [
        "[database.lint]",
        "allow = [",
        "    { rule = \"drop-column\", object = \"customer\", reason = \"it is empty\" },",
        "    { rule = \"drop-table\", object = \"customer\", reason = \"of no revision\" },",
        "    { rule = \"drop-table\", revision = \"bad0\", reason = \"of this one\" },",
        "    { rule = \"truncate\", revision = \"nowhere\", reason = \"of none\" },",
        "    { rule = \"fails-with-rows\", reason = \"of rows\" },",
        "]",
    ];
    env.write("onramp.toml", &format!("{configuration}\n{}\n", lines.join("\n")));
    let first = configuration.lines().count() + 1 + 3;
    let stale = |words: &[&str]| {
        let run = env.onramp(["migrate", "lint", "--format", "json"].iter().chain(words)).exits(1);
        let last = run.stdout.lines().last().expect("the answer of the program");
        let answer: serde_json::Value = serde_json::from_str(last).expect("the answer of the program");
        let stale = answer["stale"].as_array().expect("the answer of the program").clone();
        stale.iter().map(|one| one["line"].as_u64().unwrap_or_default() as usize - first).collect::<Vec<_>>()
    };
    assert_eq!(stale(&[]), [2, 3]);
    assert_eq!(stale(&["--all"]), [1, 2, 3, 4]);
    assert_eq!(stale(&["--all", "--no-rows"]), [1, 2, 3]);
    let run = env.onramp(["migrate", "lint", "--format", "github", "--sarif", "out.sarif"]).exits(1);
    let annotation = format!(
        "::error file=onramp.toml,line={},title=migrate%3Aallows stale-allow::the configuration allows `truncate` (of \
         none), and no history has a revision `nowhere`",
        first + 3
    );
    assert!(run.stderr.contains(&annotation), "{}", run.stderr);
    assert!(env.read("out.sarif").contains("stale-allow"));
    env.write(
        "onramp.toml",
        &format!("{configuration}\n{}\nlevels = {{ stale-allow = \"warning\" }}\n", lines.join("\n")),
    );
    env.onramp(["migrate", "lint"]).exits(0).says("warning stale-allow");
    env.write(
        "onramp.toml",
        &format!("{configuration}\n{}\nlevels = {{ stale-allow = \"off\" }}\n", lines.join("\n")),
    );
    env.onramp(["migrate", "lint"]).exits(0).never_says("stale-allow");
}
