//! Files called as Flyway and refinery want it.

use expect_test::expect;

use super::super::{files, findings, histories};
use super::{A, BACK, check, clean};

#[test]
fn versions_of_flyway_and_refinery() {
    check(
        &[
            ("db/migration/V1__init.sql", A),
            ("db/migration/V1_9__add_a.sql", A),
            ("db/migration/V1.9__add_b.sql", A),
            ("db/migration/V1_10__add_c.sql", A),
            ("db/migration/U1_10__add_c.sql", BACK),
            ("db/migration/U7__gone.sql", BACK),
            ("db/migration/R__views.sql", "CREATE VIEW v AS SELECT 1;\n"),
            ("db/migration/V2_forgotten.sql", A),
            ("db/migration/beforeMigrate.sql", A),
        ],
        expect![[r#"
            db/migration flyway - 5 entries head 1_10
        "#]],
        expect![[r#"
            error    U7__gone.sql: there is no version 7 that it could undo [missing-up]
            error    V1_9__add_a.sql: has the id `1_9`, and so has V1.9__add_b.sql [duplicate-id]
            warning  V2_forgotten.sql: belongs to no migration: two underscores separate a version from what it is called, and it has none [stray]
        "#]],
    );
    clean(
        &[
            ("migrations/V1__init.rs", "pub fn migration() -> String { String::new() }"),
            ("migrations/V2__users.sql", A),
            ("migrations/mod.rs", ""),
        ],
        expect![[r#"
            migrations flyway - 2 entries head 2
        "#]],
    );
}

#[test]
fn a_prefix_in_another_case_is_never_run() {
    let env = files(&[
        ("sql/V1__init.sql", A),
        ("sql/V2__two.sql", A),
        ("sql/V3_three.sql", A),
        ("sql/v12__lower.sql", A),
        ("small/sql/v1__init.sql", A),
        ("small/sql/v2__two.sql", A),
    ]);
    let run = env.onramp(["migrate", "audit", "."]).exits(0);
    expect![[r#"
        small/sql flyway - 2 entries head 2
        sql flyway - 2 entries head 2
    "#]]
    .assert_eq(&histories(&run));
    expect![[r#"
        warning  V3_three.sql: belongs to no migration: two underscores separate a version from what it is called, and it has none [stray]
        warning  v12__lower.sql: belongs to no migration: its prefix is written in another case than those of the others, so it is never run [stray]
    "#]]
    .assert_eq(&findings(&env));
}
