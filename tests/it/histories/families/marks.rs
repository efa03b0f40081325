//! Files with marks in them.

use expect_test::expect;

use super::{A, BACK, check, clean};

#[test]
fn files_with_marks() {
    let goose = |down: &str| format!("-- +goose Up\n{A}-- +goose Down\n{down}");
    check(
        &[
            ("migrations/00001_init.sql", &goose(BACK)),
            (
                "migrations/00002_open.sql",
                "-- +goose Up\n-- +goose StatementBegin\nCREATE TABLE b (id INT);\n-- +goose Down\nDROP TABLE b;\n",
            ),
            ("migrations/00003_plain.sql", A),
            ("migrations/00004_empty.sql", &goose("SELECT 1;\n")),
            ("migrations/00005_code.go", "package migrations\n"),
            ("migrations/00005_code_test.go", "package migrations\n"),
            ("migrations/00006_none.sql", "-- +goose Up\nCREATE TABLE c (id INT);\n"),
            ("migrations/00007_last.sql", &goose(BACK)),
            ("migrations/00008_lost.sql", "-- +goose NO TRANSACTION\n-- +goose Down\nDROP TABLE c;\n"),
        ],
        expect![[r#"
            migrations goose - 8 entries head 00008
        "#]],
        expect![[r#"
            error    00002_open.sql:2: a statement begins that does not end [marks]
            error    00003_plain.sql: has no mark of goose, unlike the others of this folder [marks]
            error    00008_lost.sql:1: there is no part that leads up [marks]
            warning  00004_empty.sql: reverting 00004 does nothing [empty-down]
            warning  00006_none.sql: nothing leads back from 00006, as it does from 5 of 6 [missing-down]
        "#]],
    );
    let named = "-- name: create-users\nCREATE TABLE users (id INT);\n";
    check(
        &[
            ("files/001_users.sql", named),
            (
                "files/002_groups.sql",
                "-- name: create-groups\nCREATE TABLE groups (id INT);\n\n-- name: create-users\nSELECT 2;\n",
            ),
        ],
        expect![[r#"
            files named-statements - 3 entries head create-users
        "#]],
        expect![[r#"
            error    002_groups.sql:4: has the id `create-users`, and so has 001_users.sql, line 1 [duplicate-id]
        "#]],
    );
    clean(
        &[
            (
                "db/migrations/20240101000000_a.sql",
                "-- migrate:up\nCREATE TABLE a (id INT);\n\n-- migrate:down\nDROP TABLE a;\n",
            ),
            ("db/schema.sql", A),
            (
                "two/migrations/1_a.sql",
                "-- +migrate Up\nCREATE TABLE a (id INT);\n-- +migrate Down\nDROP TABLE a;\n",
            ),
            ("x/migrations/20240101000000_a.sql", "CREATE TABLE a (id INT);"),
            ("x/migrations/20240201000000_b.sql", "CREATE TABLE b (id INT);"),
        ],
        expect![[r#"
            db/migrations dbmate - 1 entry head 20240101000000
            two/migrations sql-migrate - 1 entry head 1
            x/migrations forward - 2 entries head 20240201000000
        "#]],
    );
}
