//! What was tried once is known the next time, as long as all that decides it is the same.

use std::collections::BTreeSet;

use onramp_tests::TestEnv;

use super::{files, found, has_postgresql};

const HISTORY: [(&str, &str); 3] = [
    ("db/sqlite/1_a.up.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT);"),
    ("db/sqlite/2_b.up.sql", "\nALTER TABLE a DROP COLUMN b;"),
    ("db/sqlite/3_c.up.sql", "ALTER TABLE a ADD COLUMN c TEXT NOT NULL;"),
];

/// The entries that were applied by a look at these words.
fn applied(env: &TestEnv, words: &[&str]) -> Vec<String> {
    let run = env.onramp(["migrate", "lint", "--format", "json"].iter().chain(words));
    let events = run.stdout.lines().map(|line| {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|_| panic!("{}", run.story()))
    });
    let steps = events.filter(|event| event["event"] == "task-step");
    let steps = steps.filter_map(|event| event["step"].as_str().map(str::to_owned));
    steps.filter_map(|step| step.split_once(": ").map(|(_, id)| id.to_owned())).collect()
}

#[test]
fn the_same_files_are_tried_once() {
    let env = files(&HISTORY);
    let all = ["db", "--all"];
    let expected = [
        "drop-column db/sqlite/2_b.up.sql:2",
        "fails-with-rows db/sqlite/3_c.up.sql:1",
        "required-column db/sqlite/3_c.up.sql:1",
    ];
    let first = found(&env, &all);
    assert!(first.contains(&expected[0].to_owned()) && first.len() > 1, "{first:?}");
    assert_eq!(applied(&env, &all), Vec::<String>::new());
    assert_eq!(found(&env, &all), first);
    // Whoever wants to have it tried again says so.
    assert_eq!(applied(&env, &["db", "--all", "--force"]), ["1", "2", "3"]);
    // What the tables have decides what is found.
    assert_eq!(applied(&env, &["db", "--all", "--no-rows"]), ["1", "2", "3"]);
    // Rules are asked anew each time: nothing is kept of what they said.
    env.write(
        "db/sqlite/2_b.up.sql",
        "\nALTER TABLE a DROP COLUMN b; -- onramp: allow drop-column: nobody reads it",
    );
    assert_eq!(applied(&env, &["db/sqlite/2_b.up.sql"]), ["1", "2"]);
    env.onramp(["migrate", "lint", "db/sqlite/2_b.up.sql"]).exits(0).says("allowed drop-column");
    assert_eq!(applied(&env, &["db/sqlite/2_b.up.sql"]), Vec::<String>::new());
}

/// Rows that are put before one file are there for those behind it.
#[test]
fn the_same_words_have_the_same_answer_whatever_is_known() {
    let [third, fourth] = ["db/sqlite/3_c.up.sql", "db/sqlite/4_d.up.sql"];
    let history = [
        ("db/sqlite/1_t.up.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY);"),
        ("db/sqlite/2_u.up.sql", "CREATE TABLE u (c TEXT NOT NULL);"),
        (third, "ALTER TABLE t ADD COLUMN c TEXT; UPDATE t SET c = 'x';"),
        (fourth, "INSERT INTO u SELECT c FROM t;"),
    ];
    let mut answers: [BTreeSet<Vec<String>>; 2] = Default::default();
    let known: [&[&[&str]]; 5] =
        [&[], &[&[third]], &[&[fourth]], &[&[third], &[fourth]], &[&[third, fourth]]];
    for before in known {
        for force in [None, Some("--force")] {
            let env = files(&history);
            for words in before {
                found(&env, words);
            }
            for _ in 0..2 {
                let ask =
                    |words: &[&str]| found(&env, &words.iter().copied().chain(force).collect::<Vec<_>>());
                answers[0].insert(ask(&[third, fourth]));
                answers[1].insert(ask(&[fourth]));
            }
            assert_eq!(applied(&env, &[fourth]), Vec::<String>::new(), "all of it is known by now");
        }
    }
    let of_fourth = |found: &Vec<String>| found.contains(&format!("fails-with-rows {fourth}:1"));
    assert_eq!(answers.each_ref().map(BTreeSet::len), [1, 1], "{answers:#?}");
    // The update was given rows, so there is nothing without a value behind it.
    assert!(!answers[0].iter().any(of_fourth) && answers[1].iter().all(of_fourth), "{answers:#?}");
}

#[test]
fn a_change_before_a_file_makes_it_try_anew_and_one_behind_it_does_not() {
    let env = files(&HISTORY);
    let second = ["db/sqlite/2_b.up.sql"];
    assert_eq!(applied(&env, &second), ["1", "2"]);
    env.write("db/sqlite/3_c.up.sql", "SELECT 3;");
    assert_eq!(applied(&env, &second), Vec::<String>::new());
    env.write("db/sqlite/1_a.up.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT, d TEXT);");
    assert_eq!(applied(&env, &second), ["1", "2"]);
    // The name of a file, and one more before it.
    std::fs::rename(env.root().join("db/sqlite/1_a.up.sql"), env.root().join("db/sqlite/1_x.up.sql"))
        .unwrap();
    assert_eq!(applied(&env, &second), ["1", "2"]);
    env.write("db/sqlite/0_z.up.sql", "CREATE TABLE z (id INTEGER PRIMARY KEY);");
    assert_eq!(applied(&env, &second), ["0", "1", "2"]);
    // What is applied before it instead.
    env.write("ground.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT);");
    let onto = ["db/sqlite/2_b.up.sql", "--onto", "ground.sql"];
    assert_eq!(applied(&env, &onto), ["2"]);
    assert_eq!(applied(&env, &onto), Vec::<String>::new());
    env.write("ground.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT, e TEXT);");
    assert_eq!(applied(&env, &onto), ["2"]);
}

#[test]
fn what_was_refused_or_not_tried_is_tried_again() {
    let env = files(&[
        ("db/sqlite/1_a.up.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY);"),
        ("db/sqlite/2_b.up.sql", "ALTER TABLE nope ADD COLUMN b TEXT;"),
        ("db/sqlite/3_c.up.sql", "SELECT 1;"),
    ]);
    for _ in 0..2 {
        assert_eq!(applied(&env, &["db", "--all"]).len(), 3);
        assert!(found(&env, &["db", "--all"]).contains(&"not-tried db/sqlite/3_c.up.sql:1".to_owned()));
    }
    assert_eq!(applied(&env, &["db/sqlite/1_a.up.sql"]), Vec::<String>::new());
}

/// Programs of PostgreSQL that call themselves another version than the server tells.
#[test]
fn another_version_of_the_server_is_another_server() {
    let env = files(&[
        ("db/postgresql/1_a.up.sql", "CREATE TABLE a (id INT PRIMARY KEY, b TEXT);"),
        ("db/postgresql/2_b.up.sql", "ALTER TABLE a DROP COLUMN b;"),
    ]);
    if !has_postgresql(&env) {
        return;
    }
    let all = ["db", "--all"];
    assert_eq!(applied(&env, &all), ["1", "2"]);
    // Not even a server is started.
    env.onramp(["migrate", "lint", "db", "--all"])
        .exits(1)
        .says("error drop-column")
        .never_says("start server");
    let folder = env.outside().join("other");
    let links = "for p in $(dirname $(ls /usr/lib/postgresql/*/bin/initdb $(command -v initdb) | head -1))/*; do \
                 ln -s $p $0/; done; r=$(readlink -f $0/postgres); rm $0/postgres; \
                 printf '#!/bin/sh\\n[ \"$1\" = --version ] && { echo \"postgres (PostgreSQL) 15.99\"; exit; }\\nexec %s \"$@\"\\n' $r \
                 > $0/postgres; chmod +x $0/postgres";
    std::fs::create_dir_all(&folder).expect("a folder of the test");
    env.command("", ["sh", "-c", links, &folder.to_string_lossy()]).exits(0);
    // What its server states is not what its programs do, so nothing of it is kept either.
    for _ in 0..2 {
        let (folder, program) = (folder.display().to_string(), env.program().display().to_string());
        let script = "PATH=\"$0:$PATH\" exec \"$@\"";
        let run = env.command("", ["sh", "-c", script, &folder, &program, "migrate", "lint", "db", "--all"]);
        run.says("1 of 2: 1").says("2 of 2: 2");
    }
}
