//! Dialects that nothing tells but the user.

use super::{files, histories};

const A: &str = "CREATE TABLE a (id INTEGER);\n";

fn env() -> onramp_tests::TestEnv {
    files(&[
        ("one/migrations/0001_a.up.sql", A),
        ("two/migrations/0001_b.up.sql", A),
        ("sqlite/migrations/0001_c.up.sql", A),
    ])
}

#[test]
fn one_for_all_that_tell_none_and_one_for_a_folder() {
    let env = env();
    let told = |words: &[&str]| {
        let run = env.onramp(["migrate", "audit", "."].into_iter().chain(words.iter().copied())).exits(0);
        let lines = histories(&run);
        let dialects = lines.lines().filter_map(|line| line.split(' ').nth(2)).collect::<Vec<_>>().join(" ");
        (dialects, run.stderr)
    };
    assert_eq!(told(&[]).0, "- sqlite -");
    assert_eq!(told(&["--dialect", "postgres"]).0, "postgresql sqlite postgresql");
    assert_eq!(told(&["--dialect", "mysql", "--dialect", "two=pg"]).0, "mysql sqlite postgresql");
    assert_eq!(told(&["--dialect", "sqlite/migrations=mariadb"]).0, "- mysql -");
    assert_eq!(told(&["--dialect", ".=sqlite"]).0, "sqlite sqlite sqlite");
    let run = env.onramp(["migrate", "audit", "one", "--dialect", "sqlite", "--format", "json"]).exits(0);
    let value: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(value["histories"][0]["told-by"], "asked");
    let run = env.onramp(["migrate", "audit", "sqlite", "--dialect", "pg"]).exits(0);
    run.says("every history tells its dialect").says("--dialect DIR=postgresql");
}

#[test]
fn words_that_mean_nothing() {
    let env = env();
    let fails = |word: &str| env.onramp(["migrate", "audit", "one", "--dialect", word]).exits(2);
    fails("sqlit").says("`sqlit` is no dialect").says("did you mean `sqlite`?");
    fails("=sqlite=x").says("`x` is no dialect");
    fails("none=sqlite").says("none cannot be read");
    fails("two=sqlite").says("no history that is looked at lies in two");
    env.onramp(["migrate", "audit", "one", "--dialect", "pg", "--dialect", "sqlite"])
        .exits(2)
        .says("names a dialect twice")
        .says("--dialect DIR=postgresql");
}

#[test]
fn a_replay_says_what_to_type_and_then_replays() {
    let env = crate::own_servers::with_servers(files(&[("one/migrations/0001_a.up.sql", A)]));
    env.onramp(["migrate", "audit", "one", "--replay"])
        .exits(0)
        .says("not replayed: nothing tells its dialect; --dialect one/migrations=NAME does [not-replayed]")
        .says("hint: onramp migrate audit one --replay --dialect sqlite");
    env.onramp(["migrate", "audit", "one", "--replay", "--dialect", "sqlite", "--verbose"])
        .exits(0)
        .says("1 applied")
        .never_says("hint:");
}
