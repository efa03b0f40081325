//! Folders with a file for each direction, and with one alone.

use expect_test::expect;

use super::{A, BACK, check, clean};

#[test]
fn folders_of_diesel() {
    check(
        &[
            ("migrations/00000000000000_diesel_initial_setup/up.sql", A),
            ("migrations/00000000000000_diesel_initial_setup/down.sql", BACK),
            ("migrations/2023-01-01-000000_create_users/up.sql", A),
            ("migrations/2023-01-01-000000_create_users/down.sql", BACK),
            ("migrations/2023-02-01-000000_drop_names/up.sql", A),
            ("migrations/2023-02-01-000000_drop_names/down.sql", ""),
            ("migrations/2023-13-01-000000_thirteen/up.sql", A),
            ("migrations/2023-13-01-000000_thirteen/down.sql", BACK),
            ("migrations/2024-02-01-000000_no_way/up.sql", A),
            ("migrations/2024-03-01-000000_no_up/down.sql", BACK),
            ("migrations/2199-03-01-000000_later/up.sql", A),
            ("migrations/2199-03-01-000000_later/down.sql", BACK),
            ("migrations/2024_fix/up.sql", A),
            ("migrations/2024_fix/down.sql", BACK),
            ("migrations/next/up.sql", A),
            ("migrations/next/down.sql", BACK),
        ],
        expect![[r#"
            migrations folders - 7 entries head 2199-03-01-000000
        "#]],
        expect![[r#"
            error    2024-03-01-000000_no_up: has no up.sql [missing-up]
            warning  2023-01-01-000000_create_users/up.sql: comes behind 2024 by its number, and before it by its name [name-order]
            warning  2023-13-01-000000_thirteen/up.sql: 2023-13-01-000000 is no time, unlike the numbers of the others [invalid-time]
            warning  2024-02-01-000000_no_way/up.sql: nothing leads back from 2024-02-01-000000, as it does from 6 of 7 [missing-down]
            warning  2024_fix/up.sql: its number has 4 digits, those of the others 14 [number-width]
            warning  2199-03-01-000000_later/up.sql: 2199-03-01-000000 is still to come, so what is written until then comes before it [future-time]
            warning  next: belongs to no migration: its name has no number, so no tool takes it for a migration [stray]
            note     2023-02-01-000000_drop_names/down.sql: is declared irreversible [irreversible]
        "#]],
    );
    clean(
        &[
            ("prisma/migrations/20240101000000_init/migration.sql", A),
            ("prisma/migrations/20240201000000_users/migration.sql", A),
            ("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n"),
        ],
        expect![[r#"
            prisma/migrations forward-folders postgresql 2 entries head 20240201000000
        "#]],
    );
}
