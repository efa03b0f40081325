//! Files beside which Drizzle keeps a journal.

use expect_test::expect;

use super::super::{files, findings, histories};
use super::A;

#[test]
fn the_journal_of_drizzle_makes_a_history_of_any_folder() {
    let journal = |tags: &[&str]| {
        let entries: Vec<String> = tags
            .iter()
            .enumerate()
            .map(|(idx, tag)| format!("{{\"idx\": {idx}, \"tag\": \"{tag}\"}}"))
            .collect();
        format!("{{\"version\": \"7\", \"dialect\": \"postgresql\", \"entries\": [{}]}}", entries.join(", "))
    };
    let env = files(&[
        ("drizzle/0000_brave_hulk.sql", A),
        ("drizzle/0001_calm_thor.sql", A),
        ("drizzle/meta/_journal.json", &journal(&["0000_brave_hulk", "0001_calm_thor"])),
        ("drizzle/meta/0000_snapshot.json", "{}"),
    ]);
    let run = env.onramp(["migrate", "audit", "."]).exits(0);
    assert_eq!(histories(&run), "drizzle forward postgresql 2 entries head 0001\n");
    assert_eq!(findings(&env), "");
    env.write("drizzle/meta/_journal.json", &journal(&["0000_brave_hulk", "0001_gone"]));
    expect![[r#"
        error    0001_calm_thor.sql: is not listed in meta/_journal.json, so Drizzle does not run it [manifest]
        error    meta/_journal.json: lists `0001_gone`, and there is no 0001_gone.sql [manifest]
    "#]]
    .assert_eq(&findings(&env));
    env.write("drizzle/meta/_journal.json", "{\n<<<<<<< HEAD\n");
    let found = findings(&env);
    assert!(found.contains("meta/_journal.json:2: cannot be read: "), "{found}");
}
