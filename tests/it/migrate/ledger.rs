//! The example's ledger with faults in it, and revisions of several dialects in pairs.

use onramp_tests::TestEnv;

use super::branches::hinted;
use super::flowline;

const NOTES: &str = "MIGRATION-NOTES.md";

fn json(env: &TestEnv, words: &[&str]) -> serde_json::Value {
    let run = env.onramp(words.iter().chain(&["--format", "json"]));
    let last = run.stdout.lines().rfind(|line| !line.contains("\"event\":\"error\""));
    serde_json::from_str(last.expect("an answer")).expect("JSON")
}

/// The codes of what is found, each with its line.
fn codes(env: &TestEnv) -> Vec<String> {
    let found = json(env, &["migrate", "ledger"]);
    let found = found["findings"].as_array().expect("findings").clone();
    found.iter().map(|one| format!("{}:{}", one["code"].as_str().expect("a code"), one["line"])).collect()
}

#[test]
fn faults_in_the_examples_ledger_are_found() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    env.onramp(["migrate", "ledger"]).exits(0).says("every revision is listed once, in 12 entries");
    let notes = env.read(NOTES);
    let faulty = |old: &str, new: &str| {
        assert!(notes.contains(old));
        env.write(NOTES, &notes.replacen(old, new, 1));
        codes(env)
    };
    assert_eq!(faulty("ed40c2871a9b", "ed40c2871a9c"), ["ledger-unknown:14"]);
    assert_eq!(faulty("d81f6a2c4b79", "26e9b04fd8c3"), ["ledger-dialect:21"]);
    assert_eq!(faulty("Postgres: `ed40c2871a9b`\n", ""), ["ledger-incomplete:12"]);
    assert_eq!(faulty("`06a3e9f7b5d4`", "none"), ["ledger-none:13"]);
    assert_eq!(faulty("`ba5e82031fd6`", "`70fd4b1e9c35`").len(), 3);
    let entry = "## Index due runs\nSQLite: `3c94d07b6ea8`\nPostgres: `f83a6c1e0b57`\n\n";
    assert_eq!(faulty(entry, ""), ["ledger-missing:1", "ledger-missing:1"]);
    let moved =
        notes.replacen(entry, "", 1).replacen("## Add flows and", &format!("{entry}## Add flows and"), 1);
    env.write(NOTES, &moved);
    assert_eq!(codes(env), ["ledger-order:52"]);
}

#[test]
fn missing_entries_are_written_by_the_command_of_the_hint() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    let notes = env.read(NOTES);
    let first =
        "## Add schedule time zones and switches\nSQLite: `06a3e9f7b5d4`\nPostgres: `ed40c2871a9b`\n\n";
    let middle = "## Index due runs\nSQLite: `3c94d07b6ea8`\nPostgres: `f83a6c1e0b57`\n\n";
    env.write(NOTES, &notes.replacen(first, "", 1).replacen(middle, "", 1));
    let before = env.snapshot();
    env.onramp(["migrate", "ledger", "--fix", "--dry-run"]).exits(0).says("would write \"Index due runs\"");
    assert_eq!(env.snapshot(), before);
    let run = env.onramp(["migrate", "ledger", "--sarif", "out.sarif"]).exits(1);
    let sarif: serde_json::Value = serde_json::from_str(&env.read("out.sarif")).unwrap();
    assert!(sarif.to_string().contains("ledger-missing"), "{sarif}");
    env.onramp(hinted(&run)).exits(0).says("wrote \"Index due runs\" in MIGRATION-NOTES.md");
    assert_eq!(env.read(NOTES), notes);
    env.onramp(["migrate", "ledger", "--fix"]).exits(0).says("every revision is listed once");
    assert_eq!(env.read(NOTES), notes);
    env.onramp(["migrate", "ledger", "--format", "github"]).exits(0);
    env.write(NOTES, &notes.replacen("ed40c2871a9b", "ed40c2871a9c", 1));
    env.onramp(["migrate", "ledger", "--fix", "--format", "github"])
        .exits(1)
        .says("file=MIGRATION-NOTES.md,line=14")
        .says("did you mean `ed40c2871a9b`?");
}

#[test]
fn a_ledger_that_is_wrong_is_part_of_a_check_and_stops_no_migrate() {
    let Some(flowline) = super::flowline_with_a_new_column() else { return };
    let env = &flowline.env;
    let notes = env.read(NOTES);
    env.write(NOTES, &notes.replacen("3c94d07b6ea8", "3c94d07b6ea9", 1));
    env.onramp(["migrate", "check", "--keep-going"])
        .exits(1)
        .says("no history of SQLite has a revision `3c94d07b6ea9`; did you mean `3c94d07b6ea8`?")
        .says("the models ask for 1 operation");
    env.onramp(["migrate", "--all-dialects", "-m", "add flow owner"])
        .exits(0)
        .says("the ledger has 1 problem already; onramp migrate ledger tells them");
    assert_eq!(codes(env), ["ledger-unknown:29"]);
}

#[test]
fn a_template_that_cannot_be_read_back_is_refused() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    let text = env.read("onramp.toml");
    env.write("onramp.toml", &text.replacen("## {title}", "{title}", 1));
    env.onramp(["migrate", "ledger"]).exits(1).says(
        "the ledger's entries cannot be found by its template: its line `{title}` has no text of its own",
    );
}

#[test]
fn pairs_are_shown_and_single_ones_need_a_reason() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    env.onramp(["migrate", "pairs"])
        .exits(0)
        .says("06a3e9f7b5d4  ed40c2871a9b  Add schedule time zones and switches")
        .says("-             b6f07e3d2519  Add the crashed state  (the ledger says so)");
    // Without the ledger's word for it, nobody has said why.
    let text = env.read("onramp.toml");
    let by_slug = text.replacen("[database]\n", "[database]\npairing = \"slug\"\n", 1);
    env.write("onramp.toml", &by_slug);
    env.onramp(["migrate", "pairs"])
        .exits(1)
        .says(
            "2 problems, such as: revision `b6f07e3d2519` has no twin of SQLite: SQLite has no revision called \"Add the \
             crashed state\"; what MIGRATION-NOTES.md says of it counts with pairing = \"ledger\" alone",
        )
        .says("Add the crashed state  (no twin of that title; the ledger's word does not count)")
        .says("hint: onramp migrate pairs --single");
    let single = env.onramp(["migrate", "pairs", "--single"]).exits(1);
    assert!(!single.stdout.contains("Add log lines"), "{}", single.stdout);
    env.onramp(["migrate", "check"]).exits(1).says("[unpaired]");
    env.write("onramp.toml", &text.replacen("[database]\n", "[database]\npairing = \"id\"\n", 1));
    env.onramp(["migrate", "pairs"])
        .exits(1)
        .says("Index due runs  (no twin of that id")
        .says("has no twin of Postgres: Postgres has no revision of that id");
    let found = json(env, &["migrate", "pairs", "--single"]);
    assert_eq!(found["changes"][0]["lacking"]["postgresql"]["cause"], "no-key");

    let only = |revision: &str, reason: &str| {
        format!(
            "\n[[database.only]]\nrevision = \"{revision}\"\ndialect = \"postgresql\"\nreason = \"{reason}\"\n"
        )
    };
    let crashed = only("b6f07e3d2519", "SQLite has no enumerations");
    let index = only("7bd5f13a96e0", "SQLite has no such indexes");
    env.write("onramp.toml", &format!("{by_slug}{crashed}{index}"));
    env.onramp(["migrate", "pairs"]).exits(0).says("Add the crashed state  (SQLite has no enumerations)");
    env.write("onramp.toml", &format!("{by_slug}{crashed}{}", only("7bd5f13a96e0", "")));
    env.onramp(["migrate", "pairs"]).exits(3).says("say why the others do not need it");

    // What is declared in vain is told, and is no error.
    let vain = only("e7425a1fb093", "log lines") + &only("7bd5f13a96e1", "a slip");
    env.write("onramp.toml", &format!("{by_slug}{crashed}{index}{vain}"));
    env.onramp(["migrate", "pairs"])
        .exits(0)
        .says("[[database.only]] names `e7425a1fb093`, which has a twin after all: `1d97f4260ebc` of sqlite")
        .says("[[database.only]] names `7bd5f13a96e1`, which is no revision of postgresql; did you mean `7bd5f13a96e0`?");
}

#[test]
fn slips_in_titles_and_a_history_that_was_begun_anew() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    let folder = "src/flowline/migrations/versions/sqlite";
    let file = format!("{folder}/3c94d07b6ea8_index_due_runs.py");
    env.write(&file, &env.read(&file).replacen("Index due runs", "Index deu runs", 1));
    let text = env.read("onramp.toml").replacen("[database]\n", "[database]\npairing = \"slug\"\n", 1);
    env.write("onramp.toml", &text);
    env.onramp(["migrate", "pairs", "--single"])
        .exits(1)
        .says("Index due runs  (no twin of that title; likely `3c94d07b6ea8`)");
    let found = json(env, &["migrate", "pairs", "--single"]);
    assert_eq!(found["pairing"], "slug");
    let change = |title: &str| {
        let changes = found["changes"].as_array().unwrap();
        changes.iter().find(|change| change["title"] == title).unwrap().clone()
    };
    assert_eq!(change("Index deu runs")["lacking"]["postgresql"]["likely"], "f83a6c1e0b57");

    // SQLite's history begins with the work pools: what PostgreSQL has before them needs no twin.
    let begins = "[database.dialects.sqlite]\nbaseline = \"e26c7d58f90a\"\n";
    env.write("onramp.toml", &text.replacen("[database.dialects.sqlite]\n", begins, 1));
    let found = json(env, &["migrate", "pairs", "--single"]);
    let of = |title: &str| {
        let changes = found["changes"].as_array().unwrap();
        changes.iter().find(|change| change["title"] == title).unwrap()["lacking"]["sqlite"]["why"].clone()
    };
    assert_eq!(
        (of("Add the crashed state"), of("Index tags and log times")),
        ("baseline".into(), "unpaired".into())
    );
    env.write(
        "onramp.toml",
        &text.replacen("[database.dialects.sqlite]\n", &begins.replace("90a", "90b"), 1),
    );
    env.onramp(["migrate", "pairs"])
        .exits(1)
        .says("the baseline `e26c7d58f90b` is no revision of sqlite; did you mean `e26c7d58f90a`?");
}
