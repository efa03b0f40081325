//! The dialect is a part of the name.

use expect_test::expect;

use super::{A, BACK, check, clean};

#[test]
fn dialects_as_suffixes() {
    check(
        &[
            ("migrations/20200101000000000001_init.up.sql", A),
            ("migrations/20200101000000000001_init.down.sql", BACK),
            ("migrations/20200101000000000002_ids.sqlite.up.sql", A),
            ("migrations/20200101000000000002_ids.sqlite.down.sql", BACK),
            ("migrations/20200101000000000002_ids.mysql.up.sql", A),
            ("migrations/20200101000000000002_ids.mysql.down.sql", BACK),
            ("migrations/20200101000000000003_index.cockroach.autocommit.up.sql", A),
            ("migrations/20200101000000000003_index.up.sql", A),
            ("migrations/20200101000000000003_index.down.sql", BACK),
        ],
        expect![[r#"
            migrations suffixes sqlite 3 entries head 20200101000000000003
            migrations suffixes mysql 3 entries head 20200101000000000003
            migrations suffixes cockroach 2 entries head 20200101000000000003
        "#]],
        expect![[r#"
            warning  20200101000000000002_ids.sqlite.up.sql: `20200101000000000002` (ids) is in sqlite, mysql and not in cockroach [missing-twin]
        "#]],
    );
    clean(
        &[
            ("schema/delta/1/01_a.sql", A),
            ("schema/delta/1/02_b.sql.sqlite", A),
            ("schema/delta/1/02_b.sql.postgres", A),
            ("schema/delta/2/01_c.py", "def run_upgrade(): pass\n"),
            ("schema/delta/2/02_d.sql", A),
        ],
        expect![[r#"
            schema/delta releases sqlite 4 entries head 2/02_d.sql
            schema/delta releases postgresql 4 entries head 2/02_d.sql
        "#]],
    );
}
