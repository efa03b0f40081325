use crate::workspace;

#[test]
fn a_task_is_not_held_up_by_a_reader_that_does_not_read() {
    const LINES: usize = 200_000;
    let env = workspace(&format!(
        "[test.t]\nshell = true\nrun = \"seq {LINES}; touch finished\"\ntimeout = \"100s\"\n"
    ));
    let program = env.program().display().to_string();
    let text = format!(
        "'{program}' test --format json | {{ while [ ! -e finished ]; do sleep 0.02; done; cat; }} > out"
    );
    env.command("", ["sh", "-c", &text]).exits(0);
    assert_eq!(env.read(".onramp/logs/test-t.log").lines().count(), LINES);
    let shown = env.read("out");
    let output = shown.matches("\"event\":\"task-output\"").count();
    let left_out: usize = shown
        .lines()
        .filter_map(|line| {
            line.split_once(" lines of output not shown")?.0.rsplit('"').next()?.parse::<usize>().ok()
        })
        .sum();
    assert_eq!(output + left_out, LINES, "{output} shown, {left_out} left out");
    assert!(shown.lines().last().unwrap().contains("run-finished"), "only lines of output may be left out");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let tasks: String = (0..3000).map(|number| format!("[task.t{number}]\nrun = \"true\"\n")).collect();
    let env = workspace(&tasks);
    let program = env.program().display().to_string();
    let text = format!("{{ '{program}' tasks; echo $? > code; }} | head -1");
    let run = env.command("", ["sh", "-c", &text]).exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("Tasks\n", ""));
    assert_eq!(env.read("code"), "0\n");
}

#[test]
fn a_task_ends_well_when_nobody_listens_any_more() {
    let env = workspace("[test.t]\nshell = true\nrun = \"seq 50000; touch finished\"\n");
    let program = env.program().display().to_string();
    let text = format!("{{ '{program}' test 2>&1; echo $? > code; }} | head -1");
    env.command("", ["sh", "-c", &text]).exits(0);
    assert_eq!(env.read("code"), "0\n");
    assert!(env.has("finished"));
}

#[test]
fn pipes_within_a_task_end_as_in_any_shell() {
    let env = workspace("[test.t]\nshell = true\nrun = \"yes | head -1\"\n");
    let run = env.onramp(["test"]).exits(0);
    run.says("test:t | y\n").never_says("roken pipe");
    let env = workspace("");
    env.onramp(["exec", "--", "sh", "-c", "yes | head -1"]).exits(0).never_says("roken pipe");
}

#[test]
fn output_without_an_end_of_line_and_bytes_that_are_no_text_arrive() {
    let env = workspace("[test.t]\nrun = \"printf 'one\\\\377\\\\ntwo'\"\n");
    env.onramp(["test"]).exits(0).says("test:t | one\u{fffd}\n").says("test:t | two\n");
}

#[test]
fn a_daemon_that_keeps_the_output_open_does_not_keep_onramp() {
    let env = workspace("[test.t]\nrun = \"sh {root}/start.sh\"\n")
        .file("start.sh", "sh \"$PWD/daemon.sh\" &\necho started\n")
        .file("daemon.sh", "sleep 300\n");
    env.onramp(["test"]).exits(0).says("| started");
    assert_eq!(env.processes(), [""; 0], "what a task leaves behind ends with the task");
}
