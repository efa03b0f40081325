//! Revisions of Alembic.

use expect_test::expect;

use super::{check, clean};

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
