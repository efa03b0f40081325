//! `migrate lint` of files of SQL and folders of any tool's migrations, without any configuration.

mod advice;
mod ends;
mod families;
mod grounds;
mod held;
mod known;
mod lost_rows;
mod new_files;
mod refusals;
mod stand_ins;
mod strict;
mod trials;

use onramp_tests::TestEnv;

use crate::folder;
use crate::own_servers::{has_postgresql, with_servers};

/// A folder with these files and no workspace around it; servers end with their command, and temporary files are its own.
fn files(files: &[(&str, &str)]) -> TestEnv {
    let env = files.iter().fold(folder(), |env, (path, text)| env.file(path, text));
    with_servers(env)
}

/// What was found in files: rule, file and line of each finding, in the order of the answer.
fn found(env: &TestEnv, arguments: &[&str]) -> Vec<String> {
    let words = ["migrate", "lint", "--format", "json"].into_iter().chain(arguments.iter().copied());
    let run = env.onramp(words);
    let events = run.stdout.lines().map(serde_json::from_str::<serde_json::Value>);
    let linted = events
        .map(|event| event.expect("every line is JSON"))
        .find(|event| event["event"] == "linted")
        .unwrap_or_else(|| panic!("nothing was looked at\n{}", run.story()));
    let mut found = Vec::new();
    let revisions = linted["revisions"].as_array().expect("a list");
    for revision in revisions {
        for finding in revision["findings"].as_array().expect("a list") {
            let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            let (rule, file) = (word(&finding["rule"]), word(&revision["file"]));
            found.push(format!("{rule} {file}:{}", finding["line"]));
        }
    }
    let has_errors = run.stdout.contains("\"level\":\"error\"");
    assert_eq!(run.code, i32::from(has_errors), "{}", run.story());
    found
}
