//! Folders with metadata.

use expect_test::expect;

use super::{A, BACK, check, clean};

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
            migrations/frontend graph postgresql 4 entries 3 heads 1002, 1003, 1004
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
            migrations graph postgresql 2 entries head 1002
        "#]],
    );
}
