//! Files for each direction.

use expect_test::expect;

use super::{A, BACK, check, clean};

#[test]
fn files_for_each_direction() {
    check(
        &[
            ("migrations/0001_init.up.sql", A),
            ("migrations/0001_init.down.sql", BACK),
            ("migrations/0002_users.up.sql", A),
            ("migrations/0002_users.down.sql", "-- nothing\n"),
            ("migrations/0002_groups.up.sql", A),
            ("migrations/0002_groups.down.sql", BACK),
            ("migrations/0003_roles.up.sql", A),
            ("migrations/0003_roles.down.sql", BACK),
            ("migrations/0005_rights.up.sql", A),
            (
                "migrations/0006_login_time.up.sql",
                "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON a (id);\n",
            ),
            ("migrations/0006_logins_time.down.sql", BACK),
            ("migrations/7-add-names.up.sql", A),
            ("migrations/7-add-names.down.sql", BACK),
            ("migrations/0008_empty.up.sql", ";\n"),
            ("migrations/0008_empty.down.sql", BACK),
            ("migrations/0009_lost.down.sql", BACK),
            ("migrations/0010_plain.sql", A),
            ("migrations/0011_x.up.sql.orig", A),
            ("migrations/users.sql", A),
            ("migrations/README.md", ""),
            ("migrations/schema.sql", A),
        ],
        expect![[r#"
            migrations up-down postgresql 8 entries head 0008
        "#]],
        expect![[r#"
            error    0002_users.up.sql: has the id `0002`, and so has 0002_groups.up.sql [duplicate-id]
            error    0009_lost.down.sql: nothing leads up that 0009 leads back from [missing-up]
            warning  0002_users.down.sql: reverting 0002 does nothing [empty-down]
            warning  0005_rights.up.sql: number 4 is missing before it [gap]
            warning  0005_rights.up.sql: nothing leads back from 0005, as it does from 7 of 8 [missing-down]
            warning  0006_logins_time.down.sql: is called `logins_time`, and what leads up `login_time` [pair-names]
            warning  0008_empty.up.sql: 0008 does nothing [empty-up]
            warning  0010_plain.sql: belongs to no migration: leads neither up nor down, unlike the others of this folder [stray]
            warning  0011_x.up.sql.orig: belongs to no migration: does not end like a migration [stray]
            warning  7-add-names.up.sql: its number has 1 digit, those of the others 4 [number-width]
            warning  7-add-names.up.sql: `-` stands between number and name, in the others `_` [separator]
            warning  users.sql: belongs to no migration: has no number, so no tool takes it for a migration [stray]
            note     0008_empty.up.sql: comes behind 7 by its number, and before it by its name [name-order]
        "#]],
    );
    clean(
        &[
            ("db/migrate/1_init_up.sql", A),
            ("db/migrate/1_init_down.sql", BACK),
            ("db/migrate/2_users_up.sql", A),
            ("db/migrate/2_users_down.sql", BACK),
            ("migrations/20240101000000_init..up.sql", A),
            ("migrations/20240202000000_users..up.sql", A),
        ],
        expect![[r#"
            db/migrate up-down - 2 entries head 2
            migrations up-down - 2 entries head 20240202000000
        "#]],
    );
}
