//! Folders with one file, of which some are a history and most are not.

use super::{files, histories};

const A: &str = "CREATE TABLE a (id INTEGER);\n";

#[test]
fn one_file_whose_name_or_marks_leave_no_doubt() {
    let revision =
        "revision = 'a1b2c3d4e5f6'\ndown_revision = None\ndef upgrade(): op.x()\ndef downgrade(): op.y()\n";
    for (path, text, form) in [
        ("app/V1__init.sql", A, "flyway"),
        ("app/0001_init.up.sql", A, "up-down"),
        (
            "app/00001_init.sql",
            "-- +goose Up\nCREATE TABLE a (id INT);\n-- +goose Down\nDROP TABLE a;\n",
            "goose",
        ),
        ("app/1_init.sql", "-- migrate:up\nCREATE TABLE a (id INT);\n", "dbmate"),
        ("db/20240101120000_init.sql", A, "forward"),
        ("app/migrations/1_init.sql", A, "forward"),
        ("app/2024-01-01-000000_init/up.sql", A, "folders"),
        ("app/versions/a1b2c3d4e5f6_init.py", revision, "alembic"),
        ("0001_init.sql", A, "forward"),
    ] {
        let env = files(&[(path, text)]);
        let found = histories(&env.onramp(["migrate", "audit", "."]).exits(0));
        assert!(found.contains(&format!(" {form} - 1 entry")), "{path}: {found}");
    }
}

#[test]
fn one_file_that_may_be_anything() {
    for (path, text) in [
        ("db/0001_init.sql", A),
        ("sql/1_report.sql", A),
        ("db/20240101120000_report.sql", "SELECT 1;\n"),
        ("app/20240101120000_init.sql", A),
        ("0002_more.sql", A),
        ("1_a.sql", A),
        ("0001_report.sql", "SELECT 1;\n"),
        ("0001.sql", A),
        ("schema.sql", A),
        ("app/1_queries.sql", "-- name: GetUser :one\nSELECT 1;\n"),
        ("app/1_notes.sql", "-- about migrate: up is that way\nSELECT 1;\n"),
        ("docs/a1b2c3d4e5f6_init.py", "revision = 'a'\n"),
    ] {
        let env = files(&[(path, text)]);
        env.onramp(["migrate", "audit", "."]).exits(2).says("no migration history was found");
    }
}
