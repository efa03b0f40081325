use expect_test::expect;

use super::{Watching, count, reader};

#[test]
fn a_watch_is_calm() {
    let env = reader();
    let mut watching = Watching::start(&env, &["test", "--watch"]);
    env.write("src/a", "two");
    watching.says("saw: two");
    expect![[r#"
        test:t > sh -c 'echo saw: $(cat src/a)'
        test:t | saw: one
        test:t: passed in [TIME]

        test: 1 passed in [TIME]
        waiting for changes; Ctrl-C ends

        --- src/a changed
        test:t > sh -c 'echo saw: $(cat src/a)'
        test:t | saw: two
        test:t: passed in [TIME]

        test: 1 passed in [TIME]
        waiting for changes; Ctrl-C ends
    "#]]
    .assert_eq(&watching.interrupt().story());
}

#[test]
fn machines_are_told_by_events() {
    let env = reader();
    let mut started = env.start(["test", "--watch", "--format", "json"]);
    started.wait_for("\"watch-waiting\"");
    env.write("src/a", "two");
    started.wait_for_times("\"watch-waiting\"", 2);
    started.signal(onramp_exec::Signal::INT);
    let run = started.finish().exits(130);
    let events: Vec<serde_json::Value> =
        run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let changed = events.iter().find(|event| event["event"] == "watch-changed").unwrap();
    assert_eq!(
        (&changed["files"], &changed["total"]),
        (&serde_json::json!(["src/a"]), &serde_json::json!(1))
    );
    assert_eq!(count(&run, "\"run-finished\""), 2);
}

#[test]
fn many_files_are_counted() {
    let env = reader();
    let mut watching = Watching::start(&env, &["test", "--watch"]);
    for number in 0..5 {
        env.write(&format!("new{number}"), "");
    }
    watching.waits();
    watching.interrupt().says("--- new0, new1, new2 and 2 more files changed");
}
