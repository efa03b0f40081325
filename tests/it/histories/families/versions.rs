//! Files called as Flyway and refinery want it.

use expect_test::expect;

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
            warning  V2_forgotten.sql: belongs to no migration: has no number, so no tool takes it for a migration [stray]
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
