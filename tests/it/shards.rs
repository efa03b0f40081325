//! A run of suites on several machines.

use std::collections::BTreeMap;

use onramp_tests::TestEnv;
use serde_json::Value;

use crate::workspace;

/// The suites that a shard would run.
fn share(env: &TestEnv, shard: &str) -> Vec<String> {
    let run = env.onramp(["test", "--shard", shard, "--dry-run", "--format", "json"]).exits(0);
    let mut values = run.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let plan = values.find_map(|value| value.get("plan")?.as_array().cloned()).expect("a plan");
    plan.iter().filter_map(|task| task["task"].as_str().map(str::to_owned)).collect()
}

fn names(suites: &[String]) -> Vec<&str> {
    suites.iter().map(|suite| suite.trim_start_matches("test:")).collect()
}

fn many() -> TestEnv {
    let suites = ["e", "d", "c", "b", "a"].map(|name| format!("[test.{name}]\nrun = \"true\"\n"));
    workspace(&suites.concat())
}

#[test]
fn every_suite_is_in_one_shard_whatever_their_number() {
    let env = many();
    for of in [1, 2, 3, 5, 8] {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for shard in 1..=of {
            for suite in share(&env, &format!("{shard}/{of}")) {
                *seen.entry(suite).or_default() += 1;
            }
        }
        assert_eq!(seen.len(), 5, "{of} shards: {seen:?}");
        assert!(seen.values().all(|times| *times == 1), "{of} shards: {seen:?}");
    }
    // Without durations by name, whatever the order in the file.
    assert_eq!(names(&share(&env, "1/2")), ["e", "c", "a"]);
    assert_eq!(names(&share(&env, "2/2")), ["d", "b"]);
}

#[test]
fn a_shard_runs_its_part_and_one_without_suites_succeeds() {
    let env = many();
    env.onramp(["test", "--shard", "2/2"])
        .exits(0)
        .says("shard 2/2 has 2 of 5 suites")
        .says("test: 2 passed");
    env.onramp(["test", "--shard", "6/6", "--junit", "j.xml"])
        .exits(0)
        .says("nothing to do: shard 6/6 has none of the 5 suites");
    assert!(env.read("j.xml").contains("tests=\"0\""));
    assert_eq!(share(&env, "6/6"), [""; 0]);
    // Of what is named only.
    env.onramp(["test", "a", "b", "--shard", "1/2"]).exits(0).says("shard 1/2 has 1 of 2 suites");
}

#[test]
fn durations_decide_and_are_learnt() {
    let env = many();
    env.write(
        ".onramp/durations.json",
        r#"{"version": 1, "tasks": {"test:a": 9000000, "test:b": 4000000, "test:c": 3000000, "test:d": 2000000, "build:gone": 7}}"#,
    );
    // In this order: a | b, then e, which is new and counts as the median, 4000000, then c; d joins a.
    assert_eq!(names(&share(&env, "1/2")), ["d", "a"]);
    assert_eq!(names(&share(&env, "2/2")), ["e", "c", "b"]);
    env.onramp(["test", "e", "d"]).exits(0);
    let durations: Value = serde_json::from_str(&env.read(".onramp/durations.json")).unwrap();
    assert_eq!(durations["version"], 1);
    let tasks = durations["tasks"].as_object().unwrap();
    assert_eq!(tasks.keys().collect::<Vec<_>>(), ["test:a", "test:b", "test:c", "test:d", "test:e"]);
    assert_eq!(tasks["test:a"], 9_000_000, "what did not run keeps what is known");
    let smoothed = tasks["test:d"].as_u64().unwrap();
    assert!((1_000_000..2_000_000).contains(&smoothed), "half of what was known, half of what was measured");
}

#[test]
fn only_what_ran_and_succeeded_has_a_duration() {
    let env = workspace(
        "[test.bad]\nrun = \"false\"\n[test.cached]\nrun = \"true\"\ninputs = [\"in\"]\n\
         [test.good]\nrun = \"true\"\nneeds = [\"test:cached\"]\n",
    )
    .file("in", "")
    .file(".onramp/durations.json", "{ broken");
    env.onramp(["test", "cached"]).exits(0);
    let first = env.read(".onramp/durations.json");
    assert!(first.contains("test:cached"), "{first}");
    env.onramp(["test", "cached", "bad"]).exits(1).says("test:cached: up to date");
    assert_eq!(env.read(".onramp/durations.json"), first);
    env.onramp(["test", "good", "--dry-run"]).exits(0);
    assert_eq!(env.read(".onramp/durations.json"), first);
}

#[test]
fn a_suite_that_another_one_needs_stays_with_it() {
    let env = workspace(
        "[test.a]\nrun = \"true\"\n[test.b]\nrun = \"true\"\n[test.c]\nrun = \"true\"\nneeds = [\"build:x\"]\n\
         [test.d]\nrun = \"true\"\nneeds = [\"setup:s\"]\n[build.x]\nrun = \"true\"\nneeds = [\"test:a\", \"setup:s\"]\n\
         [setup.s]\nrun = \"true\"\n",
    );
    let shares: Vec<Vec<String>> = (1..=4).map(|shard| share(&env, &format!("{shard}/4"))).collect();
    for suite in ["test:a", "test:b", "test:c", "test:d"] {
        let times = shares.iter().flatten().filter(|name| *name == suite).count();
        assert_eq!(times, 1, "{suite} in {shares:?}");
    }
    let with_c = shares.iter().find(|share| share.contains(&"test:c".to_owned())).unwrap();
    assert_eq!(with_c, &["setup:s", "test:a", "build:x", "test:c"]);
    // A need that two suites share does not tie them together.
    assert!(!with_c.contains(&"test:d".to_owned()));
}

#[test]
fn a_suite_that_splits_itself_runs_in_every_shard_with_its_number() {
    let env = workspace(
        "[test.split]\nrun = \"printf 'split %s of %s' {shard} {shards}\"\ninputs = [\"in\"]\n[test.whole]\nrun = \"echo whole\"\n",
    )
    .file("in", "");
    env.onramp(["test"]).exits(0).says("split 1 of 1").says("whole");
    env.onramp(["test", "--shard", "1/3"]).exits(0).says("split 1 of 3").says("whole");
    // Another part is another result.
    env.onramp(["test", "--shard", "3/3"]).exits(0).says("split 3 of 3").never_says("whole");
    env.onramp(["test", "--shard", "3/3"]).exits(0).says("test:split: up to date");
    env.onramp(["test", "--shard", "2/3"]).exits(0).says("split 2 of 3").says("shard 2/3 has 1 of 2 suites");
}

#[test]
fn what_does_not_split_itself_is_one_thing_in_all_shards_and_outside_of_them() {
    let env = workspace(
        "[setup.tool]\nrun = \"sh -c 'echo made >> log; touch tool'\"\ninputs = [\"lock\"]\noutputs = [\"tool\"]\n\
         [test.a]\nrun = \"true\"\nneeds = [\"setup:tool\"]\n",
    )
    .file("lock", "");
    env.onramp(["setup"]).exits(0);
    env.onramp(["test", "--shard", "1/2"]).exits(0).says("setup:tool: up to date");
    env.onramp(["test", "--shard", "1/3"]).exits(0);
    assert_eq!(env.read("log"), "made\n");
}

#[test]
fn a_shard_that_is_none_is_a_usage_error() {
    for shard in ["0/2", "3/2", "1", "x", "1/0"] {
        many()
            .onramp(["test", "--shard", shard])
            .exits(2)
            .says("write I/N, the I-th of N parts, I from 1 to N");
    }
}
