//! Entity-relationship diagrams, of files, of histories and of what revisions change.

use std::os::unix::fs::PermissionsExt;

use expect_test::expect;
use onramp_tests::TestEnv;
use serde_json::Value;

use super::databases;
use crate::migrate::{add_column, flowline};
use crate::reports::timings::{is_one_file, numbers};

const ORDERS: &str = "
    CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
    CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR(80) NOT NULL UNIQUE);
    CREATE TABLE \"order\" (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer ON DELETE CASCADE,
        total DECIMAL(10, 2));
    CREATE TABLE line (order_id INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (order_id, place),
        FOREIGN KEY (order_id) REFERENCES \"order\"(id));
    CREATE TABLE note (text TEXT);";

/// The same with a table more, a column of another type, and without the notes.
const LATER: &str = "
    CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR(200) NOT NULL UNIQUE);
    CREATE TABLE \"order\" (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer ON DELETE CASCADE,
        total DECIMAL(10, 2));
    CREATE TABLE line (order_id INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (order_id, place),
        FOREIGN KEY (order_id) REFERENCES \"order\"(id));
    CREATE TABLE card (order_id INTEGER PRIMARY KEY REFERENCES \"order\", text TEXT);";

fn git(env: &TestEnv, words: &[&str]) {
    let identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
    env.command("", ["git"].iter().chain(&identity).chain(words)).exits(0);
}

#[test]
fn a_file_is_drawn_for_mermaid() {
    let env = databases(&[("orders.db", ORDERS)]);
    let run = env.onramp(["db", "erd", "orders.db"]).exits(0);
    expect![[r#"
        erDiagram
          customer {
            INTEGER id PK
            VARCHAR(80) name UK
          }
          line {
            INTEGER order_id PK,FK
            INTEGER place PK
          }
          note {
            TEXT text "null"
          }
          order {
            INTEGER id PK
            INTEGER customer_id FK
            DECIMAL(10__2) total "DECIMAL(10, 2), null"
          }
          order ||--o{ line : "order_id"
          customer ||--o{ order : "customer_id"
    "#]]
    .assert_eq(&run.stdout);
    assert_eq!(run.stderr, "");
}

#[test]
fn the_ending_of_the_file_decides_the_form() {
    let env = databases(&[("orders.db", ORDERS)]);
    for (file, beginning) in [
        ("a.mmd", "erDiagram\n"),
        ("a.svg", "<svg xmlns="),
        ("a.HTML", "<!DOCTYPE html>"),
        ("a.json", "{\"changes\":null"),
    ] {
        let run = env.onramp(["db", "erd", "orders.db", "--output", file]).exits(0);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
        assert!(env.read(file).starts_with(beginning), "{file}: {}", env.read(file));
    }
    let asked = env.onramp(["db", "erd", "orders.db", "-o", "b.txt", "--as", "svg"]).exits(0);
    assert_eq!((asked.stdout.as_str(), env.read("b.txt")), ("", env.read("a.svg")));
    assert_eq!(env.onramp(["db", "erd", "orders.db", "--as", "html"]).exits(0).stdout, env.read("a.HTML"));
    is_one_file(&env.read("a.HTML"));
    assert_eq!(env.read("a.HTML").matches("<g class=\"node table\"").count(), 4);
}

#[test]
fn machines_get_tables_and_relations() {
    let env = databases(&[("orders.db", ORDERS), ("later.db", LATER)]);
    let run = env.onramp(["db", "erd", "later.db", "--since", "orders.db", "--format", "json"]).exits(0);
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&value["version"], &value["dialect"]), (&1.into(), &"sqlite".into()));
    let card = &value["tables"][0];
    assert_eq!((&card["path"][0], &card["change"]), (&"card".into(), &"added".into()));
    assert_eq!(card["columns"][0]["keys"], serde_json::json!(["primary", "foreign"]));
    assert_eq!(
        value["relations"][0],
        serde_json::json!({
            "name": "FOREIGN KEY (order_id) REFERENCES \"order\"",
            "table": ["card"],
            "columns": ["order_id"],
            "target": ["order"],
            "target-columns": ["id"],
            "optional": false,
            "one-to-one": true,
            "rules": "",
            "change": "added",
            "details": [],
        })
    );
    assert_eq!(
        value["changes"],
        serde_json::json!([
            {"change": "added", "kind": "table", "path": ["card"], "details": []},
            {
                "change": "changed",
                "kind": "column",
                "path": ["customer", "name"],
                "details": ["type: VARCHAR(80) \u{2192} VARCHAR(200)"],
            },
            {"change": "removed", "kind": "table", "path": ["note"], "details": []},
        ])
    );
}

#[test]
fn a_part_is_drawn_by_name_and_by_change() {
    let env = databases(&[("orders.db", ORDERS), ("later.db", LATER)]);
    let tables = |words: &[&str]| {
        let words = ["db", "erd", "later.db", "--format", "json"].iter().chain(words);
        let value: Value = serde_json::from_str(&env.onramp(words).exits(0).stdout).unwrap();
        let name = |table: &Value| table["path"][0].as_str().unwrap().to_owned();
        value["tables"].as_array().unwrap().iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(tables(&["--table", "customer"]), ["customer", "order"]);
    assert_eq!(tables(&["--table", "customer", "--depth", "2"]), ["card", "customer", "line", "order"]);
    assert_eq!(
        tables(&["--since", "orders.db", "--changed", "--depth", "0"]),
        ["card", "customer", "note", "order"]
    );
    let keys = env.onramp(["db", "erd", "later.db", "--columns", "keys", "--table", "order"]).exits(0);
    keys.says("_ more_columns \"1\"").never_says("DECIMAL");
    env.onramp(["db", "erd", "later.db", "--table", "ordre"]).exits(2).says("did you mean `order`?");
    let run = env.onramp(["db", "erd", "later.db", "--changed"]).exits(2);
    run.says("--changed needs something to compare with");
}

#[test]
fn what_cannot_be_drawn_or_written_is_told() {
    let env = databases(&[("orders.db", ORDERS)]);
    let erd = |words: &[&str]| env.onramp(["db", "erd", "orders.db"].iter().chain(words));
    erd(&["-o", "a.png"]).exits(2).says("a.png ends in none of .mmd, .svg, .html and .json");
    erd(&["-o", "svg"]).exits(2).says("hint: onramp db erd --as svg --output svg");
    erd(&["-o", "nowhere/a.svg"]).exits(4).says("nowhere/a.svg could not be written");
    erd(&["--as", "png"]).exits(2);
    erd(&["--since", "none.db"]).exits(2).says("`none.db` is no file, no database URL and no revision");
    erd(&["--revision", "abc"]).exits(2).says("cannot be used with");
    erd(&["--since", "orders.db", "--dialect", "postgresql"]).exits(2).says("is a database of sqlite");
    env.write("old.svg", "as it was");
    let file = env.root().join("closed");
    std::fs::create_dir(&file).unwrap();
    erd(&["--as", "svg", "-o", "closed"]).exits(4).says("closed could not be written");
    assert!(!env.has("a.png") && !env.has("svg") && env.read("old.svg") == "as it was");
    erd(&["-o", "old.svg"]).exits(0);
    let mode = std::fs::metadata(env.root().join("old.svg")).unwrap().permissions().mode();
    assert_eq!(mode & 0o600, 0o600);
    let left = std::fs::read_dir(env.root())
        .unwrap()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(".tmp"));
    assert_eq!(left.count(), 0);
}

#[test]
fn more_than_mermaid_takes_is_told() {
    let columns =
        (0..40).map(|column| format!(", a_column_with_a_long_name_{column} VARCHAR(80)")).collect::<String>();
    let tables = (0..30).map(|table| format!("CREATE TABLE t{table} (id INTEGER PRIMARY KEY{columns});"));
    let env = databases(&[("large.db", &tables.collect::<String>())]);
    let run = env.onramp(["db", "erd", "large.db"]).exits(0);
    assert!(run.stdout.len() > 50_000 && run.stderr.contains("more than Mermaid takes"), "{}", run.stderr);
    for words in [["--columns", "keys"], ["--table", "t1"], ["--as", "html"]] {
        let run = env.onramp(["db", "erd", "large.db"].iter().chain(&words)).exits(0);
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn no_name_becomes_markup() {
    let name = "</script><script>alert(1)</script><img src=x onerror=alert(2)>";
    let statements = format!(
        "CREATE TABLE \"{name}\" (\"{name}\" \"{name}\" DEFAULT '{name}', \"\" INTEGER REFERENCES \"{name}\"(\"{name}\"));"
    );
    let env = databases(&[("hostile.db", &statements), ("orders.db", ORDERS)]);
    let draw =
        |form| env.onramp(["db", "erd", "hostile.db", "--since", "orders.db", "--as", form]).exits(0).stdout;
    let page = draw("html");
    assert_eq!(page.matches("</script").count(), 2);
    assert!(!page.contains("<img"));
    assert_eq!(numbers(&page)["entities"][0]["path"][0], name);
    assert!(!draw("svg").contains("<script") && !draw("svg").contains("<img"));
    assert!(!draw("mermaid").contains(['<', '>']));
}

#[test]
fn real_histories_are_drawn_and_what_a_revision_changes_is_marked() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    git(env, &["init", "-q"]);
    git(env, &["add", "-A"]);
    git(env, &["commit", "-qm", "before"]);
    add_column(&flowline, "owner");
    env.onramp(["migrate", "--all-dialects", "-m", "add flow owner"]).exits(0);

    env.onramp(["db", "erd"]).exits(2).says("onramp db erd --dialect sqlite");
    for (dialect, kind) in [("sqlite", "VARCHAR(200)"), ("postgresql", "varchar(200)")] {
        let whole = env.onramp(["db", "erd", "--dialect", dialect]).exits(0).stdout;
        for line in [
            "  flow_run ||--o{ task_run : \"flow_run_id\"",
            "  deployment |o--o{ flow_run : \"deployment_id\"",
            "  work_pool ||--o{ worker : \"work_pool_id\"",
        ] {
            assert!(whole.contains(line), "{whole}");
        }
        assert!(!whole.contains("alembic_version") && !whole.contains("classDef"), "{whole}");
        let since =
            env.onramp(["db", "erd", "--dialect", dialect, "--since", "HEAD", "--changed"]).exits(0).stdout;
        assert!(since.contains(&format!("{kind} owner \"added")), "{since}");
        assert!(since.contains("flow[\"~ flow\"]") && since.contains("class flow changed"), "{since}");
        assert!(!since.contains("work_pool"), "{since}");
        // The history has one revision more than the commit, so both comparisons are of the same.
        let heads = env.onramp(["migrate", "heads", "--format", "json"]).exits(0).stdout;
        let heads: Value = serde_json::from_str(heads.lines().last().unwrap()).unwrap();
        let heads = heads["dialects"].as_array().unwrap();
        let head = heads.iter().find(|one| one["dialect"] == dialect).unwrap()["heads"][0].as_str().unwrap();
        let revision = env
            .onramp(["db", "erd", "--dialect", dialect, "--revision", &head[..6], "--changed"])
            .exits(0)
            .stdout;
        assert_eq!(revision, since);
    }
    let page = env
        .onramp(["db", "erd", "--dialect", "postgresql", "--since", "HEAD", "--as", "html"])
        .exits(0)
        .stdout;
    let numbers = numbers(&page);
    assert_eq!(numbers["changes"].as_array().unwrap().len(), 1, "{}", numbers["changes"]);
    let changed = numbers["changes"][0]["entity"].as_u64().unwrap() as usize;
    assert_eq!(numbers["entities"][changed]["path"][0], "flow");
    let page =
        env.onramp(["db", "erd", "--dialect", "sqlite", "--revision", "4f0b8d1c62e7", "--format", "json"]);
    let value: Value = serde_json::from_str(page.exits(0).stdout.lines().last().unwrap()).unwrap();
    let changes = value["changes"].as_array().unwrap();
    assert!(
        changes.iter().all(|change| change["change"] == "added" && change["kind"] == "table"),
        "{changes:?}"
    );
    assert_eq!(changes.len(), 3);
    env.onramp(["db", "erd", "--dialect", "sqlite", "--revision", "nosuch"])
        .exits(2)
        .says("the history of sqlite has no revision `nosuch`");
}
