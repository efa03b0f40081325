//! `migrate audit`: histories of any tool, in folders without any configuration.

mod declared;
mod dialects;
mod families;
mod forms;
mod harmless;
mod hostile;
mod javascript;
mod liquibase;
mod outputs;
mod released_parts;
mod releases;
mod replay;
mod single;
mod sources;
mod twins;

use onramp_tests::{Run, TestEnv};

use crate::folder;

/// A folder with these files, and no workspace around it.
fn files(files: &[(&str, &str)]) -> TestEnv {
    files.iter().fold(folder(), |env, (path, text)| env.file(path, text))
}

/// Every line about a finding that an audit of the whole folder prints, without what stands before it.
fn findings(env: &TestEnv) -> String {
    let run = env.onramp(["migrate", "audit", ".", "--verbose"]);
    assert!([0, 1].contains(&run.code), "{}\n{}\n{}", run.code, run.stdout, run.stderr);
    let lines = run.stdout.lines().filter(|line| line.starts_with("  "));
    lines.map(|line| format!("{}\n", line.trim_start())).collect()
}

/// The lines about histories, blanks between columns as one.
fn histories(run: &Run) -> String {
    let lines = run.stdout.lines().filter(|line| !line.starts_with("  "));
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n").collect()
}
