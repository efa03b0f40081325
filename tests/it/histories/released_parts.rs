//! Files of which the release has parts, and which may get more of them.

use onramp_tests::TestEnv;

use super::releases::{commit, git};
use super::{files, findings};

/// A folder with one file, which was released as `v1.0`, and what an audit finds once it has another content.
fn found(name: &str, before: &str, now: &str) -> String {
    let env = files(&[(name, before), ("README", "")]);
    release(&env);
    assert_eq!(findings(&env), "");
    env.write(name, now);
    let found = findings(&env);
    env.onramp(["migrate", "audit", "."])
        .exits(i32::from(found.contains("error ")))
        .says("held against v1.0");
    found
}

fn release(env: &TestEnv) {
    git(env, &["init", "-q", "-b", "main"]);
    commit(env);
    git(env, &["tag", "v1.0"]);
}

/// A changelog of some changesets, each with an id and what it does.
fn changelog(ending: &str, sets: &[(&str, &str)]) -> String {
    let set = |(id, table): &(&str, &str)| match ending {
        "sql" => format!("--changeset ann:{id}\nCREATE TABLE {table} (id INT);\n"),
        "xml" => format!(
            "<changeSet id=\"{id}\" author=\"ann\"><createTable tableName=\"{table}\"/></changeSet>\n"
        ),
        "yaml" => format!(
            "- changeSet:\n    id: {id}\n    author: ann\n    changes:\n    - createTable: {{tableName: {table}}}\n"
        ),
        _ => format!(
            "{{\"changeSet\": {{\"id\": \"{id}\", \"author\": \"ann\", \"changes\": [{{\"createTable\": {{\"tableName\": \
             \"{table}\"}}}}]}}}}"
        ),
    };
    let sets: Vec<String> = sets.iter().map(set).collect();
    match ending {
        "sql" => format!("--liquibase formatted sql\n{}", sets.concat()),
        "xml" => format!("<databaseChangeLog>\n{}</databaseChangeLog>\n", sets.concat()),
        "yaml" => format!("databaseChangeLog:\n{}", sets.concat()),
        _ => format!("{{\"databaseChangeLog\": [\n{}\n]}}\n", sets.join(",\n")),
    }
}

#[test]
fn a_changelog_gets_more_changesets_and_keeps_those_that_are_released() {
    for ending in ["sql", "xml", "yaml", "json"] {
        let name = format!("db/changelog/db.{ending}");
        let before = changelog(ending, &[("1", "a"), ("2", "b")]);
        let found = |sets: &[(&str, &str)]| found(&name, &before, &changelog(ending, sets));
        assert_eq!(found(&[("1", "a"), ("2", "b"), ("3", "c")]), "", "{ending}");
        let edited = found(&[("1", "a"), ("2", "x"), ("3", "c")]);
        assert_eq!(edited.lines().count(), 1, "{ending}: {edited}");
        assert!(
            edited.contains("changeset `2` of ann has changed since v1.0, which released it"),
            "{edited}"
        );
        assert!(edited.contains(&format!("db.{ending}:")), "{edited}");
        let removed = found(&[("2", "b"), ("3", "c")]);
        assert_eq!(removed.lines().count(), 1, "{ending}: {removed}");
        assert!(
            removed.contains("changeset `1` of ann was released by v1.0, and is gone [released-removed]"),
            "{removed}"
        );
        let before = found(&[("1", "a"), ("3", "c"), ("2", "b"), ("4", "d")]);
        assert_eq!(before.lines().count(), 1, "{ending}: {before}");
        assert!(
            before.contains(
                "changeset `3` of ann is new, and comes before changeset `2` of ann, which v1.0 has released"
            ),
            "{before}"
        );
    }
}

#[test]
fn a_changeset_that_may_change_and_one_that_only_looks_different() {
    let set = |attributes: &str, inner: &str| {
        format!(
            "<databaseChangeLog><changeSet id='1' author='a' {attributes}>{inner}</changeSet></databaseChangeLog>"
        )
    };
    let found = |before: &str, now: &str| found("db/changelog/db.xml", before, now);
    let before = set("", "<sql>a</sql>");
    assert_eq!(found(&before, &set("context='x'", "\r\n<!-- why -->\r\n<sql> a </sql><rollback/>")), "");
    assert_eq!(found(&before, &set("", "<validCheckSum>ANY</validCheckSum><sql>b</sql>")), "");
    assert_eq!(
        found(&set("runOnChange='true'", "<sql>a</sql>"), &set("runOnChange='true'", "<sql>b</sql>")),
        ""
    );
    assert!(found(&before, &set("", "<sql>b</sql>")).contains("[released-edited]"));
    let broken = "<databaseChangeLog><changeSet id='1' author='a'></databaseChangeLog>";
    assert!(found(&before, broken).contains("db.xml:1: cannot be read: "));
}

#[test]
fn sql_without_marks_is_one_changeset_and_a_changelog_that_is_gone_is_told() {
    let all =
        "<databaseChangeLog><includeAll path=\"sets\" relativeToChangelogFile=\"true\"/></databaseChangeLog>";
    let env = files(&[
        ("db/changelog/master.xml", all),
        ("db/changelog/sets/a.sql", "CREATE TABLE a (id INT);\n"),
        ("db/changelog/sets/b.sql", "CREATE TABLE b (id INT);\n"),
        ("db/changelog/sets/tables.yaml", &changelog("yaml", &[("1", "c")])),
        ("db/changelog/sets/notes.json", "{}"),
    ]);
    release(&env);
    env.write("db/changelog/sets/a.sql", "CREATE TABLE a (id BIGINT);\n");
    env.write("db/changelog/sets/b.sql", "CREATE TABLE b\r\n(id INT);\r\n");
    std::fs::remove_file(env.root().join("db/changelog/sets/tables.yaml")).unwrap();
    std::fs::remove_file(env.root().join("db/changelog/sets/notes.json")).unwrap();
    let found = findings(&env);
    assert!(found.contains("a.sql:1: changeset `raw` of includeAll has changed since v1.0"), "{found}");
    assert!(found.contains("tables.yaml: was released by v1.0, and is gone [released-removed]"), "{found}");
    assert_eq!(found.lines().count(), 2, "{found}");
}

#[test]
fn statements_with_names_are_released_one_by_one() {
    let before =
        "-- name: create-a\nCREATE TABLE a (id INTEGER);\n-- name: create-b\nCREATE TABLE b (id INTEGER);\n";
    let found = |now: &str| found("db/migrations/001_tables.sql", before, now);
    assert_eq!(found(&format!("{before}-- name: create-c\nCREATE TABLE c (id INTEGER);\n")), "");
    let edited = found(&before.replace("a (id", "a (no"));
    assert!(edited.contains("001_tables.sql:1: statement `create-a` has changed since v1.0"), "{edited}");
}
