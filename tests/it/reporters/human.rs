use onramp_tests::{TestEnv, skip};

use super::STORY;
use crate::workspace;

/// What the program wrote to a terminal of its own, byte for byte, and its exit code.
struct Screen {
    text: String,
    code: i32,
}

/// Runs the program at a terminal and types something. `None`, and said so, where there is no `script` of
/// util-linux.
fn at_a_terminal(env: &TestEnv, typed: &str, arguments: &str) -> Option<Screen> {
    let version = env.command("", ["sh", "-c", "script --version"]);
    if !version.stdout.contains("util-linux") {
        skip("there is no `script` of util-linux");
        return None;
    }
    let command = format!("'{}' {arguments}", env.program().display());
    let line = format!("printf '{typed}' | script -qec \"{command}\" /dev/null > screen");
    let run = env.command("", ["sh", "-c", &line]);
    Some(Screen { text: env.read("screen"), code: run.code })
}

fn in_xterm(configuration: &str) -> TestEnv {
    workspace(configuration).variable("TERM", "xterm-256color")
}

/// The text without the sequences that move the cursor and clear lines; colours stay.
fn without_movements(text: &str) -> String {
    let mut left = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        left.push_str(before);
        let end = after.find(|c: char| c.is_ascii_alphabetic()).expect("a sequence ends with a letter");
        if &after[end..=end] == "m" {
            left.push_str(&format!("\u{1b}[{}", &after[..=end]));
        }
        rest = &after[end + 1..];
    }
    left + rest
}

#[test]
fn finished_tasks_have_a_line_and_the_failure_comes_last() {
    let env = in_xterm(STORY);
    let Some(screen) = at_a_terminal(&env, "", "test --color never") else { return };
    assert_eq!(screen.code, 1);
    let text = without_movements(&screen.text);
    assert!(!text.contains('\u{1b}'), "colours where none are wanted: {text:?}");
    let place = |part: &str| text.rfind(part).unwrap_or_else(|| panic!("no `{part}` in {text}"));
    let order = [
        "✓ test:good passed in",
        "✗ test:bad failed after",
        "· test:after skipped, because test:bad did not succeed",
        "test:bad failed: `sh -c 'echo no good; exit 3'` exited with 3 in ",
        "    no good",
        "test: 1 passed, 1 failed, 1 skipped in",
    ];
    assert!(order.map(place).is_sorted(), "{text}");
}

#[test]
fn colours_are_used_where_they_are_wanted() {
    let coloured = |env: &TestEnv, options: &str| {
        let screen = at_a_terminal(env, "", &format!("test {options}"))?;
        Some(without_movements(&screen.text).contains("\u{1b}[31m"))
    };
    let Some(auto) = coloured(&in_xterm(STORY), "") else { return };
    assert!(auto);
    assert_eq!(coloured(&in_xterm(STORY).variable("NO_COLOR", "1"), ""), Some(false));
    assert_eq!(coloured(&in_xterm(STORY).variable("NO_COLOR", "1"), "--color always"), Some(true));
    assert_eq!(coloured(&workspace(STORY).variable("TERM", "dumb"), ""), Some(false));
}

#[test]
fn a_single_task_shows_its_output_as_it_comes() {
    let env = in_xterm("[test.t]\nrun = \"echo shown\"\n");
    let Some(screen) = at_a_terminal(&env, "", "test --color never") else { return };
    assert!(without_movements(&screen.text).contains("shown\r\n"), "{:?}", screen.text);
}

#[test]
fn a_single_task_s_output_is_not_shown_twice() {
    let env = workspace("[test.t]\nshell = true\nrun = \"echo no good; exit 3\"\n");
    let said = |option| {
        let run = env.onramp(["test", "--format", "human", option]).exits(1).says("full output: ");
        run.stderr.lines().filter(|line| line.trim() == "no good").count()
    };
    assert_eq!((said("-j1"), said("-q")), (1, 1));
}

#[test]
fn how_much_is_said_is_the_users_choice() {
    let said = |options: &[&str]| {
        let arguments = ["test", "--format", "human", "-j1"].iter().chain(options);
        workspace(STORY).onramp(arguments).exits(1).story()
    };
    let (quiet, normal, verbose) = (said(&["-q"]), said(&[]), said(&["-v"]));
    assert!(!quiet.contains("test:good") && quiet.contains("test:bad failed: "), "{quiet}");
    assert!(normal.contains("✓ test:good passed") && !normal.contains("| fine"), "{normal}");
    assert!(verbose.contains("test:good > echo fine\ntest:good | fine\n"), "{verbose}");
}

#[test]
fn what_a_task_prints_cannot_move_the_cursor_of_a_moving_line() {
    let env = in_xterm(&STORY.replace("echo fine", "printf 'up\\033[5Aand\\033[2Jaway'"));
    let Some(screen) = at_a_terminal(&env, "", "test --color never") else { return };
    assert!(!screen.text.contains("\u{1b}[5A") && !screen.text.contains("\u{1b}[2J"), "{:?}", screen.text);
}

#[test]
fn a_dumb_terminal_gets_plain_lines() {
    let env = workspace(STORY).variable("TERM", "dumb");
    let Some(screen) = at_a_terminal(&env, "", "test -j1") else { return };
    assert!(screen.text.contains("test:good | fine\r\n"), "{:?}", screen.text);
    assert!(!screen.text.contains('\u{1b}'), "{:?}", screen.text);
}

#[test]
fn usage_errors_obey_the_wish_for_no_colours() {
    let env = in_xterm(STORY);
    let Some(screen) = at_a_terminal(&env, "", "--color never no-such-verb") else { return };
    assert_eq!(screen.code, 2);
    assert!(!screen.text.contains('\u{1b}'), "--color never: {:?}", screen.text);
    at_a_terminal(&env, "", "no-such-verb 2> errors");
    assert!(!env.read("errors").contains('\u{1b}'), "into a file: {:?}", env.read("errors"));
    let env = env.variable("NO_COLOR", "1");
    let Some(screen) = at_a_terminal(&env, "", "no-such-verb") else { return };
    assert!(!screen.text.contains('\u{1b}'), "NO_COLOR: {:?}", screen.text);
}

#[test]
fn a_question_is_asked_and_the_answer_obeyed() {
    let env = in_xterm("[tools]\nthing = { fix.command = \"touch installed\" }\n");
    let Some(screen) = at_a_terminal(&env, "perhaps\\nno\\n", "setup") else { return };
    assert_eq!(screen.code, 4);
    assert_eq!(screen.text.matches("run these commands? [yes/no/quit]").count(), 2, "{}", screen.text);
    assert!(!env.has("installed"));
    at_a_terminal(&env, "yes\\n", "setup");
    assert!(env.has("installed"));
}
