//! Folders that are called after releases.

use expect_test::expect;

use super::{A, check, clean};
use crate::histories::{files, findings};

#[test]
fn folders_of_releases() {
    let manifest = |version: &str, files: &str| {
        format!("{{\"CurrVersion\": \"{version}\", \"SchemaUpdateCqlFiles\": [{files}]}}")
    };
    check(
        &[
            ("schema/mysql/v8/schema.sql", A),
            ("schema/mysql/v8/versioned/v1.0/manifest.json", &manifest("1.0", "\"base.sql\"")),
            ("schema/mysql/v8/versioned/v1.0/base.sql", A),
            ("schema/mysql/v8/versioned/v1.2/manifest.json", &manifest("1.1", "\"a.sql\", \"gone.sql\"")),
            ("schema/mysql/v8/versioned/v1.2/a.sql", A),
            ("schema/mysql/v8/versioned/v1.2/other.sql", A),
            ("schema/mysql/v8/versioned/v1.10/manifest.json", "{"),
            ("schema/mysql/v8/versioned/v1.10/01_a.sql", A),
        ],
        expect![[r#"
            schema/mysql/v8/versioned releases mysql 3 entries head v1.10/01_a.sql
        "#]],
        expect![[r#"
            error    v1.10/manifest.json:1: cannot be read: EOF while parsing an object at line 1 column 1 [manifest]
            error    v1.2/manifest.json: does not list `other.sql`, which lies beside it [manifest]
            error    v1.2/manifest.json: lists `gone.sql`, which is not there [manifest]
            error    v1.2/manifest.json: says that it is version `1.1`, in the folder of `v1.2` [manifest]
        "#]],
    );
    let env = files(&[
        ("migration/sqlite/LATEST.sql", A),
        ("migration/sqlite/0.9/00__a.sql", A),
        ("migration/sqlite/0.10/00__b.sql", A),
        ("migration/sqlite/0.10/01__c.sql", A),
        ("migration/sqlite/0.10/03__d.sql", A),
    ]);
    expect![[r#"
        warning  0.10/03__d.sql: number 2 is missing before it [gap]
    "#]]
    .assert_eq(&findings(&env));
    let run = env.onramp(["migrate", "audit", ".", "--format", "json"]).exits(0);
    let value: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(value["histories"][0]["snapshots"], serde_json::json!(["migration/sqlite/LATEST.sql"]));
    clean(
        &[
            ("migration/mysql/0.1/00__a.sql", A),
            ("migration/mysql/0.2/00__b.sql", A),
            ("migration/mysql/0.2/01__c.sql", A),
        ],
        expect![[r#"
            migration/mysql releases mysql 3 entries head 0.2/01__c.sql
        "#]],
    );
}
