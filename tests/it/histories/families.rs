//! One history of each family with faults in it, and one without.

use expect_test::{Expect, expect};

use super::{files, findings, histories};

fn check(files_: &[(&str, &str)], expected_histories: Expect, expected_findings: Expect) {
    let env = files(files_);
    expected_histories.assert_eq(&histories(&env.onramp(["migrate", "audit", "."])));
    expected_findings.assert_eq(&findings(&env));
}

fn clean(files_: &[(&str, &str)], expected: Expect) {
    let env = files(files_);
    let run = env.onramp(["migrate", "audit", ".", "--strict"]).exits(0).says("no findings");
    expected.assert_eq(&histories(&run));
}

const A: &str = "CREATE TABLE a (id INTEGER);\n";
const BACK: &str = "DROP TABLE a;\n";

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
            migrations up-down - 8 entries head 0008
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

fn revision(id: &str, down: &str, body: &str) -> String {
    format!(
        "revision = '{id}'\ndown_revision = {down}\n\ndef upgrade():\n    op.x()\n\ndef downgrade():\n    {body}\n"
    )
}

#[test]
fn revisions_of_alembic() {
    check(
        &[
            ("db/versions/sqlite/a1_init.py", &revision("a1", "None", "op.y()")),
            ("db/versions/sqlite/a2_users.py", &revision("a2", "'a1'", "op.y()")),
            ("db/versions/sqlite/a3_groups.py", &revision("a3", "'a1'", "pass")),
            ("db/versions/sqlite/a4_lost.py", &revision("a4", "'gone'", "op.y()")),
            ("db/versions/sqlite/a5_again.py", &revision("a2", "'a1'", "op.y()")),
            ("db/versions/sqlite/a6_refuses.py", &revision("a6", "'a2'", "raise NotImplementedError()")),
            ("db/versions/sqlite/notes.py", "x = 1\n"),
            ("db/versions/sqlite/__init__.py", ""),
            ("db/env.py", "raise SystemExit\n"),
        ],
        expect![[r#"
            db/versions/sqlite alembic sqlite 6 entries 3 heads a3, a4, a6
        "#]],
        expect![[r#"
            error    a3_groups.py: is one of 3 heads: `a3`, `a4`, `a6` [several-heads]
            error    a4_lost.py: is one of 3 heads: `a3`, `a4`, `a6` [several-heads]
            error    a4_lost.py: follows `gone`, which does not exist [missing-parent]
            error    a5_again.py: has the id `a2`, and so has a2_users.py [duplicate-id]
            error    a6_refuses.py: is one of 3 heads: `a3`, `a4`, `a6` [several-heads]
            warning  a3_groups.py: reverting a3 does nothing [empty-down]
            warning  notes.py: belongs to no migration: Alembic loads it, and it has no top-level `revision` [stray]
            note     a6_refuses.py: is declared irreversible [irreversible]
        "#]],
    );
    check(
        &[
            ("versions/1.py", &revision("a", "'c'", "op.y()")),
            ("versions/2.py", &revision("b", "'a'", "op.y()")),
            ("versions/3.py", &revision("c", "'b'", "op.y()")),
        ],
        expect![[r#"
            versions alembic - 3 entries no head
        "#]],
        expect![[r#"
            error    1.py: follows itself through others: a, b, c [circle]
        "#]],
    );
    let branch =
        |text: String| text.replace("\n\ndef upgrade", "\nbranch_labels = (cli.EXPAND,)\n\ndef upgrade");
    check(
        &[
            ("versions/one/a.py", &revision("a", "None", "op.y()")),
            ("versions/expand/b.py", &branch(revision("b", "'a'", "op.y()"))),
            ("versions/contract/c.py", &revision("c", "'a'", "op.y()")),
        ],
        expect![[r#"
            versions alembic - 3 entries 2 heads b, c
        "#]],
        expect![[r#"
            note     contract/c.py: is one of 2 heads: `b`, `c` [several-heads]
            note     expand/b.py: is one of 2 heads: `b`, `c` [several-heads]
        "#]],
    );
    clean(
        &[
            ("versions/1.py", &revision("a", "None", "op.y()")),
            ("versions/2.py", &revision("b", "'a'", "op.y()")),
            ("versions/3.py", &revision("c", "'a'", "op.y()")),
            (
                "versions/4.py",
                "revision = 'd'\ndown_revision = ('b', 'c')\ndef upgrade(): pass\ndef downgrade(): pass\n",
            ),
        ],
        expect![[r#"
            versions alembic - 4 entries head d
        "#]],
    );
}

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

#[test]
fn folders_with_metadata() {
    let metadata = |parents: &str| format!("name: x\nparents: [{parents}]\n");
    check(
        &[
            ("migrations/frontend/1001_squashed/up.sql", A),
            ("migrations/frontend/1001_squashed/down.sql", BACK),
            ("migrations/frontend/1001_squashed/metadata.yaml", "name: squashed\n"),
            ("migrations/frontend/1002_a/up.sql", "CREATE INDEX CONCURRENTLY i ON a (id);\n"),
            ("migrations/frontend/1002_a/down.sql", BACK),
            ("migrations/frontend/1002_a/metadata.yaml", &metadata("1001")),
            ("migrations/frontend/1003_b/up.sql", A),
            ("migrations/frontend/1003_b/down.sql", BACK),
            ("migrations/frontend/1003_b/metadata.yaml", &(metadata("1001, 999") + "privileged: true\n")),
            ("migrations/frontend/1004_c/up.sql", A),
            ("migrations/frontend/1004_c/down.sql", BACK),
            ("migrations/frontend/1004_c/metadata.yaml", "parents: [1003\n"),
        ],
        expect![[r#"
            migrations/frontend graph - 4 entries 3 heads 1002, 1003, 1004
        "#]],
        expect![[r#"
            error    1002_a/metadata.yaml: does not say createIndexConcurrently, and its up.sql creates an index concurrently [metadata]
            error    1002_a/up.sql: is one of 3 heads: `1002`, `1003`, `1004` [several-heads]
            error    1003_b/up.sql: is one of 3 heads: `1002`, `1003`, `1004` [several-heads]
            error    1003_b/up.sql: follows `999`, which does not exist [missing-parent]
            error    1004_c/metadata.yaml:1: cannot be read: unclosed bracket '[' [metadata]
            error    1004_c/up.sql: is one of 3 heads: `1002`, `1003`, `1004` [several-heads]
        "#]],
    );
    clean(
        &[
            ("migrations/1001_a/up.sql", A),
            ("migrations/1001_a/down.sql", BACK),
            ("migrations/1001_a/metadata.yaml", "name: a\n"),
            ("migrations/1002_b/up.sql", "CREATE UNIQUE INDEX CONCURRENTLY i ON a (id);\n"),
            ("migrations/1002_b/down.sql", BACK),
            ("migrations/1002_b/metadata.yaml", &(metadata("1001") + "createIndexConcurrently: true\n")),
        ],
        expect![[r#"
            migrations graph - 2 entries head 1002
        "#]],
    );
}
