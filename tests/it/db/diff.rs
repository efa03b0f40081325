use expect_test::expect;

use super::{SHOP, databases};

#[test]
fn equal_schemas_are_a_success() {
    let again = SHOP.replace("VARCHAR(80)", "varchar( 80 )").replace("(name", "(\"name\"");
    let env = databases(&[("a.db", SHOP), ("b b.db", &again)]);
    let run = env.onramp(["db", "diff", "a.db", "b b.db"]).exits(0).says("the schemas are equal");
    assert_eq!(run.stdout, "");
}

#[test]
fn each_difference_is_a_line_and_fails() {
    let other =
        "CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR(80), born DATE DEFAULT '2000-01-01');
        CREATE VIEW names AS SELECT name FROM customer";
    let env = databases(&[("a.db", SHOP), ("b.db", other)]);
    let run = env.onramp(["db", "diff", "a.db", "sqlite:///b.db"]).exits(1).says("5 objects differ");
    expect![[r#"
        + column customer.born  DATE DEFAULT '2000-01-01'
        ~ column customer.name  nullable: false -> true
        - check customer.CHECK (name <> '')
        - index customer.ix_name  (name DESC) WHERE id > 5
        + view names  AS SELECT name FROM customer
    "#]]
    .assert_eq(&run.stdout);
}

#[test]
fn machines_get_each_attribute_before_and_after() {
    let other = SHOP.replace("VARCHAR(80) NOT NULL", "TEXT");
    let env = databases(&[("a.db", SHOP), ("b.db", &other)]);
    let run = env.onramp(["db", "diff", "a.db", "b.db", "--format", "json"]).exits(1);
    let value: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(value["version"], 1);
    let value = &value["dialects"][0];
    assert_eq!(value["dialect"], "sqlite");
    let expected = serde_json::json!([{
        "change": "changed",
        "kind": "column",
        "path": ["customer", "name"],
        "attributes": [
            {"attribute": "nullable", "before": "false", "after": "true"},
            {"attribute": "type", "before": "VARCHAR(80)", "after": "TEXT"},
        ],
    }]);
    assert_eq!(value["changes"], expected);
}

#[test]
fn an_order_of_columns_is_told_for_what_it_is() {
    let env = databases(&[("a.db", "CREATE TABLE t (a, b)"), ("b.db", "CREATE TABLE t (b, a)")]);
    env.onramp(["db", "diff", "a.db", "b.db"])
        .exits(1)
        .says("~ column t.a  position: 1 -> 2")
        .says("2 columns in another place, nothing else differs");
}

#[test]
fn a_revision_of_the_example_makes_the_difference_that_it_says() {
    let Some(flowline) = onramp_tests::flowline(env!("CARGO_BIN_EXE_onramp-under-test")) else { return };
    let env = flowline.env;
    for name in ["old.db", "new.db"] {
        let url = format!("sqlite+aiosqlite:///{}", env.outside().join(name).display());
        env.onramp(["migrate", "apply", "--url", &url]).exits(0);
        if name == "old.db" {
            env.onramp(["migrate", "rollback", "--url", &url]).exits(0);
        }
    }
    let file = |name: &str| env.outside().join(name).display().to_string();
    let run = env.onramp(["db", "diff", &file("old.db"), &file("new.db")]).exits(1);
    expect![[r#"
        + column schedule.is_active  BOOLEAN NOT NULL DEFAULT 1
        + column schedule.timezone  VARCHAR(60) NOT NULL DEFAULT 'UTC'
    "#]]
    .assert_eq(&run.stdout);
}
