//! What was made for files, or left out of them, is told beside what they do.

use onramp_tests::TestEnv;

use super::{files, has_postgresql};

/// What is told of it: code, file, line and message.
fn notes(env: &TestEnv, words: &[&str], code: i32) -> Vec<String> {
    let run = env.onramp(["migrate", "lint", "--format", "json"].iter().chain(words)).exits(code);
    let events = run.stdout.lines().map(|line| {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|_| panic!("{}", run.story()))
    });
    let linted = events.into_iter().find(|event| event["event"] == "linted");
    let linted = linted.unwrap_or_else(|| panic!("{}", run.story()));
    let notes = linted["notes"].as_array().expect("a list").iter().map(|note| {
        assert_eq!(note["dialect"], "postgresql");
        let word = |key: &str| note[key].as_str().unwrap_or_default();
        format!("{} {}:{} {}", word("code"), word("file"), note["line"], word("message"))
    });
    notes.collect()
}

#[track_caller]
fn tells(told: &[String], expected: &[[&str; 2]]) {
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (told, words) in told.iter().zip(expected) {
        assert!(words.iter().all(|word| told.contains(word)), "{told} has not {words:?}");
    }
}

#[test]
fn a_role_is_told_whether_its_file_is_known_or_not() {
    let [first, second] = ["db/postgresql/1_a.up.sql", "db/postgresql/2_b.up.sql"];
    let env = files(&[
        (first, "CREATE TABLE a (id INT PRIMARY KEY);\nGRANT SELECT ON a TO reader;"),
        (second, "ALTER TABLE a OWNER TO keeper;\nGRANT SELECT ON a TO writer;"),
    ]);
    if !has_postgresql(&env) {
        return;
    }
    let of_first = ["stand-in db/postgresql/1_a.up.sql:2 ", "`reader` was made"];
    let of_second = [
        ["stand-in db/postgresql/2_b.up.sql:1 ", "owners stay"],
        ["stand-in db/postgresql/2_b.up.sql:2 ", "`writer` was made"],
    ];
    for _ in 0..2 {
        tells(&notes(&env, &[first], 0), &[of_first]);
        tells(&notes(&env, &["db", "--all"], 0), &[of_first, of_second[0], of_second[1]]);
    }
    let run = env.onramp(["migrate", "lint", "db", "--all"]);
    run.exits(0).never_says("start server").says("note  db/postgresql/1_a.up.sql:2: the role `reader`");
}

#[test]
fn what_a_ground_counts_on_is_told_of_the_ground() {
    let env = files(&[
        ("new.sql", "GRANT INSERT ON a TO writer;"),
        ("ground.sql", "CREATE TABLE a (id INT PRIMARY KEY);\nGRANT SELECT ON a TO reader;"),
    ]);
    if !has_postgresql(&env) {
        return;
    }
    let words = ["new.sql", "--dialect", "postgresql", "--onto", "ground.sql"];
    for _ in 0..2 {
        tells(&notes(&env, &words, 0), &[["ground.sql:2 ", "`reader`"], ["new.sql:1 ", "`writer`"]]);
    }
}

#[test]
fn behind_an_extension_that_was_left_out_all_is_tried_again() {
    let [first, second, third] =
        ["db/postgresql/1_a.up.sql", "db/postgresql/2_b.up.sql", "db/postgresql/3_c.up.sql"];
    let env = files(&[
        (first, "CREATE TABLE a (id INT PRIMARY KEY);"),
        (second, "\nCREATE EXTENSION no_such_thing;"),
        (third, "CREATE TABLE c (id INT PRIMARY KEY);"),
    ]);
    if !has_postgresql(&env) {
        return;
    }
    let left_out = ["stand-in db/postgresql/2_b.up.sql:2 ", "`no_such_thing` is not to be had"];
    for _ in 0..2 {
        tells(&notes(&env, &[third], 0), &[left_out]);
        env.onramp(["migrate", "lint", third]).says("3 of 3: 3").says("note  db/postgresql/2_b.up.sql:2: ");
    }
    tells(&notes(&env, &[first], 0), &[]);
    env.onramp(["migrate", "lint", first]).never_says("1 of 1: 1");
    // A name that is wrong is no matter of the extension.
    env.write(third, "ALTER TABLE cc ADD COLUMN b TEXT;");
    env.onramp(["migrate", "lint", third]).exits(1).says("relation \"cc\" does not exist");
    env.write(third, "CREATE TABLE c (v thing);");
    env.onramp(["migrate", "lint", third]).exits(0).says("it may need `no_such_thing`");
}
