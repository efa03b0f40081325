//! Code, whose ids are listed and which is never run.

use expect_test::expect;

use super::{files, findings, histories};

#[test]
fn applications_of_django() {
    let migration = |parents: &str| {
        format!(
            "from django.db import migrations\n\nclass Migration(migrations.Migration):\n    dependencies = [{parents}]\n    operations = [migrations.RunPython(f)]\n"
        )
    };
    let env = files(&[
        ("shop/migrations/__init__.py", ""),
        ("shop/migrations/0001_initial.py", &migration("('auth', '0012_x')")),
        ("shop/migrations/0002_a.py", &migration("('shop', '0001_initial')")),
        ("shop/migrations/0003_b.py", &migration("('shop', '0002_a')")),
        ("shop/migrations/0003_c.py", &migration("('shop', '0002_a')")),
        ("shop/migrations/0004_d.py", &migration("('shop', '0009_gone')")),
        ("shop/migrations/0005_e.py", "x = 1\n"),
        ("clean/migrations/0001_initial.py", &migration("")),
        ("clean/migrations/0002_a.py", &migration("('other', '0001_initial'), ('clean', '0001_initial')")),
    ]);
    let run = env.onramp(["migrate", "audit", "."]).exits(1);
    expect![[r#"
        clean/migrations django - 2 entries head 0002_a
        shop/migrations django - 5 entries 3 heads 0003_b, 0003_c, 0004_d
    "#]]
    .assert_eq(&histories(&run));
    expect![[r#"
        error    0003_b.py: is one of 3 heads: `0003_b`, `0003_c`, `0004_d` [several-heads]
        error    0003_c.py: is one of 3 heads: `0003_b`, `0003_c`, `0004_d` [several-heads]
        error    0004_d.py: is one of 3 heads: `0003_b`, `0003_c`, `0004_d` [several-heads]
        error    0004_d.py: follows `0009_gone`, which does not exist [missing-parent]
        warning  0005_e.py: belongs to no migration: Django loads it, and it has no class `Migration` [stray]
    "#]]
    .assert_eq(&findings(&env));
}

#[test]
fn faults_of_changelogs() {
    let env = files(&[
        (
            "db/changelog/master.xml",
            "<databaseChangeLog>\n<include file=\"v1/a.yaml\" relativeToChangelogFile=\"true\"/>\n<changeSet id=\"1\" author=\"a\"/>\n<changeSet id=\"1\" author=\"b\"/>\n<changeSet id=\"1\" author=\"a\"/>\n<changeSet author=\"c\"/>\n<include file=\"v1/broken.xml\" relativeToChangelogFile=\"true\"/>\n</databaseChangeLog>\n",
        ),
        ("db/changelog/v1/a.yaml", "databaseChangeLog:\n- changeSet:\n    id: 1\n    author: a\n"),
        ("db/changelog/v1/b.sql", "--liquibase formatted sql\n--changeset a:1\nCREATE TABLE a (id INT);\n"),
        ("db/changelog/v1/broken.xml", "<databaseChangeLog>\n<a></b>"),
    ]);
    let run = env.onramp(["migrate", "audit", "."]).exits(1);
    assert_eq!(histories(&run).lines().count(), 1, "{}", run.stdout);
    let found = findings(&env);
    for line in [
        "master.xml:5: has the id `1`, and so has master.xml, line 3 [duplicate-id]",
        "master.xml:6: a changeset has no id [marks]",
        "v1/broken.xml:2: cannot be read: ",
        "v1/b.sql: belongs to no migration: no changelog includes it [stray]",
    ] {
        assert!(found.contains(line), "{line}: {found}");
    }
    assert_eq!(found.lines().count(), 4, "{found}");
}

#[test]
fn ids_of_code_in_several_languages() {
    let env = files(&[
        (
            "a/migrations/1588102412422-Init.ts",
            "export class Init implements MigrationInterface { up() { x() } }",
        ),
        (
            "a/migrations/1588102412500-Next.ts",
            "export class Next implements MigrationInterface { up() { x() } }",
        ),
        ("a/migrations/index.ts", ""),
        ("b/migrations/2014_10_12_000000_create_users.php", "<?php return new class extends Migration {};"),
        ("b/migrations/2014_10_12_000000_create_groups.php", "<?php return new class extends Migration {};"),
        ("c/migrations/m20220101_000001_create_table.rs", "impl MigrationTrait for Migration {}"),
        ("c/migrations/m20220102_000001_next.rs", "impl MigrationTrait for Migration {}"),
        ("d/migrate/20240101000000_init.rb", "class Init < ActiveRecord::Migration[7.0]\nend\n"),
        ("d/migrate/20240101000000_again.rb", "class Again < ActiveRecord::Migration[7.0]\nend\n"),
        ("e/Migrations/Version20240101000000.php", "<?php final class X extends AbstractMigration {}"),
    ]);
    let run = env.onramp(["migrate", "audit", "."]).exits(1);
    expect![[r#"
        a/migrations code - 2 entries head 1588102412500-Next
        b/migrations code - 2 entries head 2014_10_12_000000_create_users
        c/migrations code - 2 entries head m20220102_000001_next
        d/migrate code - 2 entries head 20240101000000
        e/Migrations code - 1 entry head Version20240101000000
    "#]]
    .assert_eq(&histories(&run));
    expect![[r#"
        error    20240101000000_init.rb: has the id `20240101000000`, and so has 20240101000000_again.rb [duplicate-id]
    "#]]
    .assert_eq(&findings(&env));
}

#[test]
fn what_is_no_history_is_told_as_that() {
    let env = files(&[
        ("queries/001_select.sql", "SELECT 1;"),
        ("src/1_main.go", "package main"),
        ("migrations/README.md", ""),
        ("docs/2024-01-01-post.md", ""),
    ]);
    env.onramp(["migrate", "audit", "."])
        .exits(2)
        .says("no migration history was found below .")
        .says("hint: ");
    env.onramp(["migrate", "audit", "none"]).exits(2).says("none cannot be read");
    env.onramp(["migrate", "audit", "docs/2024-01-01-post.md"]).exits(2).says("is no folder");
    env.onramp(["migrate", "audit"]).exits(2);
}
