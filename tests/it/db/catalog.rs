use expect_test::expect;

use super::{SHOP, databases};

#[test]
fn a_catalog_is_a_list_to_read() {
    let env = databases(&[("shop.db", SHOP)]);
    let run = env.onramp(["db", "catalog", "shop.db"]).exits(0);
    expect![[r#"
        table customer
        column customer.id
            nullable: true
            position: 1
            type: INTEGER
        column customer.name
            nullable: false
            position: 2
            type: VARCHAR(80)
        primary-key customer.PRIMARY KEY
            definition: PRIMARY KEY (id)
        check customer.CHECK (name <> '')
            definition: CHECK (name <> '')
        index customer.ix_name
            columns: name DESC
            where: id > 5
    "#]]
    .assert_eq(&run.stdout);
}

#[test]
fn machines_get_every_object_with_its_path() {
    let env = databases(&[("shop.db", SHOP)]);
    let run = env.onramp(["db", "catalog", "shop.db", "--format", "json", "--without", "customer"]).exits(0);
    let mut value: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    value["server-version"] = "3".into();
    let expected = serde_json::json!({
        "version": 1,
        "dialect": "sqlite",
        "server-version": "3",
        "objects": [
            {"kind": "table", "path": ["alembic_version"], "attributes": {}},
            {
                "kind": "column",
                "path": ["alembic_version", "version_num"],
                "attributes": {"type": "VARCHAR(32)", "nullable": "false", "position": "1"},
            },
            {
                "kind": "primary-key",
                "path": ["alembic_version", "PRIMARY KEY"],
                "attributes": {"definition": "PRIMARY KEY (version_num)"},
            },
        ],
    });
    assert_eq!(value, expected);
}

#[test]
fn the_database_may_be_that_of_the_environment() {
    let env = databases(&[("shop.db", SHOP)]);
    env.onramp(["db", "catalog", "--from-env"])
        .exits(2)
        .says("SHOP_DATABASE is not set")
        .says("hint: SHOP_DATABASE=URL");
    let env = env.variable("SHOP_DATABASE", "sqlite+aiosqlite:///shop.db");
    env.onramp(["db", "catalog", "--from-env", "--dialect", "sqlite"]).exits(0).says("table customer");
    let refused = env.onramp(["db", "catalog", "--from-env", "--dialect", "postgresql"]).exits(2);
    refused.says("shop.db is of sqlite, not of postgresql");
}

#[test]
fn what_is_no_database_is_told_and_never_made() {
    let env = databases(&[]);
    env.onramp(["db", "catalog", "main"])
        .exits(2)
        .says("`main` is no file, no folder, no database URL and no revision");
    env.onramp(["db", "catalog", "sqlite:///none.db"]).exits(4).says("there is no such file");
    env.onramp(["db", "catalog", "mysql://a:hidden@b/c"]).exits(2).says("no scheme of a dialect");
    env.onramp(["db", "catalog", "onramp.toml"]).exits(4).says("file is not a database");
    for words in [["db", "diff"], ["migrate", "parity"]] {
        // 1 would be a difference.
        env.onramp(words.iter().chain(&["sqlite:///none.db", "sqlite:///none.db"])).exits(4);
        env.onramp(words.iter().chain(&["onramp.toml", "onramp.toml"])).exits(4);
    }
    assert!(!env.has("none.db"));
}

#[test]
fn no_message_has_the_password() {
    let env = databases(&[]);
    let url = "postgresql+asyncpg://me:hidden%21@127.0.0.1:1/shop";
    let run = env.onramp(["db", "catalog", url, "-v"]).exits(4);
    run.says("postgresql://me@127.0.0.1:1/shop").never_says("hidden");
    let run = env.onramp(["db", "diff", url, "postgresql:///x?password=hidden!", "--format", "json"]);
    run.exits(4).never_says("hidden");
}
